# lenet plot: figures whose points stand where they should, and files that are refused.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

well_formed() { # file
  if command -v xmllint >/dev/null; then
    xmllint --noout "$1" || fail "$1 is not well-formed"
  elif command -v python3 >/dev/null; then
    python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$1" ||
      fail "$1 is not well-formed"
  fi
  ! grep -q -i -e '<script' -e 'href' -e 'url(' "$1" || fail "$1 needs something from outside"
}

# ------------------------------------------------------------------ by hand --------------------

# The plot's area is 68 .. 690 across and 384 (0) .. 20 (the top) down; with a title its top is 52.
run() { # file, net, seed's test errors of two epochs...
  printf '{"net": "%s", "augment": %s, "train_samples": %s, "best_epoch": 2, "test_error": %s,
    "epochs": [{"train_error": 0.04, "validation_error": null, "test_error": %s},
               {"train_error": 0.01, "validation_error": null, "test_error": %s}]}\n' \
    "$2" "$3" "$4" "$6" "$5" "$6" >"$1"
}
run a.json lenet5 null 1000 0.03 0.02
run b.json lenet5 null 1000 0.04 0.02
run c.json lenet5 null 3000 0.03 0.01

# Epochs 1 and 2 of 0 .. 2, errors of 0 .. 4 %: one percent is 91 pixels.
exits 0 plot a.json
cp out a.svg
well_formed a.svg
says out 'class="line s0" d="M379.00 111.00 690.00 202.00"'        # test: 3 and 2 %
says out 'class="line s2 dashed" d="M379.00 20.00 690.00 293.00"'  # training: 4 and 1 %
says out '>test error</text>'
says out '>training error</text>'
! grep -q 'validation' out || fail "an empty line"
[ "$(grep -c 'class="band' out)" -eq 0 ] || fail "a band of one run"
for tick in 0 1 2 3 4; do
  says out "text-anchor=\"end\">$tick</text>"
done
says out '>epochs</text>'
says out '>error (%)</text>'
says out 'prefers-color-scheme:dark'

# To a file, with a title, which may hold anything.
exits 0 plot a.json --out titled.svg --title '<a> & "b"'
[ ! -s out ] || fail "something on stdout"
well_formed titled.svg
says titled.svg 'text-anchor="middle">&lt;a&gt; &amp; &quot;b&quot;</text>'
says titled.svg 'class="line s0" d="M379.00 135.00 690.00 218.00"' # 83 pixels each
exits 0 plot a.json --out titled.svg --title "$(printf 'b\303\244d \377\001 \355\240\200')"
well_formed titled.svg

# Two seeds: the mean 3.5 and 2 % with a band of 4 .. 3 and 2 .. 2 %.
exits 0 plot a.json b.json --out ab.svg
well_formed ab.svg
says ab.svg 'class="line s0" d="M379.00 65.50 690.00 202.00"'
says ab.svg 'class="band f0" d="M379.00 20.00 690.00 202.00 690.00 202.00 379.00 111.00 Z"'

# Runs that differ stay apart, each with a colour and a name.
run d.json lenet5-1998 '"affine"' 1000 0.03 0.02
exits 0 plot a.json d.json --out ad.svg
well_formed ad.svg
says ad.svg '>lenet5: test error</text>'
says ad.svg '>lenet5-1998, affine: training error</text>'
says ad.svg 'class="line s1 dashed"'

# A logarithmic axis: 1 .. 5 % over 364 pixels, 2 % at log 2 / log 5 = 0.43068 of them.
exits 0 plot a.json --log --out log.svg
well_formed log.svg
says log.svg 'class="line s0" d="M379.00 135.53 690.00 227.23"'

# What is less than such an axis shows is left out as 0 is, on it and of its range.
run tiny.json lenet5 null 1000 1e-320 0.02
run tinier.json lenet5 null 1000 1e-320 1e-320
for files in tiny.json tinier.json 'tiny.json a.json' 'tinier.json a.json'; do
  for option in --log --title=t; do
    # shellcheck disable=SC2086
    exits 0 plot $files $option --out tiny.svg
    well_formed tiny.svg
    ! grep -q -i -e '[^a-z]nan' -e '[^a-z]inf' tiny.svg || fail "no number in a figure"
  done
done
exits 0 plot tiny.json --log --out tiny.svg
says tiny.svg 'class="line s0" d="M690.00 227.23"'

# Epochs stand where their numbers say, 5 and 10 of 0 .. 10; the best one is named by its number.
sed 's/{"train_error": 0.04/{"epoch": 5, "train_error": 0.04/
  s/{"train_error": 0.01/{"epoch": 10, "train_error": 0.01/
  s/"best_epoch": 2/"best_epoch": 10/' a.json >later.json
exits 0 plot later.json --out later.svg
says later.svg 'class="line s0" d="M379.00 111.00 690.00 202.00"'
says later.svg 'text-anchor="middle">10</text>'
exits 0 plot later.json --x images --out later.svg
says later.svg '>1,000</text>'
exits 0 plot later.json a.json --out later.svg
[ "$(grep -c 'class="band' later.svg)" -eq 0 ] || fail "a band of runs with other epochs"

# By images: 1000 (two runs, 2 % both) and 3000 (1 %) of 0 .. 3000; errors of 0 .. 2 %.
exits 0 plot c.json a.json b.json --x images --out images.svg
well_formed images.svg
says images.svg 'class="line s0" d="M275.33 20.00 690.00 202.00"'
says images.svg 'class="dot f0" cx="275.33" cy="20.00"'
says images.svg '>training images</text>'
says images.svg '>3,000</text>'

# Rejection: what lies beyond 0.1 % is left out.
cat >r.json <<'END'
{"model": "some/where/mine.safetensors,other.safetensors", "augment": null,
 "rejection": {"curve": [[0, 0.02], [0.01, 0.01], [0.02, 0.0005], [0.5, 0]]}}
END
exits 0 plot r.json --out r.svg
well_formed r.svg
says r.svg 'class="line s0" d="M68.00 20.00 379.00 202.00 690.00 374.90"'
says r.svg '>mine,other</text>'
says r.svg '>rejected (%)</text>'

# Nothing but zeros, and one point, are no reason to divide by 0.
cat >zero.json <<'END'
{"model": "m", "rejection": {"curve": [[0, 0]]}}
END
run zeros.json n null 5 0 0
for option in --title=t --log; do
  exits 0 plot zero.json $option --out zero.svg
  well_formed zero.svg
  ! grep -q -e nan -e inf zero.svg || fail "no number in a figure"
  exits 0 plot zeros.json $option --out zero.svg
  well_formed zero.svg
  ! grep -q -e nan -e inf zero.svg || fail "no number in a figure"
done

# Standard input and output, and a byte order mark.
"$LENET" plot - --out - <a.json >piped.svg || fail "from a pipe to a pipe"
same a.svg piped.svg
[ ! -e ./- ] || fail "a file called -"
printf '\357\273\277' | cat - a.json | "$LENET" plot - >piped.svg || fail "a byte order mark"
same a.svg piped.svg
printf '[]' | "$LENET" plot - >out 2>err && fail "no document"
says err 'standard input: neither'

# Through a link to the file; never over what it is made of.
mkdir figures
ln -s figures/a.svg linked.svg
exits 0 plot a.json --out linked.svg
[ -h linked.svg ] || fail "the link is gone"
same a.svg figures/a.svg
exits 0 plot a.json --out "$(printf '%0255d' 0)" # as long as a name may be
cp a.json own.json
ln own.json hard.json
ln -s own.json soft.json
for name in own.json ./own.json hard.json soft.json; do
  refuses 2 '--out: .* would take the place of what it is made of' plot a.json own.json --out $name
done
"$LENET" plot - --out own.json <hard.json 2>err && fail "over standard input"
same a.json own.json
if (ulimit -f 1) 2>/dev/null; then
  code=0
  (ulimit -f 1 && exec "$LENET" plot a.json --out figures/b.svg) 2>err || code=$?
  [ "$code" -eq 1 ] && [ "$(ls -A figures)" = a.svg ] || fail "a limit of the file's size"
  says err 'figures/b.svg: File too large'
fi

# ------------------------------------------------------------------ what lenet prints -----------

exits 0 train --net '28x28 M4 F10:softmax' --data synthetic:600 --epochs 3 --test-every-epoch \
  --out small.safetensors --json
cp out train.json
exits 0 plot train.json --out train.svg
well_formed train.svg
says train.svg '>validation error</text>'
exits 0 eval --model small.safetensors --data synthetic:600 --json
cp out eval.json
exits 0 eval --model small.safetensors --data synthetic:600 --augment invert=0.1 --json
cp out noise.json
exits 0 plot eval.json noise.json --out eval.svg
well_formed eval.svg
says eval.svg '>small</text>'
says eval.svg '>small, invert=0.1</text>'

# ------------------------------------------------------------------ refusals --------------------

refuses 2 'no file' plot
refuses 3 'no-such.json' plot no-such.json
refuses 3 'a.json\|[Dd]irectory' plot .
refuses 2 'two figures' plot a.json r.json
refuses 2 'x: r.json' plot r.json --x images
refuses 2 'one of epochs|images' plot a.json --x time
refuses 2 '--out: no/such/folder/a.svg: the folder no/such/folder: No such file' \
  plot a.json --out no/such/folder/a.svg
mkdir folder
refuses 2 '--out: folder is a folder' plot a.json --out folder
# shellcheck disable=SC2046 # names without spaces
refuses 2 'at most 20 lines' plot $(yes r.json | head -n 21)

wrong() { # pattern, text
  printf '%s' "$2" >wrong.json
  refuses 3 "wrong.json: .*$1" plot wrong.json --out never.svg
  [ ! -e never.svg ] || fail "a figure of a wrong file"
}
wrong 'no JSON' ''
wrong 'no JSON' 'nothing'
wrong 'no JSON' '{"epochs": [1,'
wrong 'no JSON' '{"epochs": NaN}'
wrong 'no JSON' '{"test_error": 1e999, "epochs": []}'
wrong 'no JSON' '{"epochs": [], "epochs": []}'
wrong 'neither' '[]'
wrong 'neither' '{"error": 3}'
wrong 'epochs is no list' '{"epochs": 3}'
wrong 'epochs is no list' '{"epochs": []}'
wrong 'net is no text' '{"epochs": [{"train_error": 0}]}'
wrong 'augment is no text' '{"net": "n", "augment": 3, "epochs": [{"train_error": 0}]}'
wrong 'epochs\[1\].train_error is no fraction' \
  '{"net": "n", "epochs": [{"train_error": 0}, {"train_error": "0"}]}'
wrong 'epochs\[0\].train_error' '{"net": "n", "epochs": [{"train_error": null}]}'
wrong 'epochs\[0\].train_error' '{"net": "n", "epochs": [7]}'
wrong 'epochs\[0\].validation_error' \
  '{"net": "n", "epochs": [{"train_error": 0, "validation_error": 1.01}]}'
wrong 'epochs\[0\].test_error' '{"net": "n", "epochs": [{"train_error": 0, "test_error": -1}]}'
for numbers in '0 1' '1.5 2' '1 1' '2 1' '"1" 2' '1 null' '-1 2' '1 99999999999'; do
  first=${numbers% *} second=${numbers#* }
  wrong 'epochs\[[01]\].epoch is no whole number' \
    "{\"net\": \"n\", \"epochs\": [{\"epoch\": $first, \"train_error\": 0},
      {\"epoch\": $second, \"train_error\": 0}]}"
done
wrong 'epochs\[1\].epoch' '{"net": "n", "epochs": [{"epoch": 1, "train_error": 0},
  {"train_error": 0}]}'
wrong 'epochs\[1\].epoch' '{"net": "n", "epochs": [{"train_error": 0},
  {"epoch": 2, "train_error": 0}]}'
wrong 'best_epoch' '{"net": "n", "epochs": [{"epoch": 5, "train_error": 0}], "best_epoch": 1}'
wrong 'best_epoch' '{"net": "n", "epochs": [{"train_error": 0}], "best_epoch": 2}'
wrong 'best_epoch' '{"net": "n", "epochs": [{"train_error": 0}], "best_epoch": 0.5}'
wrong 'test_error' '{"net": "n", "epochs": [{"train_error": 0}], "best_epoch": 1}'
wrong 'train_samples' \
  '{"net": "n", "epochs": [{"train_error": 0}], "best_epoch": 1, "test_error": 0}'
wrong 'train_samples' '{"net": "n", "epochs": [{"train_error": 0}], "best_epoch": 1,
  "test_error": 0, "train_samples": 99999999999999999}'
wrong 'rejection.curve is no list' '{"rejection": {"curve": {}}}'
wrong 'rejection.curve\[0\]' '{"rejection": {"curve": [3]}}'
wrong 'rejection.curve\[0\]' '{"rejection": {"curve": [[0, 1, 2]]}}'
wrong 'rejection.curve\[1\]' '{"rejection": {"curve": [[0, 1], [0, 1e300]]}}'
wrong 'rejection.curve\[1\]' '{"rejection": {"curve": [[0.5, 1], [0.4, 1]]}}'
wrong 'model is no text' '{"model": [], "rejection": {"curve": [[0, 1]]}}'

# A value of three bytes takes two hundred in memory.
{ printf '{"epochs": [' && yes '{},' | head -n 2000000 | tr -d '\n' && printf '{}]}'; } >many.json
refuses 3 'many.json: more than 2,000,000 commas' plot many.json --out many.svg
rm many.json

# Names may hold anything that JSON can.
printf '{"model": "<\\u0001\\uffff&\\u009f\303\244%s", "rejection": {"curve": [[0, 0.1]]}}' \
  "$(printf '%0300d' 0)" >odd.json
exits 0 plot odd.json --out odd.svg
well_formed odd.svg

# Nor the place of what is no figure.
cp "$samples/seven.pgm" picture.pgm
refuses 2 '--out: picture.pgm is there and is no SVG' plot a.json --out picture.pgm
same picture.pgm "$samples/seven.pgm"
