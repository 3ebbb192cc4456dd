// What both views have to know of a network's shape: which cells a layer shows, and where they are.

/** Layer i of a network, -1 being its input. */
export function layerAt(net, i) {
  if (i >= 0) return net.layers[i];
  return { name: 'Input', kind: 'input', maps: 1, rows: net.inputRows, columns: net.inputColumns };
}

export const isUnits = (layer) => layer.maps > 1 && layer.rows === 1 && layer.columns === 1;

export const isOutput = (net, i) => i === net.layers.length - 1;

/** A layer's size as text. */
export function shapeText(layer) {
  if (isUnits(layer)) return String(layer.maps);
  const size = `${layer.rows}\u00d7${layer.columns}`;
  return layer.maps > 1 ? `${layer.maps} @ ${size}` : size;
}

// Sides of a grid of n cells whose long side is about twice the short one; numbers without such
// divisors leave the last line short.
function sidesOf(n) {
  let short = 1, best = Infinity;
  for (let k = 1; k * k <= n; k++) {
    const away = n % k ? Infinity : Math.abs(Math.log(n / (k * k) / 2));
    if (away <= best) [short, best] = [k, away];
  }
  if (best > Math.log(2.6)) short = Math.max(1, Math.floor(Math.sqrt(n / 2)));
  return [short, Math.ceil(n / short)];
}

/**
 * The rows and columns in which a layer of single units is shown. The units before an RBF layer
 * are a picture 7 wide and 12 high, which its codes are compared with.
 */
export function gridOf(net, i, upright) {
  const { maps } = layerAt(net, i);
  if (net.layers[i + 1]?.kind === 'rbf' && maps === 84) return { rows: 12, columns: 7 };
  const [short, long] = isOutput(net, i) && maps <= 20 ? [1, maps] : sidesOf(maps);
  return upright ? { rows: long, columns: short } : { rows: short, columns: long };
}

/**
 * What a layer shows: one card for each map, or one card with all units as its cells. `start` is
 * the card's place in the layer's values, `count` how many of them it shows.
 */
export function cardsOf(net, upright) {
  const cards = [];
  for (let i = -1; i < net.layers.length; i++) {
    const layer = layerAt(net, i);
    if (isUnits(layer)) {
      cards.push({ layer: i, map: 0, units: true, start: 0, count: layer.maps,
        ...gridOf(net, i, upright) });
      continue;
    }
    const { rows, columns } = layer, count = rows * columns;
    for (let map = 0; map < layer.maps; map++)
      cards.push({ layer: i, map, units: false, start: map * count, count, rows, columns });
  }
  return cards;
}

/** The unit at a cell of a card, null for a cell past the last unit. */
export function unitAt(card, row, column) {
  if (!card.units) return { layer: card.layer, map: card.map, row, column };
  const map = row * card.columns + column;
  return map < card.count ? { layer: card.layer, map, row: 0, column: 0 } : null;
}

export const showsUnit = (card, unit) =>
  card.layer === unit.layer && (card.units || card.map === unit.map);

/** Where a unit is on its card. */
export function cellOf(card, unit) {
  if (!card.units) return { row: unit.row, column: unit.column };
  return { row: Math.floor(unit.map / card.columns), column: unit.map % card.columns };
}

export const sameUnit = (a, b) => a === b || (!!a && !!b && a.layer === b.layer
  && a.map === b.map && a.row === b.row && a.column === b.column);

export function valueOf(net, values, unit) {
  const layer = layerAt(net, unit.layer);
  const all = unit.layer < 0 ? values.input : values.layers[unit.layer];
  return all[(unit.map * layer.rows + unit.row) * layer.columns + unit.column];
}

/** The output that answers: the nearest code, or the highest score. */
export function bestOutput(net, values) {
  const last = net.layers.length - 1, scores = values.layers[last];
  const sign = net.layers[last].kind === 'rbf' ? -1 : 1;
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (sign * scores[i] > sign * scores[best]) best = i;
  return best;
}

const clamp = (v, low, high) => Math.min(high, Math.max(low, v));

/** The next unit in a direction, for keys; past the side of a map comes the next map. */
export function stepUnit(card, unit, rowStep, columnStep, maps) {
  const { row, column } = cellOf(card, unit);
  const next = column + columnStep;
  if (!card.units && (next < 0 || next >= card.columns)) {
    const map = clamp(unit.map + columnStep, 0, maps - 1);
    return map === unit.map ? unit : { ...unit, map, column: next < 0 ? card.columns - 1 : 0 };
  }
  return unitAt(card, clamp(row + rowStep, 0, card.rows - 1), clamp(next, 0, card.columns - 1))
    ?? unit;
}

/** The unit that a step to another layer leads to: the same map if there is one, its middle. */
export function stepLayer(net, unit, step) {
  const layer = clamp((unit ? unit.layer : -2) + step, -1, net.layers.length - 1);
  const { maps, rows, columns } = layerAt(net, layer);
  return { layer, map: Math.min(unit?.map ?? 0, maps - 1), row: rows >> 1, column: columns >> 1 };
}

/**
 * The boxes of marks by layer, nearest to the unit first: [{ layer, boxes: [source] }]. Ends are
 * exclusive. A layer of single units that is marked as a whole becomes one box.
 */
export function markedLayers(net, marks) {
  const byLayer = new Map();
  for (const source of marks?.sources ?? []) {
    if (!byLayer.has(source.layer)) byLayer.set(source.layer, []);
    byLayer.get(source.layer).push(source);
  }
  return [...byLayer].sort((a, b) => b[0] - a[0]).map(([layer, boxes]) => {
    const { maps } = layerAt(net, layer);
    const whole = isUnits(layerAt(net, layer)) && boxes.length === maps;
    return { layer, boxes: whole ? [{ ...boxes[0], map: 0, whole }] : boxes };
  });
}

/** The cells of a card that a source covers. */
export function boxOn(card, source) {
  if (source.whole) return { row0: 0, col0: 0, row1: card.rows, col1: card.columns };
  if (!card.units) return source;
  const { row, column } = cellOf(card, source);
  return { row0: row, col0: column, row1: row + 1, col1: column + 1 };
}
