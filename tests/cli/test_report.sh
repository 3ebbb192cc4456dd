# --report of lenet eval and lenet train: pages that stand alone, whose numbers are right.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

# ------------------------------------------------------------------ what a page must be ---------

# Tags open and close in order, each drawing has a title and a description, headings leave no order
# out, nothing comes from outside.
sound() { # file
  head -n 1 "$1" | grep -q '^<!doctype html>$' || fail "$1 is no page"
  says "$1" '<html lang="en">'
  says "$1" '<meta name="viewport"'
  says "$1" 'prefers-color-scheme:dark'
  says "$1" '@media print'
  [ "$(grep -c '<h1' "$1")" -eq 1 ] || fail "$1: not one h1"
  ! sed 's|xmlns="http://www.w3.org/2000/svg"||g' "$1" |
    grep -q -i -e 'http' -e '<script' -e 'url(' -e '@import' ||
    fail "$1 needs something from outside, or runs something"
  ! grep -q -e 'src="[^d]' -e 'href="[^#]' -e '>-\{0,1\}nan' -e '>inf' "$1" ||
    fail "$1: a picture or a link from outside, or a number that is none"
  awk '
    function wrong(why) { print FILENAME ": " why " near tag " tags; bad = 1; exit 1 }
    BEGIN { RS = "<" }
    NR == 1 || /^!/ { next }
    {
      tags++
      name = $0
      sub(/>.*/, "", name)
      attributes = name
      gsub(/"[^"]*"/, "", attributes)
      if (attributes ~ / on[a-z]+ *=/)
        wrong("something that runs")
      closing = name ~ /^\//
      empty = name ~ /\/$/
      gsub(/^\/|[ \n].*|\/$/, "", name)
      if (name ~ /^(meta|img)$/ || empty)
        next
      if (!closing) {
        open[++depth] = name
        if (name == "svg")
          drawings++
        if (name == "title" && open[depth - 1] == "svg")
          titles++
        if (name == "desc" && open[depth - 1] == "svg")
          descriptions++
        if (name ~ /^h[1-6]$/) {
          order = substr(name, 2)
          if (order > last + 1)
            wrong("h" order " below h" last)
          last = order
        }
        if (name == "th" && $0 !~ /^th scope="/)
          wrong("a th without a scope")
        if (name == "svg" && $0 !~ / role="img"/)
          wrong("a drawing without a role")
      } else if (open[depth--] != name)
        wrong("</" name "> closes <" open[depth + 1] ">")
    }
    END {
      if (!bad && (depth != 0 || drawings == 0 || titles != drawings || descriptions != drawings)) {
        print FILENAME ": " depth " open, " drawings " drawings, " titles ", " descriptions
        exit 1
      }
    }' "$1" || fail "$1 is no sound page"
}

# The cells of the table whose caption begins so, a row a line, commas between.
table() { # file, caption
  awk -v caption="<caption>$2" '
    index($0, caption) { inside = 1 }
    inside && /<tr><th scope="row"/ {
      gsub(/<\/th><td>|<\/td><td>/, ",")
      gsub(/<[^>]*>/, "")
      print
    }
    inside && /<\/table>/ { exit }' "$1"
}

# Takes away what differs from run to run.
timeless() { # file
  sed -e 's|<dt>time</dt>.*||' -e 's|; [0-9.]* s</p>$||' "$1"
}

# ------------------------------------------------------------------ eval, by hand ---------------

# The model reads two.pgm as 2 and seven.pgm as 7. Of 14 pictures 5 are read rightly.
for split in train test; do
  for class in 0 1 3 4 5 6 8 9; do
    mkdir -p hand/$split/$class
    cp "$samples/two.pgm" hand/$split/$class
  done
  mkdir -p hand/$split/2 hand/$split/7
  for i in 1 2 3; do
    cp "$samples/two.pgm" hand/$split/2/$i.pgm
  done
  cp "$samples/seven.pgm" hand/$split/2/4.pgm
  cp "$samples/seven.pgm" hand/$split/7/1.pgm
  cp "$samples/seven.pgm" hand/$split/7/2.pgm
done
exits 0 eval --data hand --report hand.html
says err '^report in hand.html$'
sound hand.html
says hand.html '<dt>test error</dt><dd>64.29 %</dd><dd>9 of 14; 95 % interval 38.76 to 83.66 %</dd>'
table hand.html 'Precision, recall' >classes
{
  echo '0,1,1,-,0.00,0.00'
  echo '2,4,1,27.27,75.00,40.00' # 3 of 11 answers, 3 of 4 pictures, 6 / (11 + 4)
  echo '7,2,0,66.67,100.00,80.00'
  echo 'all,14,9,46.97,17.50,12.00' # precision of the two classes that were answered
} >wanted
grep -e '^[027],' -e '^all' classes >found
same found wanted
says hand.html '<title>2 read as 7: 1 of 4</title>'
[ "$(grep -c '<li><img' hand.html)" -eq 9 ] || fail "not 9 mistakes"
says hand.html '<b>2</b> read as <b>7</b><span>'

# ------------------------------------------------------------------ eval, against --json --------

exits 0 train --net '28x28 C4@5:relu M4 F10:softmax' --data synthetic:1200 --epochs 3 --batch 8 \
  --out one.safetensors --test-every-epoch --report train.html --json --quiet
[ ! -s err ] || fail "--quiet is not quiet"
json "d['model'] == 'one.safetensors'"
cp out train.json
exits 0 eval --model one.safetensors --data synthetic:1200 --report eval.html --json
json "d['samples'] == 200"
cp out eval.json
says err '^report in eval.html$'
for page in train.html eval.html; do
  sound $page
  sed 's/.*"confusion":\[\[\(.*\)\]\],"mistakes.*/\1/; s/\],\[/ /g' eval.json | tr ' ' '\n' >wanted
  table $page 'Pictures by label' | sed 's/^[0-9]*,//' >found
  diff wanted found || fail "$page: the confusion matrix is another one than that of --json"
  errors=$(sed 's/.*"errors":\([0-9]*\).*/\1/' eval.json)
  shown=$([ "$errors" -lt 24 ] && echo "$errors" || echo 24)
  [ "$(grep -c '<li><img' $page)" -eq "$shown" ] || fail "$page: not $shown mistakes"
  [ "$(grep -c 'src="data:image/png;base64,iVBOR' $page)" -eq "$shown" ] || fail "$page: pictures"
  grep -o '<span>[0-9.]*' $page | sed 's/<span>//' >found
  sort -r -n found | diff - found || fail "$page: the most confident mistake is not the first"
  table $page 'Answers in bins' | awk -F, '{ sum += $2 } END { exit sum != 200 }' ||
    fail "$page: the bins do not hold all answers"
  table $page 'Rows of the network' | grep -q '^total,,,1,554,' || fail "$page: no summary"
done
[ "$(table train.html 'error (%)' | wc -l)" -eq 3 ] || fail "not three epochs"
[ "$(table train.html 'learning rate' | wc -l)" -eq 3 ] || fail "not three rates"
best=$(sed 's/.*"best_epoch":\([0-9]*\).*/\1/' train.json)
says train.html ">best epoch: $best</text>"
says train.html "<dt>epoch kept</dt><dd>$best</dd>"
says train.html '<th scope="col">test error</th>'
says train.html 'lenet train --net .28x28 C4@5:relu M4 F10:softmax. --data synthetic:1200'

# The same command gives the same page but for the time, also in place of the first; the command that
# the page gives does too.
timeless eval.html >first
exits 0 eval --model one.safetensors --data synthetic:1200 --report eval.html --threads 1
timeless eval.html | sed 's/, 1 thread\./, THREADS./' >second
sed 's/, [0-9]* threads*\./, THREADS./' first >expected
same expected second
command=$(sed -n 's|^<pre><code>lenet \(.*\)</code></pre>$|\1|p' eval.html)
# shellcheck disable=SC2086 # the command is several words
exits 0 $command
timeless eval.html >second
same first second

# How many mistakes are shown.
exits 0 eval --model one.safetensors --data synthetic:1200 --report few.html --mistakes 3
[ "$(grep -c '<li><img' few.html)" -eq 3 ] || fail "not 3 mistakes"
exits 0 eval --model one.safetensors --data synthetic:1200 --report few.html --mistakes 0
! grep -q '<li>' few.html || fail "mistakes that were not to be shown"
sound few.html

# Several models; integers; distorted pictures; the end of 1998.
exits 0 eval --model one.safetensors,lenet5-modern --data synthetic:1200 --report more.html
sound more.html
says more.html '<h3>one.safetensors</h3>'
says more.html '<h3>lenet5-modern</h3>'
says more.html '<h1>2 models together on synthetic:1200</h1>'
exits 0 eval --data synthetic:600 --split train --int8 --report int8.html
sound int8.html
says int8.html 'the first 600 training images'
exits 0 eval --data synthetic:600 --augment invert=0.1 --seed 3 --report bent.html
sound bent.html
says bent.html 'distorted by invert=0.1, seed 3'
exits 0 train --net lenet5-1998 --data synthetic:300 --epochs 1 --validation 0 --optimizer sdlm \
  --out none --report rbf.html
sound rbf.html
says rbf.html 'kept: epoch 1'
says rbf.html 'highest rate of a weight'

# Corruptions: the errors of --json, a picture of each.
exits 0 eval --data synthetic:600 --corrupt fog:5,noise:2,all --seed 2 --report corrupt.html --json
sound corrupt.html
sed 's/.*"corruptions"://; s/"errors":\([0-9]*\)/\n\1\n/g' out | grep -x '[0-9]*' >wanted
table corrupt.html 'Errors under' | sed '1d; s/.*,\([0-9]*\),[0-9.]*,[0-9.]* to [0-9.]*$/\1/' >found
same wanted found
[ "$(wc -l <found)" -eq 18 ] || fail "not 18 corruptions"
[ "$(grep -c '<li><img' corrupt.html)" -eq 19 ] || fail "not 19 pictures"
cp corrupt.html first
command=$(sed -n 's|^<pre><code>lenet \(.*\)</code></pre>$|\1|p' corrupt.html)
# shellcheck disable=SC2086
exits 0 $command
same first corrupt.html

# ------------------------------------------------------------------ names that mean harm --------

for class in '<script>alert(1)' '"><img src=x onerror=y>' "a & b 'c'" "$(printf 'b\344d')" \
  "$(printf 'a name that is much longer than any figure has room for it to be shown in it')"; do
  for split in train test; do
    mkdir -p "harm/$split/$class"
    cp "$samples/two.pgm" "harm/$split/$class/1.pgm"
    cp "$samples/seven.pgm" "harm/$split/$class/2.pgm"
  done
done
cp one.safetensors '<b>&.safetensors'
exits 0 eval --model '<b>&.safetensors' --data harm --report harm.html
sound harm.html
says harm.html '&lt;script&gt;alert(1)'
says harm.html '&quot;&gt;&lt;img src=x onerror=y&gt;'
says harm.html "a &amp; b 'c'"
says harm.html "$(printf 'b\357\277\275d')"
says harm.html '<h1>&lt;b&gt;&amp;.safetensors on harm</h1>'
exits 0 train --net '28x28 M4 F5:softmax' --data harm --epochs 1 --validation 1 --out none \
  --report harm.html
sound harm.html

# ------------------------------------------------------------------ refusals --------------------

quick='--data synthetic:300 --epochs 1 --out kept'
# shellcheck disable=SC2086 # $quick is several words, here and below
for command in 'eval --data synthetic:300' "train $quick"; do
  refuses 2 '--report: the page goes to a file' $command --report -
  refuses 2 '--report: no/such/folder/a.html: the folder no/such/folder' \
    $command --report no/such/folder/a.html
  refuses 2 '--report: hand is a folder' $command --report hand
  refuses 2 '--report: one.safetensors is there and is no HTML page' \
    $command --report one.safetensors
  refuses 2 '--report: the value is empty' $command --report ''
done
[ ! -e kept ] && [ ! -e kept.ckpt ] || fail "something was learned"
refuses 2 '--report: ./kept is where the model' train --data synthetic:300 --out kept --report ./kept
refuses 2 '--report: kept.ckpt is where the model' \
  train --data synthetic:300 --out kept --report kept.ckpt
refuses 2 '--report and --pages exclude each other' eval --pages hand --report x.html
refuses 2 '--report and --predict exclude each other' \
  eval --data synthetic:300 --predict --report x.html
printf 'report x.html\n' >recipe.txt
refuses 3 'recipe.txt:1: report' train --recipe recipe.txt
[ ! -e x.html ] || fail "a page of a command that was refused"

# A disk that is full leaves what was there before, and nothing beside it.
cp eval.html before.html
(
  trap '' XFSZ
  ulimit -f 8
  exits 1 eval --model one.safetensors --data synthetic:1200 --report eval.html
)
same before.html eval.html
! ls .lenet-*.part >/dev/null 2>&1 || fail "a part of a page is left"

# ------------------------------------------------------------------ stopped runs ----------------

# A run that goes on ends with the page of one that was never stopped.
run='--data synthetic:600 --epochs 40 --batch 50 --seed 2 --threads 1 --report stopped.html'
# shellcheck disable=SC2086
exits 0 train $run --out stopped
timeless stopped.html >whole
rm stopped stopped.html
: >err
# shellcheck disable=SC2086
"$LENET" train $run --out stopped >out 2>err &
job=$!
until grep -q '^epoch  *2/' err; do
  kill -0 "$job" 2>/dev/null || fail "the run ended before it could be interrupted"
  sleep 0.02 2>/dev/null || sleep 1
done
kill -s INT "$job"
code=0
wait "$job" || code=$?
[ "$code" -eq 130 ] || fail "exit code $code, not 130"
[ ! -e stopped.html ] || fail "a page of a run that was stopped"
command=$(tail -n 1 err)
[ "$command" = "$LENET train --resume stopped.ckpt --threads 1 --report stopped.html" ] ||
  fail "how to go on, with a page at the end?"
$command >out 2>err || fail "the command that was printed"
sound stopped.html
timeless stopped.html >found
same whole found

# ------------------------------------------------------------------ on a terminal ---------------

command -v script >/dev/null || { echo "no script(1): the terminal is left out"; exit 0; }
on_terminal() { # environment...
  env LC_ALL=C.UTF-8 "$@" script -qec "stty columns 80; '$LENET' train --data synthetic:600 \
--epochs 6 --out none $options" /dev/null >out 2>&1 </dev/null || fail "on a terminal"
}
escape=$(printf '\033')
options=
on_terminal TERM=xterm-256color
says out 'validation error by epoch, logarithmic'
says out "${escape}\[7A${escape}\[J"
says out "$(printf '\342[\240-\243]')"
on_terminal TERM=xterm-256color NO_COLOR=1
says out 'validation error by epoch, logarithmic'
! grep -q "${escape}\[[0-9;]*m" out || fail "NO_COLOR: colours"
for options in --quiet --json '--validation 0'; do
  on_terminal TERM=xterm-256color
  ! grep -q 'logarithmic' out || fail "$options: a curve"
done
options=
on_terminal TERM=dumb
! grep -q 'logarithmic' out || fail "TERM=dumb: a curve"
