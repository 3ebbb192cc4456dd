# aarch64.sh - builds for 64-bit ARM on another machine and runs the unit tests under qemu, in
# build-aarch64. The optional libraries are left out.
#
#   sh cmake/aarch64.sh JOBS
#
# Needs Debian's packages gcc-aarch64-linux-gnu and qemu-user. cmocka for ARM is unpacked into the
# build folder, from the same package servers that this machine uses; nothing is installed.
set -eu
jobs=$1
root=$(pwd)/build-aarch64
unset MAKEFLAGS MAKELEVEL # or the makes below announce each folder

say() { echo "lenet: $*" >&2; }

for program in aarch64-linux-gnu-gcc qemu-aarch64; do
  command -v $program >/dev/null || {
    say "there is no $program; to install it: sudo apt-get install gcc-aarch64-linux-gnu qemu-user"
    exit 1
  }
done

# A package list of its own, so that the machine's stays without a second architecture.
unpack_cmocka() {
  apt=$root/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$root/sysroot"
  options="-q -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Dir::State::Lists=$apt/lists
    -o Dir::Cache=$apt/cache -o Dir::State::status=/dev/null -o APT::Sandbox::User="
  (
    cd "$apt"
    apt-get $options update
    apt-get $options download libcmocka-dev libcmocka0
    for package in *.deb; do dpkg-deb -x "$package" "$root/sysroot"; done
  ) >"$root/apt.log" 2>&1
}
if [ ! -f "$root/sysroot/usr/include/cmocka.h" ] && ! unpack_cmocka; then
  say 'no cmocka for ARM could be had through apt-get:'
  tail -n 3 "$root/apt.log" >&2
  exit 1
fi

cmake --preset aarch64 -DLENET_TESTS=ON
cmake --build --preset aarch64 -j "$jobs"
ctest --preset aarch64 -j "$jobs" --no-tests=error
