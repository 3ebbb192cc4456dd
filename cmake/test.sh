# test.sh - all tests: as released, then under ASan and UBSan.
#
#   sh cmake/test.sh JOBS
#   sh cmake/test.sh JOBS quick   as released alone
#
# The second build takes clang where it can link the sanitizers, so that two compilers see the code.
set -eu
jobs=$1
mode=${2:-all}
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

sanitizes() {
  scratch=$(mktemp -d)
  echo 'int main(void) { return 0; }' >"$scratch/try.c"
  result=0
  "$1" -fsanitize=address,undefined -o "$scratch/try" "$scratch/try.c" 2>/dev/null || result=1
  rm -rf "$scratch"
  return $result
}

run() { # folder, options of cmake...
  folder=$1
  shift
  cmake "$@"
  cmake --build "$folder" -j "$jobs"
  ctest --test-dir "$folder" -j "$jobs" --output-on-failure --no-tests=error \
    --output-log "$folder/ctest.log"
}

run build-test -S . -B build-test -DLENET_TESTS=ON -DLENET_REQUIRE_ALL=ON -DLENET_WERROR=ON
[ "$mode" = all ] || exit 0

if [ -z "${CC:-}" ] && [ ! -f build-dev/CMakeCache.txt ] && sanitizes clang; then
  CC=clang
  export CC
fi
run build-dev --preset dev -DLENET_TESTS=ON -DLENET_REQUIRE_ALL=ON

for folder in build-test build-dev; do
  compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' $folder/CMakeCache.txt)
  echo "$folder ($(basename "$compiler")): $(grep 'tests passed' $folder/ctest.log)"
done
