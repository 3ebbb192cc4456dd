# Where output goes: full disks, closed pipes, terminals, colours.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"

# A full disk is a failure that is said.
if [ -c /dev/full ]; then
  code=0
  "$LENET" show --net lenet5 >/dev/full 2>err || code=$?
  [ "$code" -eq 1 ] || fail "/dev/full: exit code $code"
  says err 'cannot write to standard output'
  for command in predict read; do
    code=0
    "$LENET" $command "$samples/seven.pgm" >/dev/full 2>err || code=$?
    [ "$code" -eq 1 ] || fail "$command >/dev/full: exit code $code"
    says err '^lenet: cannot write to standard output: .'
  done
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
refuses 3 'plot: a???b: No such file' plot "$(printf 'a\342\200\256b')"

# Nor does a long name hide the reason.
long=$(printf '%04300d' 0)
for command in plot 'eval --pages' 'train --recipe' 'bench --compare' 'read --list' predict; do
  # shellcheck disable=SC2086 # words of their own
  refuses 3 'ile *name too long$' $command ./"$long"
done

# So are the lines of standard output: a newline in a name forges none.
"$LENET" version --json >/dev/null 2>&1 || exit 0
bad=$(printf 'a\nseven.pgm: 9 (99.9 %%)\033[2J\302\233b')
clean='a?seven.pgm: 9 (99.9 %)?\[2J??b'
unforged() { # lines, or nothing
  ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" out || fail "a control character"
  [ -z "${1:-}" ] || [ "$(wc -l <out)" -eq "$1" ] || fail "a name that makes lines"
  says out "$clean"
}
cp "$samples/seven.pgm" "$bad"
exits 0 predict "$bad"
unforged 1
says out "^$clean: 7 ("
exits 0 read "$bad" "$samples/seven.pgm"
unforged 2
rm "$bad"
exits 0 train --data synthetic:100 --epochs 1 --quiet --out "$bad"
unforged
says out "^model       $clean$"
exits 0 eval --data synthetic:100 --model "$bad"
unforged
says out "^$clean (lenet5, 61,706 parameters) on synthetic:100, test split$"
exits 0 eval --data synthetic:100 --model "$bad,lenet5"
unforged
exits 0 eval --data synthetic:100 --model "$bad" --corrupt fog
unforged
rm "$bad"
mkdir -p "by class/$bad" "by class/b"
for name in 1 2 3 4 5 6; do
  cp "$samples/two.pgm" "by class/$bad/$name.pgm"
  cp "$samples/seven.pgm" "by class/b/$name.pgm"
done
exits 0 data info 'by class' --split train
short='a?seven.pgm: 9 (99.9'
says out "$short"
! grep -q '^seven.pgm: 9' out || fail "data info: a class makes a line"
exits 0 eval --data 'by class' --model lenet5
says out "^0 $short"
! grep -q '^seven.pgm: 9' out || fail "eval: a class makes a line"
mv 'by class' "$bad"
exits 0 data info "$bad" --split train
says out "^$clean, train split"
says out "^place     $clean"
exits 0 data make synthetic "$bad/made" --count 60
unforged 1
