# bench/peers/compare.py: measures lenet without any peer, says how to install those that lack, and
# believes a peer only if it gives lenet's answers and learns what lenet learns.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
command -v python3 >/dev/null || { echo "skipped: no python3"; exit 77; }
needs_jansson

# A peer that asks lenet itself; its second argument is how it deceives.
cat >peer.py <<'E2'
import json, os, subprocess, sys
lie, kind, folder, threads, *numbers = sys.argv[1:]
assert kind in ("answers", "forward", "latency", "train") and int(threads) > 0
assert "OPENBLAS_CORETYPE" not in os.environ
def lenet(*line):
    return json.loads(subprocess.check_output([os.environ["LENET"], *line, "--json", "--quiet"]))
labels = open(folder + "/test.labels", "rb").read()
assert os.path.getsize(folder + "/test.images") == 784 * len(labels)
assert os.path.getsize(folder + "/start.floats") == 4 * (2 + 61706)
mistakes = lenet("eval", "--model", folder + "/trained.safetensors", "--data",
                 folder + "/synthetic", "--mistakes", str(len(labels)))["mistakes"]
answers = [str(label) for label in labels]
for mistake in mistakes:
    answers[mistake["index"]] = str(mistake["answer"])
if lie == "answers":
    answers = ["0"] * len(answers)
document = {"version": "Fake 1.0", "answers": "".join(answers)}
if kind == "forward":
    document = {"images_per_second": 1000.0 * float(numbers[0]), "how": "slowly"}
if kind == "latency":
    document = {"median_us": 5000.0 / float(numbers[0]), "p99_us": 20000}
if kind == "train":
    batch, images = map(int, numbers)
    epoch = lenet("train", "--net", "lenet5", "--data", folder + "/synthetic", "--init",
                  folder + "/start.safetensors", "--optimizer", "sgd", "--momentum", "0.9", "--lr",
                  "0.02", "--schedule", "constant", "--weight-decay", "0", "--batch", str(batch),
                  "--epochs", "1", "--validation", "0", "--samples", str(images), "--seed", "2",
                  "--out", "none")["epochs"][0]
    document.update(seconds=60.0, loss=epoch["train_loss"] * (2 if lie == "loss" else 1))
print("oops" if lie == "json" and kind != "answers" else json.dumps(document))
E2

# compare.py, its exit code, its arguments.
compares() {
  wanted=$1
  shift
  code=0
  OPENBLAS_CORETYPE=Haswell python3 "$LENET_SOURCE_DIR/bench/peers/compare.py" --lenet "$LENET" \
    --data synthetic:600 --folder peers --quick --threads 2 "$@" >out 2>err </dev/null || code=$?
  [ "$code" -eq "$wanted" ] || fail "compare.py $*: exit code $code, not $wanted"
}
fake() { # NAME, how it deceives
  echo "$1=python3 $PWD/peer.py $2"
}

compares 0 --peer "$(fake honest nothing)" --only honest,train64,forward,latency --json
json "d['images'] == 120 and d['test_images'] == 100 and d['threads'] == 2" \
  "[(p['who'], p['version'], p['differing']) for p in d['peers']] == [('honest', 'Fake 1.0', 0)]" \
  "[(r['work'], r['who']) for r in d['results']] == [(w, p) for w in
    ('train64', 'forward', 'latency') for p in ('lenet', 'honest')]" \
  "all(r['figure'] > 0 and len(r['runs']) == 1 and r['spread'] == 0 for r in d['results'])" \
  "all(r['ratio'] == 1 for r in d['results'] if r['who'] == 'lenet')"
# The sign of a ratio: images/s of lenet by theirs, microseconds of theirs by lenet's.
json "all(r['figure'] == 300 and abs(r['ratio'] * 300 / o['figure'] - 1) < 1e-9
    for o, r in [d['results'][2:4]])" \
  "all(abs(r['figure'] * 0.3 / 5000 - 1) < 1e-9 and
    abs(r['ratio'] * o['figure'] / r['figure'] - 1) < 1e-9 for o, r in [d['results'][4:6]])" \
  "all(abs(r['ratio'] * o['figure'] / 60 - 1) < 1e-9 and r['errors'] <= 100
    for o, r in [d['results'][0:2]])"

# Who computes something else is named, fails the run, and has no figures; the others have theirs.
compares 1 --peer "$(fake honest nothing)" --peer "$(fake liar answers)" \
  --peer "$(fake other loss)" --peer "$(fake mute json)" --peer "gone=$PWD/no-such-program" \
  --only honest,liar,other,mute,gone,train16 --json result.json
says out '^liar: not measured: answers [0-9]* of 100 images otherwise$'
says out '^gone: not measured: .*no-such-program'
says out '^  other  *learns otherwise: loss '
says out '^  mute  *printed no JSON'
says out '^  honest  *60.00 s  *0 %  *[0-9.]*x  '
says out '^honest: Fake 1.0; 0 of 100 test images answered otherwise than by lenet$'
mv result.json out
json "[r['who'] for r in d['results'] if 'figure' in r] == ['lenet', 'honest']" \
  "all('ratio' not in r for r in d['results'] if 'failure' in r)"

# Nobody there: lenet is measured all the same, and how to install a peer is said.
CC=$PWD/no-such-compiler compares 0 --only onednn,latency
says out '^  lenet  *[0-9.]* us '
says out '^oneDNN: not here; to install: .*libdnnl-dev'
compares 0 --only lenet,forward --threads 1 --json
json "d['peers'] == [] and [r['who'] for r in d['results']] == ['lenet']"

compares 2 --only nobody
says err 'nobody'
compares 2 --rounds 0
compares 4 --data "$PWD/no-such-folder"
says err '^compare.py: nothing to compare: .*no-such-folder'
[ ! -e "$LENET_SOURCE_DIR/bench/peers/__pycache__" ] || fail "compare.py leaves files in the sources"
