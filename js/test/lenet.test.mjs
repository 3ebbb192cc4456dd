import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { command, load, noCommand, project, sample, skip } from './helpers.mjs';

let lenet;
before(async () => { if (!skip) lenet = await (await load()).open(); });

test('pictures in all their forms', { skip }, () => {
  const grey = sample('seven.pgm'), { width, height, data } = grey;
  const wanted = lenet.predict(grey);
  assert.deepEqual([wanted.digit, wanted.isDigit, wanted.scores.length, wanted.seen.length], [7, true, 10, 784]);
  const widen = (channels) => Uint8ClampedArray.from({ length: width * height * channels },
    (_, i) => (i % channels === 3 ? 255 : data[Math.floor(i / channels)]));
  for (const channels of [3, 4]) assert.deepEqual(lenet.predict({ width, height, data: widen(channels) }), wanted);
  assert.equal(lenet.predict({ width: 30, height: 20, data: new Uint8Array(600).fill(9) }), null);
  assert.deepEqual(lenet.read({ width: 30, height: 20, data: new Uint8Array(600).fill(9) }), []);
});

test('what is no picture is refused', { skip }, () => {
  const data = new Uint8Array(400);
  for (const wrong of [undefined, null, {}, { width: 20, height: 20 }, { width: 20, height: 20, data: [] },
    { width: 20, height: 0, data }, { width: 2.5, height: 160, data }, { width: NaN, height: 20, data },
    { width: 20, height: 19, data }, { width: 10, height: 20, data }, { width: -20, height: -20, data }])
    assert.throws(() => lenet.predict(wrong), TypeError);
});

test('lines with their boxes', { skip }, () => {
  const lines = lenet.read(sample('lines.pgm'));
  assert.deepEqual(lines.map(({ text }) => text), ['1998', '4507']);
  for (const { digits, confidence } of lines) {
    assert.ok(confidence > 0 && confidence <= 1);
    assert.ok(digits.every(({ box }, i) => i === 0 || box.x > digits[i - 1].box.x));
  }
  assert.ok(lenet.rejectThreshold(0.001) > lenet.rejectThreshold(0.1));
});

test('networks: classes, maps, parameters', { skip }, () => {
  const { pixels, labels } = lenet.synthetic(50);
  const network = lenet.load(), answers = network.classify(pixels);
  assert.equal(answers.length, 500);
  const best = labels.map((_, i) => {
    const scores = answers.subarray(10 * i, 10 * i + 10);
    assert.ok(Math.abs(scores.reduce((a, b) => a + b) - 1) < 1e-4);
    return scores.indexOf(Math.max(...scores));
  });
  assert.ok(best.filter((digit, i) => digit === labels[i]).length >= 45);
  assert.deepEqual(lenet.classify(pixels), answers);
  const maps = network.maps(pixels.subarray(0, 784));
  assert.deepEqual(maps.map((m) => m.length), network.layers.map(({ units }) => units));
  assert.deepEqual(maps.at(-1), answers.slice(0, 10));
  assert.throws(() => network.maps(pixels), TypeError);
  for (const wrong of [pixels.subarray(1), new Uint8Array(0), [...pixels.subarray(0, 784)], null])
    assert.throws(() => network.classify(wrong), TypeError);
  network.parameters = network.parameters.fill(0);
  assert.ok(network.classify(pixels).every((p) => Math.abs(p - 0.1) < 1e-6));
  assert.throws(() => { network.parameters = new Float32Array(3); }, TypeError);
  network.close();
  network.close();
  assert.throws(() => network.classify(pixels), /closed/);
});

test('models by name, by notation and by file', { skip }, () => {
  assert.throws(() => lenet.load('lenet6'), Error);
  assert.throws(() => lenet.load(7), TypeError);
  assert.throws(() => lenet.create('28x28 C6@5:tanhh F10:softmax'), /tanhh/);
  const network = lenet.create('28x28 C4@5:relu M2 F10:softmax', { seed: 7 });
  const file = network.save({ recipe: 'none' }), again = lenet.load(file);
  assert.deepEqual([again.notation, again.parameters], [network.notation, network.parameters]);
  assert.throws(() => lenet.load(file.subarray(0, file.length - 1)), /model: byte/);
  network.close();
  again.close();
});

test('the command reads what is saved', { skip: noCommand }, () => {
  const network = lenet.create('28x28 C4@5:relu M2 F10:softmax', { seed: 7 });
  project((place) => {
    const path = join(place, 'm.safetensors');
    writeFileSync(path, network.save());
    assert.equal(command('show', '--model', path).notation, network.notation);
  });
  network.close();
});

test('training learns, and is told of', { skip }, async () => {
  const data = lenet.synthetic(500), heard = [];
  let slices = 0;
  const { network, epochs } = await lenet.train('lenet5', data,
    { epochs: 3, batch: 16, validation: 100, onEpoch: (e) => { heard.push(e); }, onSlice: () => { slices++; } });
  assert.deepEqual(heard, epochs);
  assert.deepEqual(epochs.map(({ epoch }) => epoch), [1, 2, 3]);
  assert.ok(epochs[2].trainLoss < epochs[0].trainLoss && epochs[2].validationError < 0.8);
  assert.ok(slices >= 3);
  const more = await lenet.train(network, data, { epochs: 5, onEpoch: ({ epoch }) => epoch < 2 });
  assert.equal(more.network, network);
  assert.equal(more.epochs.length, 2);
  network.close();
});

test('what cannot be learned is refused, and leaves nothing open', { skip }, async () => {
  const data = lenet.synthetic(20), { pixels } = data;
  for (let round = 0; round < 10; round++) { // more often than networks can be open
    await assert.rejects(lenet.train('lenet5', { pixels, labels: [1, 2] }), TypeError);
    await assert.rejects(lenet.train('lenet5', { pixels, labels: data.labels.map(() => 10) }), TypeError);
    await assert.rejects(lenet.train('lenet5', data, { epochs: 0 }), /epochs/);
    await assert.rejects(lenet.train('lenet5', data, { epochs: 1.5 }), TypeError);
    await assert.rejects(lenet.train('lenet5', data, { validation: 20 }), /nothing to learn/);
    await assert.rejects(lenet.train('lenet5', data, { onEpoch() { throw new RangeError('mine'); } }), RangeError);
  }
  const first = lenet.train('lenet5', data, { epochs: 1 });
  await assert.rejects(lenet.train('lenet5', data), /under way/);
  (await first).network.close();
});
