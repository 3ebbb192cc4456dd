# lenet bench: every figure is there and is possible; earlier results are read, compared and refused.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

narrow() { # columns
  [ "$(awk -v most="$1" 'length > most' out | wc -l)" -eq 0 ] || fail "wider than $1 columns"
  ! grep -q ' $' out || fail "spaces at the end of a line"
}

# ------------------------------------------------------------------ measuring -------------------

exits 0 bench --seconds 0.05 --threads 2 --json --quiet
[ ! -s err ] || fail "--quiet is not quiet"
cp out measured.json
json "d['net'] == 'lenet5' and d['threads'] == 2 and d['seconds'] == 0.05" \
  "d['notation'].startswith('28x28 P2 C6@5:tanh A2') and d['version'].count('.') == 2" \
  "d['isa'] in ('scalar', 'avx2', 'avx512', 'neon')" \
  "d['peak_gflops'] > 0 and d['peak_all_gflops'] > 0" \
  "all(d[k]['images_per_second'] > 0 and d[k]['gflops'] > 0 and 0 <= d[k]['spread'] < 1
       for k in ('forward', 'forward_all', 'train', 'train_single'))" \
  "all(d[k]['images_per_second'] > 0 and d[k]['fraction'] is None for k in ('int8', 'int8_all'))" \
  "all(0 < d[k]['fraction'] < 1.5 for k in ('forward', 'train'))" \
  "d['forward']['threads'] == 1 and d['forward_all']['threads'] == 2" \
  "d['train']['threads'] == 2 and d['train']['batch'] == 64 and d['train'] in d['train_by']" \
  "[(t['batch'], t['threads']) for t in d['train_by']] == [
     (b, n) for b in (16, 32, 64, 128, 256) for n in (1, 2)]" \
  "0 < d['latency_us']['median'] <= d['latency_us']['p99']" "d['train_single_us'] > 0" \
  "abs(d['train_single_us'] * d['train_single']['images_per_second'] / 1e6 - 1) < 1e-6" \
  "[(l['name'], l['kind']) for l in d['layers']] == [('P', 'pad'), ('C1', 'conv'),
   ('S2', 'average_pool'), ('C3', 'conv'), ('S4', 'average_pool'), ('F5', 'dense'),
   ('F6', 'dense'), ('F7', 'dense')]" \
  "d['layers'][0]['forward_us'] is None and all(l['forward_us'] > 0 for l in d['layers'][1:])" \
  "d['layers'][0]['backward_us'] is None and all(l['backward_us'] > 0 for l in d['layers'][1:])" \
  "all((l['forward_fraction'] is None) == (l['kind'] in ('pad', 'average_pool'))
       for l in d['layers'])" \
  "[o['name'] for o in d['outside_layers']] == ['load', 'loss', 'step']" \
  "'compare' not in d"
# 416,520 multiply-adds forward; three times as many in training but for C1's input, 117,600.
json "abs(d['forward']['gflops'] / d['forward']['images_per_second'] / 833040e-9 - 1) < 1e-6" \
  "abs(d['train']['gflops'] / d['train']['images_per_second'] / 2263920e-9 - 1) < 1e-6" \
  "abs(d['forward']['fraction'] * d['peak_gflops'] / d['forward']['gflops'] - 1) < 1e-6" \
  "abs(d['train']['fraction'] * d['peak_all_gflops'] / d['train']['gflops'] - 1) < 1e-6"

exits 0 bench --seconds 0.02 --threads 1 --isa scalar --net lenet5-modern
says err '^measuring for about'
says out '^lenet5-modern on scalar '
for line in '^peak  *1 .* %$' '^forward  *512  *1  .* images/s' '^training  *64  *1 .* images/s' \
  '^training, sdlm  *1  *1 .* us' '^one picture .* us' '^99 in 100 within .* us' \
  '^C1  C16@3:relu .* us .* us ' '^F9  F10:softmax .* us .* us ' ' load .* us' ' all layers .*'; do
  says out "$line"
done
narrow 80
exits 0 bench --seconds 0.02 --threads 1 --json
json "d['forward_all'] == d['forward'] and d['peak_all_gflops'] == d['peak_gflops']" \
  "[t['threads'] for t in d['train_by']] == [1] * 5 and d['train']['threads'] == 1"
exits 0 bench --seconds 0.02 --threads 1 --net lenet5-1998
exits 0 bench --seconds 0.02 --threads 1 --net '48x28 A4 R10' --only train,layers # nothing to learn
exits 0 bench --seconds 0.02 --threads 1 --model lenet5-modern --only forward
says out '^lenet5-modern on '

# Parts of it.
for part in peak forward train latency layers; do
  exits 0 bench --seconds 0.02 --threads 1 --only $part --json
  json "d['peak_gflops'] > 0 and d['peak_all_gflops'] > 0" \
    "[k in d for k in ('forward', 'train', 'latency_us', 'layers')] == [
       k == '$part' for k in ('forward', 'train', 'latency', 'layers')]"
done
exits 0 bench --seconds 0.02 --threads 2 --only layers,forward --json
json "'forward_all' in d and 'outside_layers' in d and 'train_by' not in d"
exits 0 bench --seconds 0.02 --threads 2 --only latency --compare measured.json
says out '^one picture .* us .*  [0-9]*\.[0-9][0-9]\( faster\| slower\|\)$'
narrow 100

# ------------------------------------------------------------------ comparing -------------------

# A result with itself: all ratios are 1 and none is worth a word.
exits 0 bench measured.json --compare measured.json --json
[ ! -s err ] || fail "nothing was measured, but something said"
json "d['compare']['with'] == 'measured.json' and d['compare']['version'] == d['version']" \
  "len(d['compare']['figures']) == 2 + 2 + 2 + 10 + 1 + 2 + 3 + 7 + 7" \
  "all(f['ratio'] == 1 and f['verdict'] is None for f in d['compare']['figures'])"
exits 0 bench measured.json --compare measured.json
narrow 100
! grep -q -e ' faster$' -e ' slower$' out || fail "faster or slower than itself"
says out '^forward .* 1.00$'
says out 'multiples of those in measured.json'

# What was printed is what is printed again, but for the last digit.
exits 0 bench measured.json --json
cp out again.json
json "d.keys() == json.load(open('measured.json')).keys()" \
  "all(abs(d[k][n] - m[k][n]) <= 1e-6 * m[k][n] for m in [json.load(open('measured.json'))]
       for k in ('forward', 'forward_all', 'train', 'train_single', 'latency_us') for n in m[k])" \
  "all(l['name'] == n['name'] and l['backward_us'] == n['backward_us'] for l, n in
       zip(d['layers'], json.load(open('measured.json'))['layers']))"
"$LENET" bench - --json <measured.json >out || fail "from a pipe"
same out again.json

# By hand. 7,840 multiply-adds forward and as many for the gradient of the weights.
result() { # file, images/s, spread, microseconds
  printf '{"notation": "28x28 F10:softmax", "isa": "scalar", "threads": 2, "version": "0.0.9",
    "seconds": 1, "peak_gflops": 100, "peak_spread": 0, "peak_all_gflops": 200,
    "peak_all_spread": 0.1, "forward": {"images_per_second": %s, "spread": %s},
    "train_by": [{"batch": 64, "threads": 2, "images_per_second": 2e6, "spread": 0},
                 {"batch": 7, "threads": 2}],
    "latency_us": {"median": %s, "p99": 20, "spread": 0.05, "p99_spread": 0},
    "layers": [{"name": "F1", "forward_us": 0.5, "forward_spread": 0.01, "backward_us": %s,
                "backward_spread": 0.05}],
    "outside_layers": [{"name": "load", "us": 1, "spread": 0}, {"name": "loss", "us": 1, "spread": 0},
                       {"name": "step", "us": 1, "spread": 0}]}\n' "$2" "$3" "$4" "$4" >"$1"
}
result old.json 1e6 0.1 10
exits 0 bench old.json
says out '^28x28 F10:softmax on scalar (lenet 0.0.9)$'
says out '^forward  *512  *1  *1,000,000 images/s  *15.7  *15.7 %  *10.0 %$'
says out '^training  *64  *2  *2,000,000 images/s  *62.7  *31.4 %  *0.0 %$'
says out '^one picture  *1  *1  *10.0 us  *1.6  *1.6 %  *5.0 %$'
says out '^F1  F10:softmax  *0.500 us  *31.4 %  *1.0 %  *10.0 us  *1.6 %  *5.0 %  *78 %$'
compared() { # what is said of forward, images/s, spread, what of one picture, microseconds
  result new.json "$2" "$3" "$5"
  exits 0 bench new.json --compare old.json
  says out "^forward .* %  *$1\$"
  says out "^one picture .* %  *$4\$"
  says out "^F1 .* %  *1.00  *[0-9.]* us .* %  *$4\$"
  narrow 100
}
compared '1.20 faster' 1.2e6 0.05 '1.25 faster' 8   # 16.7 and 20 % of the faster one
compared '1.10' 1.1e6 0.05 '1.04' 9.6                # 9.1 and 4 %, less than the old one's spread
compared '0.80 slower' 0.8e6 0.15 '0.80 slower' 12.5 # 20 %
compared '0.80' 0.8e6 0.25 '0.96' 10.4               # less than the new one's spread, and the old's
exits 0 bench new.json --compare old.json --json
json "{f['name']: f['ratio'] for f in d['compare']['figures']}['forward'] == 0.8" \
  "all(abs(f['ratio'] - 10 / 10.4) < 1e-6 for f in d['compare']['figures']
       if f['name'] in ('one picture', 'F1 backward'))"

# ------------------------------------------------------------------ refusals --------------------

refuses 2 '--seconds' bench --seconds 0
refuses 2 '--net: .*pictures of 28x28.*up to 1x1' bench --net '1x1 F10'
refuses 2 '--net: ' bench --net '28x28 F9:softmax'
refuses 2 'no network is called' bench --net nope
refuses 2 '--net and --model exclude each other' bench --net lenet5 --model lenet5-modern
refuses 3 '--model: .*nope' bench --model nope
refuses 3 'no-such.safetensors' bench --model no-such.safetensors
refuses 2 "--only: 'speed' is not one of peak, forward, train, latency, layers" bench --only speed
refuses 2 "--only: '' is not one of" bench --only forward,
refuses 2 "--only: 'for' is not one of" bench --only for
refuses 2 "--only: " bench --only=
refuses 2 "'b.json' is too much" bench a.json b.json
for option in --net=lenet5 --model=lenet5-modern --only=peak --seconds=1 --threads=2 --isa=scalar; do
  refuses 2 "${option%=*}: nothing is measured where a file is given" bench measured.json $option
done

# Of other work, or on other means: before anything is measured.
refuses 2 '--compare: old.json is of the net 28x28 F10:softmax, not of lenet5$' \
  bench --compare old.json --isa scalar --threads 2 --quiet
refuses 2 '--compare: old.json is of 2 threads, not of 3$' \
  bench --compare old.json --net '28x28 F10:softmax' --isa scalar --threads 3 --quiet
sed 's/"scalar"/"neon"/' old.json >neon.json
refuses 2 '--compare: neon.json is of the isa neon, not of scalar$' \
  bench --compare neon.json --net '28x28 F10:softmax' --isa scalar --threads 2 --quiet
refuses 2 '--compare: old.json is of the net' bench measured.json --compare old.json

# Files that are none.
refuses 3 'no-such.json: No such file' bench --compare no-such.json --quiet
refuses 3 'no-such.json: No such file' bench no-such.json
wrong() { # pattern, text
  printf '%s' "$2" >wrong.json
  refuses 3 "wrong.json: .*$1" bench wrong.json
}
wrong 'no JSON document: line 1' ''
wrong 'no JSON' '{"peak_gflops": 1,'
wrong 'no JSON' '{"peak_gflops": 1, "peak_gflops": 2}'
wrong "not of 'lenet bench --json'" '[]'
wrong "not of 'lenet bench --json'" '{"net": "lenet5", "epochs": []}'
spoilt() { # pattern, what is said in old.json, what instead
  wrong "$1" "$(sed "s/$2/$3/" old.json)"
  ! cmp -s wrong.json old.json || fail "nothing was spoilt by $2"
}
refuses 3 "wrong.json: not of 'lenet bench --json'" bench --compare wrong.json --quiet
spoilt 'notation is no text' '"notation": "[^"]*"' '"notation": 3'
spoilt 'notation: column 7: ' 'F10:softmax' 'X10'
spoilt 'notation: ' 'F10:softmax' 'F10:tanh F10:relu'
spoilt 'isa is no instruction set' '"scalar"' '"sse"'
spoilt 'isa is no instruction set' '"scalar"' '7'
for threads in 0 257 2.5 '"2"' null; do
  spoilt 'threads is no whole number of 1 to 256' '"threads": 2, "version"' \
    "\"threads\": $threads, \"version\""
done
spoilt 'version is no version' '"0.0.9"' '9'
spoilt 'version is no version' '0.0.9' 'a b'
spoilt 'version is no version' '0.0.9' '\\u001b[1m'
spoilt 'version is no version' '0.0.9' "$(printf '%040d' 0)"
spoilt 'seconds is no number above 0' '"seconds": 1' '"seconds": 0'
for peak in 0 -1 '"1"' null 1e-320; do
  spoilt 'peak_gflops is no number above 0' '"peak_gflops": 100' "\"peak_gflops\": $peak"
done
spoilt 'peak_spread is no fraction' '"peak_spread": 0,' ''
spoilt 'peak_all_gflops is no number' '"peak_all_gflops": 200,' ''
spoilt 'peak_all_spread is no fraction' '"peak_all_spread": 0.1' '"peak_all_spread": 1'
spoilt 'forward.images_per_second is no number' '1e6' '[]'
spoilt 'forward.images_per_second is no number' '"forward": {[^}]*}' '"forward": 3'
spoilt 'forward.spread is no fraction' '"spread": 0.1}' '"spread": -0.1}'
spoilt 'forward.spread is no fraction' '"spread": 0.1}' '"spread": null}'
spoilt 'train_by is no list' '"train_by": .{"batch"' '"train_by": 3, "more": [{"batch"'
spoilt 'train_by\[0\].batch is no whole number' '"batch": 64' '"batch": 64.5'
spoilt 'train_by\[0\].threads is no whole number' '64, "threads": 2' '64'
spoilt 'train_by\[0\].images_per_second is no number' '2e6' '0'
spoilt 'train_by\[1\].batch' '"batch": 7' '"batch": "7"'
spoilt 'latency_us.median is no number' '"median": 10' '"median": 0'
spoilt 'latency_us.p99_spread is no fraction' '"p99_spread": 0' '"p99_spread": 2'
spoilt 'layers is no list of the network' '"layers": .{' '"layers": [{}, {'
spoilt 'layers is no list of the network' '"layers"' '"strata"'
spoilt 'layers\[0\].name is not that of the network' '"F1"' '"F2"'
spoilt 'layers\[0\].forward_us is no number' '"forward_us": 0.5' '"forward_us": null'
spoilt 'layers\[0\].backward_spread is no fraction' '"backward_spread": 0.05' '"backward_spread": 7'
spoilt 'outside_layers\[1\].name' '"loss"' '"gain"'
spoilt 'outside_layers\[2\].us is no number' '"step", "us": 1' '"step", "us": -1'
spoilt 'outside_layers\[0\].name' '"outside_layers"' '"outside"'
refuses 3 'wrong.json: outside_layers\[0\].name' bench measured.json --compare wrong.json
