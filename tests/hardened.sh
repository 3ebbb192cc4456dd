# hardened.sh - what was built with LENET_HARDEN says so itself.
#
#   sh tests/hardened.sh PROGRAM LIBRARY
#
# Looks at the ELF files for: an address that may differ in each run, relocations that are read-only before the
# program begins, a stack that is no code, and canaries and checked calls that something uses.
set -eu
command -v readelf >/dev/null || exit 77
result=0

wants() { # file, what, pattern, options of readelf
  file=$1
  what=$2
  pattern=$3
  shift 3
  readelf "$@" "$file" | grep -q "$pattern" && return
  echo "$file: no $what" >&2
  result=1
}

for file; do
  wants "$file" 'position independence' 'Type: *DYN' -hW
  wants "$file" 'RELRO' 'GNU_RELRO' -lW
  wants "$file" 'BIND_NOW' 'BIND_NOW\|FLAGS_1.*NOW' -dW
  wants "$file" 'stack that is no code' 'GNU_STACK.* RW ' -lW
  wants "$file" 'stack protector' '__stack_chk_\(fail\|guard\)' --dyn-syms -W
  if readelf -d -W "$file" | grep -q 'NEEDED.*libc\.so\.6'; then # musl's has no checked calls
    wants "$file" 'FORTIFY' '__[a-z]*_chk' --dyn-syms -W
  fi
done
exit $result
