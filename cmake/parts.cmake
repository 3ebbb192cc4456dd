# Finds the libraries of parts.txt. Afterwards
#   LENET_PART_DEFINITIONS  LENET_HAVE_X=1 for each that is there
#   LENET_PART_LIBRARIES    their targets
#   LENET_PART_PACKAGES     their CMake packages, for lenetConfig.cmake
#   LENET_PART_FLAGS        their link flags, for lenet.pc
set(LENET_PART_DEFINITIONS)
set(LENET_PART_LIBRARIES)
set(LENET_PART_PACKAGES)
set(LENET_PART_FLAGS)

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/parts.txt)
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/parts.txt rows REGEX "^[A-Z]")
foreach(row IN LISTS rows)
  string(REPLACE "|" ";" row "${row}")
  list(GET row 0 name)
  list(GET row 1 package)
  list(GET row 2 target)
  list(GET row 5 flag)
  list(GET row 10 loss)
  option(LENET_WITH_${name} "Use ${package} where it is found (without it ${loss})" ON)
  if(LENET_WITH_${name})
    find_package(${package} QUIET)
  endif()
  if(LENET_WITH_${name} AND TARGET ${target} AND NOT LENET_LACKS_${name})
    list(APPEND LENET_PART_DEFINITIONS LENET_HAVE_${name}=1)
    list(APPEND LENET_PART_LIBRARIES ${target})
    list(APPEND LENET_PART_PACKAGES ${package})
    list(APPEND LENET_PART_FLAGS ${flag})
  elseif(LENET_REQUIRE_ALL)
    message(FATAL_ERROR "${name} was not found and LENET_REQUIRE_ALL is ON: without it ${loss}")
  else()
    message(STATUS "built without ${name}: ${loss}")
  endif()
endforeach()
