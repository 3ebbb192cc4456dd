import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellCorners, placeCards, planNetwork } from '../src/view3d_layout.js';
import {
  START, extentOf, fitLayers, focusOn, hitCard, matrixOf, pickUnit, project, turnAbout, unitCentre,
  viewOf, zoomAt,
} from '../src/view3d_math.js';
import { cellOf, gridOf, showsUnit, unitAt } from '../src/view_shape.js';

const layer = (name, kind, maps, side, activation = 'tanh') =>
  ({ name, kind, maps, rows: side, columns: side, activation });

const paper = {
  name: 'lenet5-1998', inputRows: 32, inputColumns: 32,
  layers: [
    layer('C1', 'conv', 6, 28), layer('S2', 'subsample', 6, 14), layer('C3', 'conv', 16, 10),
    layer('S4', 'subsample', 16, 5), layer('C5', 'conv', 120, 1), layer('F6', 'dense', 84, 1),
    layer('RBF', 'rbf', 10, 1, 'none'),
  ],
};

const modern = {
  name: 'lenet5-modern', inputRows: 28, inputColumns: 28,
  layers: [
    layer('C1', 'conv', 16, 26, 'relu'), layer('C2', 'conv', 16, 24, 'relu'),
    layer('P3', 'pool', 16, 12), layer('C4', 'conv', 32, 10, 'relu'),
    layer('C5', 'conv', 32, 8, 'relu'), layer('P6', 'pool', 32, 4), layer('F7', 'dense', 64, 1, 'relu'),
    layer('F8', 'dense', 64, 1, 'relu'), layer('F9', 'dense', 10, 1, 'none'),
  ],
};

const odd = {
  name: 'odd', inputRows: 20, inputColumns: 45,
  layers: [layer('C1', 'conv', 7, 9), layer('F2', 'dense', 97, 1), layer('F3', 'dense', 47, 1)],
};

const margins = { left: 0.05, right: 0.05, below: 0.1, above: 0.05 };
const cameras = [
  START, { yaw: 0, pitch: 0, zoom: 1, pan: [0, 0] }, { yaw: -0.7, pitch: 0.5, zoom: 1.4, pan: [0.2, -0.1] },
  { yaw: 0.9, pitch: -0.6, zoom: 7, pan: [2, 1] }, { yaw: 2.8, pitch: 0.3, zoom: 0.6, pan: [0, 0] },
];

function sceneOf(net, aspect, open) {
  const plan = planNetwork(net, aspect);
  const placed = placeCards(plan, open);
  return { plan, ...placed, frame: fitLayers(placed.layers, aspect, margins) };
}

const unitsOf = (card) => {
  const units = [];
  for (let row = 0; row < card.rows; row++)
    for (let column = 0; column < card.columns; column++) {
      const unit = unitAt(card, row, column);
      if (unit) units.push(unit);
    }
  return units;
};

for (const net of [paper, modern, odd])
  for (const aspect of [12 / 7, 39 / 70])
    for (const open of [0, 0.5, 1])
      test(`${net.name}, ${aspect > 1 ? 'wide' : 'high'}, open ${open}: what is drawn is picked`, () => {
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
        const { layers, frame } = sceneOf(net, aspect, open);
        const view = viewOf(START, frame, aspect);
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
  const turned = project(viewOf(turnAbout(zoomed, frame, 1.5, pivot, 0.4, -0.3), frame, 1.5), pivot);
  assert.ok(Math.hypot(turned[0] - before[0], turned[1] - before[1]) < 1e-9);
});

test('focus puts a layer in the middle', () => {
  const { layers, frame } = sceneOf(paper, 1.5, 1);
  for (const { box } of layers) {
    const view = viewOf(focusOn(START, frame, 1.5, box), frame, 1.5);
    const { x0, x1, y0, y1 } = extentOf(view, [box]);
    assert.ok(Math.abs(x0 + x1) < 1e-6 && Math.abs(y0 + y1) < 1e-6 && x1 - x0 < 1.3 && y1 - y0 < 1.3);
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
