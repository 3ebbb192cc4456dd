# plain.mk - the build without CMake: a C compiler, make and a POSIX shell suffice.
#
#   make -f cmake/plain.mk [CC=...] [CFLAGS=...] [install PREFIX=... DESTDIR=...]
#
# Gives the same build/lenet, build/liblenet.a and build/liblenet.so as CMakeLists.txt, with the
# libraries of parts.txt that the compiler finds. The libraries are looked for once; `make clean`
# makes it look again.
B := build
CFLAGS ?= -O2
PREFIX ?= /usr/local

flags := -std=c11 -Wall -Wextra -ffp-contract=off -fPIC -fvisibility=hidden -pthread \
  -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -Iinclude -Isrc
# As in CMakeLists.txt: sums of floats are floats.
evaluated := $(shell echo __FLT_EVAL_METHOD__ | $(CC) -std=c11 $(CFLAGS) -E -P - 2>/dev/null)
flags += $(if $(filter 2,$(evaluated)),-msse2 -mfpmath=sse) \
  $(if $(filter 1,$(evaluated)),-fexcess-precision=fast)
library_sources := $(wildcard src/*.c src/*/*.c)
command_sources := $(wildcard cli/*.c)
models := $(sort $(wildcard models/*.safetensors))
texts := $(sort $(wildcard src/files/ccode_runtime/*.c))
recipes := $(sort $(wildcard recipes/*.txt))
library_objects := $(library_sources:%.c=$B/plain/%.o) $B/plain/builtin_models.o \
  $B/plain/ccode_texts.o
command_objects := $(command_sources:%.c=$B/plain/%.o) $B/plain/shipped_recipes.o \
  $B/plain/shipped_page.o
folders := $(sort $(dir $(library_objects) $(command_objects)))
version := $(shell sed -n 's/^\#define LENET_VERSION "\(.*\)"/\1/p' include/lenet.h)
soname := liblenet.so.$(firstword $(subst ., ,$(version)))

all: $B/lenet $B/liblenet.a $B/liblenet.so $B/share/man/man1/lenet.1

$(shell mkdir -p $(folders))
include $B/plain/parts.mk
$B/plain/parts.mk: cmake/parts.txt cmake/parts.sh
	@sh cmake/parts.sh "$(CC)" $B/plain >$@.new && mv $@.new $@

$B/plain/embed: cmake/embed.c
	@$(CC) -std=c11 -O1 -o $@ $<

$B/plain/builtin_models.c: $B/plain/embed $(models) $(wildcard models models/default.txt)
	@$B/plain/embed models $@ models/default.txt $(models)

$B/plain/ccode_texts.c: $B/plain/embed $(texts) src/files/ccode_runtime
	@$B/plain/embed texts $@ $(texts)

$B/plain/shipped_recipes.c: $B/plain/embed $(recipes) $(wildcard recipes)
	@$B/plain/embed recipes $@ $(recipes)

$B/plain/shipped_page.c: $B/plain/embed
	@$B/plain/embed page $@

# The list of sources: when a file comes or goes, what is made of all of them is made again.
objects_list := $(library_objects) $(command_objects)
$(shell echo '$(objects_list)' | cmp -s - $B/plain/objects || \
  echo '$(objects_list)' >$B/plain/objects)

$B/plain/%.o: %.c cmake/plain.mk $B/plain/parts.mk
	@echo "  $<"
	@$(CC) $(flags) $(CPPFLAGS) $(CFLAGS) $(part_definitions) -MMD -MP -c -o $@ $<

$B/plain/builtin_models.o: $B/plain/builtin_models.c src/net/builtin.h
$B/plain/ccode_texts.o: $B/plain/ccode_texts.c src/files/ccode.h
$B/plain/shipped_recipes.o: $B/plain/shipped_recipes.c cli/recipe_file.h
$B/plain/shipped_page.o: $B/plain/shipped_page.c cli/commands.h
$B/plain/builtin_models.o $B/plain/ccode_texts.o $B/plain/shipped_recipes.o $B/plain/shipped_page.o:
	@$(CC) $(flags) -Icli $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$B/liblenet.a: $(library_objects) $B/plain/objects
	@rm -f $@
	@$(AR) rcs $@ $(library_objects)

$B/liblenet.so: $(library_objects) $B/plain/objects
	@rm -f $B/liblenet.so*
	@$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(soname) -o $B/$(soname) $(library_objects) \
	  $(part_libraries) -pthread -lm
	@ln -s $(soname) $@

$B/lenet: $(command_objects) $B/liblenet.a
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(command_objects) $B/liblenet.a $(part_libraries) -pthread -lm

$B/share/man/man1/lenet.1: $B/lenet cmake/manual.sh
	@sh cmake/manual.sh $B/lenet $B/share

to := $(DESTDIR)$(PREFIX)
install: all
	mkdir -p "$(to)/bin" "$(to)/include" "$(to)/lib/pkgconfig" "$(to)/share/doc/lenet"
	cp -R $B/share/. "$(to)/share/"
	cp LICENSE "$(to)/share/doc/lenet/copyright"
	cp $B/lenet "$(to)/bin/"
	cp include/lenet.h "$(to)/include/"
	cp $B/liblenet.a $B/$(soname) "$(to)/lib/"
	ln -sf $(soname) "$(to)/lib/liblenet.so"
	sed -e 's|@LENET_PC_UP@|../..|' -e 's|@CMAKE_INSTALL_INCLUDEDIR@|include|' \
	  -e 's|@CMAKE_INSTALL_LIBDIR@|lib|' -e 's|@PROJECT_VERSION@|$(version)|' \
	  -e 's|@LENET_PC_PRIVATE@|$(part_libraries) -lm -pthread|' \
	  cmake/lenet.pc.in >"$(to)/lib/pkgconfig/lenet.pc"

-include $(objects_list:.o=.d)
.PHONY: all install
