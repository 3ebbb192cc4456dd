# hardened.sh - what was built with LENET_HARDEN says so itself.
#
#   sh tests/hardened.sh SOURCE-DIR STATIC-LIBRARY PROGRAM LIBRARY
#
# Looks at the ELF files for: an address that may differ in each run, relocations that are read-only before the
# program begins, a stack that is no code, and canaries and checked calls that something uses. In the static library the
# kernels, whose innermost loops feel them, must have none.
set -eu
command -v readelf >/dev/null || exit 77
sources=$1
archive=$2
shift 2
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

for kernel in "$sources"/src/kernels/*.c; do
  object=${kernel##*/}.o
  calls=$(nm -A "$archive" | sed -n "s/.*:$object: *U \(__.*_chk[a-z_]*\)$/\1/p" | tr '\n' ' ')
  [ -z "$calls" ] || {
    echo "$archive: $object calls $calls" >&2
    result=1
  }
done
exit $result
