# parts.sh - which libraries of parts.txt the compiler finds, for the build without CMake.
#
#   sh cmake/parts.sh CC SCRATCH
#
# Compiles and links a program of one line with each; prints the answer as two variables of make
# on stdout, and what the build will lack on stderr. SCRATCH is a folder for the tries.
set -u
cc=$1
scratch=$2
directory=$(dirname "$0")

definitions=
libraries=
while IFS='|' read -r name package target headers call flag debian fedora brew arch loss; do
  case $name in '#'* | '') continue ;; esac
  {
    for header in $headers; do printf '#include <%s>\n' "$header"; done
    printf 'int main(void) { (void)%s; return 0; }\n' "$call"
  } >"$scratch/try.c"
  if $cc -std=c11 -o "$scratch/try" "$scratch/try.c" "$flag" >/dev/null 2>&1; then
    definitions="$definitions -DLENET_HAVE_$name=1"
    libraries="$libraries $flag"
  else
    echo "-- built without $name: $loss" >&2
  fi
done <"$directory/parts.txt"
rm -f "$scratch/try" "$scratch/try.c"

echo "part_definitions :=$definitions"
echo "part_libraries :=$libraries"
