# lenet sweep: runs and seeds, results that are not repeated, the table, wrong files.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson
command -v python3 >/dev/null || exit 77
sweep() { "$LENET" sweep "$@" >out 2>err </dev/null; }

cat >some.txt <<'T'
# two runs
seeds 1-2
plain: --data synthetic:300 --epochs 2    # a comment
small: --data synthetic:300 --epochs 1 --net '28x28 F8:tanh F10:softmax'
T
sweep some.txt --models kept || fail "the sweep: $(cat err)"
[ "$(wc -l <some.jsonl)" -eq 4 ] || fail "not four results"
[ -f kept/plain-1.safetensors ] && [ -f kept/small-2.safetensors ] || fail "no models"
grep -q '^| plain | 61,706 | 2 | [0-9.]* ± [0-9.]* (worst [0-9.]*) | [0-9.]* |$' out ||
  fail "the row of plain: $(cat out)"
! grep -q 'test' out || fail "the test images show without --test"
python3 - some.jsonl <<'P' || fail "a result is not that of lenet train"
import json, statistics, subprocess, os, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert [(r["run"], r["seed"]) for r in lines] == [("plain", 1), ("plain", 2), ("small", 1), ("small", 2)]
out = subprocess.run([os.environ["LENET"], "train", "--data", "synthetic:300", "--epochs", "2",
                      "--seed", "2", "--out", "none", "--json", "-q"], capture_output=True, text=True)
want = json.loads(out.stdout)
assert lines[1]["test_errors"] == want["test_errors"]
assert lines[1]["validation_error"] == want["epochs"][want["best_epoch"] - 1]["validation_error"]
errors = [100 * r["test_error"] for r in lines[:2]]
print(f"{statistics.mean(errors):.2f} ± {abs(errors[0] - errors[1]) / 2 ** 0.5:.2f}")
P
mean=$(python3 -c "
import json; e = [100 * json.loads(l)['test_error'] for l in open('some.jsonl')][:2]
print('%.2f ± %.2f' % (sum(e) / 2, abs(e[0] - e[1]) / 2 ** 0.5))")
sweep some.txt --table --test && grep -q "^| plain .* $mean " out || fail "the table: $(cat out)"

# What is there is not repeated; other options are another run; a stopped one leaves nothing half.
cp some.jsonl before
sweep some.txt || fail "the sweep again"
same before some.jsonl
says err 'nothing to train: some.jsonl has all 4 runs'
sweep some.txt --table --test --json || fail "the table as JSON"
json "[r['run'] for r in d['runs']] == ['plain', 'small']" "d['runs'][0]['seeds'] == 2" \
  "d['runs'][0]['parameters'] == 61706" \
  "abs(100 * d['runs'][0]['test_error']['mean'] - float('$mean'.split()[0])) <= 0.006" \
  "d['runs'][0]['test_error']['worst'] >= d['runs'][0]['test_error']['mean']"
sed -i 's/epochs 1/epochs 3/' some.txt
sweep some.txt --jobs 2 --only small || fail "the changed sweep"
[ "$(wc -l <some.jsonl)" -eq 6 ] || fail "the changed run was not repeated"
[ "$(sweep some.txt --table; grep -c '^| small' out)" -eq 1 ] || fail "old results in the table"

wrong() { # exit code, word, text of the file
  printf '%b' "$3" >wrong.txt
  code=0
  sweep wrong.txt || code=$?
  [ "$code" -eq "$1" ] || fail "'$3': exit code $code"
  grep -q "$2" err || fail "'$3': $(cat err)"
}
wrong 3 'wrong.txt:2: neither NAME: OPTIONS nor seeds nor wait' '# x\nnothing\n'
wrong 3 "wrong.txt:1: 'one' is no list of seeds" 'seeds one\n'
wrong 3 'wrong.txt:2: a stands on a line above' 'a: --epochs 1\na: --epochs 2\n'
for own in '--seed 3' --seed=3 '-s 3' --see=3 '-o x' --out=x --resume=x --json --help; do
  wrong 3 "wrong.txt:1: '.*' is the sweep" "a: $own\\n"
done
wrong 3 "wrong.txt:1: '3-1' is no list of seeds" 'seeds 3-1\n'
wrong 3 "wrong.txt:1: '²' is no list of seeds" 'seeds ²\n'
wrong 3 'wrong.txt:1: a quotation has no end' "a: --net '28x28\n"
wrong 3 'wrong.txt:1: nothing stands behind the last backslash' 'a: --net x\\'
wrong 1 "a, seed 1: lenet train: unknown option '--epoks'" 'a: --epoks 3\n'
printf '{"half\n' >wrong.jsonl
wrong 3 'wrong.jsonl:1: no result' 'a: --epochs 3\n'

# A line that was cut short is as if it had not been.
head -c -40 before >some.jsonl
sed -i 's/epochs 3/epochs 1/' some.txt
sweep some.txt || fail "the sweep after a cut line: $(cat err)"
[ "$(sed 's/"seconds": [0-9.]*//' some.jsonl)" = "$(sed 's/"seconds": [0-9.]*//' before)" ] ||
  fail "not the results that were"
code=0
sweep some.txt --models /proc/none || code=$?
[ "$code" -eq 2 ] && grep -q -- '--models: /proc/none' err || fail "--models: $(cat err)"
code=0
sweep nowhere.txt || code=$?
[ "$code" -eq 3 ] || fail "a missing file: exit code $code"
refuses 2 'no file of runs given' sweep
refuses 2 "'b.txt' is too much" sweep some.txt b.txt
refuses 2 "only: some.txt has no run called 'plane'" sweep some.txt --only plain,plane

# A file of something else keeps what it has, if it has a newline or not; nor has a file without lines
# an end, or memory for all of it.
printf 'plain: --data synthetic:300 --epochs 1\n' >mine.txt
for text in 'my words' '{"mine": 1}' '{"run": '; do
  printf '%s' "$text" >mine.jsonl
  cp mine.jsonl was
  code=0
  sweep mine.txt || code=$?
  [ "$text" = '{"run": ' ] || { [ "$code" -eq 3 ] && says err '^lenet sweep: mine.jsonl:1: no result of a run$' &&
    same was mine.jsonl; } || fail "'$text': exit code $code: $(cat err)"
done
grep -q '^{"run": "plain", ' mine.jsonl || fail "what a kill left: $(cat mine.jsonl)"
wrong 3 'wrong.txt:1: a byte 0' 'a: --ep\000ochs 1\n'
head -c 3000000 /dev/zero | tr '\000' x >long.txt
refuses 3 'long.txt:1: too long for a line' sweep long.txt --table
refuses 3 'list: long.txt:1: too long for a line' read --list long.txt
ln -s long.txt mine-long.jsonl
cp mine.txt mine-long.txt
refuses 3 'mine-long.jsonl:1: too long for a line' sweep mine-long.txt --table

# Results that cannot be kept are told of before anything is trained.
printf 'plain: --data synthetic:300 --epochs 1\n' >kept-nowhere.txt
ln -s /dev/null kept-nowhere.jsonl
code=0
sweep kept-nowhere.txt --models untrained || code=$?
[ "$code" -eq 2 ] && says err 'results: /dev/null is not a regular file' && [ ! -e untrained ] ||
  fail "results into a device: exit code $code: $(cat err)"

# A run that ends well without a result is one that failed; the others go on.
printf 'helpful: -qh\nplain: --data synthetic:300 --epochs 1\n' >helpful.txt
code=0
sweep helpful.txt || code=$?
[ "$code" -eq 1 ] && says err 'helpful, seed 1: lenet train printed no result' &&
  [ "$(wc -l <helpful.jsonl)" -eq 1 ] || fail "a run without a result: $(cat err)"

# What another sweep is writing is not taken for what a kill has left.
if command -v flock >/dev/null; then
  printf 'plain: --data synthetic:300 --epochs 1 --validation 0\n' >shared.txt
  : >shared.jsonl
  flock shared.jsonl -c 'printf "{\"run\": \"other\", " >>shared.jsonl; : >holds; sleep 2
    printf "\"seed\": 1, \"options\": \"\"}\n" >>shared.jsonl' &
  until [ -f holds ]; do sleep 0.05 2>/dev/null || sleep 1; done
  sweep shared.txt || fail "a shared file: $(cat err)"
  wait
  [ "$(wc -l <shared.jsonl)" -eq 2 ] && grep -q '^{"run": "other", "seed": 1, "options": ""}$' shared.jsonl ||
    fail "a shared file: $(cat shared.jsonl)"
fi

# Where no run can be started, the reason is told: here there are no descriptors for what it prints, but the one
# that its file takes.
printf 'plain: --data synthetic:300 --epochs 1\n' >kept-nothing.txt
code=0 descriptors=4
until [ $descriptors -eq 64 ] ||
  (ulimit -n $descriptors && exec "$LENET" sweep kept-nothing.txt --table) >/dev/null 2>&1; do
  descriptors=$((descriptors + 1))
done
(ulimit -n $descriptors && exec "$LENET" sweep kept-nothing.txt) >out 2>err </dev/null || code=$?
[ "$code" -eq 1 ] && says err 'a run cannot be started: ' || fail "no descriptors: $code: $(cat err)"

# Words as a shell has them, {models} and {seed}; what stands below 'wait' needs what stands above.
cat >taught.txt <<'T'
seeds 2,5
teacher: --data synthetic:300 --epochs 1 --net "28x28 F8:tanh F10:softmax"
wait
pupil: --data synthetic:300 --epochs 1 --net 28x28\ F8:tanh\ F10:softmax --teachers {models}/teacher-{seed}.safetensors
T
sweep taught.txt --models 'my models' --jobs 4 || fail "teachers: $(cat err)"
[ "$(wc -l <taught.jsonl)" -eq 4 ] || fail "teachers: not four results"
python3 - <<'P' || fail "teachers: the options"
import json, shlex
lines = [json.loads(line) for line in open("taught.jsonl")]
assert [r["run"] for r in lines] == ["teacher"] * 2 + ["pupil"] * 2, lines
for r in lines:
  words = shlex.split(r["options"])
  assert words[5] == "28x28 F8:tanh F10:softmax", words
  if r["run"] == "pupil":
    assert words[7] == f"my models/teacher-{r['seed']}.safetensors", words
P
printf 'a: --data "a #b" # c\nb: --data a\\ #b\n' >hash.txt
sweep hash.txt --table || fail "a # within a word: $(cat err)"
refuses 2 '--models: taught.txt:4 has {models}, and no folder is given' sweep taught.txt
refuses 2 '--models: taught.txt:4 has {models}' sweep taught.txt --table
sweep taught.txt --table --models 'my models' && grep -q '^| pupil |' out || fail "pupil's row: $(cat out)"

# Stopped, it takes its runs with it, keeps what is done and goes on; killed, likewise.
sed 's/epochs 2/epochs 40/' some.txt >stopped.txt
for signal in TERM KILL; do
  rm -f stopped.jsonl
  "$LENET" sweep stopped.txt --models stopped >out 2>err </dev/null &
  job=$!
  until [ -f stopped/plain-1.safetensors.ckpt ]; do
    kill -0 "$job" 2>/dev/null || fail "the sweep ended before it could be stopped"
    sleep 0.05 2>/dev/null || sleep 1
  done
  kill -s $signal "$job"
  code=0
  wait "$job" || code=$?
  case $signal in
    TERM) [ "$code" -eq 130 ] || fail "SIGTERM: exit code $code" ;;
    KILL) [ "$code" -eq 137 ] || fail "SIGKILL: exit code $code" ;;
  esac
  [ $signal = KILL ] || says err 'stopped with 0 of 4 runs done; the same command goes on'
  if [ "$(uname)" = Linux ]; then # a killed one's runs hear of it
    sleep 1
    cp stopped/plain-1.safetensors.ckpt was
    sleep 1
    same was stopped/plain-1.safetensors.ckpt
  fi
  rm -r stopped
done
