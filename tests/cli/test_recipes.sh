# lenet train --recipe: those that ship, files, what wins, and what is refused with its line.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson
small='--data synthetic:300 --epochs 2'

# Those that ship are the files of recipes/, byte for byte, and are listed with what they are.
exits 0 show --list
sed '1,/^recipes/d' out >listed
for file in "$LENET_SOURCE_DIR"/recipes/*.txt; do
  name=$(basename "$file" .txt)
  exits 0 show --recipe "$name"
  same "$file" out
  grep -qxF "$(printf '  %-20s %s' "$name" "$(sed -n '1s/^# //p' "$file")")" listed ||
    fail "show --list: not $name and its first line"
done
[ "$(wc -l <listed)" -eq "$(find "$LENET_SOURCE_DIR/recipes" -name '*.txt' | wc -l)" ] ||
  fail "show --list: other recipes than those of recipes/"
exits 0 show --list --json
json "{'1998', '1998-distorted', 'd2l', 'keras', 'modern'} <= {r['name'] for r in d['recipes']}" \
  "all(r['summary'] for r in d['recipes'])"
exits 0 show --recipe keras --json
json "d['name'] == 'keras' and d['text'].startswith('# ')"
refuses 2 "no recipe is called 'kears': did you mean keras?" show --recipe kears
refuses 2 'exclude' show --recipe keras --net lenet5

# Each of them trains, and does what its file says: the same choices on the command line give the
# same model. Few pictures and epochs win over those of the recipe.
for file in "$LENET_SOURCE_DIR"/recipes/*.txt; do
  name=$(basename "$file" .txt)
  # shellcheck disable=SC2086 # several words, here and below
  exits 0 train --recipe "$name" $small --validation 30 --out "$name"
  says err "^recipe $name$"
  set --
  while read -r option value; do
    set -- "$@" "--$option" "$value"
  done <<LINES
$(sed -n 's/ *#.*//; /^[a-z]/p' "$file" | grep -v -e '^data ' -e '^epochs ' -e '^validation ')
LINES
  # shellcheck disable=SC2086
  exits 0 train "$@" $small --validation 30 --out by-hand
  same "$name" by-hand
  recipe=$("$LENET" show --model "./$name" | sed -n 's/^recipe  *lenet //p')
  eval "exits 0 $recipe --out again"
  same "$name" again
  case $recipe in *--recipe*) fail "the note of $name leaves its choices to a recipe" ;; esac
done

# Those of 1998, whose numbers are partly ours, learn: guessing has an error of 0.9.
for name in 1998 lenet1; do
  exits 0 train --recipe $name --data synthetic:3000 --epochs 1 --validation 300 --out none --json
  json "d['epochs'][0]['validation_error'] < 0.6"
done

# The shipped model's recipe is the one that ships under its name.
exits 0 show --json
noted=$(sed 's/.*"recipe":"lenet \([^"]*\)".*/\1/' out | tr ' ' '\n' | sed -n 's/^--//p' | sort)
stands=$(sed -n 's/^\([a-z][a-z-]*\) .*/\1/p' "$LENET_SOURCE_DIR/recipes/modern.txt" | grep -v loss)
[ "$noted" = "$(printf '%s\nseed\n' "$stands" | sort)" ] || fail "modern is not the model's recipe"

# A file: comments, empty lines, blanks, lines of DOS, no end of the last line.
printf '# mine\r\n\n \t# of it\nnet  28x28 C4@5:relu M2 F10:softmax # small\r\nepochs\t1\n' >mine.txt
printf 'data synthetic:300#2' | sed 's/#2/  #2/' >>mine.txt
exits 0 train --recipe mine.txt --out mine --json
json "d['net'] == '28x28 C4@5:relu M2 F10:softmax'" "len(d['epochs']) == 1" \
  "d['data'] == 'synthetic:300'"
exits 0 train --net '28x28 C4@5:relu M2 F10:softmax' --epochs 1 --data synthetic:300 --out theirs
same mine theirs
printf '\357\273\277' | cat - mine.txt >marked.txt
exits 0 train --recipe marked.txt --out theirs
same mine theirs
exits 0 train -r ./mine.txt --epochs 2 --seed 7 --out mine --json
json "len(d['epochs']) == 2" "'--seed 7' in d['recipe']"
exits 0 show --recipe mine.txt
same mine.txt out
exits 0 show --recipe ./mine.txt --json
json "d['name'] == './mine.txt' and d['text'].startswith('# mine')"
refuses 3 'nowhere/mine.txt: No such file' show --recipe nowhere/mine.txt

# One of no option is hardly what was meant.
: >nothing.txt
echo '# to be written' >words.txt
for nothing in nothing.txt words.txt; do
  refuses 3 "$nothing: an empty recipe" train --recipe $nothing --out nothing
done
[ ! -e nothing ] && [ ! -e nothing.ckpt ] || fail "trained by an empty recipe"

# A # inside a word is no comment.
mkdir 'a#b'
exits 0 data make synthetic 'a#b/c' --count 60
echo 'data a#b/c' >hash.txt
exits 0 train --recipe hash.txt --epochs 1 --out none
says err '^a#b/c: 55 training'

# What the command line puts in a recipe's place takes along what belonged to that alone.
# shellcheck disable=SC2086
exits 0 train --recipe 1998 --optimizer sgd --lr 0.001 --loss mse --schedule constant $small \
  --batch 10 --validation 0 --out none --json
json "'--mu' not in d['recipe'] and '--rubbish' not in d['recipe']" \
  "'--loss mse' in d['recipe'] and '--optimizer sgd --lr 0.001' in d['recipe']"
refuses 2 '--momentum: goes with --optimizer sgd alone' train --recipe 1998 --momentum 0.5

line=$(grep -n '^loss' "$LENET_SOURCE_DIR/recipes/1998.txt" | cut -d: -f1)
refuses 3 "^lenet train: 1998:$line: loss: mse is not for lenet5: " \
  train --recipe 1998 --net lenet5 --data synthetic:300 --out none

# A wrong line is named with its file, its number, the option and the reason.
wrong() { # pattern, lines
  printf '%b' "$2" >wrong.txt
  refuses 3 "^lenet train: wrong.txt:$1" train --recipe wrong.txt --out none
}
wrong "3: lr: 'fast' is not a number of 1e-09 to 100" '# x\n\nlr fast\nnet what\n'
wrong "1: epochs: '0' is not a whole number of 1 to 10000" 'epochs 0\n'
wrong "1: seed: '-1' is not a whole number" 'seed -1'
wrong "1: optimizer: 'sdg' is not one of sgd|adam|sdlm" 'optimizer sdg'
wrong "2: unknown option 'epohcs': did you mean epochs?" 'seed 1\nepohcs 3\n'
wrong "1: unknown option '--epochs': did you mean epochs?" '--epochs 3\n'
wrong "1: unknown option 'xyzzy'$" 'xyzzy'
wrong '1: epochs: the value is missing' 'epochs # 3\n'
wrong '3: epochs: stands on line 1 already' 'epochs 1\nseed 1\nepochs 2\n'
for option in out resume json quiet help recipe isa threads data-dir mistakes test-every-epoch; do
  wrong "2: $option: may not stand in a recipe" "seed 1\n$option 1\n"
done
wrong "2: net: no network is called 'lenet6': did you mean lenet5?" 'seed 1\nnet lenet6\n'
wrong '1: net: column 7: ' 'net 28x28 Q4 F10:softmax\n'
wrong '1: augment: column 1: ' 'augment bent\n'
wrong '1: data: synthetic:abc: column 11' 'data synthetic:abc\n'
wrong '2: momentum: goes with --optimizer sgd alone' 'optimizer adam\nmomentum 0.9\n'
wrong '1: mu: goes with --optimizer sdlm alone' 'mu 0.02\n'
wrong "2: rubbish: '0' is neither a number above 0 nor inf" 'net lenet5-1998\nrubbish 0\n'
wrong '2: loss: map is not for lenet5: a softmax has' 'seed 1\nloss map\n'
wrong "1: init: 'nosuch' is neither a file" 'init nosuch\n'
wrong '1: init: nosuch.safetensors: ' 'init nosuch.safetensors\n'
wrong '2: validation: 300 images leave none' 'data synthetic:300\nvalidation 300\n'
wrong '2: samples: only 275 of 300' 'data synthetic:300\nsamples 280\n'
wrong '2: byte 0x00 is no text' 'seed 1\nep\000ochs 3\n'
wrong '1: byte 0x1b is no text' 'seed 1 # \033[2J\n'
wrong '1: byte 0x7f is no text' 'seed 1 # \177\n'

# A wrong line is wrong where the command line wins, too.
printf 'epochs many\n' >wrong.txt
refuses 3 "wrong.txt:1: epochs: 'many'" train --recipe wrong.txt --epochs 2 --out none

# What is no recipe at all.
refuses 2 "no recipe is called '1989': did you mean 1998?" train --recipe 1989
refuses 2 "no recipe is called 'xyzzy' ('lenet show --list' lists them)" train --recipe xyzzy
refuses 2 'value is empty' train --recipe ''
refuses 3 'no-such.txt: ' train --recipe no-such.txt
refuses 3 './1998: ' train --recipe ./1998
mkdir folder.txt
refuses 3 'folder.txt: ' train --recipe folder.txt
refuses 3 'more than 65536 bytes' train --recipe /dev/zero
refuses 3 'mine:1: byte 0x[0-9a-f]* is no text' train --recipe mine
head -c 65537 /dev/zero | tr '\000' '#' >long.txt
refuses 3 'long.txt: more than 65536 bytes' train --recipe long.txt
refuses 2 '--recipe and --resume exclude each other' train --recipe keras --resume x.ckpt
