# test_onnx.sh - exported models in the hands of others: onnx's checker, and ONNX Runtime beside lenet.
#
#   sh cmake/test_onnx.sh JOBS
#
# setup.sh onnx sees to what it needs. Compared are all models that ship and each other named network
# after an epoch of synthetic digits, on MNIST's test images where they are at hand ($LENET_DATA or
# the cache), else on synthetic ones.
set -eu
jobs=$1
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder
peers=bench/peers
[ -d $peers/node_modules/onnxruntime-node ] ||
  npm install --prefix $peers --ignore-scripts --no-package-lock --no-fund --no-audit >&2

cmake -S . -B build-test -DLENET_TESTS=ON -DLENET_REQUIRE_ALL=ON -DLENET_WERROR=ON >/dev/null
cmake --build build-test --target lenet_command onnx_scores -j "$jobs" >/dev/null
lenet=build-test/lenet
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

data=${LENET_DATA:-${XDG_CACHE_HOME:-$HOME/.cache}/lenet}
set=mnist
[ -d "$data/mnist" ] || set=synthetic:60000

for model in lenet5 lenet5-modern lenet5-1998 fashion reader sweep; do
  $lenet export --quiet --format safetensors --model $model --out "$folder/$model.safetensors"
done
for net in lenet5-conv lenet5-d2l cnn lenet1 lenet4; do
  $lenet train --quiet --net $net --data synthetic:2000 --epochs 1 \
    --out "$folder/$net.safetensors" >/dev/null
done
for model in "$folder"/*.safetensors; do
  $lenet export --quiet --format onnx --model "$model" --out "${model%.safetensors}.onnx"
  $lenet import --quiet "${model%.safetensors}.onnx" --out "$folder/again"
  cmp "$model" "$folder/again"
done
# Debian's onnx belongs to Debian's Python.
python=python3
"$python" -c 'import onnx' 2>/dev/null || python=/usr/bin/python3
"$python" tests/onnx/check_files.py "$folder"/*.onnx

NODE_PATH=$PWD/$peers/node_modules
export NODE_PATH
echo "lenet beside ONNX Runtime, test images of $set:"
for model in "$folder"/*.safetensors; do
  sizes=$(build-test/tests/onnx_scores "$model" $set "$data" "$folder")
  node tests/onnx/compare.js "${model%.safetensors}.onnx" "$folder" $sizes
done
