// Where the flat view puts the cards of a network, in CSS pixels. Free of the DOM.

import { cardsOf, isOutput, layerAt, shapeText, unitAt } from './view_shape.js';

const MARGIN = 8;
export const HEADING = 24;
const MAP_GAP = 8;
const BLOCK_GAP = 36;
const ROW_GAP = 22;
const UNIT_CELL = 13;
const DIGITS = 16;      // below the outputs

const WORDS = {
  input: 'the picture', conv: 'convolution', pool: 'pooling', subsample: 'subsampling',
  dense: 'fully connected', rbf: 'distances to codes', pad: 'border',
};

// A whole number of pixels for a cell, so that all cells are alike.
function cellFor(net, card, width) {
  const most = Math.max(1, Math.floor((width - 2 * MARGIN) / card.columns));
  if (card.units) return Math.min(most, isOutput(net, card.layer) ? 2 * UNIT_CELL : UNIT_CELL);
  const side = Math.max(card.rows, card.columns);
  const target = (width < 600 ? 80 : width < 1000 ? 112 : 140) * Math.sqrt(side / 28);
  return Math.min(most, Math.max(1, Math.round(target / side)));
}

// Rather lines of equal length than full ones.
function acrossFor(count, most) {
  for (let k = Math.min(most, count); k >= 0.6 * most; k--) if (count % k === 0) return k;
  return Math.ceil(count / Math.ceil(count / most));
}

function blockOf(net, cards, width) {
  const cell = cellFor(net, cards[0], width), { rows, columns, layer: index } = cards[0];
  const w = columns * cell, h = rows * cell, n = cards.length;
  const most = Math.max(1, Math.floor((width - 2 * MARGIN + MAP_GAP) / (w + MAP_GAP)));
  const across = acrossFor(n, most), lines = Math.ceil(n / across);
  const layer = layerAt(net, index);
  const digits = cards[0].units && isOutput(net, index) && layer.maps <= 20;
  return {
    index, cell, across, cards, digits, w, h,
    title: layer.name, detail: [shapeText(layer), WORDS[layer.kind]].filter(Boolean).join(', '),
    width: across * (w + MAP_GAP) - MAP_GAP,
    height: HEADING + lines * (h + MAP_GAP) - MAP_GAP + (digits ? DIGITS : 0),
  };
}

/**
 * The layout for a width: { width, height, blocks, cards }. Layers that fit stand side by side;
 * each block has its heading at x, y, each card its cells from x, y on. textWidth(title, detail)
 * tells how wide a heading is.
 */
export function layFlat(net, width, textWidth = () => 0) {
  const groups = [];
  for (const card of cardsOf(net, false)) {
    if (groups.at(-1)?.[0].layer === card.layer) groups.at(-1).push(card);
    else groups.push([card]);
  }
  const blocks = [], cards = [];
  let x = MARGIN, y = MARGIN, high = 0;
  for (const block of groups.map((group) => blockOf(net, group, width))) {
    const wide = Math.max(block.width, textWidth(block.title, block.detail));
    if (x > MARGIN && x + wide > width - MARGIN) {
      x = MARGIN; y += high + ROW_GAP; high = 0;
    }
    blocks.push({ ...block, x, y });
    block.cards.forEach((card, k) => cards.push({
      ...card, cell: block.cell, width: block.w, height: block.h,
      x: x + (k % block.across) * (block.w + MAP_GAP),
      y: y + HEADING + Math.floor(k / block.across) * (block.h + MAP_GAP),
    }));
    x += wide + BLOCK_GAP;
    high = Math.max(high, block.height);
  }
  return { width, height: y + high + MARGIN, blocks, cards };
}

/** The unit at a point, or null. */
export function flatUnit(layout, x, y) {
  const card = layout.cards.find((c) =>
    x >= c.x && y >= c.y && x < c.x + c.width && y < c.y + c.height);
  if (!card) return null;
  return unitAt(card, Math.floor((y - card.y) / card.cell), Math.floor((x - card.x) / card.cell));
}

/** The rectangle of cells [row0, row1) x [col0, col1) of a card. */
export const flatBox = (card, { row0, col0, row1, col1 }) => ({
  x: card.x + col0 * card.cell, y: card.y + row0 * card.cell,
  width: (col1 - col0) * card.cell, height: (row1 - row0) * card.cell,
});
