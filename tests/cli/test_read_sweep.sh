# lenet read --method sweep: a network swept over each line.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

# The same lines both ways, each digit in a box of its own.
exits 0 read --method cuts "$samples/lines.pgm"
cp out cuts
exits 0 read "$samples/lines.pgm"
cmp -s out cuts || fail "cuts is not the default"
exits 0 read --method sweep "$samples/lines.pgm"
cmp -s out cuts || fail "the sweep reads other digits in a clean picture"
exits 0 read --method sweep --json "$samples/lines.pgm"
json "len(d['lines']) >= 1" \
  "all(0 < g['confidence'] <= 1.000001 for l in d['lines'] for g in l['digits'])" \
  "all(a['box'][0] + a['box'][2] / 2 < b['box'][0] + b['box'][2] / 2 for l in d['lines'] for a, b in zip(l['digits'], l['digits'][1:]))"

# What cannot be swept, and an error that no one has measured.
refuses 2 'classes' read --method sweep --model lenet5-modern "$samples/lines.pgm"
refuses 2 'reject' read --method sweep --reject 1% "$samples/lines.pgm"
refuses 2 'method' read --method guess "$samples/lines.pgm"

# What is wrong with a model is said with its name.
refuses 2 '^lenet read: --model: lenet5: the network reads 28x28 pixels and has 10 classes' \
  read --method sweep -m lenet5 "$samples/seven.pgm"
