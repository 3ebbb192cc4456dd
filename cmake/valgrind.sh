# valgrind.sh - the command as it is released under valgrind's memcheck: no error, and all memory given back.
#
#   sh cmake/valgrind.sh
#
# A short life of a model: trained, measured, shown, exported, asked about pictures, and pictures and files that are
# wrong. valgrind knows no AVX-512, so that AVX2's kernels run.
set -eu
lenet=$PWD/build/lenet
samples=$PWD/examples/samples
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
cd "$folder"
kinds=definite,indirect,possible
result=0

watched() { # exit code, arguments...
  wanted=$1
  shift
  code=0
  valgrind -q --vgdb=no --error-exitcode=99 --leak-check=full --show-leak-kinds=$kinds \
    --errors-for-leak-kinds=$kinds --log-file=valgrind.log "$lenet" "$@" >out 2>&1 </dev/null || code=$?
  if [ $code -eq "$wanted" ]; then
    echo "ok      lenet $*"
  else
    echo "FAILED  lenet $*: exit code $code, not $wanted"
    cat out valgrind.log
    result=1
  fi
}

head -c 100 "$samples/seven.pgm" >cut.pgm
watched 0 train --net lenet5 --data synthetic:100 --epochs 2 --threads 2 --augment affine \
  --out model.safetensors --report report.html
watched 0 train --net lenet1 --optimizer sdlm --curvature-samples 10 --data synthetic:40 --epochs 1 \
  --threads 2
watched 0 train --init model.safetensors --data synthetic:40 --epochs 1 --batch 1 --out tuned.safetensors
watched 0 eval --model model.safetensors --data synthetic:40 --threads 2
watched 0 show --model model.safetensors --filters --png filters.png
watched 0 export --model model.safetensors --format c --out model.c
watched 0 export --model model.safetensors --format onnx --out model.onnx
watched 0 import model.onnx --out same.safetensors
watched 0 predict --model model.safetensors "$samples/seven.pgm" "$samples/four.pgm"
watched 0 read --explain steps.png "$samples/seven.pgm"
watched 3 predict cut.pgm
watched 3 eval --model cut.pgm --data synthetic:40
watched 3 import cut.pgm --out never.safetensors
watched 2 train --net 28x28 --data synthetic:40
exit $result
