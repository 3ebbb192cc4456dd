// network_view.js - a network as the views show it: without the border of zeros, which is no layer of
// its own; how its values are coloured; and what a unit depends on.
import { rangeOf } from './palette.js';

// { name, inputRows, inputColumns, layers }, each layer with the `index` of its row in the network.
export function viewOf(network) {
  return { ...network, layers: network.layers.filter(({ kind }) => kind !== 'pad') };
}

// The values of the views' layers, of those of all rows.
export function viewValues(view, values) {
  return { input: values.input, layers: view.layers.map(({ index }) => values.layers[index]) };
}

const RANGES = {
  tanh: { low: -1, high: 1, zero: 0 }, scaled: { low: -1.7159, high: 1.7159, zero: 0 },
  sigmoid: { low: 0, high: 1, zero: 0 }, softmax: { low: 0, high: 1, zero: 0 },
};

// After squashing all pictures have the same colours; sums, ReLU and distances have those of the picture.
export function rangesOf(view, values, squash) {
  let last = null;
  return view.layers.map((layer, i) => {
    const fixed = squash === 'after' ? RANGES[layer.activation] : null;
    const pooled = layer.kind === 'average' || layer.kind === 'max';
    last = fixed ?? (pooled && last && squash === 'after' ? last : rangeOf(values.layers[i]));
    return last;
  });
}

const box = ({ row, column, rows, columns }) =>
  ({ row0: row, col0: column, row1: row + rows, col1: column + columns }); // half-open

// The maps of the layer before that a unit reads, and the part of them; then the part of the picture.
export function marksOf(core, network, view, unit) {
  if (!unit || unit.layer < 0) return unit ? { unit, sources: [] } : null;
  const layer = view.layers[unit.layer], before = view.layers[unit.layer - 1];
  const of = before ? before.index + 1 : 0;
  const field = core.field(network, layer.index, unit.row, unit.column, of);
  const maps = before?.maps ?? 1, sources = [];
  for (let map = 0; map < maps; map++)
    if (reads(core, network, layer, map, unit.map, maps))
      sources.push({ layer: unit.layer - 1, map, ...box(field) });
  if (before) {
    const seen = core.field(network, layer.index, unit.row, unit.column, 0);
    if (seen.rows > 0) sources.push({ layer: -1, map: 0, ...box(seen) });
  }
  return { unit, sources };
}

function reads(core, network, layer, from, to, maps) {
  switch (layer.kind) {
  case 'conv': return core.connected(network, layer.index, from, to);
  case 'average': case 'max': return from === to;
  case 'subsample': return from === Math.floor(to / (layer.maps / maps));
  default: return true;
  }
}

const OPERATIONS = { conv: 'convolution', average: 'average pooling', max: 'max pooling', subsample: 'trainable subsampling',
  dense: 'full connection', rbf: 'Euclidean RBF' };
export const operationOf = ({ kind, size }) =>
  OPERATIONS[kind] + (size > 0 && kind !== 'dense' && kind !== 'rbf' ? ` ${size} × ${size}` : '');

// "C3, map 4, row 2, column 7"; units of dense rows have no rows.
export function unitName(view, unit) {
  if (unit.layer < 0) return `Input, row ${unit.row}, column ${unit.column}`;
  const layer = view.layers[unit.layer];
  if (layer.rows * layer.columns === 1) return `${layer.name}, ${unit.layer === view.layers.length - 1 ? 'class' : 'unit'} ${unit.map}`;
  return `${layer.name}, map ${unit.map}, row ${unit.row}, column ${unit.column}`;
}

export const SQUASHED = { tanh: 'tanh(a)', scaled: '1.7159 tanh(2a/3)', sigmoid: '1 / (1 + e⁻ᵃ)', relu: 'max(a, 0)',
  softmax: 'softmax of all sums', linear: 'a' };
