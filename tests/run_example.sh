# run_example.sh PROGRAM SOURCE - runs an example as the line "Run: NAME ARGUMENTS" of its source
# says, in the root of the repository. It must succeed and say something.
set -u
cd "$LENET_SOURCE_DIR" || exit 1
arguments=$(sed -n 's/.*Run: *[a-z_]* *//p' "$2" | head -n 1 | sed 's/ *\*\/ *$//')
# shellcheck disable=SC2086 # the arguments are several
answer=$("$1" $arguments) || { echo "$1 $arguments: failed"; exit 1; }
[ -n "$answer" ] || { echo "$1 $arguments: said nothing"; exit 1; }
echo "$answer"
