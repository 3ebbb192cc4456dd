# The sandbox around decoding: what is offered is told, what a command writes still goes where it was named.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
[ -r /proc/self/status ] || exit 77

exits 0 version
says out '^sandbox: '
offered=$(sed -n 's/^sandbox://p' out)

# The state of a process that waits for its picture in a pipe; the pipe opens when it is read.
mkfifo pipe
"$LENET" predict pipe >/dev/null 2>&1 &
child=$!
exec 3>pipe
status=$(grep -e '^NoNewPrivs' -e '^Seccomp:' "/proc/$child/status" | tr -d '\n\t')
exec 3>&-
wait $child || true
case $offered in
  *seccomp*) [ "$status" = NoNewPrivs:1Seccomp:2 ] || fail "not confined: $status" ;;
esac

# A folder that is named through a link is the one that may be written to.
mkdir there elsewhere
ln -s ../there/steps.png elsewhere/link.png
exits 0 predict --explain elsewhere/link.png "$samples/seven.pgm"
[ -s there/steps.png ] || fail "nothing was written through the link"
[ -L elsewhere/link.png ] || fail "the link was replaced"
exits 0 read --explain there/line.png "$samples/seven.pgm"
exits 0 show --filters --png there/filters.png
exits 0 show --svg --out drawing.svg
exits 0 eval --data synthetic:200 --threads 2 --report report.html
for file in there/line.png there/filters.png drawing.svg report.html; do
  [ -s "$file" ] || fail "$file was not written"
done

