# lenet read --chars ascii, lenet data make print and print-reader, lenet eval --pages --chars ascii.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

# What the options refuse needs no fonts.
refuses 2 'chars' read --chars latin "$samples/lines.pgm"
refuses 2 'chars' read --chars= "$samples/lines.pgm"
refuses 2 'lines of text are cut' read --chars ascii --method sweep "$samples/lines.pgm"
refuses 2 'what digits are made of' read --chars ascii --explain steps.png "$samples/lines.pgm"
refuses 2 'digits only' read --chars ascii --reject 1% "$samples/lines.pgm"
refuses 2 'model: lenet5: the network reads 28x28 pixels and has 10 classes' read --chars ascii --model lenet5 "$samples/lines.pgm"
refuses 2 'dpi' data make print ./pages --dpi 20
refuses 2 'dpi: does not go with' data make strings ./pages --dpi 200
[ ! -e pages ] || fail "a folder for nothing"

# Without ink there is no text; digits of a hand are read as characters.
{ printf 'P5\n40 40\n255\n'; head -c 1600 /dev/zero; } >blank.pgm
exits 0 read --chars ascii blank.pgm
[ "$(cat out)" = "(no text found)" ] || fail "a blank picture"
exits 0 read --chars ascii --json blank.pgm
json "d['text'] == '' and d['lines'] == []"
exits 0 read --chars ascii --json "$samples/lines.pgm"
json "len(d['lines']) >= 1" "all(c['character'] for l in d['lines'] for c in l['characters'])"
exits 0 read --chars digits "$samples/lines.pgm"
[ "$(head -n 1 out)" = 1998 ] || fail "digits are what is read by default"

code=0
"$LENET" data make print ./pages --split train --count 2 --seed 5 --dpi 200 -q >out 2>err || code=$?
if [ "$code" -eq 4 ] || grep -q 'without FreeType' err; then
  echo "skipped: no fonts"
  exit 77
fi
[ "$code" -eq 0 ] || fail "data make print"
[ "$(ls pages | wc -l)" -eq 4 ] || fail "not a picture and a truth for each page"
exits 1 data make print ./pages --split train --count 2
says err 'is there already; nothing was written'
"$LENET" data make print ./again --split train --count 1 --seed 5 --dpi 200 -q >/dev/null 2>&1
cmp pages/print-00001.json again/print-00001.json || fail "not the same page again"

# The truth is JSON, boxes lie in the picture.
{ tr -d '\n' <pages/print-00001.json; echo; } >out
json "6 <= len(d['lines']) <= 18" "all(l['text'].replace(' ', '') == ''.join(c['character'] for c in l['characters']) for l in d['lines'])" \
  "all(x >= 0 and y >= 0 and x + w <= d['width'] and y + h <= d['height'] for l in d['lines'] for x, y, w, h in [c['box'] for c in l['characters']])"

# Most is read, and the measure says so; what is rejected is an error too.
exits 0 eval --pages ./pages --chars ascii --json
json "d['pages'] == 2" "d['characters'] > 300" "d['error_rate'] < 0.08" \
  "d['errors_but_alike'] <= d['errors']" "abs(d['error_rate'] - d['errors'] / d['characters']) < 1e-6" "d['rejected'] == 0"
exits 0 eval --pages ./pages --chars ascii --reject 1 --json
json "d['rejected'] > 100" "d['errors'] >= d['rejected']"
exits 0 eval --pages ./pages --chars ascii
says out '^character errors '
picture=$(ls pages/print-00001.[jp]*g)
exits 0 read --chars ascii --json $picture
json "d['text'] == '\n'.join(l['text'] for l in d['lines'])" \
  "all(''.join(' ' * c['spaces'] + c['character'] for c in l['characters']) == l['text'] for l in d['lines'])" \
  "all(c['choices'][0]['character'] == c['character'] for l in d['lines'] for c in l['characters'])" \
  "all(c['alike'] is None or c['character'] in c['alike'] for l in d['lines'] for c in l['characters'])"
exits 0 read --chars ascii --reject 1 --json $picture
json "d['text'].count('\ufffd') > 100" "all(c['rejected'] == (c['confidence'] < 1) for l in d['lines'] for c in l['characters'])"
exits 3 eval --pages "$samples" --chars ascii

# What would be waited for, or compared for hours, is refused.
mkdir -p hostile && cp "$picture" hostile/
mkfifo hostile/pipe.json
exits 3 eval --pages ./hostile --chars ascii
says err 'hostile/pipe.json: not a file$'
rm hostile/pipe.json
mkfifo hostile/pipe
echo '{"file": "pipe", "lines": [{"text": "a", "digits": [{"digit": 1, "box": [0, 0, 9, 9]}]}]}' >hostile/picture.json
for chars in ascii digits; do
  exits 3 eval --pages ./hostile --chars "$chars"
  says err 'hostile/pipe: not a file$'
done
rm hostile/picture.json
awk -v picture="${picture##*/}" 'BEGIN {
  printf "{\"file\": \"%s\", \"lines\": [{\"text\": \"", picture
  for (i = 0; i < 100001; i++) printf "a"
  print "\"}]}" }' >hostile/long.json
exits 3 eval --pages ./hostile --chars ascii
says err 'hostile/long.json: has more than 100,000 characters$'

# Pieces for learning: 96 classes.
exits 0 data make print-reader ./pieces --count 400
[ "$(ls pieces | wc -l)" -eq 4 ] || fail "not the four files"
