# full.sh - everything that can be checked, one make target after the other.
#
#   sh cmake/full.sh MINUTES TARGET...
#
# Each target has at most MINUTES. What it says goes to build/full/TARGET.log; the rest are run whether it fails
# or not. Prints a row for each, and fails if one did.
set -u
minutes=$1
shift
mkdir -p build/full
result=0
for target; do
  log=build/full/$target.log
  start=$(date +%s)
  code=0
  timeout "${minutes}m" make "$target" >"$log" 2>&1 </dev/null || code=$?
  case $code in
    0) verdict=ok ;;
    124) verdict="FAILED: more than $minutes minutes" ;;
    *) verdict="FAILED: see $log" ;;
  esac
  [ $code = 0 ] || result=1
  printf '%-16s %6d s  %s\n' "$target" $(($(date +%s) - start)) "$verdict"
done
exit $result
