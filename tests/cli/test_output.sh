# Where output goes: full disks, closed pipes, terminals, colours.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"

# A full disk is a failure that is said.
if [ -c /dev/full ]; then
  code=0
  "$LENET" show --net lenet5 >/dev/full 2>err || code=$?
  [ "$code" -eq 1 ] || fail "/dev/full: exit code $code"
  says err 'cannot write to standard output'
  code=0
  "$LENET" data info synthetic:100 >/dev/full 2>err || code=$?
  [ "$code" -eq 1 ] || fail "/dev/full: exit code $code"
fi

# A reader that has seen enough is none.
("$LENET" train --help; echo) 2>err | head -n 1 >out
[ ! -s err ] || fail "noise in a closed pipe"
"$LENET" data info synthetic:600 2>err | head -n 1 >out
[ ! -s err ] || fail "noise in a closed pipe"

# No escapes where there is no terminal.
TERM=xterm-256color exits 0 eval --data synthetic:100 --mistakes 3
TERM=xterm-256color exits 0 train --data synthetic:100 --epochs 1 --out none
for file in out err; do
  ! grep -q "$(printf '\033')" $file || fail "escapes in a file"
  ! grep -q "$(printf '\r')" $file || fail "carriage returns in a file"
done

# On a terminal there are colours and a live line, unless TERM=dumb forbids both or NO_COLOR colours.
command -v script >/dev/null || { echo "no script(1): the terminal is left out"; exit 0; }
on_terminal() { # environment...
  env LC_ALL=C.UTF-8 "$@" script -qec "'$LENET' train --data synthetic:600 --epochs 2 --out none \
--mistakes 2" /dev/null >out 2>&1 </dev/null || fail "on a terminal"
}
on_terminal TERM=xterm-256color
says out "$(printf '\r')epoch  1/2 "
says out "$(printf '\033')\\[38;5;"
says out 'left'
on_terminal TERM=dumb
! grep -q "$(printf '\033')" out || fail "TERM=dumb: escapes"
says out '^epoch  2/2 '
on_terminal TERM=xterm-256color NO_COLOR=1
says out "$(printf '\r')epoch  1/2 "
says out 'left'
! grep -q "$(printf '\033')\[[0-9;]*m" out || fail "NO_COLOR: colours"

# A closed standard stream does not take a file's place: nothing is written into the set.
"$LENET" data make synthetic closed --count 60 2>&- </dev/null >/dev/null
exits 0 data make synthetic open --count 60
for file in open/*; do
  cmp "$file" "closed/${file#open/}" || fail "a closed stderr changed a file"
done

# Messages are one line and move no cursor, whatever a name holds.
refuses 2 'a?b' show --net "$(printf 'a\033b')"
