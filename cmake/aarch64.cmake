# aarch64.cmake - a toolchain file: 64-bit ARM from another machine. machine.sh does all of it.
set(machine aarch64)
set(triple aarch64-linux-gnu)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${machine})
include(${CMAKE_CURRENT_LIST_DIR}/machine.cmake)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${machine} -L ${CMAKE_SYSROOT})
