import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spelled } from '../src/line_sweep.js';
import { sliceLoss, speedOf, thinned } from '../src/train_run.js';

test('a path spells its digits, the same one twice only with none between', () => {
  assert.deepEqual(spelled(Uint8Array.of(10, 3, 3, 10, 3, 7, 10)),
    [{ digit: 3, from: 1, to: 2 }, { digit: 3, from: 4, to: 4 }, { digit: 7, from: 5, to: 5 }]);
  assert.deepEqual(spelled(Uint8Array.of(10, 10)), []);
});

test('running means give the loss of a slice', () => {
  assert.equal(sliceLoss(null, { epoch: 1, done: 10, loss: 2 }), 2);
  assert.equal(sliceLoss({ epoch: 1, done: 10, loss: 2 }, { epoch: 1, done: 30, loss: 1 }), 0.5);
  assert.equal(sliceLoss({ epoch: 1, done: 30, loss: 1 }, { epoch: 2, done: 5, loss: 0.25 }), 0.25);
  assert.ok(Number.isNaN(sliceLoss({ epoch: 1, done: 30, loss: 1 }, { epoch: 1, done: 30, loss: 1 })));
});

test('a thinned curve keeps its mean and its end', () => {
  assert.deepEqual(thinned([[1, 4, 1], [2, 1, 2], [3, 5, 1]]), [[2, 2, 3], [3, 5, 1]]);
});

test('time left is of all epochs', () => {
  const run = { seen: 150, seconds: 3, last: { epoch: 2, done: 50, total: 100 }, recipe: { epochs: 4 } };
  assert.deepEqual(speedOf(run), { rate: 50, left: 5 });
  assert.equal(speedOf({ ...run, last: null }), null);
});
