import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatUnit, layFlat } from '../src/flat_layout.js';
import { flatSvg, markBoxes } from '../src/flat_svg.js';
import { rangeOf, scaleOf } from '../src/palette.js';
import {
  layerAt, markedLayers, sameUnit, showsUnit, stepLayer, stepUnit, unitAt,
} from '../src/view_shape.js';
import { countedValues, modern, odd, paper, unitsOf } from './nets.mjs';

const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x
  || a.y + a.height <= b.y || b.y + b.height <= a.y;

for (const net of [paper, modern, odd])
  for (const width of [320, 360, 800, 1200])
    test(`${net.name} at ${width} pixels: all is inside, apart, and picked where it is`, () => {
      const layout = layFlat(net, width);
      for (const card of layout.cards) {
        assert.ok(card.x >= 0 && card.x + card.width <= width);
        assert.ok(card.y + card.height <= layout.height);
        assert.ok(Number.isInteger(card.cell) && card.cell >= 1);
        for (const other of layout.cards) assert.ok(card === other || apart(card, other));
        unitsOf(card, unitAt).forEach((unit, i) => {
          const x = card.x + ((i % card.columns) + 0.5) * card.cell;
          const y = card.y + (Math.floor(i / card.columns) + 0.5) * card.cell;
          assert.deepEqual(flatUnit(layout, x, y), unit);
        });
      }
      assert.equal(flatUnit(layout, 1, 1), null);
    });

test('a drawing has every card, its marks and no character that breaks it', () => {
  for (const net of [paper, modern, odd]) {
    const layout = layFlat(net, 800), values = countedValues(net);
    const scales = Array.from({ length: net.layers.length + 1 }, (_, i) =>
      scaleOf(layerAt(net, i - 1).kind, i ? rangeOf(values.layers[i - 1]) : null));
    const marks = { unit: { layer: 0, map: 1, row: 2, column: 3 },
      sources: [{ layer: -1, map: 0, row0: 2, col0: 3, row1: 7, col1: 8 }] };
    const svg = flatSvg({ net, layout, values, scales, marks, dark: false });
    assert.equal(svg.match(/<g /g).length, layout.cards.length);
    assert.ok(!/NaN|undefined|Infinity/.test(svg) && !svg.includes('<&>'));
    const boxes = markBoxes(net, layout, marks);
    assert.deepEqual(boxes.map(({ box }) => box.width / 5 === layout.cards[0].cell), [true, false]);
  }
});

test('a layer of units that is marked as a whole is one box', () => {
  const sources = Array.from({ length: 84 }, (_, map) =>
    ({ layer: 5, map, row0: 0, col0: 0, row1: 1, col1: 1 }));
  assert.equal(markedLayers(paper, { sources })[0].boxes.length, 1);
  assert.equal(markedLayers(paper, { sources: sources.slice(1) })[0].boxes.length, 83);
});

test('keys reach every unit of a map, the next map, and every layer', () => {
  const { cards } = layFlat(paper, 800);
  const step = (unit, rows, columns) => {
    const card = cards.find((c) => showsUnit(c, unit));
    return stepUnit(card, unit, rows, columns, layerAt(paper, unit.layer).maps);
  };
  assert.deepEqual(step({ layer: 0, map: 0, row: 3, column: 27 }, 0, 1),
    { layer: 0, map: 1, row: 3, column: 0 });
  assert.deepEqual(step({ layer: 0, map: 0, row: 0, column: 0 }, 0, -1),
    { layer: 0, map: 0, row: 0, column: 0 });
  assert.deepEqual(step({ layer: 5, map: 8, row: 0, column: 0 }, 1, 0),
    { layer: 5, map: 15, row: 0, column: 0 });
  let unit = null;
  for (let i = -1; i < 7; i++) {
    unit = stepLayer(paper, unit, 1);
    assert.equal(unit.layer, i);
  }
  assert.ok(sameUnit(stepLayer(paper, unit, 1), unit));
});
