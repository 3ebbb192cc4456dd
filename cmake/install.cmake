# What `make install` puts where: the command, its manual and what completes it, both libraries, the
# header, and the files by which CMake and pkg-config find them.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lenet)

install(TARGETS lenet_shared EXPORT lenetTargets
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS lenet_static EXPORT lenetStaticTargets
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET lenet_command)
  install(TARGETS lenet_command)
endif()
# The command makes its manual itself, which that of a cross build cannot do here.
if(TARGET lenet_command AND NOT CMAKE_CROSSCOMPILING)
  set(share ${PROJECT_BINARY_DIR}/share)
  add_custom_command(OUTPUT ${share}/man/man1/lenet.1
    COMMAND sh ${PROJECT_SOURCE_DIR}/cmake/manual.sh $<TARGET_FILE:lenet_command> ${share}
    DEPENDS lenet_command cmake/manual.sh COMMENT "Writing the manual" VERBATIM)
  add_custom_target(lenet_manual ALL DEPENDS ${share}/man/man1/lenet.1)
  install(DIRECTORY ${share}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})
  install(DIRECTORY ${share}/bash-completion ${share}/zsh ${share}/fish
    DESTINATION ${CMAKE_INSTALL_DATADIR})
endif()
install(FILES include/lenet.h TYPE INCLUDE)
install(FILES LICENSE TYPE DOC RENAME copyright)
install(EXPORT lenetTargets NAMESPACE lenet:: DESTINATION ${package_dir})
install(EXPORT lenetStaticTargets NAMESPACE lenet:: DESTINATION ${package_dir})

configure_package_config_file(cmake/lenetConfig.cmake.in generated/lenetConfig.cmake
  INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(generated/lenetConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES cmake/FindJansson.cmake cmake/FindProtobufC.cmake
  ${PROJECT_BINARY_DIR}/generated/lenetConfig.cmake
  ${PROJECT_BINARY_DIR}/generated/lenetConfigVersion.cmake
  DESTINATION ${package_dir})

# lenet.pc finds its prefix from its own place, so an installed tree can be moved.
file(RELATIVE_PATH LENET_PC_UP /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" LENET_PC_UP ${LENET_PC_UP})
list(JOIN LENET_PART_FLAGS " " LENET_PC_PRIVATE)
string(APPEND LENET_PC_PRIVATE " -lm -pthread")
configure_file(cmake/lenet.pc.in generated/lenet.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/generated/lenet.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
