# fuzz.sh - feeds every target of fuzz/ with changed files, under ASan and UBSan.
#
#   sh cmake/fuzz.sh MINUTES JOBS [TARGET...]
#
# Each target gets its share of the time. Inputs that reach new code are kept in
# build-fuzz/corpus/TARGET, for the next run; those that end a target, take longer than HANG seconds
# of wall time (10, of which another process may have most) or more than 512 MB in build-fuzz/crashes. Prints a
# row for each, with the whole seconds that the slowest input took; fails if there is a new file among the crashes.
set -eu
minutes=$1
jobs=$2
shift 2
case $minutes in
  '' | *[!0-9]* | 0*)
    echo "lenet: MINUTES: '$minutes' is no whole number from 1 on" >&2
    exit 2
    ;;
esac
unset MAKEFLAGS MAKELEVEL
# What is freed may be taken again soon, so that the peak is what a target needs.
export ASAN_OPTIONS="quarantine_size_mb=8:${ASAN_OPTIONS:-}"

mkdir -p build-fuzz
{ cmake --preset fuzz && cmake --build build-fuzz --target fuzz -j "$jobs"; } \
  >build-fuzz/build.log 2>&1 || {
  tail -n 20 build-fuzz/build.log >&2
  exit 1
}
[ $# -gt 0 ] || set -- $(for target in build-fuzz/fuzz/fuzz_*; do
  [ ! -x "$target" ] || echo "${target##*fuzz_}"
done | grep -v '^corpus$')
share=$((minutes * 60 / $#))
[ "$share" -gt 0 ] || share=1

statistic() { sed -n "s/^stat::$1: *//p" "$log"; }

result=0
printf '%-12s %10s %8s %9s %8s %8s\n' target runs exec/s coverage peak slowest
for target; do
  log=build-fuzz/$target.log
  mkdir -p "build-fuzz/corpus/$target" build-fuzz/crashes
  status=ok
  longest=4096
  [ "$target" != onnx ] || longest=8192 # networks of other programs take more
  build-fuzz/fuzz/fuzz_"$target" "build-fuzz/corpus/$target" "fuzz/corpus/$target" \
    -max_total_time=$share -timeout="${HANG:-10}" -rss_limit_mb=512 -max_len=$longest \
    -print_final_stats=1 -artifact_prefix="build-fuzz/crashes/$target-" >"$log" 2>&1 || {
    status="FAILED: $(sed -n 's/.*Test unit written to //p' "$log")"
    result=1
  }
  coverage=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
  printf '%-12s %10s %8s %9s %5s MB %6s s  %s\n' "$target" "$(statistic number_of_executed_units)" \
    "$(statistic average_exec_per_sec)" "$coverage" "$(statistic peak_rss_mb)" \
    "$(statistic slowest_unit_time_sec)" "$status"
done
exit $result
