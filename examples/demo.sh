#!/bin/sh
# demo.sh LENET - LeNet-5 learns handwritten digits, is measured, and reads some pictures.
#
# LENET is the command that was built; `make demo` calls this with build/lenet. Takes about half a
# minute, and writes nothing but MNIST into the cache folder if it has to be fetched and can be.
set -eu

[ $# -eq 1 ] || { echo "usage: demo.sh LENET" >&2; exit 2; }
lenet=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/.."

FETCH_SECONDS=15

say() { printf '\n%s\n\n' "$*"; }

# Prints a command as one would type it, then runs it.
run() {
  echo "\$ lenet $*"
  "$lenet" "$@"
}

# Runs a command for at most $1 seconds, then stops it: politely, and if need be not.
run_within() {
  seconds=$1
  shift
  echo "\$ lenet $*"
  "$lenet" "$@" &
  fetch=$!
  (
    trap 'kill "$sleep" 2>/dev/null; exit 0' TERM
    for signal in TERM KILL; do
      sleep "$seconds" &
      sleep=$!
      wait "$sleep"
      kill -s "$signal" "$fetch" 2>/dev/null || exit 0
      seconds=2
    done
  ) &
  watch=$!
  trap 'kill "$fetch" 2>/dev/null; exit 130' INT TERM
  code=0
  wait "$fetch" || code=$?
  trap - INT TERM
  kill "$watch" 2>/dev/null || true
  wait "$watch" 2>/dev/null || true
  return "$code"
}

say "1. The digits. MNIST is 60,000 handwritten ones to learn from and 10,000 to be asked."
data=mnist
epochs=3
if "$lenet" data info mnist --split test >/dev/null 2>&1; then
  echo "MNIST is on this machine already."
elif run_within "$FETCH_SECONDS" data fetch mnist; then
  echo "MNIST has been fetched; from now on it is on this machine."
else
  data=synthetic:60000
  epochs=6
  echo
  echo "MNIST cannot be had now, so these digits are not MNIST: lenet draws its own, as many as"
  echo "wanted, each one different. They need no download, and they are harder to read on purpose:"
  echo "a LeNet-5 that knows only them errs on one in eleven, but reads 98 % of MNIST's digits."
fi

say "2. LeNet-5, layer by layer: 61,706 numbers, of which it knows none yet."
run show --net lenet5

say "3. It learns. After each epoch it is asked for digits that were kept aside; at the end, for
digits that it has never met. Some of those that it gets wrong are shown."
run train --net lenet5 --data "$data" --epochs "$epochs" --out none --mistakes 3

say "4. The model that ships with lenet reads a picture of any size. This is what it sees of one:"
run predict --show examples/samples/seven.pgm

say "And the others, dark on light or light on dark:"
run predict examples/samples/[!l]*.pgm

say "And all the digits of a picture, line by line; 5 and 0 touch:"
run read examples/samples/lines.pgm

say "Next: lenet read YOUR-PICTURE, lenet train --help, lenet help"
