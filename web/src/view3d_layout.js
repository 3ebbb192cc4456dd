// Where the cards of a network stand in space. All cards face +z; layers follow one another to the
// right, or downwards where the picture is higher than wide. Free of the DOM.

import { cardsOf, isOutput, isUnits, layerAt } from './view_shape.js';

export const PAD = 0.13;       // the mat around the cells of a card
const MAP_GAP = 0.5;           // between the maps of an open layer, mats included
const LAYER_GAP = { right: { closed: 1, open: 1.9 }, down: { closed: 1.2, open: 1.2 } };
const UNIT_CELL = 0.44;
const OUTPUT_CELL = { right: 0.75, down: 1.3 };  // room for the digits

// The square root lets the small maps of late layers be seen beside the large ones of early layers.
function cellSize(net, card, flow) {
  if (card.units)
    return isOutput(net, card.layer) && card.count <= 20 ? OUTPUT_CELL[flow] : UNIT_CELL;
  return Math.sqrt(Math.max(card.rows, card.columns)) / Math.max(card.rows, card.columns);
}

const flowOf = (upright) => (upright ? 'right' : 'down');

function layersOf(net, upright) {
  const layers = [];
  for (const card of cardsOf(net, upright)) {
    card.cell = cellSize(net, card, flowOf(upright));
    card.width = card.columns * card.cell;
    card.height = card.rows * card.cell;
    const last = layers[layers.length - 1];
    if (last && last.index === card.layer) last.cards.push(card);
    else layers.push({ index: card.layer, cards: [card] });
  }
  return layers;
}

// Lines of maps across the flow: as many as fit, but rather a number without a rest.
function linesFor(count, size, limit) {
  const fit = Math.floor((limit + MAP_GAP) / (size + MAP_GAP) + 1e-9);
  const most = Math.max(1, Math.min(count, fit));
  for (let k = most; 2 * k >= most; k--) if (count % k === 0) return k;
  return most;
}

const spread = (lines, size) => lines * (size + MAP_GAP) - MAP_GAP;

function openGrid(layer, upright, limit) {
  const { cards } = layer, { width, height } = cards[0];
  const along = Math.ceil(cards.length / linesFor(cards.length, upright ? height : width, limit));
  const across = Math.ceil(cards.length / along);
  const [rows, columns] = upright ? [across, along] : [along, across];
  return { rows, columns, width: spread(columns, width), height: spread(rows, height) };
}

// How far the cards of a closed stack are apart: all seen, the stack not much wider than a card.
function stackStep(layer) {
  const n = layer.cards.length;
  if (n === 1) return 0;
  return Math.min(0.4, (0.7 * layer.cards[0].width + 0.6) / (n - 1));
}

// Sizes along the flow with the gap between them. Names stand in the gaps of an open network that
// goes downwards; each takes a share of the whole length.
function lengthAlong(sizes, flow, state, share) {
  const bare = sizes.reduce((sum, size) => sum + size, 0), gaps = sizes.length - 1;
  let gap = LAYER_GAP[flow][state];
  if (flow === 'down' && state === 'open')
    gap = Math.max(gap, (share * bare) / Math.max(0.3, 1 - share * gaps));
  return { gap, total: bare + gaps * gap };
}

// The limit across the flow that makes the open network fill a picture of this shape best.
function bestLimit(layers, upright, aspect, share) {
  const limits = new Set();
  for (const { cards } of layers) {
    const size = upright ? cards[0].height : cards[0].width;
    for (let k = 1; k <= cards.length; k++) limits.add(spread(k, size));
  }
  let best = { size: 0, limit: 1 };
  for (const limit of limits) {
    const grids = layers.map((layer) => openGrid(layer, upright, limit));
    const along = lengthAlong(grids.map((g) => (upright ? g.width : g.height)), flowOf(upright),
      'open', share).total;
    const across = Math.max(...grids.map((g) => (upright ? g.height : g.width)));
    const size = upright
      ? Math.min(aspect / along, 1 / across) : Math.min(1 / along, aspect / across);
    if (size > best.size) best = { size, limit };
  }
  return best.limit;
}

// Both places of every card, relative to the middle of its layer.
function placeLayer(layer, upright, limit) {
  const grid = openGrid(layer, upright, limit), step = stackStep(layer), n = layer.cards.length;
  const { width, height } = layer.cards[0];
  layer.cards.forEach((card, k) => {
    const behind = k - (n - 1) / 2, row = Math.floor(k / grid.columns), column = k % grid.columns;
    const short = Math.min(grid.columns, n - row * grid.columns);
    card.closed = [behind * step, behind * step * 0.8, -k * step];
    card.open = [
      (column - (short - 1) / 2) * (width + MAP_GAP),
      ((grid.rows - 1) / 2 - row) * (height + MAP_GAP), 0,
    ];
  });
  layer.closed = { width: width + (n - 1) * step, height: height + (n - 1) * step * 0.8 };
  layer.open = { width: grid.width, height: grid.height };
}

function moveAlong(layers, state, upright, share) {
  const side = upright ? 'width' : 'height';
  const { gap, total } = lengthAlong(layers.map((layer) => layer[state][side]), flowOf(upright),
    state, share);
  let at = -total / 2;
  for (const layer of layers) {
    const middle = at + layer[state][side] / 2;
    for (const card of layer.cards) {
      if (upright) card[state][0] += middle;
      else card[state][1] -= middle;
    }
    at += layer[state][side] + gap;
  }
}

/**
 * The layout of a network for a picture with this width/height; a name takes this share of the
 * height.
 */
export function planNetwork(net, aspect, share = 0.035) {
  const upright = aspect > 0.8;
  const layers = layersOf(net, upright);
  const limit = bestLimit(layers, upright, aspect, share);
  for (const layer of layers) placeLayer(layer, upright, limit);
  for (const state of ['closed', 'open']) moveAlong(layers, state, upright, share);
  return { net, upright, layers };
}

const grow = (box, x, y, z, w, h) => {
  box.x0 = Math.min(box.x0, x - w); box.x1 = Math.max(box.x1, x + w);
  box.y0 = Math.min(box.y0, y - h); box.y1 = Math.max(box.y1, y + h);
  box.z0 = Math.min(box.z0, z); box.z1 = Math.max(box.z1, z);
};

const emptyBox = () => ({ x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity,
  z0: Infinity, z1: -Infinity });

/**
 * The cards as they stand when open is 0 (stacks) to 1 (grids): { cards, layers, box }, each card
 * with the middle x, y, z of its cells, each layer and the whole with the box around it.
 */
export function placeCards(plan, open) {
  const cards = [], layers = [], box = emptyBox();
  for (const layer of plan.layers) {
    const own = emptyBox();
    for (const card of layer.cards) {
      const [x, y, z] = card.closed.map((from, i) => from + (card.open[i] - from) * open);
      cards.push({ ...card, x, y, z });
      for (const b of [own, box]) grow(b, x, y, z, card.width / 2 + PAD, card.height / 2 + PAD);
    }
    layers.push({ index: layer.index, box: own });
  }
  return { cards, layers, box };
}

/** World corners of cells [row0, row1) x [col0, col1) of a placed card: two above, two below. */
export function cellCorners(card, { row0, col0, row1, col1 }) {
  const left = card.x - card.width / 2, top = card.y + card.height / 2, { cell, z } = card;
  const [x0, x1] = [left + col0 * cell, left + col1 * cell];
  const [y0, y1] = [top - row0 * cell, top - row1 * cell];
  return [[x0, y0, z], [x1, y0, z], [x0, y1, z], [x1, y1, z]];
}

/** Labels stand at outputs one by one only while there are few. */
export const hasDigits = (net) => {
  const last = layerAt(net, net.layers.length - 1);
  return isUnits(last) && last.maps <= 20;
};
