# install.sh CMAKE BUILD - a program outside the project uses what `make install` puts in place:
# through find_package(lenet), both libraries, and through pkg-config.
set -eu
cmake=$1
build=$2
source=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$cmake" --install "$build" --prefix "$scratch/first" >install.log
mv first prefix # an installed tree may be moved

for file in bin/lenet include/lenet.h; do
  [ -f "prefix/$file" ] || { echo "$file is not installed" && exit 1; }
done
prefix/bin/lenet version >/dev/null

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
cat >consumer/main.c <<'END'
#include <lenet.h>
#include <stdio.h>
int main(void)
{
  return puts(lenet_version()) < 0;
}
END
cat >consumer/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.21)
project(consumer LANGUAGES C)
find_package(lenet 0.1 REQUIRED)
add_executable(shared main.c)
target_link_libraries(shared PRIVATE lenet::lenet)
add_executable(static main.c)
target_link_libraries(static PRIVATE lenet::lenet_static)
END
"$cmake" -S consumer -B consumer/build -DCMAKE_PREFIX_PATH="$scratch/prefix" \
  -DCMAKE_C_COMPILER="$CC" >consumer.log 2>&1 &&
  "$cmake" --build consumer/build >>consumer.log 2>&1 || { cat consumer.log && exit 1; }
version=$(sed -n 's/^#define LENET_VERSION "\(.*\)"/\1/p' prefix/include/lenet.h)
[ "$(consumer/build/shared)" = "$version" ]
[ "$(consumer/build/static)" = "$version" ]

if ! command -v pkg-config >/dev/null; then
  echo 'no pkg-config: lenet.pc was not tried'
  exit 0
fi
PKG_CONFIG_PATH=$(dirname "$(find prefix -name lenet.pc)")
export PKG_CONFIG_PATH
[ "$(pkg-config --modversion lenet)" = "$version" ]
library=$(pkg-config --variable=libdir lenet)
$CC -o program consumer/main.c $(pkg-config --cflags --libs lenet)
[ "$(LD_LIBRARY_PATH="$library" ./program)" = "$version" ]
$CC -o program consumer/main.c $(pkg-config --cflags lenet) "$library/liblenet.a" \
  $(pkg-config --libs --static lenet)
[ "$(./program)" = "$version" ]
