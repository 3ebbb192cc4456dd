# machine.cmake - what the toolchain files of other machines share: Debian's cross compiler, and a folder
# of that machine's C library and other libraries, which machine.sh unpacks.
#
# Before it stand `machine`, qemu's and our name of it, and `triple`, GNU's.
set(CMAKE_C_COMPILER ${triple}-gcc)
get_filename_component(CMAKE_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build-${machine}/sysroot ABSOLUTE)
set(CMAKE_LIBRARY_ARCHITECTURE ${triple})

# Libraries and headers of the building machine are none of ours.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
