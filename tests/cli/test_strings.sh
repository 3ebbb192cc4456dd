# lenet data make strings and reader: lines of digits of a set, and what the reader learns from.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"

code=0
"$LENET" data make strings made --from synthetic:600 --digits 5 --gap 2..4 --count 6 --seed 9 \
  >out 2>err || code=$?
if grep -q 'without libpng' err; then
  echo "skipped: this build writes no PNG"
  exit 77
fi
[ "$code" -eq 0 ] || fail "exit code $code"
[ "$(cat out)" = made ] || fail "data make does not say where"
says err '^6 strings, 6 lines, 30 digits$'
[ "$(ls made | wc -l)" -eq 12 ] || fail "not a picture and a truth for each string"

# Five digits, and as much paper between their boxes as was asked for.
if command -v python3 >/dev/null; then
  python3 - <<'END' || fail "the truth is not as it should be"
import glob, json
for path in sorted(glob.glob("made/*.json")):
  d = json.load(open(path))
  (line,) = d["lines"]
  boxes = [g["box"] for g in line["digits"]]
  assert d["file"] == path[5:-5] + ".png" and len(boxes) == 5, path
  for a, b in zip(boxes, boxes[1:]):
    assert 2 <= b[0] - (a[0] + a[2]) <= 4, path
  assert boxes[-1][0] + boxes[-1][2] < d["width"], path
END
fi

# The same seed: the same bytes. Other seeds, splits, lengths: others. The number is part of a range.
exits 0 data make strings again --from synthetic:600 --digits 5..5 --gap 2..4 -n 2 -s 9 --quiet
for file in again/*; do
  same "$file" "made/${file#again/}"
done
exits 0 data make strings other --from synthetic:600 --count 1 --seed 10
! cmp -s other/string-00001.png again/string-00001.png || fail "the seed changes nothing"
exits 0 data make strings spoilt --from synthetic:600 --digits 5 --gap 2..4 -n 1 -s 9 --invert 0.1
! cmp -s spoilt/string-00001.png again/string-00001.png || fail "--invert changes nothing"
same spoilt/string-00001.json again/string-00001.json

# Validation and training share no digit: sample numbers tell.
if command -v python3 >/dev/null; then
  exits 0 data make strings train --from synthetic:6000 --split train -n 20
  exits 0 data make strings validation --from synthetic:6000 --split validation -n 20
  python3 - <<'END' || fail "the splits mix"
import glob, json
def samples(folder):
  return [g["sample"] for p in glob.glob(folder + "/*.json")
          for g in json.load(open(p))["lines"][0]["digits"]]
assert max(samples("train")) < 1000 <= min(samples("validation"))
END
fi
refuses 2 'split validation: the last 5000' data make strings few --from synthetic:600 \
  --split validation
refuses 2 'split validation' data make pages few --from synthetic:600 --split validation

# Classes go by their names, and must be digits.
mkdir -p own/2 own/7 letters/a letters/b
for copy in 1 2 3 4 5 6 7; do
  cp "$samples/two.pgm" own/2/$copy.pgm
  cp "$samples/seven.pgm" own/7/$copy.pgm
  cp "$samples/two.pgm" letters/a/$copy.pgm
  cp "$samples/two.pgm" letters/b/$copy.pgm
done
exits 0 data make strings own-strings --from own --split test -n 5
grep -h -o '"digit": [0-9]' own-strings/*.json | sort -u >classes
printf '"digit": 2\n"digit": 7\n' >wanted
same classes wanted
refuses 2 "class 'a' of the data set is no digit" data make strings bad --from letters

# What is out of range, and what goes with something else.
for bad in 0 11 3..2 1..11 x 1..2x 1...2; do
  refuses 2 'digits' data make strings bad --from synthetic:600 --digits=$bad
done
for bad in -9..0 0..29 4..-1 one; do
  refuses 2 'gap' data make strings bad --from synthetic:600 --gap=$bad
done
refuses 2 'invert' data make strings bad --from synthetic:600 --invert 0.6
refuses 2 'gap: does not go with .pages' data make pages bad --from synthetic:600 --gap 1..2
refuses 2 'what to make is missing' data make
refuses 2 'folder is missing' data make strings
refuses 2 "'more' is too much" data make strings bad more
[ ! -e bad ] || fail "a folder was made all the same"

# The reader's data: eleven classes, the shares of its kinds, the same each time.
needs_jansson
if [ -n "$people_data" ] && [ -d "$people_data" ]; then
  LENET_DATA=$people_data
  export LENET_DATA
  exits 0 data make reader reader --count 960
  exits 0 data info reader --json
  json "d['train']['samples'] == 960 if 'train' in d else True"
  exits 0 data make reader once-more --count 960 --quiet
  for file in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte; do
    same reader/$file once-more/$file
  done
  ! cmp -s reader/train-images-idx3-ubyte reader/t10k-images-idx3-ubyte || fail "one part is the other"
  if command -v python3 >/dev/null; then
    python3 - <<'END' || fail "the labels are not as they should be"
labels = open("reader/train-labels-idx1-ubyte", "rb").read()[8:]
assert len(labels) == 960 and set(labels) == set(range(11))
assert 960 * 11 / 96 <= labels.count(10) <= 960 * (11 + 70 * 0.75) / 96 # others, clothes, pieces
halves = labels[:480].count(10), labels[480:].count(10)
assert abs(halves[0] - halves[1]) < 60, halves # mixed
END
  fi
  exits 0 train --net '28x28 C4@5:relu M4 F11:softmax' --data reader --epochs 1 --out one.safetensors
  exits 0 read --model one.safetensors "$samples/lines.pgm"
  refuses 1 'is there already' data make reader reader --count 960
fi
refuses 2 'count' data make reader small --count 10
refuses 2 '--gap: 5..1: the smaller number comes first' data make strings bad --from synthetic:600 --gap 5..1
