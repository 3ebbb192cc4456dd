# What ONNX files need besides the library protobuf-c: onnx.proto, which describes them, and protoc-c,
# which turns that into C. Where both are here, ${LENET_ONNX_SOURCE} becomes part of the library if
# protobuf-c does; where not, LENET_LACKS_ONNX keeps parts.cmake from taking it.
find_program(LENET_PROTOC_C protoc-c)
find_file(LENET_ONNX_PROTO onnx/onnx.proto PATHS /usr/include NO_CMAKE_FIND_ROOT_PATH)
mark_as_advanced(LENET_PROTOC_C LENET_ONNX_PROTO)
set(LENET_ONNX_DIR ${PROJECT_BINARY_DIR}/generated/onnx)
set(LENET_ONNX_SOURCE ${LENET_ONNX_DIR}/lenet_onnx.pb-c.c)

if(LENET_PROTOC_C AND LENET_ONNX_PROTO)
  set(LENET_LACKS_ONNX OFF)
  # Its package becomes ours, so that all symbols begin with lenet_ and none is another program's.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${LENET_ONNX_PROTO})
  file(READ ${LENET_ONNX_PROTO} proto)
  string(REGEX REPLACE "\npackage [a-z._]+;" "\npackage lenet_onnx;" proto "${proto}")
  file(CONFIGURE OUTPUT ${LENET_ONNX_DIR}/lenet_onnx.proto CONTENT "${proto}" @ONLY)
  add_custom_command(OUTPUT ${LENET_ONNX_SOURCE} ${LENET_ONNX_DIR}/lenet_onnx.pb-c.h
    COMMAND ${LENET_PROTOC_C} --proto_path=${LENET_ONNX_DIR} --c_out=${LENET_ONNX_DIR}
      ${LENET_ONNX_DIR}/lenet_onnx.proto
    DEPENDS ${LENET_ONNX_DIR}/lenet_onnx.proto
    COMMENT "Writing onnx.proto as C" VERBATIM)
  add_custom_target(lenet_onnx DEPENDS ${LENET_ONNX_SOURCE})
  # Its asserts would end the program.
  set_source_files_properties(${LENET_ONNX_SOURCE} PROPERTIES COMPILE_DEFINITIONS NDEBUG)
else()
  set(LENET_LACKS_ONNX ON)
endif()
