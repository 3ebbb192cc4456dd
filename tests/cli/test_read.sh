# lenet read: all digits of a picture, line by line, and lenet eval --pages on pictures with a truth.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

# Two lines that fall to the right; the 5 and the 0 of the second touch.
exits 0 read "$samples/lines.pgm"
[ "$(cat out)" = "1998
4507" ] || fail "not the lines of the sample"
[ ! -s err ] || fail "something on stderr"
"$LENET" read - <"$samples/lines.pgm" >out 2>err || fail "standard input"
[ "$(wc -l <out)" -eq 2 ] || fail "standard input: not two lines"

# Several pictures: each line by its name, a bad one among them.
echo 'no picture' >text.png
exits 3 read "$samples/lines.pgm" text.png "$samples/seven.pgm"
[ "$(wc -l <out)" -eq 3 ] || fail "the good pictures were not read"
[ "$(wc -l <err)" -eq 1 ] || fail "not one line for the bad picture"
says out 'lines.pgm: 1998$'
says out 'seven.pgm: 7$'

# JSON: text, lines, boxes that lie in the picture, from left to right and from top to bottom.
exits 0 read --json "$samples/lines.pgm"
json "d['text'] == '1998\n4507'" "[l['text'] for l in d['lines']] == ['1998', '4507']" \
  "all(0 < l['confidence'] <= 1 and not l['rejected'] for l in d['lines'])" \
  "all(0 < g['confidence'] <= 1 for l in d['lines'] for g in l['digits'])" \
  "all(''.join(str(g['digit']) for g in l['digits']) == l['text'] for l in d['lines'])" \
  "all(x >= 0 and y >= 0 and x + w <= 230 and y + h <= 160 for l in d['lines'] for x, y, w, h in [g['box'] for g in l['digits']])" \
  "all(a['box'][0] < b['box'][0] for l in d['lines'] for a, b in zip(l['digits'], l['digits'][1:]))" \
  "max(g['box'][1] for g in d['lines'][0]['digits']) < min(g['box'][1] for g in d['lines'][1]['digits'])"

# What was drawn is where it was drawn: examples/samples/make.py puts the 1 at column 24, row 22.
json "abs(d['lines'][0]['digits'][0]['box'][1] - 22) < 8" \
  "abs(d['lines'][0]['digits'][0]['box'][0] - 24) < 10"

# No digits is an answer; so is a line that is refused.
{ printf 'P5\n40 40\n255\n'; head -c 1600 /dev/zero; } >blank.pgm
exits 0 read blank.pgm
[ "$(cat out)" = "(no digits found)" ] || fail "a blank picture"
exits 0 read --json blank.pgm
json "d['text'] == '' and d['lines'] == []"
exits 0 read --reject 1 "$samples/lines.pgm"
says out '^- (rejected: 1998 at [0-9.]* %)$'
exits 0 read --reject 1 --json "$samples/lines.pgm"
json "d['text'] == ''" "all(l['rejected'] and l['text'] is None for l in d['lines'])"
for bad in -1 2 x 5%x 101% 0%; do
  refuses 2 'reject' read --reject=$bad "$samples/lines.pgm"
done
refuses 2 'no picture' read
refuses 2 'model: fashion has learned other things than digits' read --model fashion "$samples/lines.pgm"
exits 0 read --model lenet5-1998 "$samples/lines.pgm"
[ "$(head -n 1 out)" = 1998 ] || fail "another model that says which digit it is"

# Strange sizes get clear answers.
{ printf 'P5\n1 1\n255\n'; printf 'a'; } >dot.pgm
{ printf 'P5\n20000 3\n255\n'; head -c 60000 /dev/zero; } >strip.pgm
for picture in dot.pgm strip.pgm; do
  exits 0 read $picture
  [ "$(cat out)" = "(no digits found)" ] || fail "$picture"
  exits 0 predict $picture
  says out "^$picture: - (no digit found)$"
done

# Each step as a picture, one picture at a time; what cannot be written is said.
"$LENET" read --explain steps.png "$samples/lines.pgm" >out 2>err || {
  grep -q 'libpng' err && { echo "skipped from here: this build writes no PNG"; exit 0; }
  fail "--explain"
}
[ "$(wc -l <out)" -eq 2 ] || fail "--explain does not read"
[ "$(head -c 4 steps.png | od -An -tx1 | tr -d ' ')" = 89504e47 ] || fail "--explain: no PNG"
exits 0 predict --explain one.png "$samples/seven.pgm"
[ -s one.png ] || fail "predict --explain: no PNG"
exits 0 read --explain none.png blank.pgm
[ -s none.png ] || fail "--explain of a blank picture: no PNG"
refuses 2 'explain' read --explain two.png "$samples/lines.pgm" "$samples/seven.pgm"
[ ! -e two.png ] || fail "--explain wrote all the same"
refuses 2 '--explain: .*no-such-folder' read --explain no-such-folder/steps.png "$samples/lines.pgm"

# It takes the place of no picture of somebody's, whatever leads to it, and says so before reading.
refuses 2 '--explain: .*standard output' read --explain - missing.png
cp "$samples/seven.pgm" in.pgm
ln -s in.pgm link.png
ln in.pgm hard.png
for target in in.pgm ./in.pgm link.png hard.png; do
  refuses 2 '--explain: .* would take the place of what it is made of' \
    read --explain $target in.pgm
done
code=0
"$LENET" predict --explain in.pgm - <in.pgm >out 2>err || code=$?
[ $code -eq 2 ] || fail "--explain over standard input"
refuses 2 '--explain: in.pgm is there' read --explain in.pgm missing.png
refuses 2 '--explain: in.pgm is there' predict --explain link.png "$samples/lines.pgm"
same in.pgm "$samples/seven.pgm"
mkdir photos
exits 0 show --maps in.pgm --png photos/a.png
cp photos/a.png photos/b.png
refuses 2 '--explain: photos/a.png is there' predict --explain photos/*.png
same photos/a.png photos/b.png
cp steps.png before.png
exits 0 read --explain steps.png "$samples/lines.pgm" # its own picture, again
same steps.png before.png
exits 0 show --maps steps.png --png photos/maps.png
: >empty.png
ln -s empty.png through.png
exits 0 read --explain through.png "$samples/lines.pgm"
[ -L through.png ] || fail "--explain replaces a link"
same empty.png before.png

# Pages with a truth: the figures agree with each other, and most is right.
code=0
"$LENET" data make pages pages --from synthetic:600 --count 6 --seed 3 >out 2>err || code=$?
[ "$code" -eq 0 ] || { grep -q 'was made without' err && exit 0; fail "pages"; }
exits 0 eval --pages pages --json
json "d['pages'] == 6 and 0 <= d['pages_right'] <= 6" \
  "d['digits_right'] <= d['digits_found'] <= d['digits']" \
  "d['digits_found'] > 0.9 * d['digits']" "d['lines_right'] <= d['lines_found'] <= d['lines']" \
  "d['lines_answered'] == d['lines_found'] + d['lines_extra']" \
  "[r['error'] for r in d['rejection']] == sorted((r['error'] for r in d['rejection']), reverse=True)"
cp out first
exits 0 eval --pages pages --mistakes 6
says out '^digits right  *[0-9]* of  *[0-9]*  *[0-9.]* %$'
exits 0 eval --pages pages --reject 1 --json
json "d['lines_answered'] == 0 and d['digits_right'] > 0"

# A truth that another would have written: one digit of seven.pgm, right, wrong, and elsewhere.
mkdir own
cp "$samples/seven.pgm" own
truth() { printf '{"file": "seven.pgm", "lines": [{"digits": [{"digit": %s, "box": [%s]}]}]}' "$1" "$2" >own/a.json; }
truth 7 '26, 20, 43, 70'
exits 0 eval --pages own --json
json "(d['digits_found'], d['digits_right'], d['digits_extra'], d['pages_right']) == (1, 1, 0, 1)"
truth 3 '26, 20, 43, 70'
exits 0 eval --pages own --json
json "(d['digits_found'], d['digits_right'], d['digits_extra'], d['pages_right']) == (1, 0, 0, 0)"
truth 7 '1, 1, 10, 10'
exits 0 eval --pages own --json
json "(d['digits_found'], d['digits_right'], d['digits_extra'], d['lines_extra']) == (0, 0, 1, 1)"

# Bad truths and options.
truth 10 '26, 20, 43, 70'
refuses 3 'own/a.json: line 1, digit 1: is not 0 to 9' eval --pages own
truth 7 '26, 20, 43'
refuses 3 'own/a.json: line 1, digit 1: ' eval --pages own
printf '{"file": "../seven.pgm", "lines": []}' >own/a.json
refuses 3 'own/a.json: .*file' eval --pages own
printf '{"file": "gone.pgm", "lines": []}' >own/a.json
refuses 3 'own/gone.pgm' eval --pages own
printf '{"file": ' >own/a.json
refuses 3 'own/a.json' eval --pages own
mkdir empty
refuses 3 'empty: no ' eval --pages empty
refuses 3 'missing' eval --pages missing
refuses 2 'data and --pages' eval --pages own --data mnist
refuses 2 'threads and --pages' eval --pages own --threads 2
refuses 2 'reject: errors were measured' eval --pages pages --method sweep --reject 1%
refuses 2 'learned other things' eval --pages pages --model fashion
refuses 2 'model: fashion has learned other things' eval --predict --data printed:600 --model fashion
refuses 2 'method and --predict' eval --predict --method sweep --data printed:600
refuses 2 'reject' eval --reject 1%

# A data set read as pictures: letters and clothes are refused, drawn digits mostly read.
exits 0 eval --predict --data nondigits:600 --json
json "d['samples'] == 100 and d['refused'] + d['no_ink'] >= 90" \
  "d['no_ink'] + d['refused'] + d['answered'] == 100" "d['wrong'] == d['answered']" \
  "d['rejection'] is None"
exits 0 eval --predict --data printed:600 --json
json "d['answered'] >= 95 and d['wrong'] <= 5" "d['rejection'][0]['answered'] > 0.9"
refuses 2 'int8 and --predict' eval --predict --int8 --data printed:600

# Names from a list, after those of the command line; empty lines name nothing.
cp "$samples/seven.pgm" 'a 7.pgm'
printf 'a 7.pgm\n\n%s\r\n' "$samples/lines.pgm" >list
exits 0 read "$samples/seven.pgm" --list list
[ "$(sed 's/.*: //' out | tr '\n' ' ')" = '7 7 1998 4507 ' ] || fail "a list: $(cat out)"
"$LENET" read --list - <list >out 2>err || fail "a list from standard input"
says out '^a 7.pgm: 7$'
: >nothing
refuses 3 'list: nothing: names no picture' read --list nothing
refuses 3 'list: nowhere: ' read --list nowhere
printf 'a\0b\n' >zero
refuses 3 'list: zero:1: a byte 0' read --list zero
