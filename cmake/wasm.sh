# wasm.sh - builds the library for WebAssembly and runs the unit tests under node, in build-wasm.
# The optional libraries are left out.
#
#   sh cmake/wasm.sh JOBS
#
# The compiler and node, 18 or later, come from setup.sh.
set -eu
jobs=$1
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

cmake --preset wasm -DLENET_TESTS=ON
cmake --build --preset wasm -j "$jobs"
ctest --preset wasm -j "$jobs" --no-tests=error
