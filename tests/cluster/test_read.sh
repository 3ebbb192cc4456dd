# lenet read under mpirun: the output of one process, in the order of the pictures.
. "$LENET_SOURCE_DIR/tests/cluster/common.sh"
echo 'no picture' >text.png
{ printf 'P5\n40 40\n255\n'; head -c 1600 /dev/zero; } >blank.pgm
for i in 1 2 3 4 5 6; do
  cp "$samples/lines.pgm" "lines-$i.pgm"
  cp "$samples/seven.pgm" "seven-$i.pgm"
done
ls lines-*.pgm seven-*.pgm >list
echo text.png >>list
echo blank.pgm >>list
ls lines-*.pgm >>list

exits 3 read --list list
cp out alone
grep '^lenet' err >alone.err
[ "$(wc -l <alone)" -eq 31 ] || fail "one process: $(wc -l <alone) lines"
for count in 2 4; do
  ranks 3 $count read --list list
  same alone out
  grep '^lenet' err >together.err
  same alone.err together.err
done
exits 3 read --json --reject 1% --list list
cp out alone
ranks 3 3 read --json --reject 1% --list list
same alone out
ranks 0 2 read lines-1.pgm seven-1.pgm
[ "$(cat out)" = "lines-1.pgm: 1998
lines-1.pgm: 4507
seven-1.pgm: 7" ] || fail "pictures as operands"

ranks 2 2 read lines-1.pgm -
once "'-': standard input reaches one of the processes alone"
ranks 2 2 read
once 'no picture given'
code=0
mpirun -n 1 "$LENET" read --list list : -n 1 "$LENET" read --list list --model lenet5 >out 2>err || code=$?
[ "$code" -ne 0 ] || fail "other models: read all the same"
once "differs from rank 0 (.*): --model is 'lenet5', not '(none)'"
[ ! -s out ] || fail "other models: output"
