# What a compiler and a linker can do against a fault that is there all the same: a canary before each return address,
# checked sizes in the C library's calls, no jump past the guard page of the stack or into the middle of a function,
# addresses that differ in each run, and nothing writable that is called through. LENET_HARDEN says whether; tests/
# hardened.sh looks for it in what was built, docs/trust.md has the cost.
if(LENET_WASM OR LENET_SANITIZE OR LENET_FUZZ OR NOT CMAKE_BUILD_TYPE MATCHES "^Rel")
  set(usual OFF)
else()
  set(usual ON)
endif()
option(LENET_HARDEN "Stack protector, FORTIFY, PIE, RELRO and their like" ${usual})
if(NOT LENET_HARDEN)
  return()
endif()

include(CheckCCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)
if(NOT LENET_STATIC_COMMAND)
  check_pie_supported(LANGUAGES C) # so that executables are linked as they are compiled
endif()
set(CMAKE_REQUIRED_FLAGS -Werror) # or clang takes another machine's flags, with a warning
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
    -mbranch-protection=standard)
  string(MAKE_C_IDENTIFIER "LENET_HAS${flag}" has)
  check_c_compiler_flag(${flag} ${has})
  if(${has})
    add_compile_options(${flag})
  endif()
endforeach()

# The third level knows sizes that are computed while the program runs.
set(level 2)
if(CMAKE_C_COMPILER_ID STREQUAL GNU AND CMAKE_C_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
  set(level 3)
endif()
add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${level})

foreach(flag -Wl,-z,relro -Wl,-z,now)
  string(MAKE_C_IDENTIFIER "LENET_HAS${flag}" has)
  check_linker_flag(C ${flag} ${has})
  if(${has})
    add_link_options(${flag})
  endif()
endforeach()

# Kernels read no file, and what they are given has been checked. Their innermost loops feel canaries and probes, and
# an instruction at the head of a function moves them off the lines of 64 bytes that they lie in. FORTIFY makes a call of
# each four bytes that are copied to a place known when the program runs: pictures took four times as long to load.
file(GLOB kernels CONFIGURE_DEPENDS src/kernels/*.c)
foreach(flag -fno-stack-protector -fno-stack-clash-protection -fcf-protection=return
    -falign-functions=64 -U_FORTIFY_SOURCE)
  string(MAKE_C_IDENTIFIER "LENET_HAS${flag}" has)
  check_c_compiler_flag(${flag} ${has})
  if(${has})
    set_property(SOURCE ${kernels} APPEND PROPERTY COMPILE_OPTIONS ${flag})
  endif()
endforeach()
unset(CMAKE_REQUIRED_FLAGS)
