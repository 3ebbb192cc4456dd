import assert from 'node:assert/strict';
import { test } from 'node:test';
import { theme } from '../src/palette.js';
import { STRIDE } from '../src/view3d_gl.js';
import { placeLabels } from '../src/view3d_labels.js';
import { cellCorners, placeCards, planNetwork } from '../src/view3d_layout.js';
import {
  extentOf, fitLayers, focusOn, hitCard, matrixOf, pickUnit, project, startOf, turnAbout,
  unitCentre, viewOf, zoomAt,
} from '../src/view3d_math.js';
import { buildQuads, createQuads, lookOf } from '../src/view3d_scene.js';
import { fillAtlas, packAtlas, scalesOf } from '../src/view_atlas.js';
import { cellOf, gridOf, showsUnit, unitAt, valueOf } from '../src/view_shape.js';
import { countedValues, modern, odd, paper, unitsOf as allUnits } from './nets.mjs';

const margins = { left: 0.05, right: 0.05, below: 0.1, above: 0.05 };
const START = startOf(true);
const cameras = [
  START, { yaw: 0, pitch: 0, zoom: 1, pan: [0, 0] },
  { yaw: -0.7, pitch: 0.5, zoom: 1.4, pan: [0.2, -0.1] },
  { yaw: 0.9, pitch: -0.6, zoom: 7, pan: [2, 1] }, { yaw: 2.8, pitch: 0.3, zoom: 0.6, pan: [0, 0] },
];

const unitsOf = (card) => allUnits(card, unitAt);

function sceneOf(net, aspect, open) {
  const plan = planNetwork(net, aspect);
  const placed = placeCards(plan, open);
  const frame = fitLayers(placed.layers, aspect, margins, startOf(plan.upright));
  return { plan, ...placed, frame };
}

for (const net of [paper, modern, odd])
  for (const aspect of [12 / 7, 39 / 70])
    for (const open of [0, 0.5, 1])
      test(`${net.name}, aspect ${aspect.toFixed(2)}, open ${open}: the drawn is picked`, () => {
        const { cards, frame } = sceneOf(net, aspect, open);
        for (const camera of cameras) {
          const view = viewOf(camera, frame, aspect);
          let seen = 0;
          for (const card of cards)
            for (const unit of unitsOf(card)) {
              const point = project(view, unitCentre(cards, unit));
              const hit = hitCard(view, cards, point);
              const own = hitCard(view, [card], point);
              const { row, column } = cellOf(card, unit);
              assert.deepEqual([own.row, own.column], [row, column]);
              if (hit.card === card) {
                assert.deepEqual(pickUnit(view, cards, point), unit);
                seen++;
              } else assert.ok(hit.far < own.far, 'only a nearer card may be picked instead');
            }
          assert.ok(seen > 0);
          if (open === 1 && Math.abs(camera.yaw) < 1) {
            const all = cards.reduce((sum, card) => sum + unitsOf(card).length, 0);
            assert.equal(seen, all, 'open, every unit is seen from the front');
          }
        }
      });

test('the matrix of the shader is the projection', () => {
  const { cards, frame } = sceneOf(paper, 1.5, 0.3);
  for (const camera of cameras) {
    const view = viewOf(camera, frame, 1.5), m = matrixOf(view);
    for (const { x, y, z } of cards) {
      const clip = [0, 1, 2, 3].map((i) => m[i] * x + m[4 + i] * y + m[8 + i] * z + m[12 + i]);
      const [px, py] = project(view, [x, y, z]);
      assert.ok(Math.abs(clip[0] / clip[3] - px) < 1e-4 && Math.abs(clip[1] / clip[3] - py) < 1e-4);
      assert.ok(clip[3] > 0 && Math.abs(clip[2]) < clip[3], 'inside of the depth range');
    }
  }
});

test('the whole network is in the picture, and fills one of its sides', () => {
  for (const net of [paper, modern, odd])
    for (const aspect of [12 / 7, 39 / 70])
      for (const open of [0, 0.5, 1]) {
        const { plan, layers, frame } = sceneOf(net, aspect, open);
        const view = viewOf(startOf(plan.upright), frame, aspect);
        const { x0, x1, y0, y1 } = extentOf(view, layers.map((l) => l.box));
        assert.ok(x0 > -0.905 && x1 < 0.905 && y0 > -0.805 && y1 < 0.905);
        assert.ok(x1 - x0 > 1.75 || y1 - y0 > 1.65, `${net.name} ${aspect} ${open}`);
      }
});

test('open, no two cards touch', () => {
  for (const net of [paper, modern, odd]) {
    const { cards } = sceneOf(net, 1.7, 1);
    for (const a of cards)
      for (const b of cards)
        if (a !== b) {
          const apart = Math.abs(a.x - b.x) > (a.width + b.width) / 2 + 0.2
            || Math.abs(a.y - b.y) > (a.height + b.height) / 2 + 0.2;
          assert.ok(apart);
        }
  }
});

test('zooming keeps the point under the pointer, turning keeps its pivot', () => {
  const { cards, frame } = sceneOf(paper, 1.5, 1);
  const pivot = unitCentre(cards, { layer: 2, map: 5, row: 3, column: 4 });
  const before = project(viewOf(START, frame, 1.5), pivot);
  const zoomed = zoomAt(START, before, 3);
  const after = project(viewOf(zoomed, frame, 1.5), pivot);
  assert.ok(Math.hypot(after[0] - before[0], after[1] - before[1]) < 1e-9);
  const camera = turnAbout(zoomed, frame, 1.5, pivot, 0.4, -0.3);
  const turned = project(viewOf(camera, frame, 1.5), pivot);
  assert.ok(Math.hypot(turned[0] - before[0], turned[1] - before[1]) < 1e-9);
});

test('focus shows a layer in the middle if it fits, and the unit always', () => {
  const { cards, layers, frame } = sceneOf(paper, 1.5, 1);
  for (const card of cards)
    for (const unit of [unitAt(card, 0, 0), unitAt(card, card.rows - 1, 0)]) {
      const { box } = layers[card.layer + 1], place = unitCentre(cards, unit);
      const camera = focusOn(START, frame, 1.5, box, place), view = viewOf(camera, frame, 1.5);
      const { x0, x1, y0, y1 } = extentOf(view, [box]);
      if (x1 - x0 < 1.76) assert.ok(Math.abs(x0 + x1) < 1e-6);
      if (y1 - y0 < 1.76) assert.ok(Math.abs(y0 + y1) < 1e-6);
      assert.ok(project(view, place).every((v) => Math.abs(v) < 0.9));
      assert.ok(camera.zoom > 1.5);
    }
});

test('units stand in grids; those before an RBF layer as its codes, 7 wide and 12 high', () => {
  assert.deepEqual(gridOf(paper, 4, true), { rows: 15, columns: 8 });
  assert.deepEqual(gridOf(paper, 5, true), { rows: 12, columns: 7 });
  assert.deepEqual(gridOf(paper, 5, false), { rows: 12, columns: 7 });
  assert.deepEqual(gridOf(paper, 6, false), { rows: 1, columns: 10 });
  assert.deepEqual(gridOf(modern, 6, true), { rows: 8, columns: 8 });
  const rest = gridOf(odd, 1, false);
  assert.ok(rest.rows * rest.columns >= 97 && rest.rows * rest.columns < 97 + rest.columns);
});

test('corners of cells are about their middle', () => {
  const { cards } = sceneOf(modern, 1.5, 0.5);
  const unit = { layer: 6, map: 21, row: 0, column: 0 };
  const card = cards.find((c) => showsUnit(c, unit)), { row, column } = cellOf(card, unit);
  const corners = cellCorners(card, { row0: row, col0: column, row1: row + 1, col1: column + 1 });
  const centre = unitCentre(cards, unit);
  for (let i = 0; i < 3; i++)
    assert.ok(Math.abs((corners[0][i] + corners[3][i]) / 2 - centre[i]) < 1e-9);
});

test('the atlas has every value at its card', () => {
  for (const net of [paper, modern, odd]) {
    const { cards } = sceneOf(net, 1.7, 1), values = countedValues(net), atlas = packAtlas(cards);
    fillAtlas(atlas, cards, values);
    cards.forEach((card, i) => {
      const [x, y] = atlas.places[i];
      for (let row = 0; row < card.rows; row++)
        for (let column = 0; column < card.columns; column++) {
          const unit = unitAt(card, row, column);
          const value = atlas.data[(y + row) * atlas.width + x + column];
          if (unit) assert.equal(value, valueOf(net, values, unit));
          else assert.ok(value < -1e29);
        }
    });
  }
});

test('cards are drawn from far to near, marks after them', () => {
  const scene = sceneOf(paper, 1.7, 0), values = countedValues(paper), quads = createQuads();
  const all = {
    net: paper, plan: scene.plan, placed: scene, atlas: packAtlas(scene.cards),
    scales: scalesOf(paper, values), hover: null, pitch: 0.2, open: 0,
    eyeZ: viewOf(START, scene.frame, 1.7).eye[2], look: lookOf(theme(false), 1),
  };
  const kindsOf = (marks) => {
    buildQuads(quads, { ...all, marks });
    const { data, count } = quads.list;
    return Array.from({ length: count }, (_, i) =>
      ({ kind: data[STRIDE * i + 28], z: data[STRIDE * i + 2] }));
  };
  const plain = kindsOf(null), depths = plain.filter((q) => q.kind === 0).map((q) => q.z);
  assert.equal(depths.length, scene.cards.length);
  assert.deepEqual(depths, [...depths].sort((a, b) => a - b));
  const box = (layer, map, side) =>
    ({ layer, map, row0: 1, col0: 1, row1: 1 + side, col1: 1 + side });
  const unit = { layer: 2, map: 0, row: 1, column: 1 };
  const sources = [0, 1, 2].flatMap((m) => [box(1, m, 5), box(0, m, 10)]);
  const marked = kindsOf({ unit, sources });
  assert.ok(marked.length > plain.length + 60);
  assert.ok(marked.slice(plain.length).every((q) => q.kind >= 2));
});

test('labels never overlap, and the first wanted wins', () => {
  const wanted = Array.from({ length: 60 }, (_, i) => ({
    text: `L${i}`, detail: '6 @ 28x28', x: (i * 37) % 400, y: (i * 53) % 300, alignX: 0, alignY: 0,
  }));
  wanted.unshift({ text: 'first', detail: '84', x: 200, y: 150, alignX: 0, alignY: 0 });
  const shown = placeLabels(wanted, (text) => 7 * text.length, 400, 300);
  assert.ok(shown.length > 5);
  assert.deepEqual([shown[0].text, shown[0].detail], ['first', '84']);
  for (const a of shown)
    for (const b of shown)
      assert.ok(a === b || a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0);
});
