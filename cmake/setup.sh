# setup.sh - sees to it that what the build needs is there.
#
#   sh cmake/setup.sh         for the program; always succeeds, since `make` can do without
#   sh cmake/setup.sh again   the same, also where it was tried in vain before
#   sh cmake/setup.sh test    for the tests too; fails where something is lacking in the end
#   sh cmake/setup.sh page    for the web page; fails likewise
#   sh cmake/setup.sh browser for the tests of the page; fails likewise
#   sh cmake/setup.sh onnx    for the comparison with ONNX Runtime; fails likewise
#   sh cmake/setup.sh mpi     for several processes and machines; fails likewise
#   sh cmake/setup.sh embedded for the tests on microcontrollers; fails likewise
#   sh cmake/setup.sh clang|musl|aarch64|i386|s390x for the tests by another compiler, with another C
#                             library, for another machine; fails likewise
#   sh cmake/setup.sh tsan|msan|fuzz|valgrind|wasm for clang's sanitizers and its fuzzer, for valgrind, and
#                             for the tests of WebAssembly under node; fails likewise
#   sh cmake/setup.sh coverage for the tests and their coverage; fails likewise
#   sh cmake/setup.sh fonts   for the fonts that printed characters are drawn with; fails likewise
#
# On Debian and Ubuntu, as root or with a sudo that asks nothing, it installs what is lacking. Else
# it prints the command that would. It asks no question and leaves everything else alone.
set -u
mode=${1:-program}
cc=${CC:-cc}
directory=$(dirname "$0")
tried=build/setup-tried

say() { echo "lenet: $*" >&2; }

# Whether clang has what it adds to programs for these options.
has_clang() { echo 'int main(void) { return 0; }' | clang "$@" -x c - -o /dev/null 2>/dev/null; }

has_headers() {
  for header in "$@"; do printf '#include <%s>\n' "$header"; done |
    $cc -I/usr/include/freetype2 -E -x c - >/dev/null 2>&1
}

# Whether the folders of the system have these.
has_fonts() {
  for font in "$@"; do
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts /Library/Fonts -name "$font" 2>/dev/null)" ] ||
      return 1
  done
}

# Sets lacking (packages of the system $1: debian, fedora, brew or arch) and reasons.
find_lacking() {
  lacking=
  reasons=
  need() { # packages..., reason
    case $1 in
      debian) lacking="$lacking $2" ;;
      fedora) lacking="$lacking $3" ;;
      brew) lacking="$lacking $4" ;;
      arch) lacking="$lacking $5" ;;
    esac
    reasons="$reasons
  $2: $6"
  }
  command -v cmake >/dev/null || need "$1" cmake cmake cmake cmake 'runs the build'
  while IFS='|' read -r name package target headers call flag debian fedora brew arch loss; do
    case $name in '#'* | '') continue ;; esac
    { has_headers $headers && { [ "$name" != ONNX ] || command -v protoc-c >/dev/null; }; } ||
      need "$1" "$debian" "$fedora" "$brew" "$arch" "without it $loss"
  done <"$directory/parts.txt"
  case $mode in
    test | clang | coverage | tsan | msan) tests=yes ;;
    *) tests=no ;;
  esac
  if [ $tests = yes ]; then
    has_headers stdarg.h stddef.h setjmp.h stdint.h cmocka.h ||
      need "$1" libcmocka-dev libcmocka-devel cmocka cmocka 'runs the unit tests'
    # One of each side that families.c has.
    has_fonts DejaVuSans.ttf Carlito-Regular.ttf 'Inconsolata*.?tf' ||
      need "$1" 'fonts-dejavu-core fonts-crosextra-carlito fonts-inconsolata' \
        'dejavu-sans-fonts google-carlito-fonts' 'font-dejavu font-carlito font-inconsolata' \
        'ttf-dejavu ttf-carlito ttf-inconsolata' 'are what the tests draw print with'
  fi
  if [ "$mode" = fonts ]; then # other systems split and name them otherwise
    fonts=$(grep -v '^#' "$directory/fonts.txt" | xargs)
    dpkg -s $fonts >/dev/null 2>&1 || need "$1" "$fonts" '' '' '' 'are drawn with'
  fi
  if [ "$mode" = page ] || [ "$mode" = browser ] || [ "$mode" = wasm ]; then
    command -v clang >/dev/null || need "$1" clang clang llvm clang 'compiles for WebAssembly'
    command -v wasm-ld >/dev/null || need "$1" lld lld lld lld 'links for WebAssembly'
    command -v llvm-ar >/dev/null || need "$1" llvm llvm llvm llvm 'makes libraries for WebAssembly'
    [ -f /usr/include/wasm32-wasi/stdio.h ] ||
      need "$1" wasi-libc wasi-libc-devel wasi-libc wasi-libc 'is the C library for WebAssembly'
    [ -f "$(clang --target=wasm32-wasi -print-libgcc-file-name 2>/dev/null)" ] ||
      need "$1" libclang-rt-14-dev-wasm32 compiler-rt wasi-runtimes wasi-compiler-rt \
        'is what clang 14 adds to programs for WebAssembly'
    command -v node >/dev/null || need "$1" nodejs nodejs node nodejs 'runs it'
  fi
  if [ "$mode" = page ] || [ "$mode" = browser ]; then
    command -v esbuild >/dev/null ||
      need "$1" esbuild esbuild esbuild esbuild 'bundles the scripts of the page'
  fi
  if [ "$mode" = onnx ]; then
    { python3 -c 'import onnx' || /usr/bin/python3 -c 'import onnx'; } 2>/dev/null ||
      need "$1" python3-onnx python3-onnx onnx python-onnx 'checks exported models'
    command -v node >/dev/null || need "$1" nodejs nodejs node nodejs 'runs ONNX Runtime'
    command -v npm >/dev/null || need "$1" npm nodejs-npm node npm 'fetches onnxruntime-node'
  fi
  if [ "$mode" = browser ]; then
    command -v chromium >/dev/null ||
      need "$1" chromium chromium chromium chromium 'opens the page'
    command -v npm >/dev/null || need "$1" npm nodejs-npm node npm 'fetches playwright-core'
  fi
  if [ "$mode" = coverage ]; then
    command -v gcovr >/dev/null || need "$1" gcovr gcovr gcovr python-gcovr 'counts lines and branches'
  fi
  if [ "$mode" = mpi ]; then
    command -v mpicc >/dev/null ||
      need "$1" libopenmpi-dev openmpi-devel open-mpi openmpi 'is MPI, for several processes'
    command -v mpirun >/dev/null || need "$1" openmpi-bin openmpi open-mpi openmpi 'starts them'
  fi
  if [ "$mode" = embedded ]; then
    compiles='compiles exported C' runs='runs it'
    command -v arm-none-eabi-gcc >/dev/null || need "$1" gcc-arm-none-eabi arm-none-eabi-gcc-cs \
      gcc-arm-embedded arm-none-eabi-gcc "$compiles"
    command -v riscv64-unknown-elf-gcc >/dev/null || need "$1" gcc-riscv64-unknown-elf \
      gcc-riscv64-linux-gnu riscv64-elf-gcc riscv64-elf-gcc "$compiles"
    command -v qemu-system-arm >/dev/null ||
      need "$1" qemu-system-arm qemu-system-arm-core qemu qemu-system-arm "$runs"
    command -v qemu-system-riscv32 >/dev/null ||
      need "$1" qemu-system-misc qemu-system-riscv-core qemu qemu-system-riscv "$runs"
  fi
  runtime='libclang-rt-14-dev compiler-rt llvm compiler-rt'
  added='is what clang 14 adds to programs for this'
  case $mode in
    tsan | msan | fuzz)
      command -v clang >/dev/null || need "$1" clang clang llvm clang 'compiles'
      case $mode in
        tsan) option=-fsanitize=thread ;;
        msan) option=-fsanitize=memory ;;
        fuzz) option=-fsanitize=address,undefined,fuzzer-no-link ;;
      esac
      has_clang $option || need "$1" $runtime "$added"
      ;;
    valgrind)
      command -v valgrind >/dev/null ||
        need "$1" valgrind valgrind valgrind valgrind 'watches what memory a program uses'
      ;;
    clang) command -v clang >/dev/null || need "$1" clang clang llvm clang 'compiles' ;;
    musl)
      command -v musl-gcc >/dev/null || need "$1" musl-tools musl-gcc musl musl 'compiles with musl'
      command -v xz >/dev/null || need "$1" xz-utils xz xz xz 'unpacks libraries'
      command -v bzip2 >/dev/null || need "$1" bzip2 bzip2 bzip2 bzip2 'unpacks them too'
      ;;
    i386)
      command -v i686-linux-gnu-gcc >/dev/null ||
        need "$1" gcc-i686-linux-gnu gcc-i686-linux-gnu i686-elf-gcc gcc 'compiles for 32-bit x86'
      ;;
    aarch64 | s390x)
      command -v "$mode-linux-gnu-gcc" >/dev/null ||
        need "$1" "gcc-$mode-linux-gnu" "gcc-$mode-linux-gnu" "$mode-elf-gcc" "$mode-linux-gnu-gcc" \
          "compiles for $mode"
      command -v "qemu-$mode" >/dev/null || need "$1" qemu-user qemu-user qemu qemu-user 'runs it'
      ;;
  esac
  lacking=${lacking# }
}

optional() { [ "$mode" = program ] || [ "$mode" = again ]; }

# Remembers what is lacking in the end; where that has changed the build looks for libraries again.
remember() {
  [ "$(cat "$tried" 2>/dev/null)" = "$lacking" ] ||
    rm -f build/Makefile build/CMakeCache.txt build/plain/parts.mk
  rm -f "$tried"
  [ -z "$lacking" ] || { mkdir -p build && echo "$lacking" >"$tried"; }
}

# The usual case is that nothing is lacking: then one run of the preprocessor tells. The part ONNX needs a
# program besides its headers.
all_headers=$(grep '^[A-Z]' "$directory/parts.txt" | cut -d'|' -f4)
if command -v cmake >/dev/null && command -v protoc-c >/dev/null && optional &&
  has_headers $all_headers; then
  lacking=
else
  find_lacking debian
fi
if [ -z "$lacking" ]; then
  remember
  exit 0
fi

if [ "$mode" = program ] && [ "$(cat "$tried" 2>/dev/null)" = "$lacking" ]; then
  say "going on without $lacking ('make setup' tries again to install)"
  exit 0
fi

# ------------------------------------------------------------------ installing ----------------

sudo=
[ "$(id -u)" = 0 ] || sudo='sudo -n'
apt="$sudo env LC_ALL=C DEBIAN_FRONTEND=noninteractive"

can_install() {
  command -v apt-get >/dev/null && command -v dpkg >/dev/null &&
    { [ -z "$sudo" ] || sudo -n true 2>/dev/null; }
}

# Only the parts that wait for the network have a time limit: dpkg is never interrupted.
install_debian() {
  options='-y -q --no-install-recommends -o Acquire::Retries=0 -o Acquire::http::Timeout=10
    -o Acquire::https::Timeout=10 -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0'
  lists=$($apt timeout 60 apt-get $options update 2>&1 </dev/null)
  if ! echo "$lists" | grep -q '^\(Get\|Hit\):'; then
    say 'no package server answers'
    return 1
  fi
  log=$($apt timeout 300 apt-get $options install --download-only $lacking 2>&1 </dev/null &&
    $apt apt-get $options install $lacking 2>&1 </dev/null) && return 0
  echo "$log" | tail -n 5 >&2
  return 1
}

if can_install; then
  say "installing what is lacking through apt-get, which takes about a minute:$reasons"
  install_debian || say 'the installation failed'
  find_lacking debian
else
  say "lacking:$reasons"
fi
optional || [ -z "$lacking" ] && remember
if [ -z "$lacking" ]; then
  say 'installed'
  exit 0
fi

# ------------------------------------------------------------------ or saying how -------------

by_hand() { # command to look for, system, command line
  command -v "$1" >/dev/null || return 1
  find_lacking "$2"
  say "  $3 $lacking"
}
if optional; then
  say 'going on without; to install by hand:'
else
  say 'all of it is needed; to install by hand:'
fi
by_hand apt-get debian 'sudo apt-get install' || by_hand dnf fedora 'sudo dnf install' ||
  by_hand brew brew 'brew install' || by_hand pacman arch 'sudo pacman -S' || {
  for system in 'debian sudo apt-get install' 'fedora sudo dnf install' 'brew brew install' \
    'arch sudo pacman -S'; do
    find_lacking "${system%% *}"
    say "  ${system#* } $lacking"
  done
}

optional
