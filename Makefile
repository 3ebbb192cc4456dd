# The menu. The build itself is CMakeLists.txt (presets in CMakePresets.json), or cmake/plain.mk
# where there is no CMake. Each of these installs what it lacks, or says how (cmake/setup.sh).
JOBS := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
PREFIX ?= /usr/local
MINUTES ?= 12
LIMIT ?= 60
export CMAKE_GENERATOR := Unix Makefiles
# What check-full runs, and .github/workflows/full.yml: every target test or test-*, and these.
FULL = $(shell sed -n 's/^\(test[a-z0-9-]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST))) coverage fuzz soak

all: ## build build/lenet, build/liblenet.a and build/liblenet.so
	@sh cmake/setup.sh
	@$(build)

demo: all ## watch LeNet-5 learn digits, then read some: 3 minutes at most
	@sh examples/demo.sh build/lenet

test: ## build and run all tests, then again under ASan and UBSan
	@sh cmake/setup.sh test
	@sh cmake/test.sh $(JOBS)

test-tsan: ## run the tests under ThreadSanitizer, by clang: 15 minutes
	@sh cmake/setup.sh tsan
	@sh cmake/sanitize.sh thread $(JOBS)

test-msan: ## run the tests of what parses under MemorySanitizer, by clang: 1 minute
	@sh cmake/setup.sh msan
	@sh cmake/sanitize.sh memory $(JOBS)

test-valgrind: all ## train, measure and read under valgrind: 1 minute
	@sh cmake/setup.sh valgrind
	@sh cmake/valgrind.sh

test-arm: ## cross-build for 64-bit ARM and run the unit tests under qemu
	@sh cmake/setup.sh aarch64
	@sh cmake/machine.sh aarch64 $(JOBS)

test-i386: ## build for 32-bit x86 and run the tests
	@sh cmake/setup.sh i386
	@sh cmake/machine.sh i386 $(JOBS)

test-s390x: ## cross-build for IBM Z, big-endian, and run tests under qemu
	@sh cmake/setup.sh s390x
	@sh cmake/machine.sh s390x $(JOBS)

test-musl: ## build with musl, the command without shared libraries, and run the tests
	@sh cmake/setup.sh musl
	@sh cmake/musl.sh $(JOBS)

test-clang: ## build with clang, warnings are errors, and run the tests
	@sh cmake/setup.sh clang
	@unset MAKEFLAGS MAKELEVEL; \
	cmake --preset clang -DLENET_TESTS=ON -DLENET_REQUIRE_ALL=ON && \
	cmake --build --preset clang -j $(JOBS) && ctest --preset clang -j $(JOBS) --no-tests=error

test-wasm: ## build for WebAssembly and run the unit tests under node: 2 minutes
	@sh cmake/setup.sh wasm
	@sh cmake/wasm.sh $(JOBS)

test-onnx: ## exported models by onnx's checker and beside ONNX Runtime: 1 minute, fetches 300 MB
	@sh cmake/setup.sh onnx
	@sh cmake/test_onnx.sh $(JOBS)

test-embedded: all ## run exported C on emulated microcontrollers: 10 minutes
	@sh cmake/setup.sh embedded
	@sh cmake/embedded.sh

test-mpi: ## build with MPI and run the tests of several processes and hosts: 5 minutes
	@sh cmake/setup.sh mpi
	@sh cmake/test_mpi.sh $(JOBS)

page: ## build the web page, build/lenet.html, and a lenet that writes it: 2 minutes
	@sh cmake/setup.sh page
	@sh cmake/page.sh $(JOBS)

test-page: ## build the web page and run its tests under node and in Chromium: 4 minutes
	@sh cmake/setup.sh browser
	@sh cmake/page.sh $(JOBS)
	@sh cmake/test_page.sh

fuzz: ## feed all parsers with changed files under ASan and UBSan for MINUTES (12), by clang
	@sh cmake/setup.sh fuzz
	@sh cmake/fuzz.sh $(MINUTES) $(JOBS)

coverage: ## run all tests counting lines and branches, with floors: 40 minutes of one core
	@sh cmake/setup.sh coverage
	@sh cmake/coverage.sh $(JOBS)

soak: MINUTES = 5
soak: all ## train and predict under load for MINUTES (5): nothing fails, memory stays flat
	@python3 tests/soak.py build/lenet $(MINUTES)

check-quick: ## for each push: build and run all tests as released: under 10 minutes
	@sh cmake/setup.sh test
	@sh cmake/test.sh $(JOBS) quick

check-full: ## everything there is, target by target, in LIMIT minutes (60) each: some hours
	@sh cmake/full.sh $(LIMIT) $(FULL)

list-full: ## print what check-full runs
	@echo $(FULL)

npm: ## build the npm package, build/npm-package, of the page's core: 2 minutes
	@sh cmake/setup.sh page
	@sh cmake/npm.sh $(JOBS)

test-npm: all ## build the npm package and run its tests under node: 2 minutes
	@sh cmake/setup.sh page
	@sh cmake/npm.sh $(JOBS) test

bench: all ## measure this machine's speed, then that of PyTorch and others where they are
	@build/lenet bench
	@echo
	@if command -v python3 >/dev/null; then \
	  python3 bench/peers/compare.py || [ $$? -eq 4 ]; \
	else echo 'lenet: no python3: nothing is compared' >&2; fi

bench-peers: ## install what 'make bench' compares with: PyTorch, ONNX Runtime, oneDNN
	@sh bench/peers/setup.sh

install: all ## install command, manual, libraries and header to PREFIX (/usr/local)
	@if [ -f build/Makefile ]; then cmake --install build --prefix "$(PREFIX)"; \
	else $(MAKE) -f cmake/plain.mk install PREFIX="$(PREFIX)"; fi

deb: all ## pack what is installed as a Debian package: build/lenet_VERSION_ARCHITECTURE.deb
	@cd build && cpack -G DEB

fonts: ## install the fonts that 'lenet data make glyphs' draws with (Debian): fetches 87 MB
	@sh cmake/setup.sh fonts

setup: ## try again to install what the build lacks
	@sh cmake/setup.sh again

clean: ## remove everything that was built
	rm -rf build build-dev build-test build-scalar build-clang build-aarch64 build-i386 \
	  build-s390x build-musl build-wasm build-fuzz build-embedded build-coverage build-tsan \
	  build-msan build-mpi

help: ## print this menu
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1	/p' Makefile | expand -t 16

# The makes below this one are told nothing of it, or they announce each folder. A failed
# configuration (a CMake older than 3.21, say) leads to the plain build; a failed
# compilation does not.
define build
unset MAKEFLAGS MAKELEVEL; \
if [ -f build/Makefile ] || { command -v cmake >/dev/null && \
  cmake -S . -B build -DLENET_TESTS=OFF; }; then \
  cmake --build build -j $(JOBS); \
else \
  echo 'lenet: no usable CMake: building with the compiler alone' >&2; \
  $(MAKE) -s -f cmake/plain.mk -j $(JOBS); \
fi
endef

.PHONY: all demo test test-tsan test-msan test-valgrind test-arm test-i386 test-s390x test-musl test-clang \
  test-wasm test-onnx test-embedded test-mpi page test-page npm test-npm fuzz \
  coverage soak check-quick check-full list-full bench bench-peers install deb fonts setup clean help
