# i386.cmake - a toolchain file: 32-bit x86 on a 64-bit one, which runs it, so that nothing is foreign to
# CMake. machine.sh does all of it.
set(machine i386)
set(triple i686-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/machine.cmake)

# Programs find the loader and the libraries, and these each other, by themselves; also those programs that
# the tests compile.
set(folder ${CMAKE_SYSROOT}/usr/lib/i386-linux-gnu:${CMAKE_SYSROOT}/lib/i386-linux-gnu)
set(libraries "-Wl,--disable-new-dtags,-rpath,${folder}")
set(loader "-Wl,--dynamic-linker=${CMAKE_SYSROOT}/lib/ld-linux.so.2")
set(CMAKE_EXE_LINKER_FLAGS_INIT "${loader} ${libraries}")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "${libraries}")
set(LENET_TEST_CC "${CMAKE_C_COMPILER} --sysroot=${CMAKE_SYSROOT} ${loader} ${libraries}")
