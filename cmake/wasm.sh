# wasm.sh - builds the library for WebAssembly and runs the unit tests under node, in build-wasm.
# The optional libraries are left out.
#
#   sh cmake/wasm.sh JOBS
#
# Needs Debian's packages clang, lld, wasi-libc, libclang-rt-14-dev-wasm32 (14 is clang's version)
# and nodejs, 18 or later; nothing is installed.
set -eu
jobs=$1
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

lacking() { # what
  echo "lenet: there is no $1; to install it:" \
    "sudo apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32 nodejs" >&2
  exit 1
}

for program in clang wasm-ld node; do
  command -v $program >/dev/null || lacking $program
done
[ -f /usr/include/wasm32-wasi/stdio.h ] || lacking wasi-libc
builtins=$(clang --target=wasm32-wasi -print-libgcc-file-name)
[ -f "$builtins" ] || lacking "$builtins"

cmake --preset wasm -DLENET_TESTS=ON
cmake --build --preset wasm -j "$jobs"
ctest --preset wasm -j "$jobs" --no-tests=error
