// The module's numbers are those of the command, of the same pictures.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openModel } from '../src/safetensors.js';
import { openCore, skip } from './helpers.mjs';

const options = { skip: skip || (process.env.LENET ? false : 'LENET names no command') };
const root = fileURLToPath(new URL('../..', import.meta.url));
const sample = (name) => `${root}examples/samples/${name}.pgm`;
const MODEL = `${root}models/lenet5.safetensors`;
const ROUNDED = 0.02;  // the module's weights have 7 bits
const DOUBTFUL = 0.03; // where two readings are near to each other the same rounding moves more
const SAME = 1e-4;     // the same weights, summed in another order

const lenet = (...words) => JSON.parse(execFileSync(process.env.LENET, [...words, '--json'], { encoding: 'utf8' }));

// A binary PGM of 8 bits as the pixels that a canvas would give.
function readPgm(path) {
  const bytes = readFileSync(path);
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 64));
  const [width, height] = [Number(head[1]), Number(head[2])], grey = bytes.subarray(head[0].length);
  assert.equal(grey.length, width * height);
  const data = new Uint8ClampedArray(4 * grey.length);
  grey.forEach((v, i) => data.set([v, v, v, 255], 4 * i));
  return { width, height, data };
}

function near(value, wanted, most, what) {
  assert.ok(Math.abs(value - wanted) <= most, `${what}: ${value}, the command has ${wanted}`);
}

for (const name of ['seven', 'two'])
  test(`the digit of ${name}.pgm is the command's`, options, async () => {
    const core = await openCore(), here = core.predict(readPgm(sample(name)));
    const there = lenet('predict', sample(name));
    assert.equal(here.digit, there.digit);
    assert.deepEqual(here.box, there.box);
    near(here.confidence, there.confidence, ROUNDED, 'confidence');
    near(here.none, there.no_digit, ROUNDED, 'no digit');
    here.scores.forEach((score, k) => near(score, there.scores[k], ROUNDED, `score of ${k}`));
  });

test('the lines of lines.pgm are the command\'s', options, async () => {
  const core = await openCore(), here = core.read(readPgm(sample('lines')));
  const there = lenet('read', sample('lines')).lines;
  assert.deepEqual(here.map((l) => l.digits.map((d) => d.digit).join('')), there.map((l) => l.text));
  here.forEach((line, i) => {
    near(line.confidence, there[i].confidence, DOUBTFUL, `line ${i}`);
    line.digits.forEach((d, k) => {
      const { box, confidence } = there[i].digits[k];
      assert.deepEqual(d.box, box);
      near(d.confidence, confidence, confidence > 0.9 ? ROUNDED : DOUBTFUL, `digit ${k} of line ${i}`);
    });
  });
});

// The command's scores leave a part to "no digit", and none is below a ten-millionth.
test('a network of a file has the command\'s scores', options, async () => {
  const core = await openCore();
  const network = openModel(core, new Uint8Array(readFileSync(MODEL)), 'lenet5.safetensors', 'lenet5');
  for (const name of ['seven', 'two']) {
    const { seen } = core.predict(readPgm(sample(name))), here = core.classify(network, seen);
    const there = lenet('predict', '-m', MODEL, '--always', sample(name));
    here.forEach((p, k) => near(p * (1 - there.no_digit), there.scores[k], SAME, `${name}, score of ${k}`));
  }
});
