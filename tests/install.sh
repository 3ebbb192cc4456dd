# install.sh CMAKE BUILD - programs outside the project, in C and in C++, use what `make install` puts in
# place: through find_package(lenet), both libraries, and through pkg-config. Its Debian package runs from
# where it is unpacked. Another project has all of the sources in a folder of its own.
set -eu
cmake=$1
build=$2
source=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$cmake" --install "$build" --prefix "$scratch/first" >install.log
mv first prefix # an installed tree may be moved

fail() {
  echo "FAILED: $*"
  exit 1
}

version=$(sed -n 's/^#define LENET_VERSION "\(.*\)"/\1/p' prefix/include/lenet.h)
for file in bin/lenet include/lenet.h share/man/man1/lenet.1 share/man/man1/lenet-train.1 \
  share/bash-completion/completions/lenet share/zsh/site-functions/_lenet \
  share/fish/vendor_completions.d/lenet.fish share/doc/lenet/copyright; do
  [ -f "prefix/$file" ] || fail "$file is not installed"
done
prefix/bin/lenet version >/dev/null
if command -v man >/dev/null; then
  [ -f "$(MANPATH=$scratch/prefix/share/man man -w lenet-train)" ] || fail 'man finds no lenet-train'
fi

# ------------------------------------------------------------------ the name of the library ---

# Programs ask for the library by its major version alone.
library=$(dirname "$(find prefix -name liblenet.a)")
major=${version%%.*}
if command -v readelf >/dev/null; then
  soname=$(readelf -d "$library/liblenet.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
  [ "$soname" = "liblenet.so.$major" ] || fail "the library calls itself '$soname'"
  [ "$(readlink -f "$library/$soname")" = "$(readlink -f "$library/liblenet.so.$version")" ] ||
    fail "$soname is not the library of version $version"
fi

# ------------------------------------------------------------------ find_package --------------

# A PREFIX with a blank in it is one word, to CMake and to the plain build.
if command -v make >/dev/null; then
  mkdir -p made/build made/cmake
  cp "$source/Makefile" made
  : >made/build/Makefile
  : >made/cmake/setup.sh
  printf '#!/bin/sh\nfor word; do echo "$word"; done >>words\n' >made/cmake/cmake
  chmod +x made/cmake/cmake
  (cd made && PATH=$PWD/cmake:$PATH make -s install PREFIX='/a b')
  grep -qxF '/a b' made/words || { echo 'make install cuts its PREFIX' && exit 1; }
  rm made/build/Makefile
  printf 'all:;\ninstall:; @echo "$(PREFIX)" >words\n' >made/cmake/plain.mk
  (cd made && make -s install PREFIX='/c d' 2>plain.log)
  grep -qxF '/c d' made/words || { echo 'the plain make install cuts its PREFIX' && exit 1; }
fi

mkdir consumer
cat >consumer/main.c <<'END_OF_C'
#include <lenet.h>
#include <stdio.h>
int main(void)
{
  return puts(lenet_version()) < 0;
}
END_OF_C
cp consumer/main.c consumer/main.cc
cat >consumer/CMakeLists.txt <<'END_OF_CMAKE'
cmake_minimum_required(VERSION 3.21)
project(consumer LANGUAGES C CXX)
find_package(lenet 0.1 REQUIRED)
foreach(language c cc)
  add_executable(shared_${language} main.${language})
  target_link_libraries(shared_${language} PRIVATE lenet::lenet)
  add_executable(static_${language} main.${language})
  target_link_libraries(static_${language} PRIVATE lenet::lenet_static)
endforeach()
END_OF_CMAKE
cxx=
for compiler in "${CXX:-}" c++ g++ clang++; do
  [ -n "$cxx" ] || cxx=$(command -v "$compiler" || true)
done
[ -n "$cxx" ] || { echo 'no C++ compiler: C++ was not tried' && sed -i 's/ CXX//; s/ c cc/ c/' consumer/CMakeLists.txt; }
"$cmake" -S consumer -B consumer/build -DCMAKE_PREFIX_PATH="$scratch/prefix" \
  -DCMAKE_C_COMPILER="$CC" ${cxx:+-DCMAKE_CXX_COMPILER="$cxx"} >consumer.log 2>&1 &&
  "$cmake" --build consumer/build >>consumer.log 2>&1 || { cat consumer.log && exit 1; }
for program in shared_c static_c ${cxx:+shared_cc static_cc}; do
  [ "$(consumer/build/$program)" = "$version" ] || fail "find_package: $program"
done

# The example of docs/embedding.md as it stands there.
example() { # language
  awk -v begin="\`\`\`$1" '/^## / { here = $0 == "## C and C++" }
    here && $0 == begin { inside = 1; next } /^```/ { inside = 0 } inside' \
    "$LENET_SOURCE_DIR/docs/embedding.md"
}
if [ -n "$cxx" ]; then
  mkdir photo
  example cmake >photo/CMakeLists.txt
  example cpp >photo/photo.cc
  "$cmake" -S photo -B photo/build -DCMAKE_PREFIX_PATH="$scratch/prefix" \
    -DCMAKE_CXX_COMPILER="$cxx" >photo.log 2>&1 &&
    "$cmake" --build photo/build >>photo.log 2>&1 || { cat photo.log && exit 1; }
  [ "$(photo/build/photo "$LENET_SOURCE_DIR/examples/samples/lines.pgm" | tr '\n' ' ')" = '1998 4507 ' ] ||
    fail 'the example of docs/embedding.md'
fi

# ------------------------------------------------------------------ add_subdirectory ----------

# Compiled without optimisation and vector kernels, which take the longest.
mkdir project
cp consumer/main.c project/
cat >project/CMakeLists.txt <<END_OF_CMAKE
cmake_minimum_required(VERSION 3.21)
project(consumer LANGUAGES C)
add_subdirectory("$LENET_SOURCE_DIR" lenet EXCLUDE_FROM_ALL)
foreach(library lenet lenet_static)
  add_executable(with_\${library} main.c)
  target_link_libraries(with_\${library} PRIVATE lenet::\${library})
endforeach()
END_OF_CMAKE
"$cmake" -S project -B project/build -DCMAKE_C_COMPILER="$CC" -DCMAKE_C_FLAGS_RELEASE=-O0 \
  -DLENET_SIMD=OFF >project.log 2>&1 &&
  "$cmake" --build project/build -j 2 >>project.log 2>&1 || { cat project.log && exit 1; }
for program in with_lenet with_lenet_static; do
  [ "$(project/build/$program)" = "$version" ] || fail "add_subdirectory: $program"
done
[ ! -f project/build/lenet/lenet ] || fail 'add_subdirectory builds what was not asked for'

# ------------------------------------------------------------------ the package ---------------

if command -v dpkg-deb >/dev/null && command -v dpkg-shlibdeps >/dev/null &&
  [ -f "$build/CPackConfig.cmake" ]; then
  cpack=$(dirname "$cmake")/cpack
  mkdir package
  (cd "$build" && "$cpack" -G DEB -B "$scratch/package" >"$scratch/package.log" 2>&1) ||
    { cat package.log && exit 1; }
  mv package/lenet_"$version"_*.deb lenet.deb
  for field in Package Section Maintainer Description; do
    [ -n "$(dpkg-deb -f lenet.deb $field)" ] || fail "the package has no field $field"
  done
  case $(dpkg-deb -f lenet.deb Depends) in
    *libc6*) ;;
    *) fail 'the package needs no C library' ;;
  esac
  dpkg-deb -x lenet.deb root
  root=$scratch/root/usr
  [ "$(env -i "$root/bin/lenet" --version)" = "lenet $version" ] || fail 'the packaged command'
  env -i "$root/bin/lenet" predict "$LENET_SOURCE_DIR/examples/samples/seven.pgm" | grep -q 7 ||
    fail 'the packaged command does not read'
  $CC -o packaged consumer/main.c -I"$root/include" -L"$root/lib" -llenet
  [ "$(env -i LD_LIBRARY_PATH="$root/lib" ./packaged)" = "$version" ] || fail 'the packaged library'
else
  echo 'no dpkg-dev: the package was not made'
fi

# ------------------------------------------------------------------ pkg-config ----------------

if ! command -v pkg-config >/dev/null; then
  echo 'no pkg-config: lenet.pc was not tried'
  exit 0
fi
PKG_CONFIG_PATH=$(dirname "$(find prefix -name lenet.pc)")
export PKG_CONFIG_PATH
[ "$(pkg-config --modversion lenet)" = "$version" ]
library=$(pkg-config --variable=libdir lenet)
compile() { # compiler, source
  $1 -o program "$2" $(pkg-config --cflags --libs lenet)
  [ "$(LD_LIBRARY_PATH="$library" ./program)" = "$version" ] || fail "$2 by pkg-config"
  # of static libraries the compiler takes none by itself where there is a shared one of the name
  $1 -o program "$2" $(pkg-config --cflags lenet) \
    $(pkg-config --libs --static lenet | sed "s|-llenet|$library/liblenet.a|")
  [ "$(./program)" = "$version" ] || fail "$2 by pkg-config --static"
}
compile "$CC" consumer/main.c
[ -z "$cxx" ] || compile "$cxx" consumer/main.cc
