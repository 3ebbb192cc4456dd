# common.sh - what the tests of the command share. Read by each of them with "."; they run in an
# empty folder of their own, with LENET the command and LENET_SOURCE_DIR the root of the sources.
# shellcheck disable=SC2034 # the variables are for those who read this
set -eu

samples=$LENET_SOURCE_DIR/examples/samples

# Nothing of the person who runs the tests: their data, their cache, their terminal.
people_data=${LENET_DATA:-} # for the tests that need MNIST
unset LENET_DATA NO_COLOR || true
HOME=$PWD/home XDG_CACHE_HOME=$PWD/cache TERM=dumb LC_ALL=C
export HOME XDG_CACHE_HOME TERM LC_ALL

# Ends a test as skipped where the build has no jansson, hence neither --json nor model files.
needs_jansson() {
  "$LENET" version --json >/dev/null 2>&1 && return 0
  echo "skipped: this build was made without jansson"
  exit 77
}

fail() {
  echo "FAILED: $*"
  [ ! -s out ] || { echo "--- stdout"; head -n 20 out; }
  [ ! -s err ] || { echo "--- stderr"; head -n 20 err; }
  exit 1
}

# Runs lenet with stdout in the file out, stderr in err, and checks its exit code.
exits() { # code, arguments...
  wanted=$1
  shift
  code=0
  "$LENET" "$@" >out 2>err </dev/null || code=$?
  [ "$code" -eq "$wanted" ] || fail "lenet $*: exit code $code, not $wanted"
}

# A failure must say on stderr what is meant by the pattern, in one line for the reason, at most
# one more for a hint, and leave stdout empty.
refuses() { # code, pattern, arguments...
  refused_code=$1
  pattern=$2
  shift 2
  exits "$refused_code" "$@"
  [ ! -s out ] || fail "lenet $*: partial output"
  head -n 1 err | grep -q '^lenet' || fail "lenet $*: the reason does not begin with 'lenet'"
  head -n 1 err | grep -q -e "$pattern" || fail "lenet $*: says nothing of '$pattern'"
  [ "$(wc -l <err)" -le 2 ] || fail "lenet $*: more than a reason and a hint"
}

says() { # file, pattern
  grep -q -e "$2" "$1" || fail "$1 says nothing of '$2'"
}

# Checks a condition of Python on the JSON document d in the file out. Without Python it is only
# looked at whether there is one line and it begins and ends as an object does.
json() { # condition...
  [ "$(wc -l <out)" -eq 1 ] || fail "not one line of JSON"
  grep -q '^{.*}$' out || fail "not a JSON object"
  command -v python3 >/dev/null || return 0
  python3 -c '
import json, sys
d = json.load(open("out"))
for condition in sys.argv[1:]:
  if not eval(condition):
    sys.exit("not true: " + condition)' "$@" || fail "JSON"
}

same() { # file, file
  cmp "$1" "$2" || fail "$1 and $2 differ"
}
