# Turns models/*.safetensors into ${LENET_MODELS_SOURCE}, C that becomes part of the library, and
# recipes/*.txt into ${LENET_RECIPES_SOURCE}, part of the command. embed.c runs on the machine that
# builds, so a cross build compiles it with that machine's cc. So becomes the web page that page.sh made,
# where LENET_PAGE names it, ${LENET_PAGE_SOURCE}, part of the command, and the C that exported networks are
# made of, src/files/ccode_runtime/*.c, ${LENET_TEXTS_SOURCE}, part of the library.
set(LENET_MODELS_SOURCE ${PROJECT_BINARY_DIR}/generated/builtin_models.c)
set(LENET_RECIPES_SOURCE ${PROJECT_BINARY_DIR}/generated/shipped_recipes.c)
set(LENET_TEXTS_SOURCE ${PROJECT_BINARY_DIR}/generated/ccode_texts.c)
set(LENET_PAGE_SOURCE ${PROJECT_BINARY_DIR}/generated/shipped_page.c)
file(GLOB models CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/models/*.safetensors)
file(GLOB default CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/models/default.txt)
file(GLOB texts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/files/ccode_runtime/*.c)
file(GLOB recipes CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/recipes/*.txt)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated)

if(CMAKE_CROSSCOMPILING)
  find_program(LENET_HOST_CC NAMES cc gcc clang REQUIRED NO_CMAKE_FIND_ROOT_PATH)
  set(embed ${PROJECT_BINARY_DIR}/generated/embed)
  add_custom_command(OUTPUT ${embed}
    COMMAND ${LENET_HOST_CC} -std=c11 -O1 -o ${embed} ${PROJECT_SOURCE_DIR}/cmake/embed.c
    DEPENDS ${PROJECT_SOURCE_DIR}/cmake/embed.c VERBATIM)
  # Targets that run it depend on this one, or two of them would make it at the same time.
  add_custom_target(lenet_embed DEPENDS ${embed})
else()
  add_executable(lenet_embed ${PROJECT_SOURCE_DIR}/cmake/embed.c)
  set(embed lenet_embed)
endif()

add_custom_command(OUTPUT ${LENET_MODELS_SOURCE}
  COMMAND ${embed} models ${LENET_MODELS_SOURCE} ${PROJECT_SOURCE_DIR}/models/default.txt ${models}
  DEPENDS ${embed} ${models} ${default}
  COMMENT "Writing the shipped models as C" VERBATIM)
add_custom_command(OUTPUT ${LENET_TEXTS_SOURCE}
  COMMAND ${embed} texts ${LENET_TEXTS_SOURCE} ${texts}
  DEPENDS ${embed} ${texts}
  COMMENT "Writing the texts of exported C as C" VERBATIM)
add_custom_target(lenet_models DEPENDS ${LENET_MODELS_SOURCE} ${LENET_TEXTS_SOURCE})
add_dependencies(lenet_models lenet_embed)

add_custom_command(OUTPUT ${LENET_RECIPES_SOURCE}
  COMMAND ${embed} recipes ${LENET_RECIPES_SOURCE} ${recipes}
  DEPENDS ${embed} ${recipes}
  COMMENT "Writing the shipped recipes as C" VERBATIM)

add_custom_command(OUTPUT ${LENET_PAGE_SOURCE}
  COMMAND ${embed} page ${LENET_PAGE_SOURCE} ${LENET_PAGE}
  DEPENDS ${embed} ${LENET_PAGE}
  COMMENT "Writing the page as C" VERBATIM)
