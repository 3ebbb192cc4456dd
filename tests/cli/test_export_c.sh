# test_export_c.sh - lenet export --format c: what it refuses, whole files or none, and where MNIST
# is, as many errors on its test digits as lenet eval --int8 makes.
. "$(dirname "$0")/common.sh"

cc=${CC:-cc}

refuses 2 'format is missing' export --out a.c
refuses 2 'out is missing' export --format c
refuses 2 "not 'pdf'\|one of\|c" export --format pdf --out a.c
refuses 2 'goes with --format c' export --format onnx --int8 --out a.onnx
refuses 2 'goes with --int8' export --format c --data mnist --out a.c
refuses 2 'too much' export --format c --out a.c lenet5
refuses 3 'neither a file' export --format c --model none --out a.c
refuses 2 'a .* is missing\|ends in .c' export --format c --out a.txt
refuses 2 'the folder' export --format c --out none/a.c
refuses 4 'mnist: not here' export --format c --model lenet5-modern --int8 --out a.c
[ -z "$(ls ./*.c ./*.h 2>/dev/null)" ] || fail 'a refused export left a file'

# Functions are called as the file is; a network without relu needs no data.
exits 0 export --format c --model lenet5 --int8 --out my-digit.c
says err 'flash 63,644 bytes and code, RAM 2,196 bytes'
says my-digit.h '^#define MY_DIGIT_WORKSPACE 2196'
says my-digit.h '^int my_digit_classify('
for file in my-digit.c my-digit.h; do
  says $file '^ \* SPDX-License-Identifier: MIT$'
  says $file '^ \* Copyright (c) [0-9]* The lenet authors, for the code; weights are of who trained them\.$'
done
cp my-digit.c first.c
exits 0 export --format c --model lenet5 --int8 --out my-digit.c -q
[ ! -s err ] || fail '--quiet says something'
same my-digit.c first.c

# Neither file takes the place of another, nor of the model; names of C's own headers are none.
printf '/* my own */\n' >mine.h
refuses 2 'is no C that lenet wrote' export --format c --model lenet5 --out mine.c
printf '/* my own */\n' >other.c
refuses 2 'is no C that lenet wrote' export --format c --model lenet5 --out other.c
exits 0 export --format safetensors --model lenet5 --out net.h
refuses 2 'what it is made of' export --format c --model net.h --out net.c
ln -s other.c link.c
refuses 2 'other.c is there and is no C that lenet wrote' \
  export --format c --model lenet5 --out link.c
ln -s other.c linked.h
refuses 2 'linked.h is there and is no C that lenet wrote' \
  export --format c --model lenet5 --out linked.c
[ ! -e net.c ] && [ ! -e mine.c ] && [ ! -e linked.c ] || fail 'a refused export left a file'
refuses 2 "a header of C's own" export --format c --model lenet5 --out stdint.c
rm mine.h other.c net.h link.c linked.h

# Other data, other integers.
exits 0 export --format c --model lenet5-modern --int8 --data synthetic:2000 --out one.c
exits 0 export --format c --model lenet5-modern --int8 --data synthetic:2000,seed=9 --out two.c
if cmp -s one.c two.c; then fail 'calibration changes nothing'; fi

# A full disk leaves what was there. (A file may grow to 8 blocks of 512 bytes or 1 kB.)
printf old >kept.c
printf old >kept.h
code=0
(ulimit -f 8 && "$LENET" export -q --format c --model lenet5 --int8 --out kept.c) 2>err || code=$?
[ "$code" -ne 0 ] || fail 'a file that may not grow was written'
printf old >old
same kept.c old
same kept.h old
[ -z "$(ls .lenet* 2>/dev/null)" ] || fail 'a part of a file is left'

# MNIST's test digits.
mnist=$people_data/mnist
images=$mnist/t10k-images-idx3-ubyte labels=$mnist/t10k-labels-idx1-ubyte
if [ ! -f "$images" ] && [ ! -f "$images.gz" ]; then
  echo 'no MNIST: its errors are not counted'
  exit 0
fi
plain() { if [ -f "$1" ]; then cat "$1"; else gzip -dc "$1.gz"; fi; }
plain "$images" >images
plain "$labels" >labels
cat >errors.c <<'END'
#include "my-digit.h"
#include <stdio.h>
int main(void)
{
  static uint32_t workspace[MY_DIGIT_WORKSPACE / 4];
  unsigned char pixels[MY_DIGIT_ROWS * MY_DIGIT_COLUMNS];
  int32_t scores[MY_DIGIT_CLASSES];
  int errors = 0, samples = 0;
  FILE *images = fopen("images", "rb"), *labels = fopen("labels", "rb");
  if (!images || !labels || fseek(images, 16, SEEK_SET) || fseek(labels, 8, SEEK_SET))
    return 1;
  for (; fread(pixels, 1, sizeof pixels, images) == sizeof pixels; samples++)
    errors += my_digit_classify(pixels, scores, workspace) != fgetc(labels);
  printf("%d %d\n", samples, errors);
  return my_digit_selftest(workspace);
}
END
$cc -std=c99 -O2 -o errors errors.c my-digit.c
./errors >counted || fail 'the self-test fails'
needs_jansson
exits 0 --version
LENET_DATA=$people_data exits 0 eval --model lenet5 --int8 --json
errors=$(sed -n 's/.*"errors": *\([0-9]*\).*/\1/p' out)
[ "$(cat counted)" = "10000 $errors" ] ||
  fail "of 10000 $errors are wrong in lenet eval, $(cat counted) in C"
