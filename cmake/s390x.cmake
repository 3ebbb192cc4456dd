# s390x.cmake - a toolchain file: IBM Z, whose bytes go from the greatest to the least, from another machine. machine.sh does all of it.
set(machine s390x)
set(triple s390x-linux-gnu)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${machine})
include(${CMAKE_CURRENT_LIST_DIR}/machine.cmake)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${machine} -L ${CMAKE_SYSROOT})
