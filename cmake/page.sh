# page.sh - builds the web page, build/lenet.html, and a lenet that writes it.
#
#   sh cmake/page.sh JOBS
#
# setup.sh page sees to what it needs.
set -eu
jobs=$1
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

cmake --preset wasm >/dev/null
cmake --build --preset wasm --target lenet_page -j "$jobs"
mkdir -p build
node web/build.mjs build-wasm/lenet_page.wasm build/lenet.html
cmake -S . -B build -DLENET_TESTS=OFF -DLENET_PAGE="$PWD/build/lenet.html" >/dev/null
cmake --build build -j "$jobs"
echo "build/lenet.html is the page; 'build/lenet page FILE.html' writes it too"
