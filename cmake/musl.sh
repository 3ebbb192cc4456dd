# musl.sh - builds with musl in place of the system's C library, in build-musl, a command without any
# shared library, and runs the tests.
#
#   sh cmake/musl.sh JOBS
#
# The compiler comes from setup.sh. Debian has no libraries for musl: those below are compiled from its
# sources, into build-musl/sysroot; libcurl, libcrypto and protobuf-c are left out. Nothing is installed.
set -eu
jobs=$1
root=$(pwd)/build-musl
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

# Sources of where the system's packages come from, by a list of packages of its own.
fetch() {
  apt=$root/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    grep -v security | sort -u >"$apt/sources.list" # which has changes to these, not the sources themselves
  options="-q -o Dir::Etc::sourcelist=$apt/sources.list -o Dir::Etc::sourceparts=/dev/null
    -o Dir::State::Lists=$apt/lists -o Dir::Cache=$apt/cache -o APT::Sandbox::User="
  (
    cd "$apt"
    apt-get $options update || :
    apt-get $options source --download-only --tar-only cmocka jansson zlib libpng1.6 libjpeg-turbo &&
      for archive in *.orig.tar.*; do tar -xf "$archive" || exit 1; done
  )
}

compile() { # folder, options of cmake...
  from=$1
  shift
  cmake -S "$from" -B "$from/build" -DCMAKE_TOOLCHAIN_FILE="$(pwd)/cmake/musl.cmake" \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_INSTALL_PREFIX="$root/sysroot" "$@" &&
    cmake --build "$from/build" -j "$jobs" && cmake --install "$from/build"
}

libraries() {
  fetch && compile "$apt"/cmocka-* -DWITH_EXAMPLES=OFF -DWITH_STATIC_LIB=ON &&
    rm "$root"/sysroot/lib/libcmocka.so* &&
    mv "$root/sysroot/lib/libcmocka-static.a" "$root/sysroot/lib/libcmocka.a" &&
    compile "$apt"/jansson-* -DJANSSON_BUILD_DOCS=OFF -DJANSSON_EXAMPLES=OFF -DJANSSON_WITHOUT_TESTS=ON &&
    ( # Debian's archive lacks what its CMake wants for Windows
      cd "$apt"/zlib-* && CC=musl-gcc CFLAGS='-O2 -fPIC' ./configure --static --prefix="$root/sysroot" &&
        make -j "$jobs" && make install
    ) &&
    compile "$apt"/libpng-* -DPNG_SHARED=OFF -DPNG_TESTS=OFF &&
    compile "$apt"/libjpeg-turbo-* -DENABLE_SHARED=OFF -DWITH_SIMD=OFF -DWITH_TURBOJPEG=OFF
}
if [ ! -f "$root/compiled" ]; then
  mkdir -p "$root"
  echo 'lenet: compiling libraries for musl into build-musl/sysroot' >&2
  libraries >"$root/libraries.log" 2>&1 || {
    echo 'lenet: no libraries for musl:' >&2
    tail -n 5 "$root/libraries.log" >&2
    exit 1
  }
  rm -r "$root/apt"
  touch "$root/compiled"
fi

cmake --preset musl -DLENET_TESTS=ON
cmake --build --preset musl -j "$jobs"
ctest --preset musl -j "$jobs" --no-tests=error
