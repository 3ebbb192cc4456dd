// squash.js - the function between a layer's sums and its outputs, with where this picture's sums lie on it.
import { chart, numbersOf } from './chart.js';
import { element, find, number } from './dom.js';
import { SQUASHED, viewOf } from './network_view.js';

const FUNCTIONS = {
  tanh: Math.tanh, scaled: (a) => 1.7159 * Math.tanh((2 * a) / 3), sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  relu: (a) => Math.max(a, 0), linear: (a) => a,
};
const BINS = 24;

function histogram(values, low, high) {
  const counts = new Array(BINS).fill(0);
  for (const v of values) counts[Math.min(BINS - 1, Math.max(0, Math.floor(((v - low) / (high - low)) * BINS)))]++;
  return counts;
}

// The layer of the unit that is looked at, where it has a function; else the first that has.
function layerOf({ network, unit }) {
  const view = viewOf(network), has = (l) => l && l.kind !== 'average' && l.kind !== 'max' && FUNCTIONS[l.activation] && l.activation !== 'linear';
  return has(view.layers[unit?.layer]) ? view.layers[unit.layer] : view.layers.find(has);
}

export function setUpSquash(store, core) {
  const box = find('squash-box');
  store.watchLazily(box, ['values', 'network', 'unit'], (state) => {
    const layer = layerOf(state);
    if (!state.values || !layer) {
      box.replaceChildren(element('p', { class: 'hint' }, state.values ? 'This network has no such layer.' : 'Draw a digit first.'));
      return;
    }
    const sums = core.sums(state.network, layer.index), f = FUNCTIONS[layer.activation];
    const reach = Math.max(3, Math.ceil(Math.max(...sums.map(Math.abs))));
    const counts = histogram(sums, -reach, reach), most = Math.max(...counts);
    const xs = [...Array(81).keys()].map((i) => -reach + (2 * reach * i) / 80);
    const curve = xs.map((x) => [x, f(x)]), high = Math.max(...curve.map(([, y]) => y)), low = Math.min(0, ...curve.map(([, y]) => y));
    const edge = (i) => -reach + (2 * reach * i) / BINS;
    const beyond = sums.filter((a) => Math.abs(a) > 2).length / sums.length;
    box.replaceChildren(
      element('p', {}, `${layer.name}: output = ${SQUASHED[layer.activation]}. ` + (layer.activation === 'relu' ?
        'Sums below 0 become 0, all others stay.' : `Sums far from 0 hardly differ any more: ${Math.round(100 * beyond)} % of these ${sums.length} lie beyond ±2.`)),
      chart({
        title: `${layer.name}: output by sum; columns: how many units have it`, x: { label: 'sum before squashing', low: -reach, high: reach },
        y: { label: 'output', low, high }, lines: [{ name: 'function', points: curve }],
        bars: counts.map((n, i) => [edge(i), edge(i + 1), n / most]),
        describe: `The function, and as columns how many units have which sum. The function ${SQUASHED[layer.activation]}; the sums of ${layer.name} reach from ${number(Math.min(...sums), 2)} to ${number(Math.max(...sums), 2)}.`,
      }),
      numbersOf(['sums from', 'to', 'units'], counts.map((n, i) => [number(edge(i), 2), number(edge(i + 1), 2), n])));
  });
}
