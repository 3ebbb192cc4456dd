# lenet data make pages: pictures and the truth about them, the same each time, and what is refused.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"

code=0
"$LENET" data make pages made/pages --from synthetic:600 --count 8 --seed 9 >out 2>err || code=$?
if grep -q 'it was made without' err; then
  echo "skipped: this build does not write both kinds of pictures"
  exit 77
fi
[ "$code" -eq 0 ] || fail "exit code $code"
[ "$(cat out)" = made/pages ] || fail "data make does not say where"
says err '^8 pages, [0-9]* lines, [0-9]* digits$'
[ "$(ls made/pages | wc -l)" -eq 16 ] || fail "not a picture and a truth for each page"
for page in 1 2 3 4 5 6 7 8; do
  truth=made/pages/page-0000$page.json
  picture=$(sed -n 's/^{"file": "\([^"]*\)".*/\1/p' "$truth")
  [ -s "made/pages/$picture" ] || fail "$truth names no picture that is there"
  case $(head -c 2 "made/pages/$picture" | od -An -tx1 | tr -d ' ') in
  ffd8) [ "$picture" = "page-0000$page.jpg" ] || fail "$picture is a JPEG" ;;
  8950) [ "$picture" = "page-0000$page.png" ] || fail "$picture is a PNG" ;;
  *) fail "$picture is no picture" ;;
  esac
done
[ -n "$(ls made/pages/*.jpg)" ] && [ -n "$(ls made/pages/*.png)" ] || fail "pictures of one kind"

if command -v python3 >/dev/null; then
  python3 - <<'END' || fail "the truth is not as it should be"
import glob, json
for path in sorted(glob.glob("made/pages/*.json")):
  d = json.load(open(path))
  assert set(d) == {"file", "width", "height", "seed", "page", "lines"}, path
  assert d["seed"] == 9 and path.endswith("page-%05d.json" % d["page"]), path
  assert 500 <= d["width"] <= 1800 and 1 <= len(d["lines"]) <= 8, path
  for line in d["lines"]:
    assert line["text"] == "".join(str(g["digit"]) for g in line["digits"]), path
    assert 1 <= len(line["digits"]) <= 10, path
    for g in line["digits"]:
      x, y, w, h = g["box"]
      assert x >= 0 and y >= 0 and w > 0 and h > 0, path
      assert x + w <= d["width"] and y + h <= d["height"], path
END
fi

# The same seed, fewer pages: the same bytes. Another seed or split: others.
exits 0 data make pages again --from synthetic:600 --count 3 --seed 9 --quiet
[ ! -s err ] || fail "--quiet is not"
for file in again/*; do
  same "$file" "made/pages/${file#again/}"
done
exits 0 data make pages other --from synthetic:600 --count 1 --seed 10
! cmp -s other/page-00001.json again/page-00001.json || fail "the seed changes nothing"
exits 0 data make pages train --from synthetic:600 --split train --count 1 --seed 9
! cmp -s train/page-00001.json again/page-00001.json || fail "the split changes nothing"

exits 0 data make pages single --from synthetic:600 --count 1 --seed 10
says err '^1 page, '

# Without the set that it takes of itself it says how to do without.
refuses 4 'mnist: not here' data make pages none
says err '^--from synthetic needs no download: lenet draws its digits$'
refuses 2 '^lenet data make: --from: .*synthetic:0' data make pages none --from synthetic:0
[ ! -e none ] || fail "a folder without pages"

# Nothing is written over, and a name that is taken is found before anything is written.
refuses 1 'page-00001.[a-z]*: is there already; nothing was written' data make pages again \
  --from synthetic:600
mkdir taken
ln -s ../elsewhere taken/page-00003.png
refuses 1 'taken/page-00003.png: is there already' data make pages taken --from synthetic:600 -n 3
[ "$(ls taken)" = page-00003.png ] && [ ! -e elsewhere ] || fail "written all the same"

# What cannot be.
mkdir -p by-class/cat by-class/dog
cp "$samples/two.pgm" by-class/cat
cp "$samples/seven.pgm" by-class/dog
refuses 2 "class 'cat'" data make pages cats --from by-class --split train
echo mine >file
refuses 1 'file/pages: cannot make this folder: Not a directory' data make pages file/pages --from synthetic:600
if [ "$(id -u)" -ne 0 ]; then # root writes everywhere
  mkdir closed
  chmod 500 closed
  refuses 1 'closed/page-00001' data make pages closed --from synthetic:600
fi
refuses 4 'no-such-set' data make pages somewhere --from no-such-set
refuses 2 'at most 99999' data make pages somewhere --from synthetic:600 --count 100000
refuses 2 '--from: does not go with .synthetic' data make synthetic somewhere --from synthetic:600
refuses 2 'folder' data make pages
refuses 2 'DIR: the value is empty' data make pages ''
refuses 2 "'books' cannot be made" data make books somewhere
exits 0 data make --help
says out 'data make pages '
tr '\n' ' ' <out >joined
says joined 'the data set, the split, the seed and its number alone'
for option in --from --split --count --seed; do
  says out "$option"
done

command -v python3 >/dev/null && [ -n "${LENET_SOURCE_DIR:-}" ] || exit 0
"$LENET" version --json >/dev/null 2>&1 || exit 0
exits 0 data make pages counted --from synthetic:600 --count 2 --json
json "d['pages'] == 2 and d['place'] == 'counted' and d['digits'] >= d['lines'] >= 2"
