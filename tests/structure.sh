# structure.sh - what holds the house together, checked.
#
#   structure.sh includes ROOT            the arrows between the folders
#   structure.sh header ROOT              lenet.h compiles alone, as C11 and as C++17
#   structure.sh symbols ROOT SO ARCHIVE  SO exports what lenet.h declares, all begins with lenet_
#   structure.sh calls ARCHIVE            the library prints nothing and does not end the process
#   structure.sh state ARCHIVE            the library has no variables that live between calls
#   structure.sh readme ROOT              the examples of README.md are those that the tests run
#
# Prints what is wrong, one line each, and fails. structure_itself.sh tests this script.
set -eu

# Reads lines of complaint; fails if there are any.
no_complaint() {
  complaints=$(cat)
  [ -z "$complaints" ] && return 0
  printf '%s\n' "$complaints"
  return 1
}

# ------------------------------------------------------------------ includes ------------------

# A folder may include itself and what stands beside it here; no arrow runs back.
includes() {
  cd "$1"
  find src cli cluster examples web -name '*.[ch]' | sort | xargs awk '
    BEGIN {
      may["base"] = ""
      may["kernels"] = "base"
      may["layers"] = "kernels base"
      may["net"] = "layers kernels base"
      may["files"] = "net base"
      may["train"] = "net files layers kernels base"
      may["image"] = "base"
      may["data"] = "image base"
      may["read"] = "net image base"
    }
    function complain(why) {
      sub(/^[ \t]+/, "", line)
      printf "%s:%d: %s: %s\n", FILENAME, FNR, line, why
    }
    /^[ \t]*#[ \t]*include/ {
      line = $0
      is_quoted = match($0, /"[^"]*"/)
      if (!is_quoted && !match($0, /<[^>]*>/)) {
        complain("not a plain include")
        next
      }
      name = substr($0, RSTART + 1, RLENGTH - 2)
      if (name == "lenet.h")
        next
      if (name == "mpi.h" && FILENAME !~ /^cluster\//)
        complain("MPI is for cluster")
      slash = index(name, "/")
      to = slash ? substr(name, 1, slash - 1) : ""
      split(FILENAME, part, "/")
      if (part[1] != "src") {
        if (to in may || name ~ /^\.\./)
          complain(part[1] " includes lenet.h only")
        next
      }
      from = part[2]
      sub(/\.[ch]$/, "", from)
      if (!(from in may))
        complain("no rule says what src/" from " may include")
      else if (is_quoted && !(to in may))
        complain("not lenet.h and not FOLDER/NAME.h of src")
      else if (to in may && to != from && index(" " may[from] " ", " " to " ") == 0)
        complain(from " may not include " to)
    }' | no_complaint
}

# ------------------------------------------------------------------ the header ----------------

header() {
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  printf '#include "lenet.h"\n#include "lenet.h"\nint main(void) { return 0; }\n' \
    >"$scratch/alone.c"
  cp "$scratch/alone.c" "$scratch/alone.cc"
  warnings='-Wall -Wextra -Werror -pedantic -fsyntax-only'
  ${CC:-cc} -std=c11 $warnings -I "$1/include" "$scratch/alone.c"
  for compiler in c++ g++ clang++; do
    if command -v $compiler >/dev/null; then
      $compiler -std=c++17 $warnings -I "$1/include" "$scratch/alone.cc"
      return
    fi
  done
  echo 'no C++ compiler: lenet.h is checked as C only'
}

# ------------------------------------------------------------------ symbols -------------------

symbols() {
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  awk '/^LENET_API/ { joined = "" } { joined = joined " " $0 }
    /\(/ && joined ~ /^ LENET_API/ {
      sub(/\(.*/, "", joined); sub(/.*[ *]/, "", joined); print joined; joined = ""
    }' "$1/include/lenet.h" | sort >"$scratch/declared"
  nm -D --defined-only "$2" | awk '{ print $NF }' | sort >"$scratch/exported"
  {
    comm -23 "$scratch/declared" "$scratch/exported" | sed 's/$/: in lenet.h, not in the library/'
    comm -13 "$scratch/declared" "$scratch/exported" | sed 's/$/: exported, not in lenet.h/'
    nm -g --defined-only "$3" |
      awk 'NF == 3 && $3 !~ /^lenet_/ { print $3 ": no lenet_ before it" }'
  } | no_complaint
}

calls() {
  nm -A -u "$1" | awk '
    BEGIN {
      n = split("exit _exit _Exit quick_exit atexit abort raise kill system " \
        "stdout stderr stdin printf vprintf puts putchar putchar_unlocked perror psignal " \
        "__printf_chk __vprintf_chk err errx warn warnx verr verrx vwarn vwarnx error syslog " \
        "rand srand rand_r random srandom drand48 srand48 lrand48 mrand48 arc4random " \
        "getenv secure_getenv setenv putenv unsetenv setlocale signal sigaction " \
        "__assert_fail __assert __assert_rtn __assert_perror_fail", names)
      for (i = 1; i <= n; i++)
        banned[names[i]] = 1
    }
    { name = $NF; sub(/@.*/, "", name) }
    name in banned { print $1 " uses " name }' | no_complaint
}

# Constants with addresses in them (.data.rel.ro) are constants all the same.
state() {
  readelf -S -W "$1" | awk '
    /^File:/ { file = $2 }
    match($0, /\.(data|bss|tdata|tbss|data\.rel|data\.rel\.local)[ .]/) && !/\.data\.rel\.ro/ {
      line = substr($0, RSTART)
      split(line, field, " ") # name type address offset size
      if (field[5] !~ /^0+$/ && field[2] ~ /BITS$/)
        print file ": " field[1] " holds " field[5] " (hexadecimal) bytes of variables"
    }' | no_complaint
}

# ------------------------------------------------------------------ README --------------------

readme() {
  if [ ! -f "$1/README.md" ]; then
    echo 'no README.md'
    exit 77
  fi
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  first_block c "$1/README.md" >"$scratch/readme"
  diff "$1/examples/predict.c" "$scratch/readme" || {
    echo 'README.md: its first ```c block is not examples/predict.c'
    return 1
  }
  for language in python js; do
    first_block $language "$1/docs/embedding.md" >"$scratch/tested"
    first_block $language "$1/README.md" >"$scratch/readme"
    diff "$scratch/tested" "$scratch/readme" || {
      echo "README.md: its first \`\`\`$language block is not that of docs/embedding.md"
      return 1
    }
  done
}

first_block() { # language, file
  awk -v fence="\`\`\`$1" '$0 == fence && !seen { inside = seen = 1; next } /^```/ { inside = 0 } inside' "$2"
}

"$@"
