# lenet train under mpirun: the bits of one process, whatever the ranks; resume; what ranks must agree on.
. "$LENET_SOURCE_DIR/tests/cluster/common.sh"
run='--data synthetic:1500 --net lenet5 --epochs 2 --batch 64 --validation 200 --seed 3'

# Ranks x threads.
# shellcheck disable=SC2086 # $run is several words, here and below
exits 0 train $run --threads 1 --json --out 1x1
cp out 1x1.json
for shape in 1x2 2x1 2x2 3x1 4x1; do
  ranks 0 "${shape%x*}" train $run --threads "${shape#*x}" --json --out $shape
  same 1x1 $shape
  json "d['epochs'][1]['validation_error'] == json.load(open('1x1.json'))['epochs'][1]['validation_error']" \
    "[e['train_loss'] for e in d['epochs']] == [e['train_loss'] for e in json.load(open('1x1.json'))['epochs']]" \
    "d['test_errors'] == json.load(open('1x1.json'))['test_errors']"
done

# All that training has besides: distortions, dropout, averages, teachers, calibration, the paper's method.
rich='--augment affine,elastic --dropout 0.2 --ema 0.9 --label-smoothing 0.1 --calibrate temperature'
exits 0 train $run $rich --threads 2 --out rich.1
ranks 0 3 train $run $rich --threads 1 --out rich.3
same rich.1 rich.3
exits 0 train $run --teachers 1x1,lenet5 --epochs 1 --out taught.1
ranks 0 2 train $run --teachers 1x1,lenet5 --epochs 1 --threads 1 --out taught.2
same taught.1 taught.2
exits 0 train $run --net lenet5-1998 --optimizer sdlm --batch 48 --epochs 1 --out sdlm.1
ranks 0 3 train $run --net lenet5-1998 --optimizer sdlm --batch 48 --epochs 1 --threads 1 --out sdlm.3
same sdlm.1 sdlm.3

# One rank speaks: as many lines as one process has, and it says that there are others.
# shellcheck disable=SC2086
exits 0 train $run --threads 1 --out none
lines=$(wc -l <err)
ranks 0 3 train $run --threads 1 --out none
[ "$(wc -l <err)" -eq "$lines" ] || fail "more lines than one process has"
says err '; 3 ranks, 1 thread, '

# A run that was stopped goes on with other ranks.
longer='--data synthetic:6000 --epochs 30 --batch 64 --validation 0 --seed 2'
exits 0 train $longer --out whole
: >err # what an earlier run said must not be taken for this one's
"$mpirun_command" --oversubscribe --bind-to none -n 2 "$LENET" train $longer --threads 1 --out stopped >out 2>err </dev/null &
job=$!
until grep -q '^epoch  *2/' err; do
  kill -0 "$job" 2>/dev/null || fail "the run ended before it could be stopped"
  sleep 0.05 2>/dev/null || sleep 1
done
kill -s TERM "$job" # a Ctrl-C is ignored by what a script starts in the background
code=0
wait "$job" || code=$?
[ "$code" -ne 0 ] || fail "a stopped run ended well"
once 'stopped; to go on from here:'
grep -q "^mpirun -n 2 $LENET train --resume stopped.ckpt --threads 1" err || fail "how to go on?"
cp stopped.ckpt copy.ckpt
ranks 0 3 train --resume stopped.ckpt --threads 1
same whole stopped
exits 0 train --resume copy.ckpt --out alone.after
same whole alone.after

# What ranks differ in is named, and nothing is trained: options, data, versions.
differs() { # pattern, options of rank 1...
  pattern=$1
  shift
  code=0
  mpirun -n 1 "$LENET" train $run --out other : -n 1 "$@" >out 2>err </dev/null || code=$?
  [ "$code" -ne 0 ] || fail "'$pattern': trained all the same"
  once "$pattern"
  [ ! -f other ] && [ ! -f other.ckpt ] || fail "'$pattern': a file is left"
}
differs "rank 1 (.*) differs from rank 0 (.*): --seed is '4', not '3'" "$LENET" train $run --seed 4
differs "differs from rank 0 (.*): --net is '.*C8@3.*', not 'lenet5'" \
  "$LENET" train $run --net '28x28 C8@3:relu M2 F10:softmax'
differs "differs from rank 0 (.*): --augment is 'shift=1', not '(none)'" "$LENET" train $run --augment shift=1
differs "differs from rank 0 (.*): --isa is 'scalar', not" "$LENET" train $run --isa scalar
for folder in a b; do
  exits 0 data make synthetic $folder/set --count 400
done
printf '\377' | dd of=b/set/train-images-idx3-ubyte bs=1 seek=5000 conv=notrunc 2>/dev/null
code=0
mpirun -n 1 -wdir "$PWD/a" "$LENET" train --data set --out none : \
  -n 1 -wdir "$PWD/b" "$LENET" train --data set --out none >out 2>err </dev/null || code=$?
[ "$code" -ne 0 ] || fail "other pictures: trained all the same"
once 'differs from rank 0 (.*): mark of the training pictures is'
LC_ALL=C sed "s/$("$LENET" version | sed -n '1s/lenet //p')/9.9.9/g" "$LENET" >older
chmod +x older
differs 'rank 1 (.*) is lenet 9.9.9, and rank 0' ./older train $run

# What fails on all is said once; what fails on one names it.
ranks 2 3 train $run --epoks 4
once "unknown option '--epoks'"
ranks 2 5 train $run
once 'batches of 64 have 4 of them, too few for 5 ranks'
differs "rank 1 (.*): lenet train: .*nowhere" "$LENET" train $run --data nowhere
ranks 2 2 eval
once 'lenet eval: 2 processes were started, but this command runs in one'
ranks 0 2 version
[ "$(grep -c '^lenet' out)" -eq 1 ] || fail "the version is not told once"
ranks 0 2 train --help
[ "$(grep -c '^lenet train' out)" -eq 1 ] || fail "the help is not told once"

# Mathematics that differ from one machine to another are noticed.
if command -v "${CC:-cc}" >/dev/null && [ -z "${ASAN_OPTIONS:-}" ]; then
  echo '#include <math.h>
double cos(double x) { return __builtin_sin(x + 1.5707963267948966) * 1.0001; }' >cos.c
  "${CC:-cc}" -shared -fPIC -fno-builtin -o cos.so cos.c -lm
  code=0
  mpirun -n 1 "$LENET" train $run --data a/set --validation 50 --schedule cosine --out none : \
    -n 1 -x LD_PRELOAD="$PWD/cos.so" "$LENET" train $run --data a/set --validation 50 --schedule cosine --out none >out 2>err </dev/null || code=$?
  [ "$code" -ne 0 ] || fail "other mathematics: trained all the same"
  once 'epoch 1: rank 1 (.*) has other weights than rank 0'
fi
