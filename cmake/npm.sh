# npm.sh - builds the npm package, build/npm-package, and with `test` runs its tests under node.
#
#   sh cmake/npm.sh JOBS [test]
#
# setup.sh page sees to what it needs.
set -eu
jobs=$1
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

cmake --preset wasm >/dev/null
cmake --build --preset wasm --target lenet_page -j "$jobs"
node js/build.mjs build-wasm/lenet_page.wasm build/npm-package
if [ "${2:-}" = test ]; then
  LENET_NPM_PACKAGE=$PWD/build/npm-package LENET=${LENET:-$PWD/build/lenet} node --test js/test
fi
