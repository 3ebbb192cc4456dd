# lenet bench: every figure is there and is possible.
. "$LENET_SOURCE_DIR/tests/cli/common.sh"
needs_jansson

exits 0 bench --seconds 0.05 --threads 2 --json --quiet
[ ! -s err ] || fail "--quiet is not quiet"
json "d['net'] == 'lenet5' and d['threads'] == 2" "d['peak_gflops'] > 0" \
  "all(d[k]['images_per_second'] > 0 and d[k]['gflops'] > 0 for k in ('forward', 'train'))" \
  "all(0 < d[k]['fraction'] < 1.5 for k in ('forward', 'train'))" \
  "0 < d['latency_us']['median'] <= d['latency_us']['p99']" "d['train_single_us'] > 0"
exits 0 bench --seconds 0.02 --threads 1 --isa scalar --net lenet5-modern
says out '^lenet5-modern on scalar$'
for line in '^peak .* GFLOP/s' '^forward .* images/s' '^training .* images/s' '^one picture .* us' '^training .* us a picture, one at a time$'; do
  says out "$line"
done
[ "$(awk 'length > 80' out | wc -l)" -eq 0 ] || fail "wider than 80 columns"
exits 0 bench --seconds 0.02 --threads 1 --net lenet5-1998
refuses 2 '--seconds' bench --seconds 0
refuses 2 '--net: .*pictures of 28x28.*up to 1x1' bench --net '1x1 F10'
refuses 2 '--net: ' bench --net '28x28 F9:softmax'
refuses 2 'no network is called' bench --net nope
