# lenet show: the tables of the lecture notes, the notation and the lists.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson
golden=$LENET_SOURCE_DIR/tests/cli

# The Keras table of the notes, number by number, and the whole text.
exits 0 show --net lenet5
[ ! -s err ] || fail "something on stderr"
for row in '(32, 32, 1) *0' '(28, 28, 6) *156' '(14, 14, 6) *0' '(10, 10, 16) *2,416' \
  '(5, 5, 16) *0' ' 120 *48,120' ' 84 *10,164' ' 10 *850' '^total *61,706'; do
  says out "$row"
done
diff "$golden/show_lenet5.golden" out || fail "not as in show_lenet5.golden"

# C5 as a convolution has the same counts.
exits 0 show --net lenet5-conv
says out '(1, 1, 120) *48,120'
says out '^total *61,706'

# The networks by name; what follows is the list of models, which changes with them.
exits 0 show --list
sed '/^$/,$d' out >networks
diff "$golden/show_networks.golden" networks || fail "not as in show_networks.golden"
says out '^models that ship with lenet'

exits 0 show --net lenet5 --json
json "d['parameters'] == d['trainable'] == 61706" "d['macs'] == 416520" \
  "[l['parameters'] for l in d['layers']] == [0, 156, 0, 2416, 0, 48120, 10164, 850]" \
  "[l['output'] for l in d['layers']][:3] == [[1, 32, 32], [6, 28, 28], [6, 14, 14]]" \
  "[l['name'] for l in d['layers']][1:4] == ['C1', 'S2', 'C3']" \
  "[l['kind'] for l in d['layers']][:3] == ['pad', 'conv', 'average_pool']" \
  "sum(l['connections'] for l in d['layers']) == d['connections']" \
  "sum(l['macs'] for l in d['layers']) == d['macs']" \
  "d['notation'].startswith('28x28 P2 C6@5:tanh')"
exits 0 show --list --json
json "[n['name'] for n in d['networks']][0] == 'lenet5'" "len(d['models']) >= 1"

# Beside it stand the shipped recipes for the network.
exits 0 show --net lenet5-1998
says out '^  *lenet train --recipe 1998  # LeNet-5'
says out '^  *lenet train --recipe 1998-distorted  #'
! grep -q 'recipe keras' out || fail "a recipe of another network"

# The recipe that is shown is the one that train uses.
exits 0 show --net lenet5-modern
recipe=$(sed -n 's/^recipe  lenet //p' out)
exits 0 show --net lenet5-modern --json
json "d['recipe'] == 'lenet $recipe'"
# shellcheck disable=SC2086 # several words
exits 0 $recipe --data synthetic:100 --out shown
exits 0 train --net lenet5-modern --data synthetic:100 --out unsaid
same shown unsaid

# The notation names the same network as its name does.
notation=$("$LENET" show --net lenet5 | sed -n 2p)
exits 0 show --net "$notation"
diff "$golden/show_lenet5.golden" out || fail "the notation is another network"
exits 0 show --net '32x32 C6@5 A2 C16@5:table1 A2 C120@5 F84 F10:softmax'
says out 'Table I'
says out '(10, 10, 16) *1,516'

# The paper's sisters.
exits 0 show --net lenet1
says out 'by table lenet1'
says out '^total *2,578 *98,442 '
exits 0 show --net lenet4
says out '^S2 .*(14, 14, 8) *16 '
says out '^total *50,698 *262,306 '

# Wrong networks: name, notation with its column, shapes that do not fit.
refuses 2 'did you mean lenet5' show --net lenet6
refuses 2 "'.*seven.pgm' is a file: 'lenet show --model'" show --net "$samples/seven.pgm"
refuses 2 'column 7' show --net '28x28 Q4 F10:softmax'
refuses 2 'column 7' show --net '28x28 C4@35 F10:softmax'

# The model that ships inside, and its notes.
exits 0 show
says out '^total'
says out '^recipe  *lenet train '
exits 0 show --json
json "'recipe' in d['notes']" "0 < float(d['notes']['test_error']) < 0.05"
refuses 3 'ships with lenet' show --model xyzzy
refuses 3 'no-such.safetensors' show --model no-such.safetensors
echo '{}' >broken.safetensors
refuses 3 'broken.safetensors' show --model broken.safetensors
