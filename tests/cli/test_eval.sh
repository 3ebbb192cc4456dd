# lenet eval: numbers that agree with each other, and with MNIST where it is at hand.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

exits 0 eval --data synthetic:600 --json
json "d['samples'] == 100" "d['net'].startswith('lenet5') and d['parameters'] > 0" \
  "d['error_rate'] == d['errors'] / 100" "abs(d['accuracy'] + d['error_rate'] - 1) < 1e-9" \
  "d['loss'] > 0 and d['seconds'] > 0 and d['images_per_second'] > 0" \
  "sum(sum(r) for r in d['confusion']) == 100" \
  "100 - sum(d['confusion'][i][i] for i in range(10)) == d['errors']" \
  "d['split'] == 'test' and d['data'] == 'synthetic:600'"
cp out first
exits 0 eval --data synthetic:600 --split train --json
json "d['samples'] == 600" "d['split'] == 'train'"

# Any number of threads counts the same errors.
for threads in 1 2 3; do
  exits 0 eval --data synthetic:600 --threads $threads --json
  sed 's/"seconds":[^,]*,"images_per_second":[^,]*,//' out >these
  sed 's/"seconds":[^,]*,"images_per_second":[^,]*,//' first >those
  same these those
done

# Text: the figures and the confusion matrix.
exits 0 eval --data synthetic:600 --mistakes 3
[ ! -s err ] || fail "something on stderr"
says out '^error  *[0-9.]* %'
says out '^accuracy '
says out '^class  *0  *1  *2'
[ "$(grep -c '^[0-9]  *[0-9. ]* %$' out)" -eq 10 ] || fail "not a row for each class"
exits 0 eval --data synthetic:600 --mistakes 3 --json
json "len(d['mistakes']) == min(3, d['errors'])" \
  "all(m['label'] != m['answer'] for m in d['mistakes'])"

# Distorted pictures: harder ones, drawn from the seed, and the mistakes are drawn as they were read.
exits 0 eval --data synthetic:600 --augment invert=0.2,shift=3 --json
json "d['augment'] == 'shift=3,invert=0.2' and d['seed'] == '1' and d['error_rate'] > 0.05"
sed 's/"seconds":[^,]*,"images_per_second":[^,]*,//' out >these
exits 0 eval --data synthetic:600 --augment shift=3,invert=0.2 --seed 1 --threads 3 --json
sed 's/"seconds":[^,]*,"images_per_second":[^,]*,//' out >those
same these those
exits 0 eval --data synthetic:600 --augment shift=3,invert=0.2 --seed 2 --json
json "d['seed'] == '2'"
sed 's/"seconds":[^,]*,"images_per_second":[^,]*,//;s/"seed":"2"/"seed":"1"/' out >those
! cmp -s these those || fail "the seed changes nothing"
exits 0 eval --data synthetic:600 --augment none --json
json "d['augment'] is None and d['seed'] is None"
sed 's/"seconds":[^,]*,"images_per_second":[^,]*,//' out >these
sed 's/"seconds":[^,]*,"images_per_second":[^,]*,//' first >those
same these those
exits 0 eval --data synthetic:600 --augment invert=1 --mistakes 1
says out '^distorted by invert=1, seed 1$'
says out '@@@@@@@@@@@@@@'
refuses 2 'augment: column 1' eval --data synthetic:600 --augment upside-down
refuses 2 'seed' eval --data synthetic:600 --seed 3

# In integers: nearly the same answers, the same on every instruction set and any number of threads.
exits 0 eval --data synthetic:6000 --json
json "d['int8'] is None"
cp out float
exits 0 eval --data synthetic:6000 --int8 --json
json "d['int8'] == {'calibration_samples': 1000} and d['samples'] == 1000" \
  "abs(d['errors'] - json.load(open('float'))['errors']) <= 5" \
  "abs(d['loss'] - json.load(open('float'))['loss']) < 0.02"
sed 's/,"calibration".*//; s/"loss":[^,]*,"seconds":[^,]*,"images_per_second":[^,]*,//' out >these
for how in '--isa scalar' '--threads 1' '--threads 3'; do
  exits 0 eval --data synthetic:6000 --int8 --json $how
  sed 's/,"calibration".*//; s/"loss":[^,]*,"seconds":[^,]*,"images_per_second":[^,]*,//' out >those
  same these those
done
exits 0 eval --data synthetic:600 --int8
says out '^in 8-bit integers, scales from 600 training images of '
refuses 2 'int8: one model at a time, not 2' eval --data synthetic:600 --int8 \
  --model lenet5-modern,lenet5-modern

# The error-reject curve: from all to few pictures, and the least rejection for 0.5 and 0.1 %.
exits 0 train --net '28x28 C4@5:relu M4 F10:softmax' --data synthetic:1200 --epochs 10 --batch 8 \
  --out one.safetensors
exits 0 eval --model one.safetensors --data synthetic:1200 --split train --json
json "d['rejection']['curve'][0] == [0, d['error_rate']]" \
  "100 < len(d['rejection']['curve']) <= 200" \
  "all(a[0] < b[0] < 1 for a, b in zip(d['rejection']['curve'], d['rejection']['curve'][1:]))" \
  "all(round(1200 * (1 - r) * e, 3) % 1 in (0, 1) for r, e in d['rejection']['curve'])" \
  "0 < d['rejection']['at_half_percent']['error'] <= 0.005 < d['error_rate']" \
  "d['rejection']['at_tenth_percent']['error'] <= 0.001" \
  "d['rejection']['at_half_percent']['rejected'] < d['rejection']['at_tenth_percent']['rejected']" \
  "d['rejection']['at_half_percent']['margin'] < d['rejection']['at_tenth_percent']['margin']"
cp out one
exits 0 eval --model one.safetensors --data synthetic:1200 --split train
[ "$(grep -c '^rejecting [0-9.]* % (margin below [0-9.]*) leaves 0\.[0-9]* % error$' out)" -eq 2 ] ||
  fail "not two rejections"

# Several models together: the same one three times answers as it does alone, to rounding.
exits 0 eval --model one.safetensors,one.safetensors,one.safetensors --data synthetic:1200 \
  --split train --json
json "all(d[k] == json.load(open('one'))[k] for k in ('errors', 'confusion', 'net'))" \
  "abs(d['loss'] - json.load(open('one'))['loss']) < 1e-5" \
  "d['model'] == 'one.safetensors,one.safetensors,one.safetensors'" \
  "d['parameters'] == 3 * d['models'][0]['parameters'] and len(d['models']) == 3" \
  "[m['model'] for m in d['models']] == 3 * ['one.safetensors']" \
  "'models' not in json.load(open('one'))"
sed 's/"seconds":[^,]*,"images_per_second":[^,]*,//' out >these
exits 0 eval --model one.safetensors,one.safetensors,one.safetensors --data synthetic:1200 \
  --split train --json --threads 3
sed 's/"seconds":[^,]*,"images_per_second":[^,]*,//' out >those
same these those
exits 0 eval --model lenet5-modern,one.safetensors --data synthetic:600 --json
json "d['net'] == 'several'"
exits 0 eval --model lenet5-modern,one.safetensors --data synthetic:600
says out '^2 models together (.* parameters) on synthetic:600'
says out '^  one.safetensors (28x28 C4@5:relu M4 F10:softmax)$'
# A file whose name has a comma is one file.
cp one.safetensors lenet5-modern,one.safetensors
exits 0 eval --model lenet5-modern,one.safetensors --data synthetic:600 --json
json "'models' not in d and d['net'] != 'several'"
exits 0 train --net '28x28 M4 F11:softmax' --data synthetic:300 --epochs 1 --out other.safetensors
refuses 2 'one.safetensors, other.safetensors: models 1 and 2 end with F10:softmax and F11' \
  eval --model one.safetensors,other.safetensors --data synthetic:600
refuses 2 'a name is missing' eval --model one.safetensors, --data synthetic:600
refuses 3 'two.safetensors' eval --model one.safetensors,two.safetensors --data synthetic:600

# Data that is not there or not right.
refuses 4 'lenet data fetch mnist' eval
refuses 4 'no-such-folder' eval --data no-such-folder
refuses 3 'no-such.safetensors' eval --data synthetic:600 --model no-such.safetensors
refuses 2 'column' eval --data synthetic:many

# Another number of classes than the model has is warned of.
mkdir -p by-class/2 by-class/7
cp "$samples/two.pgm" by-class/2
cp "$samples/seven.pgm" by-class/7
exits 0 eval --data by-class --split train
says err 'warning: .* 10 classes apart, by-class has 2$'
[ "$(wc -l <err)" -eq 1 ] || fail "not one line"

# Answers that the data set has no class for go by their number.
exits 0 eval --model lenet5-ascii --data synthetic:600
grep -q 'read as [1-9][0-9]$' out && ! grep -q null out || fail "answers without a class"

# Printed characters: look-alikes as one, by hand, and the held-out fonts, whichever there are.
if "$LENET" version | grep -q freetype; then
  exits 0 eval --model lenet5-ascii --data glyphs:5700 --json
  json "len(d['classes']) == 95 and d['classes'][1] == '!'" \
    "d['samples'] == 950 and d['error_rate'] < 0.07" \
    "d['alike']['errors'] == sum(n for i, r in enumerate(d['confusion']) for k, n in enumerate(r)
      if i != k and not any(chr(32 + i) in g and chr(32 + k) in g for g in ['0Oo', '1Il|', 'Cc',
      'Ss', 'Vv', 'Ww', 'Xx', 'Zz', chr(39) + '\`', ',.', '-_']))" \
    "d['alike']['errors'] < 0.03 * 950 and d['alike']['digits'] == 100"
  exits 0 eval --model lenet5-ascii --data glyphs:5700
  says out '^but alike '
  says out '^digits .* of 100, '
  says out '^confused most often:'
fi

# The shipped model on MNIST.
[ -d "$people_data/mnist" ] || { echo "MNIST is not at hand: its part is left out"; exit 0; }
exits 0 eval --data-dir "$people_data" --json
json "d['samples'] == 10000" "d['error_rate'] < 0.02"
LENET_DATA=$people_data exits 0 eval --data mnist
says out '10,000 images'
[ ! -s err ] || fail "something on stderr"

# A model of another known set is measured, but not without a word. The name of the folder is as
# long as that of the set, so that one can stand for the other in the model file.
exits 0 data make synthetic ./folder-abcd --count 300
exits 0 train --net '28x28 M4 F10:softmax' --data ./folder-abcd --epochs 1 --out small.safetensors
LC_ALL=C sed 's|\./folder-abcd|fashion-mnist|g' small.safetensors >other.safetensors
LENET_DATA=$people_data exits 0 eval --model other.safetensors --data mnist
says err 'warning: other.safetensors was trained on fashion-mnist, not on mnist$'
[ "$(wc -l <err)" -eq 1 ] || fail "not one line"
