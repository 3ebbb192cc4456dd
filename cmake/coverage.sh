# coverage.sh - which lines and branches the tests run, in build-coverage.
#
#   sh cmake/coverage.sh JOBS
#
# Builds with gcc --coverage, runs all tests, prints a table and writes pages with every line,
# build-coverage/html/index.html. Fails where a test does, or below a floor: of the library's lines, and
# of the branches of what reads foreign bytes and texts. A branch that no input can take may be left out where it
# stands, by GCOVR_EXCL_BR_LINE and the reason; jansson's loops, macros that look whether a member has
# a value, are left out as one. Kernels of another processor are not compiled, and not counted.
set -eu
jobs=$1
lines=95
branches=100
parsers='src/base/number.c src/data/idx.c src/data/unpack.c src/data/augment.c src/image/codecs.c
  src/image/png.c src/image/jpeg.c src/image/pnm.c src/image/orientation.c src/net/notation.c
  src/files/safetensors.c src/files/model_file.c src/files/weights.c src/files/onnx_graph.c
  src/files/onnx_in.c src/files/onnx_rows.c src/files/onnx_order.c src/train/checkpoint.c
  cli/recipe_file.c'
folder=build-coverage
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

cmake --preset coverage >/dev/null
cmake --build $folder -j "$jobs"
find $folder -name '*.gcda' -delete # what earlier runs have counted
ctest --test-dir $folder -j "$jobs" --output-on-failure --no-tests=error

# The counts of all programs, put together once, inside the folder: gcov leaves its own files where it runs.
cd $folder
mkdir -p html
gcovr --root .. --exclude-throw-branches --exclude-branches-by-pattern '.*json_object_foreach.*' \
  --filter ../src/ --filter ../cli/recipe_file.c --json coverage.json \
  CMakeFiles/lenet_objects.dir/src CMakeFiles/lenet_command_objects.dir/cli
gcovr --root .. -a coverage.json --html-details html/index.html

result=0
echo "The library, lines (at least $lines %):"
gcovr --root .. -a coverage.json --filter ../src/ --fail-under-line $lines || result=1
echo "What reads foreign bytes and texts, branches (at least $branches %):"
filters=
for file in $parsers; do filters="$filters --filter ../$file"; done
gcovr --root .. -a coverage.json $filters --branches --fail-under-branch $branches || result=1
[ $result = 0 ] || echo "lenet: below a floor: $folder/html/index.html shows where" >&2
exit $result
