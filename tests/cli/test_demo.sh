# examples/demo.sh: goes through to the end without MNIST and without a network. The command that
# it is given here never fetches, and learns from fewer digits than a person would be shown.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"

cat >lenet <<END
#!/bin/sh
case "\$1 \$2" in
"data fetch") echo "lenet data fetch: no network" >&2; exit 1 ;;
esac
for argument; do
  shift
  case \$argument in synthetic:*) argument=synthetic:600 ;; esac
  set -- "\$@" "\$argument"
done
exec "$LENET" "\$@"
END
chmod +x lenet
sh "$LENET_SOURCE_DIR/examples/demo.sh" ./lenet >out 2>err || fail "the demo"
says out '^\$ lenet data fetch mnist$'
says out 'these digits are not MNIST'
says out '^\$ lenet train --net lenet5 --data synthetic:'
says err '^epoch  1/'
says out '^test error '
says out ' read as '
says out 'seven.pgm: 7 '
[ "$(grep -c '^examples/samples/.*: [0-9] (' out)" -eq 7 ] || fail "not every sample was read"
says out '^1998$'
says out '^4507$'
! grep -q 'no digit' out || fail "a picture of several digits was asked for its one"
