# workflows.sh ROOT - the workflows for GitHub are sound YAML, may only read, name actions by their version, and
# run make targets that there are; what check-full runs, there is too.
set -eu
cd "$1"
result=0
complain() {
  echo "$*"
  result=1
}
is_target() { grep -q "^$1:.*##" Makefile; }

for file in .github/workflows/*.yml; do
  grep -q '^permissions: read-all$' "$file" || complain "$file: permissions are not read-all"
  grep -q '^ *timeout-minutes: ' "$file" || complain "$file: no limit of time"
  for used in $(sed -n 's/.*uses: *//p' "$file"); do
    echo "$used" | grep -qx 'actions/[a-z-]*@v[0-9]*' || complain "$file: $used names no version"
  done
  ! grep -q 'secrets\.' "$file" || complain "$file: asks for secrets"
  named=$(grep -oE 'make (-s )?[a-z][a-z0-9-]*$|make -s [a-z0-9-]+' "$file" | sed 's/.* //')
  [ -n "$named" ] || complain "$file: runs no make target"
  for target in $named; do
    is_target "$target" || complain "$file: there is no make target $target"
  done
  if python3 -c 'import yaml' 2>/dev/null; then
    python3 -c 'import sys, yaml; assert yaml.safe_load(open(sys.argv[1]))["jobs"]' "$file" ||
      complain "$file: no sound YAML with jobs"
  fi
done
listed=$(make -s --no-print-directory list-full)
for target in $listed; do
  is_target "$target" || complain "check-full: there is no make target $target"
done
for wanted in test test-arm test-wasm test-onnx test-embedded test-page test-npm coverage fuzz soak; do
  case " $listed " in
    *" $wanted "*) ;;
    *) complain "check-full leaves out $wanted" ;;
  esac
done
exit $result
