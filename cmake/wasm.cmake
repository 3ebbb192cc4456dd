# wasm.cmake - a toolchain file: WebAssembly with 128-bit SIMD and WASI, by Debian's clang, lld, llvm,
# wasi-libc and libclang-rt-14-dev-wasm32, and, to run what it makes, node. wasm.sh does all of it.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_C_COMPILER clang)
set(CMAKE_C_COMPILER_TARGET wasm32-wasi)
set(CMAKE_EXECUTABLE_SUFFIX_C .wasm)
set(CMAKE_CROSSCOMPILING_EMULATOR node --no-warnings
  ${CMAKE_CURRENT_LIST_DIR}/../tests/wasm/run.mjs)

# Debian's wasi-libc stands in a folder of /usr/include, the headers around it are another system's.
set(CMAKE_C_FLAGS_INIT "-msimd128 -nostdlibinc -isystem /usr/include/wasm32-wasi \
-Wno-unused-command-line-argument") # these are no use to the linker
# A stack of 1 MiB in place of 64 KiB, at the beginning of the memory, where it cannot grow into
# data.
# -O0 is for the linking alone: with more, clang calls a wasm-opt that it finds, and not for SIMD.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-z,stack-size=1048576 -Wl,--stack-first -O0")

set(CMAKE_FIND_ROOT_PATH /usr/lib/wasm32-wasi)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
