# sanitize.sh - the tests under a sanitizer of clang's that stands alone: ThreadSanitizer or MemorySanitizer.
#
#   sh cmake/sanitize.sh thread JOBS     the suite but cli_bench, in build-tsan
#   sh cmake/sanitize.sh memory JOBS     what parses, in build-msan
#
# MemorySanitizer wants to see every write, and the system's libraries are compiled without it: what they write looks
# as if nobody had. So this build has none of them, and what reads through one is left out.
set -eu
which=$1
jobs=$2
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

preset=msan
[ "$which" = memory ] || preset=tsan
cmake --preset $preset -DLENET_TESTS=ON
cmake --build --preset $preset -j "$jobs"
ctest --preset $preset -j "$jobs" --no-tests=error
