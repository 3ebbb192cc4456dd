// All values of a network in one rectangle, a place for each card, and how they become colours.
// Free of the DOM.

import { rangeOf, scaleOf } from './palette.js';
import { layerAt } from './view_shape.js';

const ATLAS_WIDTH = 256;

/** Stands where a card has no unit. */
export const NO_UNIT = -1e30;

/** A place for each card in one texture: { width, height, data, places } by order of cards. */
export function packAtlas(cards) {
  const width = Math.max(ATLAS_WIDTH, ...cards.map((card) => card.columns));
  const places = [];
  let x = 0, y = 0, high = 0;
  for (const { rows, columns } of cards) {
    if (x + columns > width) { x = 0; y += high; high = 0; }
    places.push([x, y]);
    x += columns;
    high = Math.max(high, rows);
  }
  const height = y + high;
  return { width, height, places, data: new Float32Array(width * height).fill(NO_UNIT) };
}

/** Copies a network's values to where its cards have them. */
export function fillAtlas(atlas, cards, values) {
  cards.forEach((card, i) => {
    const [x, y] = atlas.places[i], { start, count, columns } = card;
    const from = card.layer < 0 ? values.input : values.layers[card.layer];
    for (let done = 0, row = y; done < count; done += columns, row++) {
      const end = start + Math.min(done + columns, count);
      atlas.data.set(from.subarray(start + done, end), row * atlas.width + x);
    }
  });
}

const PLAIN = { low: 0, high: 1, zero: 0 };

/** The scales of all layers, the input's first; ranges that are not given come from the values. */
export function scalesOf(net, values, ranges) {
  const rangeAt = (i) => ranges?.[i] ?? (values ? rangeOf(values.layers[i]) : PLAIN);
  return Array.from({ length: net.layers.length + 1 }, (_, i) =>
    scaleOf(layerAt(net, i - 1).kind, i ? rangeAt(i - 1) : PLAIN));
}
