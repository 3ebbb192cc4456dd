# lenet show, drawn: what stands in the drawings, where it stands, and what is refused.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

well_formed() { # file
  if command -v xmllint >/dev/null; then
    xmllint --noout "$1" || fail "$1 is not well-formed"
  elif command -v python3 >/dev/null; then
    python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$1" ||
      fail "$1 is not well-formed"
  fi
  ! grep -q -i -e '<script' -e 'href' -e 'url(' -e 'http://[^w]' "$1" ||
    fail "$1 needs something from outside"
  says "$1" 'role="img"'
  says "$1" '<title>..*</title>'
  says "$1" '<desc>..*</desc>'
  says "$1" 'prefers-color-scheme:dark'
  ! grep -q -i -e '[" ]-*nan' -e '[" ]-*inf[" ]' "$1" || fail "no number in $1"
}

# Boxes of texts, each letter 0.6 of its size wide, must not meet each other nor, where the drawing is of
# stacks, a map; all lie inside the drawing, and no letter is below 11 pixels where it is 900 wide.
apart() { # file, stacks or ""
  awk -v stacks="$2" '
    BEGIN { n = 0 }
    function attribute(name) {
      if (!match($0, " " name "=\"[^\"]*\""))
        return 0
      return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0
    }
    function inside(i) {
      if (left[i] < 0 || right[i] > width || top[i] < 0 || bottom[i] > height) {
        print what[i] " leaves the drawing"
        bad = 1
      }
    }
    /<svg / {
      match($0, /viewBox="[^"]*"/)
      split(substr($0, RSTART + 9, RLENGTH - 10), view, " ")
      width = view[3]
      height = view[4]
    }
    /^<text / {
      words = $0
      sub(/^<text [^>]*>/, "", words)
      sub(/<\/text>$/, "", words)
      gsub(/&[a-z]*;/, "&", words)
      match($0, /font-size:[0-9]*/)
      size = substr($0, RSTART + 10, RLENGTH - 10) + 0
      if (size * 900 / width < 11) {
        print words " is too small"
        bad = 1
      }
      wide = 0.6 * size * length(words)
      x = attribute("x")
      left[n] = /anchor="end"/ ? x - wide : /anchor="middle"/ ? x - wide / 2 : x
      right[n] = left[n] + wide
      bottom[n] = attribute("y") + 0.2 * size
      top[n] = attribute("y") - 0.75 * size
      what[n] = words
      inside(n++)
    }
    /^<rect / && stacks != "" && !/class="paper"/ {
      left[n] = attribute("x")
      right[n] = left[n] + attribute("width")
      top[n] = attribute("y")
      bottom[n] = top[n] + attribute("height")
      what[n] = "map"
      inside(n++)
    }
    END {
      for (i = 0; i < n; i++)
        for (k = 0; k < i; k++)
          if ((what[i] != "map" || what[k] != "map") && left[i] < right[k] && left[k] < right[i] &&
              top[i] < bottom[k] && top[k] < bottom[i]) {
            print what[i] " and " what[k] " overlap"
            bad = 1
          }
      if (n < 3)
        print "hardly any text: " n
      exit bad || n < 3
    }' "$1" || fail "$1"
}

# The check itself can fail.
mkdir wrong
printf '%s\n' '<svg viewBox="0 0 900 100">' '<text x="10" y="20" style="font-size:12px">abc</text>' \
  '<text x="28" y="25" style="font-size:12px">abc</text>' \
  '<text x="300" y="20" style="font-size:12px">abc</text>' >wrong/overlap
printf '%s\n' '<svg viewBox="0 0 900 100">' '<text x="10" y="20" style="font-size:12px">abc</text>' \
  '<text x="100" y="20" style="font-size:12px">abc</text>' \
  '<text x="890" y="20" style="font-size:12px">abc</text>' >wrong/outside
printf '%s\n' '<svg viewBox="0 0 1800 100">' '<text x="10" y="20" style="font-size:12px">abc</text>' \
  '<text x="100" y="20" style="font-size:12px">abc</text>' \
  '<text x="300" y="20" style="font-size:12px">abc</text>' >wrong/small
for file in wrong/*; do
  ! (apart "$file" "") >/dev/null || fail "$file passes"
done

# ------------------------------------------------------------------ diagrams ------------------

# Every network by name, and odd ones: one row, sixteen, many maps, long shapes, the largest input.
cat >networks <<'END'
28x28 F10:softmax
28x28 F128:softmax
2x2 C1024@2:relu F1024:relu F2:softmax
128x128 P64 A2 M2 C4@64:tanh F128:softmax
128x128 A4 C1024@5:relu M28 C1024@1:tanh F128:softmax
1x128 M1 A1 S1 S8@1 A1 C8@1:sigmoid F10:softmax
128x4 C16@3:relu M2 F10:softmax
16x16 P1 C8@3 P1 C8@3 P1 C8@3 P1 C8@3 P1 C8@3 P1 C8@3 P1 C8@3 F84 R10
28x28 C2@3:relu C2@3:relu C2@3:relu C2@3:relu C2@3:relu C2@3:relu C2@3:relu C2@3:relu C2@3:relu C2@3:relu C2@3:relu C2@3:relu C2@3:relu F84 F84 F10:softmax
32x32 C4@5 S8@2 P60 C16@5:lenet4 M13 A2 F84 R10
END
exits 0 show --list
sed '/^$/,$d' out | sed -n 's/^  \([a-z][^ ]*\) .*/\1/p' >>networks
[ "$(grep -c lenet5 networks)" -ge 5 ] || fail "names of networks"
while read -r net; do
  exits 0 show --net "$net" --svg
  well_formed out
  apart out stacks
  exits 0 show --net "$net" --blocks --svg
  well_formed out
  apart out ""
  exits 0 show --net "$net" --blocks
  [ "$(awk 'length > 100' out | wc -l)" -eq 0 ] || fail "$net: long lines"
done <networks

# Fig. 2 of the paper: its maps, and what leads from one to the next.
exits 0 show --net lenet5-1998 --svg --out stacks.svg
[ ! -s out ] || fail "something on stdout"
for words in 32x32 '6 maps 28x28' '6 maps 14x14' '16 maps 10x10' '16 maps 5x5' '120 maps 1x1' \
  '84 units' '10 units' convolution subsampling full Gaussian 'by Table I'; do
  says stacks.svg ">$words</text>"
done
for name in C1 S2 C3 S4 C5 F6; do
  says stacks.svg "class=\"strong\">$name</text>"
done
says stacks.svg 'C3: 16 maps 10x10 by convolution 5x5 by Table I;'
[ "$(grep -c '<rect class="conv"' stacks.svg)" -eq 22 ] || fail "not 6 and 16 squares"
[ "$(grep -c '<rect class="pool"' stacks.svg)" -eq 22 ] || fail "not 6 and 16 squares"

# The blocks of Dive into Deep Learning, in its order, with the shapes and counts of the notes.
exits 0 show --net lenet5-d2l --blocks
sed -n 's/^| *\([^|]*[^ |]\) *|.*/\1/p' out >blocks
cat >expected <<'END'
Image (28x28)
5x5 Conv (6), pad 2
2x2 AvgPool, stride 2
5x5 Conv (16)
2x2 AvgPool, stride 2
FC (120)
FC (84)
FC (10)
END
same expected blocks
says out '5x5 Conv (6), pad 2 *|  sigmoid  *6 @ 28x28  *156$'
says out 'FC (120) *|  sigmoid  *120  *48,120$'
says out '^ *in all *61,706$'
exits 0 show --net lenet5-d2l --blocks --svg
for words in '5x5 Conv (6), pad 2' 'FC (10)' '16 @ 10x10' '2,416' '61,706'; do
  says out ">$words</text>"
done

# ------------------------------------------------------------------ tables, codes -------------

# Table I on p. 8, and that of LeNet-1 as it has come down.
exits 0 show --net lenet5-1998 --table
sed -n '3,8p' out | cut -c 5- | tr -d ' ' >table
cat >expected <<'END'
X...XXX..XXXX.XX
XX...XXX..XXXX.X
XXX...XXX..X.XXX
.XXX..XXXX..X.XX
..XXX..XXXX.XX.X
...XXX..XXXX.XXX
END
same expected table
says out 'C3: .*60 kernels'
exits 0 show --net lenet5-1998 --table --svg
well_formed out
apart out ""
exits 0 show --net lenet1 --table
sed -n '3,6p' out | cut -c 5- | tr -d ' ' | tr 'X.' '10' >table
printf '%s\n' 111011000000 011111000000 000000111011 000000011111 >expected
same expected table
exits 0 show --net lenet4 --table
[ "$(sed 1d out | tr -cd X | wc -c)" -eq 48 ] || fail "not 48 kernels"
refuses 2 'lenet5 has no connection table' show --net lenet5 --table

# Fig. 3, as the golden tests have copied it: nine codes side by side in 80 columns, then the tenth.
exits 0 show --net lenet5-1998 --codes
sed -n '2,13p;16,27p' out | awk '{ printf "%-80s\n", $0 }' | tr ' @' '.#' >drawn
sed -n '/^CODES = /,/^]/p' "$LENET_SOURCE_DIR/tests/golden/paper.py" | sed -n 's/^ *"\(.*\)",/\1/p' \
  >codes
[ "$(wc -l <codes)" -eq 12 ] || fail "paper.py has other codes"
awk '{ line = ""; for (i = 1; i <= 9; i++) line = line $i ".."; print substr(line ".", 1, 80) }' codes >nine
awk '{ line = $10; while (length(line) < 80) line = line "."; print line }' codes >tenth
cat nine tenth >expected
same expected drawn
exits 0 show --net lenet5-1998 --codes --svg
well_formed out
apart out ""
refuses 2 'lenet5 has no R row' show --net lenet5 --codes
refuses 2 'lenet5 has no R row' show --model lenet5 --distances "$samples/seven.pgm"

# ------------------------------------------------------------------ what is learned -----------

# 6 kernels in C1, 60 in C3, ten codes; three scales have frames too.
exits 0 show --model lenet5-1998 --filters --svg --out filters.svg
well_formed filters.svg
apart filters.svg ""
says filters.svg 'C1: 6 kernels 5x5.*, 6 pictures of 5x5 values from'
says filters.svg 'C3: 60 kernels 5x5.*, 60 pictures of 5x5 values from'
[ "$(grep -c 'class="frame"' filters.svg)" -eq $((6 + 60 + 10 + 3)) ] || fail "frames of kernels"
exits 0 show --model lenet5-1998 --filters
[ "$(grep -c '^[CFR][0-9]: ' out)" -eq 5 ] || fail "a row is missing"
refuses 2 'goes with --model' show --net lenet5 --filters

exits 0 show --model lenet5-1998 --maps "$samples/seven.pgm"
for label in 'C1: 6@28x28' 'S2: 6@14x14' 'C3: 16@10x10' 'S4: 16@5x5' 'C5: 120 units' 'F6: 84 units'; do
  says out "^$label "
done
says out '^R7: 10 units.* the answer: 7'
"$LENET" show --model lenet5-1998 --maps - <"$samples/seven.pgm" >piped || fail "standard input"
same out piped
for model in lenet5 lenet5-1998 lenet5-modern; do
  exits 0 show --model $model --maps "$samples/four.pgm" --svg
  well_formed out
  apart out ""
  says out 'the highest is the answer: 4\|the least is the answer: 4'
  exits 0 show --model $model --filters --svg
  well_formed out
  apart out ""
done
exits 0 show --model lenet5-1998 --distances "$samples/two.pgm" --svg
well_formed out
apart out ""
says out 'nearest \*: 2'
[ "$(grep -c 'class="best"' out)" -eq 1 ] || fail "not one that is nearest"

# Many maps, an R row that reads maps, dense rows over maps, one row alone.
i=0
for net in '28x28 S1 C40@3:relu M2 C40@3:relu M11 F70 F10:softmax' '28x28 M14 C21@1:tanh R10' \
  '28x28 C3@5 M4 F10:scaled' '28x28 P2 F10:softmax' '28x28 F10:softmax'; do
  i=$((i + 1))
  exits 0 train --net "$net" --data synthetic:64 --epochs 1 --quiet --out odd$i.safetensors
  for what in --filters "--maps=$samples/two.pgm"; do
    exits 0 show --model odd$i.safetensors "$what"
    exits 0 show --model odd$i.safetensors "$what" --svg
    well_formed out
    apart out ""
  done
done
exits 0 show --model odd1.safetensors --filters
says out '^C4: 1024 kernels 3x3, 32 of 40 maps (columns) read 32 of 40 maps (rows)'
exits 0 show --model odd2.safetensors --distances "$samples/two.pgm"
says out '^C2: what the network makes of the picture'

# Models whose weights are known: kernels, maps of a convolution that copies, a unit for each cell of the
# code of 3, whose distance to it is 0 and to others 4 for each cell that differs.
if command -v python3 >/dev/null; then
  cat >make.py <<'END'
import json, math, struct, sys
def write(path, notation, tensors):
  header, data = {"__metadata__": {"format": "lenet", "notation": notation,
    "input_scale": "0.00392156886", "input_offset": "0.0"}}, b""
  for name, shape, values in tensors:
    bytes_ = struct.pack("<%df" % len(values), *values)
    header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(bytes_)]}
    data += bytes_
  text = json.dumps(header).encode()
  text += b" " * (-len(text) % 8)
  open(path, "wb").write(struct.pack("<Q", len(text)) + text + data)
write("kernels.safetensors", "3x3 C2@2:tanh F2:softmax",
  [("c1.weight", [2, 1, 2, 2], [1, -1, 0, 0.5, -0.5, 0.1, 1, 0.9]), ("c1.bias", [2], [0, 0]),
   ("f2.weight", [2, 8], [0] * 16), ("f2.bias", [2], [0, 0])])
write("copies.safetensors", "28x28 C1@1:relu M28 F2:softmax",
  [("c1.weight", [1, 1, 1, 1], [1]), ("c1.bias", [1], [0]), ("f3.weight", [2, 1], [1, 0]),
   ("f3.bias", [2], [0, 0])])
lines = open("codes").read().split("\n")[1:]
code = {}
for first, block in ((0, lines[:13]), (9, lines[14:])):
  for d in range(first, 9 if first == 0 else 10):
    x = 9 * (d - first)
    code[d] = [1 if c == "@" else -1 for l in block[:12] for c in l.ljust(90)[x:x + 7]]
b = 1.5 * math.atanh(1 / 1.7159)
write("three.safetensors", "28x28 M28 F84 R10",
  [("f2.weight", [84, 1], [0] * 84), ("f2.bias", [84], [b * c for c in code[3]])])
for d in range(10):
  print("%d: %.1f%s" % (d, 4 * sum(a != b for a, b in zip(code[3], code[d])), " *" if d == 3 else ""))
END
  exits 0 show --net lenet5-1998 --codes
  cp out codes
  python3 make.py >expected
  exits 0 show --model kernels.safetensors --filters
  sed -n '3,4p' out >kernels
  printf '%s\n' '    #=  -.' '  0 .+  ##' >expected_kernels
  same expected_kernels kernels
  exits 0 show --model copies.safetensors --maps "$samples/seven.pgm"
  sed -n '2,15p' out | sed 's/[^ ]/x/g' >input
  sed -n '/^C1/,/^0/p' out | sed -n '2,15p' >copy
  sed 's/[+#]/x/g' copy >copied
  awk 'NR == FNR { a[FNR] = $0; next }
    { for (i = 1; i <= 28; i++)
        if (substr($0, i, 1) == "x" && substr(a[FNR], i, 1) != "x") exit 1 }' input copied ||
    fail "a copy that has what the input has not"
  grep -q '#' copy || fail "a copy without the input's ink"
  exits 0 show --model three.safetensors --distances "$samples/seven.pgm"
  grep '^[0-9]: ' out | grep -o '[0-9]: [0-9.]*\( \*\)*' >pairs
  same expected pairs
fi

# ------------------------------------------------------------------ forms ---------------------

if "$LENET" version | grep -q libpng; then
  for what in --filters "--maps=$samples/two.pgm" --table --codes "--distances=$samples/two.pgm"; do
    exits 0 show --model lenet5-1998 "$what" --png drawn.png
    [ ! -s out ] || fail "something on stdout"
    # The signature, and a width of 1800 = 0x0708 pixels.
    [ "$(od -An -tx1 -N20 drawn.png | tr -d ' \n')" = 89504e470d0a1a0a0000000d4948445200000708 ] ||
      fail "$what: no PNG of 1800 columns"
    rm drawn.png
  done
fi
if script -qec true /dev/null >/dev/null 2>&1; then
  # In colours: 24, 231 and 94 are the ends and the middle of the scale; NO_COLOR has none.
  for locale in C.UTF-8 C.utf8 en_US.UTF-8; do
    if [ "$(LC_ALL=$locale locale charmap 2>/dev/null)" = UTF-8 ]; then
      TERM=xterm LC_ALL=$locale script -qec "'$LENET' show --model lenet5 --filters" /dev/null >coloured
      says coloured "$(printf '\033')\[38;5;24m"
      says coloured '48;5;231m'
      says coloured '38;5;94m'
      NO_COLOR=1 TERM=xterm LC_ALL=$locale \
        script -qec "'$LENET' show --model lenet5 --filters" /dev/null >plain
      ! grep -q "$(printf '\033')" plain || fail "colours with NO_COLOR"
      break
    fi
  done
fi

# ------------------------------------------------------------------ refusals ------------------

refuses 2 '--filters and --codes exclude each other' show --filters --codes
refuses 2 '--svg and --png exclude each other' show --filters --svg --png x.png
refuses 2 '--out: goes with --svg' show --filters --out x
refuses 2 '--png: the stacks' show --png x.png
refuses 2 '--png: the blocks' show --blocks --png x.png
refuses 2 '--json' show --filters --json
refuses 2 'nothing to draw' show --list --svg
refuses 2 'nothing to draw' show --recipe 1998 --filters
refuses 3 'no-such.png' show --maps no-such.png
printf 'P5 4 4 255\n0000000000000000' >plain.pgm
refuses 3 'plain.pgm: .*no ink' show --maps plain.pgm
cp "$samples/two.pgm" two.pgm
ln two.pgm hard.png
refuses 2 '--png: hard.png would take the place' show --maps two.pgm --png hard.png
refuses 2 '--out: ./two.pgm would take the place' show --maps two.pgm --svg --out ./two.pgm
refuses 2 '--png: odd1.safetensors would' show --model odd1.safetensors --filters \
  --png odd1.safetensors
same "$samples/two.pgm" two.pgm
refuses 2 '--out: no/such/folder' show --svg --out no/such/folder/a.svg
[ ! -e x ] && [ ! -e x.png ] || fail "something was written"
if "$LENET" version | grep -q libpng; then
  refuses 2 'no/such/folder' show --filters --png no/such/folder/a.png
fi
if (ulimit -f 1) 2>/dev/null; then
  mkdir figures
  code=0
  (ulimit -f 1 && exec "$LENET" show --filters --svg --out figures/b.svg) 2>err || code=$?
  [ "$code" -eq 1 ] && [ -z "$(ls -A figures)" ] || fail "a limit of the file's size"
fi

# Nor does a drawing take the place of what is none.
cp two.pgm three.pgm
refuses 2 '--out: three.pgm is there and is no SVG' show --svg --out three.pgm
refuses 2 '--png: three.pgm is there and is no PNG' show --model lenet5 --filters --png three.pgm
same two.pgm three.pgm
