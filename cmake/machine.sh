# machine.sh - builds for another machine and runs tests there: natively for i386, else under qemu.
#
#   sh cmake/machine.sh aarch64|i386|s390x JOBS
#
# The compiler and qemu come from setup.sh. That machine's C library and the libraries of parts.txt are
# unpacked into build-MACHINE/sysroot, from the package servers that this Debian machine uses, by a list of
# packages of its own: the system's stays without a second architecture, and nothing is installed.
set -eu
machine=$1 jobs=$2
root=$(pwd)/build-$machine
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

case $machine in
  aarch64) debian=arm64 ;;
  *) debian=$machine ;;
esac

# The build's own programs, protoc-c and what onnx.proto is in, serve all machines.
packages=$(grep '^[A-Z]' cmake/parts.txt | cut -d'|' -f7 |
  sed 's/protobuf-c-compiler//; s/libonnx-dev//')

unpack() {
  apt=$root/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$root/sysroot"
  : >"$apt/installed"
  options="-q -y -o APT::Architecture=$debian -o APT::Architectures::=$debian
    -o Dir::State::Lists=$apt/lists -o Dir::State::status=$apt/installed
    -o Dir::State::extended_states=$apt/extended -o Dir::Cache=$apt/cache -o APT::Sandbox::User=
    -o Debug::NoLocking=1 --no-install-recommends"
  {
    apt-get $options update || : # one server that fails is no matter where the others have it all
    apt-get $options install --download-only libcmocka-dev $packages || return 1
    for package in "$apt"/cache/archives/*.deb; do
      dpkg-deb -x "$package" "$root/sysroot" || return 1
    done
    # Links from the root of that machine's folders
    find "$root/sysroot" -type l -lname '/*' | while read -r link; do
      ln -sfn "$root/sysroot$(readlink "$link")" "$link"
    done
  } >"$root/apt.log" 2>&1
}
if [ ! -f "$root/unpacked" ]; then
  mkdir -p "$root"
  echo "lenet: unpacking libraries for $machine into build-$machine/sysroot" >&2
  unpack || {
    echo "lenet: no libraries for $machine could be had through apt-get:" >&2
    tail -n 3 "$root/apt.log" >&2
    exit 1
  }
  rm -r "$root/apt"
  touch "$root/unpacked"
fi

cmake --preset "$machine" -DLENET_TESTS=ON
cmake --build --preset "$machine" -j "$jobs"
ctest --preset "$machine" -j "$jobs" --no-tests=error
