# What `cpack -G DEB` (make deb) and `cpack -G TGZ` put into a package: all that is installed.
set(CPACK_PACKAGE_NAME lenet)
set(CPACK_PACKAGE_VENDOR lenet)
set(CPACK_PACKAGE_CONTACT "lenet maintainers <maintainers@lenet.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION "LeNet-5 in C: the command lenet trains networks of LeNet's kind, measures them, reads
digits in photographs and scans, and shows what happens inside. With it come the
library liblenet, shared and static, its header, and models that were trained on MNIST.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_GENERATOR TGZ)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
find_program(LENET_SHLIBDEPS dpkg-shlibdeps)
mark_as_advanced(LENET_SHLIBDEPS)
if(LENET_SHLIBDEPS) # of dpkg-dev; without it the package does not say what it needs
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
endif()
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# What is in a package has one set of rights, whatever those of the folder that it was built in.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
  GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
include(CPack)
