# lenet train: the same weights on any number of threads, what it keeps, what it says.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson
small='--data synthetic:600 --epochs 2 --seed 4'

# The same bits whatever the number of threads, and again; another seed gives others.
# shellcheck disable=SC2086 # $small is several words, here and below
for threads in 1 2 3; do
  exits 0 train $small --threads $threads --out $threads.safetensors
done
same 1.safetensors 2.safetensors
same 1.safetensors 3.safetensors
# shellcheck disable=SC2086
exits 0 train --data synthetic:600 --epochs 2 --seed 5 --out other.safetensors
! cmp -s 1.safetensors other.safetensors || fail "the seed changes nothing"
says out '^test error '
says out '^model  *other.safetensors$'
says err '^lenet5, 61,706 parameters$'
says err '^synthetic:600: 550 training, 50 validation, 100 test images$'
says err '^epoch  2/2  loss [0-9.]*  error [0-9.]* % train, [0-9.]* % validation  [0-9.]* s'
[ "$(awk 'length > 80' err | wc -l)" -eq 0 ] || fail "an epoch's line is wider than 80 columns"
[ "$(grep -c '^epoch' err)" -eq 2 ] || fail "not one line per epoch"
! ls ./*.ckpt >/dev/null 2>&1 || fail "a checkpoint is left"

# The scalar kernels are the specification: they run everywhere and learn the same thing.
# shellcheck disable=SC2086
exits 0 train $small --isa scalar --out scalar.safetensors --json
json "d['isa'] == 'scalar'"

# JSON, all of it.
# shellcheck disable=SC2086
exits 0 train $small --json --quiet
[ ! -s err ] || fail "--quiet is not quiet"
[ -f lenet5.safetensors ] || fail "no lenet5.safetensors by default"
json "d['net'] == 'lenet5'" "d['parameters'] == 61706" "d['train_samples'] == 550" \
  "d['model'] == 'lenet5.safetensors'" \
  "len(d['epochs']) == 2 and [e['epoch'] for e in d['epochs']] == [1, 2]" \
  "all(0 <= e[k] <= 1 for e in d['epochs'] for k in ('train_error', 'validation_error'))" \
  "all(e['train_loss'] > 0 and e['seconds'] > 0 for e in d['epochs'])" \
  "d['test_samples'] == 100 and d['test_error'] == d['test_errors'] / 100" \
  "d['seconds'] > 0 and d['images_per_second'] > 0" \
  "d['best_epoch'] == min((e['validation_error'], e['epoch']) for e in d['epochs'])[1]" \
  "d['recipe'].startswith('lenet train --net lenet5 --data synthetic:600')"
errors=$(sed 's/.*"test_errors":\([0-9]*\).*/\1/' out)

# What was measured is what a second program run measures, and what the model's notes say.
exits 0 eval --model lenet5.safetensors --data synthetic:600 --json
json "d['errors'] == $errors" "d['model'] == 'lenet5.safetensors'"
exits 0 show --model lenet5.safetensors --json
json "abs(float(d['notes']['test_error']) - $errors / 100) < 1e-9" \
  "d['notes']['data'] == 'synthetic:600'" "d['notes']['epochs'] == '2'"

# The recipe in the notes is a command that gives the same file.
recipe=$("$LENET" show --model lenet5.safetensors | sed -n 's/^recipe  *lenet //p')
# shellcheck disable=SC2086
exits 0 $recipe --out again.safetensors
same lenet5.safetensors again.safetensors

# Distorted pictures: the same on any number of threads, noted, and asked for by the recipe.
distorted='--augment affine,elastic,shift=1'
# shellcheck disable=SC2086
for threads in 1 2 3; do
  exits 0 train $small $distorted --threads $threads --out bent.$threads --json
  same bent.1 bent.$threads
done
! cmp -s bent.1 1.safetensors || fail "--augment changes nothing"
spec='elastic,shift=1,scale=0.1,squeeze=0.1,shear=0.2'
json "d['augment'] == '$spec'" "d['recipe'].endswith('--augment $spec')"
says err "distorted anew in each epoch: $spec"
recipe=$("$LENET" show --model bent.1 | sed -n 's/^recipe  *lenet //p')
# shellcheck disable=SC2086
exits 0 $recipe --out bent.again
same bent.1 bent.again
exits 0 show --model bent.1 --json
json "d['notes']['augment'] == '$spec'"
# shellcheck disable=SC2086
exits 0 train $small --augment shift=0 --out straight --json
json "d['augment'] is None" "'--augment' not in d['recipe']"
same straight 1.safetensors
refuses 2 "--augment: column 8: 'bent' is no distortion" train --augment affine,bent
refuses 2 '--augment: column 7: shift: 0, or 0.001 to 32' train --augment shift=99

# A network of one's own, every optimiser and schedule.
exits 0 train --net '28x28 C4@5:relu M2 F10:softmax' --data synthetic:300 --epochs 1
[ -f network.safetensors ] || fail "no network.safetensors"
exits 0 predict --model network.safetensors "$samples/seven.pgm"
exits 0 train --data synthetic:300 --epochs 2 --out none --json \
  --optimizer sgd --lr 0.02 --momentum 0.5 --weight-decay 0.001 --schedule step --step-epochs 1 \
  --step-factor 0.5 --batch 32
json "d['model'] is None" "'--optimizer sgd --lr 0.02 --momentum 0.5' in d['recipe']" \
  "d['epochs'][1]['learning_rate'] < d['epochs'][0]['learning_rate']"
exits 0 train --data synthetic:300 --epochs 1 --optimizer adam --schedule constant --out none
! grep -q 'rates' err || fail "rates of single weights where they are all the same"

# The method of 1998: its own defaults, its choices in the recipe, the range of its rates.
sdlm='--net lenet5 --data synthetic:300 --epochs 3 --validation 0 --optimizer sdlm --seed 2'
# shellcheck disable=SC2086
exits 0 train $sdlm --out sdlm --json
says err '^sdlm, rate 0.0005 1998, weight decay 0, batch 1, seed 2'
says err '^mu 0.02, second derivatives from 500 images before each epoch$'
says err '^epoch  3/3 .* s  rates [0-9.e-]* to 0.0[0-9]*$'
[ "$(awk 'length > 80' err | wc -l)" -eq 0 ] || fail "an epoch's line is wider than 80 columns"
json "' --batch 1 --optimizer sdlm --lr 0.0005 --mu 0.02 --curvature-samples 500 ' in d['recipe']" \
  "' --weight-decay 0 --schedule 1998 ' in d['recipe']" \
  "[round(e['learning_rate'] * 1e5) for e in d['epochs']] == [50, 50, 20]" \
  "all(0 < e['lowest_rate'] < e['highest_rate'] <= 0.0005 / 0.02 for e in d['epochs'])"
recipe=$("$LENET" show --model sdlm | sed -n 's/^recipe  *lenet //p')
# shellcheck disable=SC2086
exits 0 $recipe --out sdlm.again
same sdlm sdlm.again
# shellcheck disable=SC2086
for choice in '--mu 0.05' '--curvature-samples 100' '--schedule constant' '--batch 4'; do
  exits 0 train $sdlm $choice --out sdlm.other --json
  json "'$choice' in d['recipe']"
  ! cmp -s sdlm sdlm.other || fail "$choice changes nothing"
done
exits 1 train --data synthetic:300 --epochs 3 --optimizer sdlm --lr 100 --schedule constant \
  --net '28x28 F64:linear F64:linear F10:softmax' --out none
says err 'a lower rate than --lr 100, or more than --mu 0.02'

# What a softmax may have besides: each changes what is learned, is said, and stands in the recipe.
more='--net lenet5 --data synthetic:300 --epochs 2 --seed 2'
# shellcheck disable=SC2086
exits 0 train $more --out plain
# shellcheck disable=SC2086
for choice in '--warmup 0.5' '--ema 0.9' '--dropout 0.25' '--label-smoothing 0.1'; do
  exits 0 train $more $choice --out more --json
  json "'$choice' in d['recipe']"
  says err "$(echo "$choice" | sed 's/.* //; s/\./[.]/')"
  ! cmp -s plain more || fail "$choice changes nothing"
done
# shellcheck disable=SC2086
exits 0 train $more --warmup 0.5 --ema 0.9 --dropout 0.25 --label-smoothing 0.1 \
  --teachers plain,lenet5-modern --out taught
says err '^taught by plain,lenet5-modern: distillation 0.9, temperature 2$'
recipe=$("$LENET" show --model taught | sed -n 's/^recipe  *lenet //p')
# shellcheck disable=SC2086
exits 0 $recipe --out taught.again
same taught taught.again
# shellcheck disable=SC2086
exits 0 train $more --teachers plain --distillation 1 --temperature 4 --out none --json
json "' --distillation 1 --temperature 4 ' in d['recipe']" "d['recipe'].endswith('--teachers plain')"
refuses 2 '--distillation: goes with --teachers alone' train --distillation 0.5
refuses 2 '--label-smoothing: only a softmax has it' train --net lenet5-1998 --label-smoothing 0.1
refuses 2 '--teachers: only a softmax can be taught' train --net lenet5-1998 --teachers plain
refuses 3 'nobody' train --data synthetic:300 --teachers nobody --out none
exits 0 train --net lenet5-1998 --data synthetic:300 --epochs 1 --out of-1998
refuses 2 '--teachers: of-1998: teacher 2: only a softmax over 10 classes' \
  train --data synthetic:300 --teachers plain,of-1998 --out none
refuses 2 '--teachers: a name is missing' train --data synthetic:300 --teachers plain, --out none

# A temperature changes what the confidences are and no answer.
# shellcheck disable=SC2086
exits 0 train $more --calibrate temperature --out calibrated
says out '^temperature [0-9.]*  (on 25 validation images)$'
says err '^lenet5, 61,706 parameters$'
recipe=$("$LENET" show --model calibrated | sed -n 's/^recipe  *lenet //p')
# shellcheck disable=SC2086
exits 0 $recipe --out calibrated.again --json
same calibrated calibrated.again
json "' --calibrate temperature' in d['recipe']" "d['temperature'] > 0"
exits 0 eval --model plain --data synthetic:300 --json
plain=$(sed 's/.*"errors":\([0-9]*\).*/\1/' out)
exits 0 eval --model calibrated --data synthetic:300 --json
json "d['errors'] == $plain" "0 <= d['calibration']['error'] <= 1" \
  "sum(b['count'] for b in d['calibration']['bins']) == d['samples']"
exits 0 eval --model calibrated --data synthetic:300
says out '^calibration error  *[0-9.]* %'
exits 0 train --init lenet5-modern --lr 1e-9 --data synthetic:300 --epochs 1 --validation 1 \
  --calibrate temperature --out none --json
says err 'no temperature of 1/64 to 64 suits the 1 samples best: not calibrated'
json "d['temperature'] is None"
refuses 2 '--calibrate: a temperature is found on validation images' \
  train --data synthetic:300 --validation 0 --calibrate temperature
refuses 2 '--calibrate: only a softmax has a temperature' \
  train --net lenet5-1998 --calibrate temperature

# What is made small, for networks that have a choice.
rbf='--net lenet5-1998 --data synthetic:300 --epochs 1'
# shellcheck disable=SC2086
for choice in '' '--loss mse' '--rubbish inf' '--rubbish 0.5'; do
  exits 0 train $rbf $choice --out "rbf$choice" --json
  json "'$choice' in d['recipe']" "d['recipe'].count('--loss') == '$choice'.count('--loss')" \
    "d['recipe'].count('--rubbish') == '$choice'.count('--rubbish')"
done
! cmp -s rbf 'rbf--loss mse' || fail "--loss changes nothing"
! cmp -s rbf 'rbf--rubbish inf' || fail "--rubbish changes nothing"
recipe=$("$LENET" show --model 'rbf--rubbish inf' | sed -n 's/^recipe  *lenet //p')
# shellcheck disable=SC2086
exits 0 $recipe --out rbf.again
same 'rbf--rubbish inf' rbf.again
for value in 0 -1 nan x 1x; do
  refuses 2 "--rubbish: '$value'" train --net lenet5-1998 --rubbish $value
done
refuses 2 '--rubbish: goes with' train --net lenet5 --rubbish 1
refuses 2 '--loss: map is not for lenet5: a softmax has cross-entropy' \
  train --net lenet5 --data synthetic:300 --loss map

# Networks that end with targets: they learn, their files say it all, and both losses go.
exits 0 train --net lenet1 --data synthetic:3000 --epochs 3 --out sister --json
json "d['test_error'] < 0.5" "'--loss' not in d['recipe']" "d['parameters'] == 2578"
error=$(sed 's/.*"test_error"://; s/,.*//' out)
exits 0 eval --model sister --data synthetic:3000 --json
json "d['error_rate'] == $error" "d['net'] == 'lenet1'"
exits 0 train --net lenet4 --data synthetic:300 --epochs 1 --loss map --rubbish 8 --out none
refuses 2 '--loss: cross-entropy is not for lenet1: .*tanh units mse or map' \
  train --net lenet1 --loss cross-entropy --data synthetic:300 --out none

# Without validation the last epoch counts.
exits 0 train --data synthetic:300 --epochs 2 --validation 0 --out none --json
json "d['best_epoch'] == 2" "d['epochs'][0]['validation_error'] is None"
refuses 2 '--validation' train --data synthetic:300 --validation 300

# Test images after each epoch: shown, and nothing is changed by it. The model that is kept is that
# of the last epoch, so its error is what was measured after that.
curve='--data synthetic:300 --epochs 3 --validation 0 --seed 3'
# shellcheck disable=SC2086
exits 0 train $curve --out curve.without --json
json "'test_error' not in d['epochs'][0]"
# shellcheck disable=SC2086
exits 0 train $curve --test-every-epoch --out curve.with --json
same curve.without curve.with
json "all(0 <= e['test_error'] <= 1 for e in d['epochs'])" "'--test' not in d['recipe']" \
  "d['epochs'][2]['test_error'] == d['test_error'] != d['epochs'][0]['test_error']"
says err '^epoch  3/3  loss [0-9.]*  error [0-9.]* % train, [0-9.]* % test  [0-9.]* s$'

# The first images alone, with those for validation still the last ones: the labels of the part
# that is left out do not matter.
part='--epochs 2 --seed 3 --samples 120 --validation 30'
exits 0 data make synthetic tail --count 300
# shellcheck disable=SC2086
exits 0 train --data tail $part --out part --json
json "d['train_samples'] == 120" "' --validation 30 --samples 120 ' in d['recipe']"
says err '^tail: 120 training, 30 validation, '
validation_losses() {
  sed 's/"validation_loss"/\n&/g' out | sed -n 's/^"validation_loss":\([0-9.]*\).*/\1/p'
}
validation_losses >part.losses
# Labels begin at byte 8: those from 120 up to 270 become 0, then one more on each side.
dd if=/dev/zero of=tail/train-labels-idx1-ubyte bs=1 seek=128 count=150 conv=notrunc 2>/dev/null
# shellcheck disable=SC2086
exits 0 train --data tail $part --out part.same
same part part.same
wrong_label() { # byte
  printf '\001' | dd of=tail/train-labels-idx1-ubyte bs=1 seek="$1" conv=notrunc 2>/dev/null
}
wrong_label 278
# shellcheck disable=SC2086
exits 0 train --data tail $part --out part.same --json
validation_losses >other.losses
! cmp -s part.losses other.losses || fail "the last images are not those for validation"
wrong_label 127
# shellcheck disable=SC2086
exits 0 train --data tail $part --out part.other
! cmp -s part part.other || fail "the first 120 images are not all learned from"
exits 0 train --data synthetic:300 --samples 300 --validation 0 --epochs 1 --out none
refuses 2 '--samples: only 200 of 300 images are left' \
  train --data synthetic:300 --samples 201 --validation 100
refuses 2 '--samples' train --samples 0

# From the weights of another model; one of another shape is refused.
exits 0 train --init lenet5.safetensors --data synthetic:600 --epochs 1 --seed 4 --out more.safetensors
exits 0 show --model more.safetensors --json
json "'--init lenet5.safetensors' in d['notes']['recipe']"
refuses 3 "^lenet train: --init: 'nosuch' is neither" train --init nosuch
refuses 2 '--init' train --init network.safetensors --net lenet5 --data synthetic:300

# Initial weights drawn in another way, which the note repeats; a model's own leave none to draw.
exits 0 train --initial root-fan-in --net lenet5-1998 --data synthetic:300 --epochs 1 --out drawn
exits 0 show --model drawn --json
json "'--initial root-fan-in' in d['notes']['recipe']"
exits 0 train --net lenet5-1998 --data synthetic:300 --epochs 1 --out usual
! cmp -s drawn usual || fail "--initial changes nothing"
exits 0 train --initial fan-in --net lenet5-1998 --data synthetic:300 --epochs 1 --out fan
[ "$(tail -c 1000 fan | cksum)" = "$(tail -c 1000 usual | cksum)" ] || fail "1998's are not fan-in"
refuses 2 '--initial draws weights' train --init lenet5.safetensors --initial fan-in

# With sdlm a network of 1998 has what it learns with, unless it is said otherwise.
exits 0 train --net lenet5-1998 --optimizer sdlm --data synthetic:300 --epochs 1 --json --out none
json "'--mu 0.5 ' in d['recipe'] and '--initial root-fan-in' in d['recipe']"
exits 0 train --net lenet1 --optimizer sdlm --initial usual --data synthetic:300 --epochs 1 --json --out none
json "'--mu 0.02 ' in d['recipe'] and '--initial usual' in d['recipe']"

# Pictures of mistakes, with what they are and what they were read as.
exits 0 train --data synthetic:300 --epochs 1 --out none --mistakes 2
says out ' read as '
says out '[#%@]'

# A rate that is far too high ends in one clear message and without a result.
exits 1 train --data synthetic:300 --epochs 3 --optimizer sgd --lr 100 --schedule constant \
  --net '28x28 F64:linear F64:linear F10:softmax' --out far
[ ! -s out ] || fail "a result of a run that diverged"
says err '--lr 100'
[ ! -f far.ckpt ] || fail "a checkpoint of a run that diverged is left"

# A loss that does not move is noticed.
exits 0 train --data synthetic:300 --epochs 2 --batch 5 --optimizer sgd --lr 1e-9 --momentum 0 \
  --out none
says err 'warning: nothing is learned'

# Where nothing can be written, nothing is learned in vain.
refuses 2 '--out: no-such-folder/model: the folder no-such-folder: ' \
  train --data synthetic:300 --out no-such-folder/model
mkdir a-folder
mkfifo a-pipe
refuses 2 '--out: a-folder is a folder' train --data synthetic:300 --out a-folder
refuses 2 '--out: a-folder/ is a folder' train --data synthetic:300 --out a-folder/
refuses 2 '--out: a-pipe is not a regular file' train --data synthetic:300 --out a-pipe
refuses 2 '--out: ./1.safetensors/x: ' train --data synthetic:300 --out ./1.safetensors/x
refuses 2 '--out: a model goes to a file' train --data synthetic:300 --out -
[ ! -e ./- ] && [ ! -e ./-.ckpt ] || fail "a file called -"
mkdir x.ckpt
refuses 2 'x.ckpt is a folder' train --data synthetic:300 --out x
[ -d a-folder ] || fail "the folder that stood there is gone"
[ -p a-pipe ] || fail "the pipe that stood there is gone"
for file in a-folder.ckpt a-folder/.ckpt a-pipe.ckpt; do
  [ ! -e $file ] || fail "$file is left by a run that was refused"
done

# A link is followed to the file, or to the place of one that is not there yet; the checkpoint
# stands beside it. What is no file behind a link is refused.
quick='train --data synthetic:300 --epochs 1 --samples 60 --validation 0'
mkdir behind
: >behind/model
ln -s behind/model to-file
ln -s ../behind/new behind/hop
ln -s behind/hop to-nothing
ln -s behind/none/at/all to-nowhere
ln -s round round
ln -s a-pipe to-pipe
ln -s a-folder to-folder
ln -s /proc/self/fd/1 to-stdout
# shellcheck disable=SC2086
{
  exits 0 $quick --out to-file --json
  json "d['model'] == 'behind/model'"
  says err '^behind/model is there already'
  exits 0 $quick --out to-nothing
  for name in to-file to-nothing behind/hop; do
    [ -h $name ] || fail "the link $name is gone"
  done
  exits 0 show --model to-file
  same behind/model behind/new
  refuses 2 '--out: behind/none/at/all: the folder behind/none/at: No such file' $quick --out to-nowhere
  refuses 2 '--out: round: ' $quick --out round
  refuses 2 '--out: a-pipe is not a regular file' $quick --out to-pipe
  refuses 2 '--out: a-folder is a folder' $quick --out to-folder
  refuses 2 '--out: to-stdout is not a regular file' $quick --out to-stdout
  ln -s it it.ckpt
  refuses 2 'it.ckpt is a link in the way' $quick --out it
}
[ -h round ] && [ -h to-pipe ] && [ -h to-stdout ] && [ ! -e it ] || fail "a link was replaced"
[ "$(find behind -type f | sort | tr '\n' ' ')" = 'behind/model behind/new ' ] ||
  fail "more than two models behind the links"

# A name as long as a name may be; longer ones are refused.
long=$(printf '%0250d' 0)
# shellcheck disable=SC2086
exits 0 $quick --out "$long"
# shellcheck disable=SC2086
refuses 2 '--out: .*name too long' $quick --out "${long}0"
! ls -d ./*.ckpt ./.lenet-* 2>/dev/null | grep -v -e '^./it.ckpt' -e '^./x.ckpt' ||
  fail "something is left"

# A file that may not grow so far is a failure that is said and leaves nothing.
if (ulimit -f 40) 2>/dev/null; then
  mkdir limited
  code=0
  # shellcheck disable=SC2086
  (ulimit -f 40 && exec "$LENET" $quick --out limited/model) >out 2>err || code=$?
  [ "$code" -eq 1 ] || fail "a limit of the file's size: exit code $code, not 1"
  says err 'File too large'
  [ -z "$(ls -A limited)" ] || fail "a limit of the file's size leaves something"
fi

# What will be replaced is named before.
exits 0 train --data synthetic:300 --epochs 1 --out twice
! grep -q 'replaced' err || fail "a new file is said to be replaced"
exits 0 train --data synthetic:300 --epochs 1 --out twice
says err '^twice is there already: it will be replaced at the end$'
refuses 4 'lenet data fetch mnist' train
says err '^--data synthetic needs no download: lenet draws its digits$'

# A model takes the place of no other file.
cp "$samples/seven.pgm" picture.pgm
refuses 2 '--out: picture.pgm is there and is no model file' \
  train --data synthetic:300 --epochs 1 -q --out picture.pgm
same picture.pgm "$samples/seven.pgm"
[ ! -e picture.pgm.ckpt ] || fail "a checkpoint beside a foreign file"

# A checkpoint's name that holds something else, or a run that was stopped, is not taken.
echo thesis >mine.ckpt
refuses 2 'mine.ckpt is in the way' train --data synthetic:300 --epochs 1 --out mine
[ "$(cat mine.ckpt)" = thesis ] || fail "a foreign file was touched"
[ ! -e mine ] || fail "a model beside a foreign file"

# Test pictures of another size than those of training are noticed before anything is learned.
exits 0 data make synthetic wide --count 60
# Half as many rows, and half as many bytes.
printf '\000\000\000\016\000\000\000\034' | dd of=wide/t10k-images-idx3-ubyte bs=1 seek=8 conv=notrunc 2>/dev/null
head -c "$(($(wc -c <wide/t10k-images-idx3-ubyte) / 2 + 8))" wide/t10k-images-idx3-ubyte >half
mv half wide/t10k-images-idx3-ubyte
refuses 3 'training pictures are 28x28, test pictures 28x14' train --data wide --epochs 1 --out w
[ ! -e w.ckpt ] || fail "a checkpoint of pictures that do not agree"

# What is wrong with a data set is said with its name.
refuses 2 '--data: nondigits:100 has 11 classes, and the network 10 outputs' train --data nondigits:100
mkdir -p classes/A classes/B classes/C
for i in 1 2 3 4 5 6; do
  cp "$samples/two.pgm" classes/A/$i.pgm
  cp "$samples/seven.pgm" classes/B/$i.pgm
done
exits 0 train --data classes --epochs 1 --quiet --out none
says err "^lenet train: warning: --data: classes has no picture of the class 'C' to learn from$"
[ "$(wc -l <err)" -eq 1 ] || fail "more than a warning"
refuses 2 '--augment: column 15: sigma: 0, or 2 to 32' train --augment alpha=5,sigma=33
