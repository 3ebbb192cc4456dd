# structure_itself.sh - structure.sh must find what it is there to find: a house with one fault of
# each kind is built and each must be named.
set -eu
tests=$LENET_SOURCE_DIR/tests
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
cd "$house"

file() { # path, content
  mkdir -p "$(dirname "$1")"
  printf '%s\n' "$2" >"$1"
}

fails() { # expected line, arguments of structure.sh
  expected=$1
  shift
  if answer=$(sh "$tests/structure.sh" "$@" 2>&1); then
    echo "structure.sh $*: passed, but should say: $expected"
    exit 1
  fi
  case $answer in
    *"$expected"*) ;;
    *)
      echo "structure.sh $*: said"
      echo "$answer"
      echo "and not: $expected"
      exit 1
      ;;
  esac
}

passes() {
  sh "$tests/structure.sh" "$@" || {
    echo "structure.sh $*: failed on a sound house"
    exit 1
  }
}

compile() { # source, result: an archive or a shared library
  ${CC:-cc} -std=c11 -fPIC -O0 -Iinclude -c "$1" -o object.o
  case $2 in
    *.a) rm -f "$2" && ar rcs "$2" object.o ;;
    *) ${CC:-cc} -shared object.o -o "$2" ;;
  esac
}

# A sound house.
file include/lenet.h '#define LENET_API
LENET_API const char *const
*lenet_one(void);'
file src/base/a.h ''
file src/net/b.c '#include "net/b.h"
#include "base/a.h"
#include "lenet.h"
#include <stdio.h>'
file src/read.c '#include "net/b.h"'
file cli/main.c '#include "options.h"'
file examples/predict.c '#include <lenet.h>'
file README.md 'Text
```c
#include <lenet.h>
```
```c
int other;
```
```python
import lenet
```
```js
open();
```'
file docs/embedding.md '```python
import lenet
```
```js
open();
```
```js
other();
```'
file one.c '#include <stdio.h>
static const char *const words[] = {"a", "b"};
const char *const *lenet_one(void);
const char *const *lenet_one(void) { return words; }
int lenet_write(FILE *f); __attribute__((visibility("hidden"))) int lenet_write(FILE *f)
{ return fprintf(f, "%d", 1); }'
compile one.c one.a
compile one.c one.so
passes includes .
passes header .
passes readme .
passes symbols . one.so one.a
passes calls one.a
passes state one.a

# Arrows that run back.
for fault in 'src/base/x.c:"net/b.h":base may not include net' \
  'src/kernels/x.c:"layers/b.h":kernels may not include layers' \
  'src/layers/x.h:"net/b.h":layers may not include net' \
  'src/net/x.c:"train/b.h":net may not include train' \
  'src/net/x.c:<data/b.h>:net may not include data' \
  'src/train/x.c:"data/b.h":train may not include data' \
  'src/files/x.c:"train/b.h":files may not include train' \
  'src/image/x.c:"net/b.h":image may not include net' \
  'src/data/x.c:"net/b.h":data may not include net' \
  'src/read.c:"train/b.h":read may not include train' \
  'src/net/x.c:"b.h":not lenet.h and not FOLDER/NAME.h' \
  'src/net/x.c:"../net/b.h":not lenet.h and not FOLDER/NAME.h' \
  'src/net/x.c:NAME:not a plain include' \
  'src/extra/x.c:"base/a.h":no rule says what src/extra may include' \
  'cli/x.c:"net/b.h":cli includes lenet.h only' \
  'cli/x.c:<mpi.h>:MPI is for cluster' \
  'examples/x.c:"../src/net/b.h":examples includes lenet.h only'; do
  path=${fault%%:*}
  rest=${fault#*:}
  include=${rest%%:*}
  cp "$path" kept 2>/dev/null || rm -f kept
  file "$path" "
 #  include $include"
  fails "$path:2: #  include $include: ${rest#*:}" includes .
  rm "$path"
  [ ! -f kept ] || mv kept "$path"
done
rm -r src/extra
passes includes .

# A header that needs another before it, or is not C++.
file include/lenet.h 'uint8_t lenet_one(void);'
fails 'uint8_t' header .
if command -v c++ >/dev/null; then
  file include/lenet.h 'int lenet_one(int class);'
  fails 'class' header .
fi

# Symbols.
file include/lenet.h 'LENET_API int lenet_one(int
a);
LENET_API int lenet_two(void);'
fails 'lenet_two: in lenet.h, not in the library' symbols . one.so one.a
file include/lenet.h ''
fails 'lenet_one: exported, not in lenet.h' symbols . one.so one.a
file other.c 'int other(void); int other(void) { return 1; }'
compile other.c other.a
fails 'other: no lenet_ before it' symbols . one.so other.a

# Calls.
for fault in 'exit(1)' 'abort()' 'printf("%d", 1)' 'puts("a")' 'fprintf(stderr, "%d", 1)' \
  'rand()' 'getenv("A")' 'assert(fault)'; do
  file fault.c "#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
void lenet_fault(int fault); void lenet_fault(int fault) { (void)fault; $fault; }"
  compile fault.c fault.a
  fails ' uses ' calls fault.a
done

# Variables.
for fault in 'static int n' 'static int n = 1' 'static const char *n[2] = {"a", "b"}' \
  'static _Thread_local int n' 'int lenet_n'; do
  case $fault in *lenet_n) variable=lenet_n ;; *) variable=n ;; esac
  file fault.c "$fault;
const void *lenet_at(void); const void *lenet_at(void) { return &$variable; }"
  compile fault.c fault.a
  fails 'bytes of variables' state fault.a
done

# README.
file examples/predict.c '#include <lenet.h>
int main(void) { return 0; }'
fails 'README.md: its first' readme .
file examples/predict.c '#include <lenet.h>'
file docs/embedding.md '```python
import lenet
```
```js
closed();
```'
fails 'README.md: its first ```js' readme .
