# The sandbox around decoding: what is offered is told, what a command writes still goes where it was named.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
[ -r /proc/self/status ] || exit 77

exits 0 version
says out '^sandbox: '
offered=$(sed -n 's/^sandbox://p' out)

# The state of a command that waits for what it reads in a pipe; the pipe opens when it is read.
mkfifo pipe
confined() { # arguments...
  "$LENET" "$@" >/dev/null 2>&1 &
  child=$!
  exec 3>pipe
  status=$(grep -e '^NoNewPrivs' -e '^Seccomp:' "/proc/$child/status" | tr -d '\n\t')
  exec 3>&-
  { kill $child && wait $child; } 2>/dev/null || true # import opens the pipe once more
  case $offered in
    *seccomp*) [ "$status" = NoNewPrivs:1Seccomp:2 ] || fail "lenet $*: not confined: $status" ;;
  esac
}
confined predict pipe
confined read pipe
confined show --model pipe
confined eval --model pipe --data synthetic:200
confined export --format c --model pipe --out net.c
confined import pipe --out net.safetensors
confined bench --model pipe
confined bench pipe
confined plot pipe
# Sets are of files alone: this one is looked at while it is counted.
case $offered in
  *seccomp*)
    "$LENET" data info synthetic:200000 >/dev/null 2>&1 &
    child=$!
    until grep -q '^Seccomp:.*2' "/proc/$child/status" 2>/dev/null; do
      kill -0 $child 2>/dev/null || fail 'data info: not confined'
    done
    { kill $child && wait $child; } 2>/dev/null || true
    ;;
esac

# A folder that is named through a link is the one that may be written to.
mkdir there elsewhere
ln -s ../there/steps.png elsewhere/link.png
exits 0 predict --explain elsewhere/link.png "$samples/seven.pgm"
[ -s there/steps.png ] || fail "nothing was written through the link"
[ -L elsewhere/link.png ] || fail "the link was replaced"
exits 0 read --explain there/line.png "$samples/seven.pgm"
exits 0 show --filters --png there/filters.png
exits 0 show --svg --out drawing.svg
exits 0 eval --data synthetic:200 --threads 2 --report report.html
for file in there/line.png there/filters.png drawing.svg report.html; do
  [ -s "$file" ] || fail "$file was not written"
done

# Two files in one folder, through a link too; what is read may lie anywhere.
mkdir c
ln -s ../c/digit.c elsewhere/link.c
exits 0 export --format c --model lenet5 --int8 --out elsewhere/link.c
exits 0 export --format c --model lenet5-modern --int8 --data synthetic:1000 --out there/modern.c
exits 0 bench --only peak --seconds 0.01 --threads 2
for file in c/digit.c c/digit.h there/modern.c there/modern.h; do
  [ -s "$file" ] || fail "$file was not written"
done
needs_jansson
exits 0 export --format safetensors --model lenet5 --out there/net.safetensors
exits 0 import there/net.safetensors --out c/net.safetensors
same there/net.safetensors c/net.safetensors
if "$LENET" version | grep -q protobuf-c; then
  exits 0 export --format onnx --model there/net.safetensors --out c/net.onnx
  exits 0 import c/net.onnx --out there/onnx.safetensors
fi
printf '{"net": "lenet5", "train_samples": 1, "best_epoch": 1, "test_error": 0.1,
  "epochs": [{"train_error": 0.2, "test_error": 0.1}]}\n' >c/run.json
exits 0 plot c/run.json --out there/run.svg
exits 0 plot c/run.json --out -
says out '<svg'
exits 0 plot c/run.json
says out '<svg'
