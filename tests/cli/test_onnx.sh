# test_onnx.sh - `lenet export` and `lenet import`: models to other programs and back, foreign weights,
# and what is refused.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson
fixtures=$LENET_SOURCE_DIR/tests/onnx

refuses 2 "'x' is too much" export x
refuses 2 '\-\-format is missing' export --out a.onnx
refuses 2 '\-\-out is missing' export --format onnx
refuses 2 'onnx' export --format caffe --out a.caffe
refuses 3 'nobody' export --format onnx --model nobody --out a.onnx
refuses 2 '\-\-out' export --format safetensors --out /nowhere/a.safetensors
refuses 2 'a file is missing' import --out a.safetensors
refuses 2 'one file at a time' import a b --out c
refuses 2 '\-\-out is missing' import a
refuses 2 '\-\-std' import a --std 0 --out b

exits 0 export --format safetensors --model lenet5 --out whole.safetensors --json
json "d['format'] == 'safetensors' and d['net'] == 'lenet5' and d['parameters'] == 61706"
same whole.safetensors "$LENET_SOURCE_DIR/models/lenet5.safetensors"
exits 0 import whole.safetensors --out same.safetensors
same whole.safetensors same.safetensors

# A state_dict: arrays alone, in another order than the rows'.
net='12x12 C4@3:relu M2 C5@2:relu M2 F8:relu F3:softmax'
exits 3 import "$fixtures/state-dict.safetensors" --out state.safetensors
says err 'need --net'
exits 0 import "$fixtures/state-dict.safetensors" --net "$net" --mean 0.5 --std 0.25 \
  --out state.safetensors --json
json "d['notation'] == '$net' and d['parameters'] == 320" \
  "abs(d['input_scale'] - 4 / 255) < 1e-8 and d['input_offset'] == -2"
exits 0 show --model state.safetensors
refuses 3 'no array has the weights of C1, F32\[6, 1, 5, 5\]' import \
  "$fixtures/state-dict.safetensors" --net lenet5 --out none.safetensors
refuses 2 '\-\-net' import "$fixtures/state-dict.safetensors" --net lenet9 --out none.safetensors
[ ! -e none.safetensors ] || fail 'a refused file was imported'

if ! "$LENET" version | grep -q protobuf-c; then
  refuses 1 'no protobuf-c' export --format onnx --out a.onnx
  refuses 1 'no protobuf-c' import "$fixtures/torch-view.onnx" --out a.safetensors
  [ ! -e a.onnx ] || fail 'something was exported'
  exit 0
fi

for model in lenet5 lenet5-1998; do
  exits 0 export --format onnx --model $model --out $model.onnx
  says err "$model.onnx: $model"
  exits 0 import $model.onnx --out $model.safetensors
  same $model.safetensors "$LENET_SOURCE_DIR/models/$model.safetensors"
done
if command -v protoc >/dev/null && [ -f /usr/include/onnx/onnx.proto ]; then
  protoc --decode onnx.ModelProto --proto_path=/usr/include/onnx onnx.proto <lenet5.onnx >text
  for line in '^ir_version: 7$' '^producer_name: "lenet"$' '^  version: 13$' 'op_type: "AveragePool"' \
    '^    name: "C1/tanh"$' 'value: "28x28 P2 C6@5:tanh A2'; do
    says text "$line"
  done
fi

for name in torch-sequential torch-functional torch-view keras-lenet; do
  exits 0 import "$fixtures/$name.onnx" --out $name.safetensors
  exits 0 show --model $name.safetensors
done
refuses 2 'an ONNX file has its network' import lenet5.onnx --net lenet5 --out a.safetensors
refuses 3 'nowhere.onnx' import nowhere.onnx --out a.safetensors
head -c 100000 lenet5.onnx >cut.onnx
refuses 3 'cut.onnx: byte .*: not an ONNX file, or one that was cut off' import cut.onnx --out a.safetensors
sed 's/Tanh/Cosh/' lenet5.onnx >other.onnx
refuses 1 "node 'C1/tanh' (Cosh): lenet has no such layer" import other.onnx --out a.safetensors
# Bytes of a foreign file are no letters of an old terminal's either.
LC_ALL=C sed "s/Tanh/T$(printf '\233')nh/" lenet5.onnx >escape.onnx
exits 1 import escape.onnx --out a.safetensors
says err '(T?nh)'
[ ! -e a.safetensors ] || fail 'a refused file was imported'
cp lenet5.onnx kept.onnx
refuses 2 'what it is made of' import lenet5.onnx --out lenet5.onnx
ln -s lenet5.onnx link
refuses 2 'what it is made of' import lenet5.onnx --out link
refuses 2 'is no model file' import lenet5.onnx --out kept.onnx
same lenet5.onnx kept.onnx

# An export takes the place of an ONNX file, whoever wrote it, and of nothing else, whatever link leads there.
for name in torch-view keras-lenet; do
  cp "$fixtures/$name.onnx" old.onnx
  chmod u+w old.onnx
  exits 0 export --format onnx --model lenet5 --out old.onnx
  same old.onnx lenet5.onnx
done
: >empty.onnx
exits 0 export --format onnx --model lenet5 --out empty.onnx
same empty.onnx lenet5.onnx
printf 'my notes\n' >doc.txt
ln -s doc.txt notes.onnx
refuses 2 '\-\-out: doc.txt is there and is no ONNX file' export --format onnx --out doc.txt
refuses 2 '\-\-out: doc.txt is there and is no ONNX file' export --format onnx --out notes.onnx
[ "$(cat doc.txt)" = 'my notes' ] && [ -L notes.onnx ] || fail 'a foreign file was written over'
refuses 2 'is no ONNX file' export --format onnx --out whole.safetensors
# Other messages of protobuf begin alike (1: a number, 2: a text): without a graph, with one that
# ends in a number or a text, with fields that ONNX has not, or in another order.
for other in '\010\007\022\003abc' '\010\007\022\003abc\072' '\010\377' '\010\007\022\177abc' \
  '\010\007\011abcdefgh\072\001a' '\022\003abc\072\001a' '\010\007\020\001\072\001a' \
  '\010\377\377\377\377\377\377\377\377\377\377\377\001\072\001a'; do
  # shellcheck disable=SC2059 # they are formats
  printf "$other" >other.pb
  refuses 2 'other.pb is there and is no ONNX file' export --format onnx --out other.pb
done
# A number of ten bytes, a lower version of a model, and an operator set before the graph.
printf '\010\007\050\377\377\377\377\377\377\377\377\377\001\102\002\020\015\072\001a' >made.onnx
exits 0 export --format onnx --model lenet5 --out made.onnx
same made.onnx lenet5.onnx
