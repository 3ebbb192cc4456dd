# lenet predict: pictures of any size, from files and standard input, good and bad.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

# The samples, each by its name.
for sample in two:2 three:3 four:4 five:5 seven:7 eight:8; do
  file=$samples/${sample%:*}.pgm
  exits 0 predict "$file"
  says out "^$file: ${sample#*:} ([0-9.]* %)$"
  [ ! -s err ] || fail "something on stderr"
done

# One JSON document a line, one line a picture, in order; the best score is the answer's.
exits 0 predict --json "$samples/seven.pgm"
json "d['file'].endswith('seven.pgm') and d['digit'] == 7" "len(d['scores']) == 10" \
  "max(d['scores']) == d['scores'][7] == d['confidence']" "abs(sum(d['scores']) + d['no_digit'] - 1) < 1e-5"
exits 0 predict --json "$samples/two.pgm" "$samples/five.pgm"
[ "$(wc -l <out)" -eq 2 ] || fail "not two lines"
sed -n 1p out | grep -q '"digit":2' || fail "the first line is not of the first picture"

# Standard input is the same picture.
"$LENET" predict - <"$samples/four.pgm" >out 2>err || fail "standard input"
says out '^-: 4 '
refuses 3 'standard input' predict - # empty

# A file and standard input have the same limit, 512 MiB, and say so. (All of it is a hole, which takes no disk.)
dd if=/dev/null of=limit bs=1 seek=536870912 2>/dev/null
dd if=/dev/null of=beyond bs=1 seek=536870913 2>/dev/null
for large in limit beyond; do
  case $large in
    limit) reason='not a PNG, JPEG or PNM picture' ;;
    *) reason='larger than the 536870912 bytes that such a file may have' ;;
  esac
  refuses 3 "$large: .*$reason" predict $large
  code=0
  "$LENET" predict - <$large >out 2>err || code=$?
  [ "$code" -eq 3 ] || fail "standard input of $large bytes: exit code $code"
  says err "^lenet predict: standard input: .*$reason"
done
rm limit beyond

# Paper without ink is an answer, not a failure; so is a confidence below --reject.
{ printf 'P5\n40 40\n255\n'; head -c 1600 /dev/zero; } >blank.pgm
exits 0 predict blank.pgm
says out '^blank.pgm: - (no digit found)$'
exits 0 predict blank.pgm --json
json "d['digit'] is None" "len(d['scores']) == 10" "d['confidence'] == 0"
exits 0 predict --reject 1 --json "$samples/four.pgm"
json "d['digit'] is None" "d['reason'] == 'rejected'" "d['confidence'] > 0"
exits 0 predict --reject 0.2 --json "$samples/four.pgm"
json "d['digit'] == 4"

# What the network sees: 14 lines of 28 characters, ASCII where there is no terminal.
exits 0 predict --show "$samples/seven.pgm"
[ "$(wc -l <out)" -eq 16 ] || fail "--show: not 14 lines, a caption and an answer"
[ "$(head -n 1 out | wc -c)" -eq 29 ] || fail "--show: not 28 columns"
LC_ALL=C grep -q '[^ -~]' out && fail "--show: not ASCII"

# Bad pictures among good ones: one line each, the others are read, exit code 3.
echo 'no picture' >text.png
: >empty.png
{ printf 'P5\n40 40\n255\n'; head -c 1000 /dev/zero; } >cut.pgm
printf 'P5\n999999 999999\n255\n' >huge.pgm
mkdir folder.png
for bad in text.png empty.png cut.pgm huge.pgm folder.png missing.png; do
  refuses 3 "$bad" predict $bad
done
refuses 3 '^lenet predict: folder.png: is a directory$' predict folder.png
exits 3 predict text.png "$samples/two.pgm" missing.png "$samples/five.pgm"
[ "$(wc -l <out)" -eq 2 ] || fail "the good pictures were not read"
[ "$(wc -l <err)" -eq 2 ] || fail "not one line for each bad picture"

# Every instruction set that there is gives the same answer.
for isa in $("$LENET" version | sed -n 's/^instruction sets: //p' | sed 's/(best)//'); do
  exits 0 predict --isa "$isa" "$samples/three.pgm"
  says out ': 3 '
done
refuses 3 'no-such.safetensors' predict --model no-such.safetensors "$samples/two.pgm"

# What is most likely no digit is said to be none, and which digit comes first: a cross of two beams.
{ printf 'P2\n60 60\n255\n'
  awk 'BEGIN { for (y = 0; y < 60; y++) for (x = 0; x < 60; x++) {
    a = y - x; b = y + x - 59; c = y - 30
    print (x > 8 && x < 51 && y > 8 && y < 51 && (a * a < 9 || b * b < 9 || c * c < 5)) ? 0 : 255 } }'
} >star.pgm
exits 0 predict star.pgm
says out '^star.pgm: - (most likely no digit; else [0-9], [0-9.]* %)$'
exits 0 predict --json star.pgm
json "d['digit'] is None and d['reason'] == 'no digit' and d['no_digit'] > 0.5"
exits 0 predict --always star.pgm
says out '^star.pgm: [0-9] ([0-9.]* %)$'

# A model of other things answers with what they are called, by itself, and not with digits.
exits 0 predict --model fashion "$samples/seven.pgm"
says out 'seven.pgm: [A-Z][A-Za-z/ -]* ([0-9.]* %)$'
exits 0 predict --model fashion --json "$samples/seven.pgm"
json "d['digit'] is None and d['no_digit'] is None and 'reason' not in d" \
  "d['class'] in ('T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot')" \
  "abs(sum(d['scores']) - 1) < 1e-5 and d['confidence'] == max(d['scores'])"
exits 0 predict --model fashion --reject 1 --json "$samples/seven.pgm"
json "d['class'] is None and d['reason'] == 'rejected'"
refuses 2 '--reject: errors were measured on digits' predict -m fashion --reject 1% "$samples/seven.pgm"
refuses 2 '--explain: is for digits' predict -m fashion --explain no.png "$samples/seven.pgm"
[ ! -e no.png ] || fail "--explain of no digit"

# One that was trained on a folder has the names in a note; others that have none are refused.
mkdir -p 'letters/A b' letters/B letters/C
for i in 1 2 3 4 5 6 7; do
  cp "$samples/two.pgm" "letters/A b/$i.pgm"
  cp "$samples/seven.pgm" "letters/B/$i.pgm"
  cp "$samples/eight.pgm" "letters/C/$i.pgm"
done
exits 0 train --data letters --quiet --epochs 30 --batch 4 --validation 0 --out letters.safetensors
exits 0 predict -m letters.safetensors "$samples/two.pgm" "$samples/eight.pgm"
says out 'two.pgm: A b ('
says out 'eight.pgm: C ('
exits 0 show -m letters.safetensors
says out '^classes  *A b/B/C$'
refuses 2 'letters.safetensors has learned other things' read -m letters.safetensors "$samples/two.pgm"
mv letters/C "$(printf 'letters/a"b')"
exits 0 train --data letters --quiet --epochs 1 --out nameless.safetensors
refuses 2 'nameless.safetensors tells [0-9]* classes apart, .* does not know what they are called' \
  predict -m nameless.safetensors "$samples/two.pgm"
exits 0 train --data synthetic:100 --quiet --epochs 1 --out digits.safetensors
exits 0 predict -m digits.safetensors --always "$samples/two.pgm"
says out 'two.pgm: [0-9] ('

# A PNG that lies on its side is seen as its Exif says, as a JPEG is; and what is too wide is named.
if command -v python3 >/dev/null && "$LENET" version | grep -q libpng; then
  python3 - "$samples/seven.pgm" <<'END'
import struct, sys, zlib
head, size, white, pixels = open(sys.argv[1], "rb").read().split(b"\n", 3)
width, height = map(int, size.split())
def chunk(kind, data):
  return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def png(name, width, height, rows, *more):
  body = zlib.compress(b"".join(b"\0" + row for row in rows))
  open(name, "wb").write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                         + b"".join(more) + chunk(b"IDAT", body) + chunk(b"IEND", b""))
rows = [pixels[y * width:][:width] for y in range(height)]
# A quarter turn to the left; 6 asks for one to the right.
left = [bytes(row[width - 1 - y] for row in rows) for y in range(width)]
png("upright.png", width, height, rows)
png("lying.png", height, width, left, chunk(b"eXIf", b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, 6, 0, 0)))
png("wide.png", 65536, 1, [bytes(65536)])
END
  exits 0 predict --json upright.png
  sed 's/upright.png//' out >upright
  exits 0 predict --json lying.png
  sed 's/lying.png//' out >lying
  same upright lying
  says lying '"digit":7,'
  refuses 3 'wide.png: byte 16: 65536x1 pixels; a side has 1 to 65535, a picture at most 67108864' \
    predict wide.png
fi

refuses 3 "^lenet predict: '': the name is empty$" predict ''
