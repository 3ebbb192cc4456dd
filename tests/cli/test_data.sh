# lenet data: what is known, what is made, what is wrong with files.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

exits 0 data list
says out '^mnist '
says out '^fashion-mnist '
says out '^synthetic '
says out '^printed '
says out '^nondigits '
says out 'lenet data fetch mnist'
says out "^  $XDG_CACHE_HOME/lenet$"
exits 0 data list --json
json "[s['name'] for s in d['sets']] == ['mnist', 'fashion-mnist']" \
  "[s['name'] for s in d['drawn']] == ['synthetic', 'printed', 'nondigits', 'glyphs']" \
  "all(s['place'] is None for s in d['sets'])"
unset XDG_CACHE_HOME
exits 0 data list --data-dir here
says out "^  here$"
says out "^  $HOME/.cache/lenet$"

# Synthetic digits as files are the same digits.
exits 0 data make synthetic made/digits --count 300 --seed 9
[ "$(cat out)" = made/digits ] || fail "data make does not say where"
[ "$(ls made/digits)" = "t10k-images-idx3-ubyte
t10k-labels-idx1-ubyte
train-images-idx3-ubyte
train-labels-idx1-ubyte" ] || fail "not the four files of MNIST"
[ "$(wc -c <made/digits/train-images-idx3-ubyte)" -eq $((16 + 300 * 784)) ] || fail "size"
exits 0 data info made/digits --json
json "d['train']['samples'] == 300 and d['test']['samples'] == 100" \
  "d['train']['rows'] == d['train']['columns'] == 28" \
  "sum(c['samples'] for c in d['train']['classes']) == 300" \
  "0.05 < d['train']['mean'] < 0.25 and 0.2 < d['train']['sd'] < 0.4" \
  "d['train']['hash_checked'] is False"
sed 's/.*"train"//; s/"place":"[^"]*"//g' out >files
exits 0 data info synthetic:300,seed=9 --json
sed 's/.*"train"//; s/"place":"[^"]*"//g' out >drawn
same files drawn
exits 0 data info synthetic:300,seed=9 --split test
says out 'test split: 100 pictures of 28x28 pixels in 10 classes'
[ "$(grep -o '^[0-9] .*[0-9] *$' out | tr -d '\n ')" = 0123456789 ] ||
  fail "not a picture of each class"
exits 0 data info nondigits:300 --split test
says out 'test split: 100 pictures of 28x28 pixels in 11 classes'
says out 'no digit: 100'
exits 0 data info printed:300,seed=9 --split test
says out 'test split: 100 pictures of 28x28 pixels in 10 classes'
[ "$(awk 'length > 80' out | wc -l)" -eq 0 ] || fail "data info is wider than 80 columns"
! grep -q 'train split' out || fail "--split test shows the other split too"
# Distorted examples beside the originals.
exits 0 data info synthetic:300,seed=9 --split train
cp out plain
exits 0 data info synthetic:300,seed=9 --split train --augment affine,elastic
head -n "$(wc -l <plain)" out >first
same plain first
for epoch in 1 2 3; do
  says out "^epoch $epoch  "
done
exits 0 data info synthetic:300,seed=9 --augment elastic
[ "$(grep -c '^epoch' out)" -eq 3 ] || fail "test pictures are distorted too"
refuses 2 '--augment: column 1' data info synthetic:300 --augment bent
refuses 2 '--augment' data info synthetic:300 --augment affine --json
refuses 2 '--augment' data info synthetic:300 --augment affine --split test
refuses 1 'there already' data make synthetic made/digits --count 300
refuses 2 'synthetic' data make mnist somewhere

# Printed characters: the same files for the same seed, a picture of each class, names that tell them.
if ! "$LENET" version | grep -q freetype; then
  refuses 1 'without FreeType' data make glyphs made/characters --count 190
else
  exits 0 data make glyphs made/characters --count 190 --seed 9
  exits 0 data make glyphs made/again --count 190 --seed 9
  for file in made/characters/*; do
    same "$file" "made/again/${file##*/}"
  done
  exits 0 data info made/characters --json
  json "[c['name'] for c in d['train']['classes']] == ['space'] + [chr(c) for c in range(33, 127)]" \
    "all(c['samples'] == (4 if c['name'].isdigit() else c['samples']) and c['samples'] > 0
      for c in d['train']['classes'])" \
    "d['test']['samples'] == 100 and d['test']['rows'] == 28"
  mkdir -p no/fonts
  refuses 4 'no font to train with' data make glyphs made/none --data-dir no
  [ ! -e made/none ] || fail "an empty folder is left"
  refuses 2 '--from' data make glyphs made/none --from mnist
fi

# One name that is taken, if only by a link, is found before anything is written.
for name in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte \
  t10k-labels-idx1-ubyte; do
  rm -rf taken
  mkdir taken
  echo mine >"taken/$name"
  refuses 1 "taken/$name: is there already; nothing was written" data make synthetic taken -n 300
  [ "$(ls taken)" = "$name" ] && [ "$(cat "taken/$name")" = mine ] || fail "$name: half-written"
  rm "taken/$name"
  ln -s ../elsewhere "taken/$name"
  refuses 1 "taken/$name: is there already; nothing was written" data make synthetic taken -n 300
  [ "$(ls taken)" = "$name" ] && [ ! -e elsewhere ] || fail "$name: written through a link"
done
# Nor is a link followed that has the name of the temporary file, which has the process's id.
rm -rf taken
mkdir taken
echo mine >elsewhere
code=0
sh -c 'ln -s ../elsewhere "taken/.lenet-$$.part" &&
  exec "$LENET" data make synthetic taken -n 300' >out 2>err || code=$?
[ "$code" -eq 1 ] || fail "a link in place of the temporary file: exit code $code, not 1"
says err 'taken/.lenet-[0-9]*.part: File exists'
[ "$(cat elsewhere)" = mine ] || fail "written through the link of a temporary file"

# Ctrl-C while a file is written leaves nothing, nor a part of it; one that comes too early or too
# late shows nothing.
tries=0 stopped=false
while [ "$stopped" = false ] && [ "$tries" -lt 10 ]; do
  tries=$((tries + 1))
  rm -rf hit
  mkdir hit
  "$LENET" data make synthetic hit -n 6000 >out 2>err </dev/null &
  job=$!
  until set -- hit/.lenet-*.part && [ -e "$1" ] || ! kill -0 "$job" 2>/dev/null; do :; done
  kill -s INT "$job" 2>/dev/null || true
  code=0
  wait "$job" || code=$?
  case $code in
  0) [ "$(ls -A hit | wc -l)" -eq 4 ] || fail "Ctrl-C too late: not four files" ;;
  130)
    stopped=true
    [ -z "$(ls -A hit)" ] || fail "Ctrl-C left $(ls -A hit)"
    says err '^lenet data make: stopped; nothing was written$'
    ;;
  *) fail "Ctrl-C: exit code $code" ;;
  esac
done

# A pipe in place of a file is refused, not waited for.
mkdir pipe
mkfifo pipe/train-images-idx3-ubyte
cp made/digits/train-labels-idx1-ubyte pipe
refuses 3 'pipe/train-images-idx3-ubyte: not a regular file' data info pipe --split train

# Files that are missing, cut, mislabelled, of another kind.
broken() { # exit code, pattern
  refuses "$1" "$2" data info bad
  rm -rf bad
  cp -r made/digits bad
}
cp -r made/digits bad
rm bad/t10k-labels-idx1-ubyte
broken 4 'bad/t10k-labels-idx1-ubyte'
head -c 1000 made/digits/t10k-images-idx3-ubyte >bad/t10k-images-idx3-ubyte
broken 3 'bad/t10k-images-idx3-ubyte: byte 1000'
cp made/digits/train-labels-idx1-ubyte bad/t10k-labels-idx1-ubyte
broken 3 'bad/t10k-labels-idx1-ubyte: byte 4'
echo hello >bad/t10k-images-idx3-ubyte
broken 3 'bad/t10k-images-idx3-ubyte: byte 0'
{ head -c 8 made/digits/t10k-labels-idx1-ubyte; head -c 100 /dev/zero | tr '\0' '\377'; } \
  >bad/t10k-labels-idx1-ubyte
broken 3 'bad/t10k-labels-idx1-ubyte: byte 8'
if [ "$(id -u)" -ne 0 ]; then # root reads everything
  chmod 0 bad/t10k-images-idx3-ubyte
  broken 3 'bad/t10k-images-idx3-ubyte'
fi

# A set of which files are missing is not said to be here.
mkdir -p part/mnist
cp made/digits/t* part/mnist
rm part/mnist/t10k-labels-idx1-ubyte
exits 0 data list --data-dir part
says out '^  *part/mnist has 3 of its 4 files: lenet data fetch mnist$'
exits 0 data list --data-dir part --json
json "[s['place'] for s in d['sets']] == [None, None]"
cp made/digits/t10k-labels-idx1-ubyte part/mnist
exits 0 data list --data-dir part
says out '^  *part/mnist$'

# A known name whose files are not those that are known.
mkdir -p wrong/mnist
cp made/digits/* wrong/mnist
refuses 4 'wrong/mnist/' data info mnist --data-dir wrong
refuses 4 'no-such-set' data info no-such-set

# Pictures in a folder for each class.
for digit in 2 7; do
  mkdir -p by-class/$digit
done
cp "$samples/two.pgm" by-class/2
cp "$samples/seven.pgm" by-class/7
exits 0 data info by-class --split train
says out 'in 2 classes'
says out '^classes   2: 1  7: 1$'

# A download that nobody answers: one line, exit code 1 for the network, nothing left under the
# names of the set. (Port 9 is that of the discard service, which is hardly ever there.)
refuses 2 'no-such-set' data fetch no-such-set
exits 1 data fetch mnist --mirror http://127.0.0.1:9/ --data-dir fetched --quiet
[ "$(wc -l <err)" -eq 1 ] || fail "not one line"
says err '; --data synthetic needs no download$'
[ ! -e fetched ] || fail "something of a failed download is left"
mkdir kept
exits 1 data fetch mnist --mirror http://127.0.0.1:9/ --data-dir kept --quiet
[ -d kept ] && [ -z "$(ls -A kept)" ] || fail "not the folder that was there, empty"

# A set that is at hand is not fetched again: its place is said, whatever the network is.
[ -d "$people_data/mnist" ] || { echo "MNIST is not at hand: its part is left out"; exit 0; }
LENET_DATA=$people_data https_proxy=http://127.0.0.1:9/ exits 0 data fetch mnist
case $(cat out) in */mnist) ;; *) fail "not where MNIST is" ;; esac
says err '^mnist is here already$'
[ -z "$(find "$HOME/.cache/lenet" -type f 2>/dev/null)" ] || fail "something was put into the cache"
