import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCore, skip } from './helpers.mjs';

test('lenet5 learns synthetic digits in slices', { skip }, async () => {
  const core = await openCore(), count = 2000, validation = 200;
  const network = core.openNotation(core.variants().find((v) => v.name === 'lenet5').notation);
  core.openData(count);
  core.drawData(1, 0, count);
  assert.equal(core.dataPixels().length, count * 784);
  assert.ok(core.dataLabels().every((label) => label < 10));
  core.train(network, { validation, epochs: 2, batch: 8, rate: core.usualRate(network), seed: 1 });
  const ends = [];
  for (let end = 0; end < 2;) {
    end = core.trainOn(20);
    const state = core.trainState();
    assert.equal(state.total, count - validation);
    if (end > 0) ends.push(state);
  }
  assert.deepEqual(ends.map((s) => s.epoch), [1, 2]);
  assert.ok(ends[1].trainLoss < ends[0].trainLoss);
  assert.ok(ends[1].validationError < 0.45, `${ends[1].validationError}`); // guessing: 0.9
  assert.throws(() => core.trainOn(20), /./);
});

test('a training without data, or with too little of it, is refused', { skip }, async () => {
  const core = await openCore();
  const network = core.openNotation('28x28 F10:softmax');
  const recipe = { validation: 0, epochs: 1, batch: 8, rate: 0.01, seed: 1 };
  assert.throws(() => core.train(network, recipe), /nothing to learn/);
  core.openData(10);
  core.drawData(1, 0, 10);
  assert.throws(() => core.train(network, { ...recipe, validation: 10 }), /nothing to learn/);
  assert.throws(() => core.train(network, { ...recipe, epochs: 0 }), /epochs/);
});
