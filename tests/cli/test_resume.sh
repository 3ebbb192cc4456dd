# Ctrl-C, a kill, and going on: the model of an interrupted run is that of one never stopped.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson
run='--data synthetic:600 --epochs 40 --seed 2 --batch 50 --validation 0' # so the last epoch counts

# Starts a run and, once it has done two epochs, sends it a signal. Sets $code.
interrupt() { # signal, name, arguments...
  signal=$1
  name=$2
  shift 2
  : >err # what an earlier run said must not be taken for this one's
  "$LENET" train "$@" --out "$name" >out 2>err &
  job=$!
  until grep -q '^epoch  *2/' err; do
    kill -0 "$job" 2>/dev/null || fail "the run ended before it could be interrupted"
    sleep 0.02 2>/dev/null || sleep 1
  done
  kill -s "$signal" "$job" 2>/dev/null || true
  code=0
  wait "$job" || code=$?
}

# shellcheck disable=SC2086 # $run is several words, here and below
exits 0 train $run --out whole.safetensors

# Ctrl-C: a checkpoint, the command that goes on, no model and no output. SIGTERM is the same,
# and SIGHUP.
for signal in INT TERM HUP; do
  # shellcheck disable=SC2086
  interrupt "$signal" "$signal.safetensors" $run
  [ "$code" -eq 130 ] || fail "SIG$signal: exit code $code, not 130"
  [ ! -s out ] || fail "SIG$signal: output of a run that was stopped"
  [ -f "$signal.safetensors.ckpt" ] || fail "SIG$signal: no checkpoint"
  [ ! -f "$signal.safetensors" ] || fail "SIG$signal: a model"
  command=$(tail -n 1 err)
  [ "$command" = "$LENET train --resume $signal.safetensors.ckpt" ] ||
    fail "SIG$signal: how to go on?"
  cp "$signal.safetensors.ckpt" copy.ckpt
  $command >out 2>err || fail "SIG$signal: the command that was printed"
  says err '^resuming in epoch [0-9]* of 40$'
  same whole.safetensors "$signal.safetensors"
  [ ! -f "$signal.safetensors.ckpt" ] || fail "SIG$signal: the checkpoint is left"
done

# The command that is printed survives a shell, whatever the names are.
mkdir "it's a folder"
# shellcheck disable=SC2086
interrupt INT "it's a folder/model" $run
[ "$code" -eq 130 ] || fail "names with spaces: exit code $code, not 130"
command=$(tail -n 1 err)
sh -c "$command" >out 2>err || fail "the command that was printed, in a shell"
same whole.safetensors "it's a folder/model"

# It has the options that the checkpoint does not keep.
# shellcheck disable=SC2086
interrupt INT beside $run --json --test-every-epoch --mistakes 3 --data-dir 'my data' --threads 1
[ "$(tail -n 1 err)" = "$LENET train --resume beside.ckpt --data-dir 'my data' --threads 1 \
--mistakes 3 --test-every-epoch --json" ] || fail "options are missing where it is told how to go on"
sh -c "$(tail -n 1 err)" >out 2>err || fail "the command that was printed, with options"
json "d['model'] == 'beside'" "d['epochs'][39]['test_error'] == d['test_error']"

# The instruction set is that of the checkpoint unless another one is asked for.
few='--data synthetic:300 --epochs 12 --seed 2 --batch 50 --validation 0'
# shellcheck disable=SC2086
exits 0 train $few --isa scalar --out scalar.whole
# shellcheck disable=SC2086
interrupt INT scalar.stopped $few --isa scalar
cp scalar.stopped.ckpt scalar.ckpt
exits 0 train --resume scalar.stopped.ckpt --json
json "d['isa'] == 'scalar'"
same scalar.whole scalar.stopped
exits 0 show --model scalar.whole
says out '^isa  *scalar$'
for isa in $("$LENET" version | sed -n 's/^instruction sets: //p' | sed 's/(best)//'); do
  [ "$isa" != scalar ] || continue
  exits 0 train --resume scalar.ckpt --isa "$isa" --out none
  says err "warning: the run was begun on scalar: on $isa its bits will differ"
done

# An instruction set that this machine lacks: the checkpoint's note is turned into one.
LC_ALL=C sed 's/"isa":"scalar"/"isa":"sparse"/' scalar.ckpt >lacking.ckpt
exits 0 train --resume lacking.ckpt --out none
says err 'warning: the run was begun on sparse, which is not available here'

# On another number of threads, under another name: the same bits.
exits 0 train --resume copy.ckpt --threads 3 --out elsewhere.safetensors
same whole.safetensors elsewhere.safetensors
[ -f copy.ckpt ] || fail "a checkpoint of another name was removed"

# Killed without warning: the checkpoint of the last whole epoch is there.
# shellcheck disable=SC2086
interrupt KILL killed.safetensors $run
exits 0 train --resume killed.safetensors.ckpt
same whole.safetensors killed.safetensors

# Without .ckpt at its end a name says nothing of where the model goes.
cp copy.ckpt nameless
refuses 2 '--resume: nameless .*--out' train --resume nameless
[ ! -f lenet5.safetensors ] || fail "a model under the default name"

# What contradicts the checkpoint is refused; what agrees with it is not.
refuses 2 '--batch: the checkpoint has 50, not 64' train --resume copy.ckpt --batch 64
refuses 2 '--seed' train --resume copy.ckpt --seed 3
refuses 2 '--net: the checkpoint has lenet5' train --resume copy.ckpt --net lenet5-modern
refuses 2 '--data: the checkpoint has synthetic:600' train --resume copy.ckpt --data mnist
refuses 2 '--validation' train --resume copy.ckpt --validation 7
refuses 2 '--lr' train --resume copy.ckpt --lr 0.5
refuses 2 '--init' train --resume copy.ckpt --init whole.safetensors
refuses 2 '--initial' train --resume copy.ckpt --initial fan-in
refuses 2 '--schedule' train --resume copy.ckpt --schedule constant
refuses 2 '--loss: the checkpoint has cross-entropy, not mse' train --resume copy.ckpt --loss mse
refuses 2 '--augment: the checkpoint has none, not affine' \
  train --resume copy.ckpt --augment affine
# shellcheck disable=SC2086
exits 0 train --resume copy.ckpt --net lenet5 $run --out agreed.safetensors
same whole.safetensors agreed.safetensors

# A constant rate may go on for longer than was planned; a cosine is made for its epochs.
refuses 2 'cosine' train --resume copy.ckpt --epochs 41 --schedule cosine
longer="$run --schedule constant --validation 60"
# shellcheck disable=SC2086
interrupt INT longer.safetensors $longer
exits 0 train --resume longer.safetensors.ckpt --epochs 41 --json
json "len(d['epochs']) == 41" "'--epochs 41' in d['recipe']"
cp longer.safetensors longer.first
# shellcheck disable=SC2086
exits 0 train $longer --epochs 41 --out longer.second
same longer.first longer.second

# Distortions are those of the checkpoint: epochs after a stop see what they would have seen.
bent='--data synthetic:600 --epochs 20 --seed 3 --validation 0 --augment affine,elastic,rotate=5'
# shellcheck disable=SC2086
exits 0 train $bent --out bent.whole
# shellcheck disable=SC2086
interrupt INT bent.stopped $bent
[ "$code" -eq 130 ] || fail "augment: exit code $code, not 130"
refuses 2 '--augment: the checkpoint has elastic,shift=.*, not none' \
  train --resume bent.stopped.ckpt --augment none
refuses 2 '--augment' train --resume bent.stopped.ckpt --augment affine,elastic
refuses 2 '--augment: column 1' train --resume bent.stopped.ckpt --augment bent
cp bent.stopped.ckpt bent.copy
exits 0 train --resume bent.stopped.ckpt --threads 3
same bent.whole bent.stopped
exits 0 train --resume bent.copy --augment affine,rotate=5,sigma=6,alpha=36 --out bent.agreed --json
same bent.whole bent.agreed
json "d['augment'].startswith('elastic,shift=') and d['augment'].endswith(',rotate=5')"

# A run on the first images of a set goes on with them, and no more data may have come meanwhile.
part='--data synthetic:600 --epochs 20 --seed 3 --validation 50 --samples 200'
# shellcheck disable=SC2086
exits 0 train $part --out part.whole
# shellcheck disable=SC2086
interrupt INT part.stopped $part
refuses 2 '--samples: the checkpoint has 200, not 100' \
  train --resume part.stopped.ckpt --samples 100
refuses 2 '--validation: the checkpoint has 50, not 60' \
  train --resume part.stopped.ckpt --validation 60
LC_ALL=C sed 's/"images":"600"/"images":"700"/' part.stopped.ckpt >part.grown.ckpt
refuses 2 'made on 700 training images, but synthetic:600 has 600' train --resume part.grown.ckpt
refuses 2 '--teachers: the checkpoint has none' train --resume part.stopped.ckpt --teachers lenet5
exits 0 train --resume part.stopped.ckpt --samples 200 --test-every-epoch --json
same part.whole part.stopped
json "d['epochs'][0]['test_error'] is None" "d['epochs'][19]['test_error'] is not None" \
  "'--samples 200' in d['recipe']"

# Averages, the units left out and the teachers are taken up again.
rich='--data synthetic:600 --epochs 20 --seed 2 --ema 0.9 --dropout 0.2 --warmup 1 --teachers lenet5-modern'
# shellcheck disable=SC2086
exits 0 train $rich --out rich.whole
# shellcheck disable=SC2086
interrupt INT rich.stopped $rich
refuses 2 '--ema: the checkpoint has 0.9, not 0.5' train --resume rich.stopped.ckpt --ema 0.5
refuses 2 'rich.stopped.ckpt: other models were the teachers' \
  train --resume rich.stopped.ckpt --teachers lenet5
for note in 'data=' 'teachers=' 'augment=nonsense=9' 'calibrate=foo'; do
  python3 - rich.stopped.ckpt "$note" >rich.edited.ckpt <<'P'
import json, struct, sys
data = open(sys.argv[1], "rb").read()
key, value = sys.argv[2].split("=", 1)
size, = struct.unpack("<Q", data[:8])
header = json.loads(data[8:8 + size])
header["__metadata__"].pop(key, None)
header["__metadata__"].update({key: value} if value else {})
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
sys.stdout.buffer.write(struct.pack("<Q", len(text)) + text + data[8 + size:])
P
  refuses 3 "^lenet train: rich.edited.ckpt: its note '" train --resume rich.edited.ckpt
done
exits 0 train --resume rich.stopped.ckpt
same rich.whole rich.stopped

# The method of 1998 goes on with the curvature that it had in the middle of an epoch.
sdlm='--data synthetic:300 --epochs 10 --seed 2 --optimizer sdlm --mu 0.05 --curvature-samples 100'
# shellcheck disable=SC2086
exits 0 train $sdlm --out sdlm.whole
# shellcheck disable=SC2086
interrupt INT sdlm.stopped $sdlm
refuses 2 '--mu: the checkpoint has 0.05, not 0.02' train --resume sdlm.stopped.ckpt --mu 0.02
refuses 2 '--curvature-samples: the checkpoint has 100, not 500' \
  train --resume sdlm.stopped.ckpt --curvature-samples 500
refuses 2 '--optimizer: the checkpoint has sdlm, not adam' \
  train --resume sdlm.stopped.ckpt --optimizer adam
refuses 2 '--schedule: the checkpoint has 1998' \
  train --resume sdlm.stopped.ckpt --schedule constant
# shellcheck disable=SC2086
exits 0 train --resume sdlm.stopped.ckpt $sdlm
same sdlm.whole sdlm.stopped

# What is no checkpoint is refused, and damage is seen.
refuses 3 'no-such.ckpt' train --resume no-such.ckpt
refuses 3 'whole.safetensors' train --resume whole.safetensors
head -c 3000 copy.ckpt >cut.ckpt
refuses 3 'cut.ckpt' train --resume cut.ckpt
