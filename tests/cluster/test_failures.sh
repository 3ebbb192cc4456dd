# lenet train under mpirun: a rank that dies, one that hangs; the last checkpoint is whole and goes on.
. "$LENET_SOURCE_DIR/tests/cluster/common.sh"
run='--data synthetic:1200 --net lenet5 --epochs 30 --batch 64 --validation 0 --seed 2 --threads 1'
# shellcheck disable=SC2086 # $run is several words, here and below
exits 0 train $run --out whole

# Starts three ranks and does to rank 1, after two epochs, what the signal does.
befall() { # signal, name, options...
  signal=$1
  name=$2
  shift 2
  : >err
  # shellcheck disable=SC2086
  mpirun -n 3 "$LENET" train $run --out "$name" "$@" >out 2>err </dev/null &
  job=$!
  until grep -q '^epoch  *2/' err; do
    kill -0 "$job" 2>/dev/null || fail "the run ended before anything befell it"
    sleep 0.05 2>/dev/null || sleep 1
  done
  victim=$(rank_one "$name")
  [ "$(echo "$victim" | wc -w)" -eq 1 ] || fail "rank 1 is not one process: $victim"
  kill -s "$signal" "$victim"
  code=0
  wait "$job" || code=$?
  [ "$code" -ne 0 ] || fail "$signal: the job ended well"
}

goes_on() { # name
  [ -f "$1.ckpt" ] || fail "$1: no checkpoint"
  [ ! -f "$1" ] || fail "$1: a model"
  [ "$(find . -maxdepth 1 -name "$1*" | wc -l)" -eq 1 ] || fail "$1: half-written files"
  ranks 0 2 train --resume "$1.ckpt" --threads 1
  same whole "$1"
}

[ -d /proc/self ] || { echo 'skipped: no /proc'; exit 77; }
befall KILL killed
once 'lenet train: rank 1 (.*) \(does not answer any more\|cannot be reached\)$'
once 'stopped; to go on from here:'
goes_on killed

# It is noticed after the limit, named, and ended with the others.
befall STOP hung --timeout 3
once 'lenet train: rank 1 (.*) was silent for 3 s$'
once 'stopped; to go on from here:'
grep -q "^mpirun -n 3 $LENET train --resume hung.ckpt --threads 1 --timeout 3" err || fail "how to go on?"
[ -z "$(rank_one hung)" ] || fail "the hung rank is left"
goes_on hung
