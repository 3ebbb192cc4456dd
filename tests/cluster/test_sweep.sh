# lenet sweep under mpirun: the table of one process; killed in the middle and started again the same.
. "$LENET_SOURCE_DIR/tests/cluster/common.sh"
cat >some.txt <<'T'
seeds 1-4
plain: --data synthetic:600 --epochs 2
small: --data synthetic:600 --epochs 2 --net '28x28 F8:tanh F10:softmax'
T
untimed() { sed 's/"seconds": [0-9.]*//; s/"threads": [0-9]*//' "$1" | sort; }
table() { "$LENET" sweep "$1" --table --test | sed 's/| [0-9.]* |$/|/'; } # without the minutes

exits 0 sweep some.txt
[ "$(wc -l <some.jsonl)" -eq 8 ] || fail "not eight results"
table some.txt >alone
[ "$(wc -l <alone)" -eq 4 ] || fail "not two rows"

cp some.txt ranks.txt
ranks 0 3 sweep ranks.txt --models kept
[ "$(wc -l <ranks.jsonl)" -eq 8 ] || fail "three ranks: not eight results"
[ -f kept/plain-1.safetensors ] && [ -f kept/small-4.safetensors ] || fail "three ranks: no models"
table ranks.txt >together
same alone together
untimed some.jsonl >a
untimed ranks.jsonl >b
same a b
cp ranks.jsonl before
ranks 0 2 sweep ranks.txt
same before ranks.jsonl

# Killed, all of it, when some results are there: only the rest is trained.
for signal in KILL TERM; do
  rm -f killed.jsonl
  cp some.txt killed.txt
  mpirun -n 3 "$LENET" sweep killed.txt >out 2>err </dev/null &
  job=$!
  until [ -f killed.jsonl ] && [ "$(wc -l <killed.jsonl)" -ge 2 ]; do
    kill -0 "$job" 2>/dev/null || fail "the sweep ended before it could be killed"
    sleep 0.02 2>/dev/null || sleep 1
  done
  kill -s $signal "$job"
  wait "$job" && fail "a killed sweep ended well"
  sleep 2 # mpirun's processes notice that it is gone
  done=$(grep -c '}$' killed.jsonl)
  [ "$done" -lt 8 ] || echo "the sweep was done when it was killed"
  head -n "$done" killed.jsonl >first
  ranks 0 2 sweep killed.txt
  head -n "$done" killed.jsonl >still
  same first still
  table killed.txt >after
  same alone after
done

# A run that fails is told of once, and the others are there.
cat >bad.txt <<'T'
good: --data synthetic:300 --epochs 1
bad: --epoks 3
T
ranks 1 2 sweep bad.txt
once "bad, seed 1: lenet train: unknown option '--epoks'"
[ "$(wc -l <bad.jsonl)" -eq 1 ] || fail "the good run has no result"

# A rank that hangs ends the sweep; what was done stays.
if [ -d /proc/self ]; then
  sed 's/epochs 2/epochs 400/' some.txt >hung.txt
  mpirun -n 2 "$LENET" sweep hung.txt --timeout 3 >out 2>err </dev/null &
  job=$!
  victim=
  until [ -n "$victim" ]; do
    sleep 0.2 2>/dev/null || sleep 1
    victim=$(rank_one hung.txt)
  done
  sleep 2
  kill -s STOP "$victim"
  code=0
  wait "$job" || code=$?
  [ "$code" -ne 0 ] || fail "a hung rank: the sweep ended well"
  once 'lenet sweep: rank 1 (.*) was silent for 3 s$'
fi
