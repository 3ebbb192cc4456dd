# experiments/sweep.py: runs and seeds, results that are not repeated, the table, wrong files.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson
command -v python3 >/dev/null || exit 77
sweep() { python3 "$LENET_SOURCE_DIR/experiments/sweep.py" "$@" --lenet "$LENET" >out 2>err; }

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
wrong 3 'wrong.txt:2: neither NAME: OPTIONS nor seeds' '# x\nnothing\n'
wrong 3 "wrong.txt:1: 'one' is no list of seeds" 'seeds one\n'
wrong 3 'wrong.txt:2: a stands on a line above' 'a: --epochs 1\na: --epochs 2\n'
for own in '--seed 3' --seed=3 '-s 3' --see=3 '-o x' --out=x --resume=x --json --help; do
  wrong 3 "wrong.txt:1: '.*' is the sweep" "a: $own\\n"
done
wrong 3 "wrong.txt:1: '3-1' is no list of seeds" 'seeds 3-1\n'
wrong 3 "wrong.txt:1: '²' is no list of seeds" 'seeds ²\n'
wrong 3 'wrong.txt:1: No closing quotation' "a: --net '28x28\n"
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
rm some.jsonl
code=0
python3 "$LENET_SOURCE_DIR/experiments/sweep.py" some.txt --lenet /bin/true >out 2>err || code=$?
[ "$code" -eq 1 ] && grep -q 'printed no JSON' err || fail "no JSON: $(cat err)"
code=0
sweep nowhere.txt || code=$?
[ "$code" -eq 3 ] || fail "a missing file: exit code $code"
code=0
python3 "$LENET_SOURCE_DIR/experiments/sweep.py" some.txt --lenet ./nowhere >out 2>err || code=$?
[ "$code" -eq 2 ] && grep -q './nowhere: no such command' err || fail "a missing command: $(cat err)"
