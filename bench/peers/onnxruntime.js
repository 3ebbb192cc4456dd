/* onnxruntime.js - lenet5 in ONNX Runtime, one of the peers of compare.py. It does not train.
 *
 *   node onnxruntime.js answers FOLDER THREADS           digits of the test images
 *   node onnxruntime.js forward FOLDER THREADS SECONDS   images/s, the best of several batches
 *   node onnxruntime.js latency FOLDER THREADS SECONDS   one image
 *
 * Outputs go into tensors that are made once. What stands in FOLDER is said in materials.py,
 * what is printed in README.md. */
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

const PIXELS = 784, CLASSES = 10, BATCHES = [32, 64, 256, 1000];
const [work, folder, threads, seconds] = process.argv.slice(2);

function readPictures() {
  const floats = fs.readFileSync(path.join(folder, 'trained.floats'));
  const scale = floats.readFloatLE(0), offset = floats.readFloatLE(4);
  const bytes = fs.readFileSync(path.join(folder, 'test.images'));
  return Float32Array.from(bytes, (byte) => byte * scale + offset);
}

/* A function that runs the pictures from number `first` on and returns the probabilities. */
async function makeNet(pictures, batch) {
  const session = await ort.InferenceSession.create(path.join(folder, 'trained.onnx'), {
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    freeDimensionOverrides: { n: batch },
  });
  const output = new ort.Tensor('float32', new Float32Array(batch * CLASSES), [batch, CLASSES]);
  const into = { probabilities: output };
  return async (first) => {
    const data = pictures.subarray(first * PIXELS, (first + batch) * PIXELS);
    const input = new ort.Tensor('float32', data, [batch, 1, 28, 28]);
    return (await session.run({ pictures: input }, into)).probabilities.data;
  };
}

async function answers(pictures) {
  const batch = 100, count = pictures.length / PIXELS;
  const whole = new Float32Array(Math.ceil(count / batch) * batch * PIXELS);
  whole.set(pictures);
  const run = await makeNet(whole, batch);
  let digits = '';
  for (let first = 0; first < count; first += batch) {
    const probabilities = await run(first);
    for (let i = 0; i < batch && first + i < count; i++) {
      const row = probabilities.subarray(i * CLASSES, (i + 1) * CLASSES);
      digits += row.indexOf(Math.max(...row));
    }
  }
  return { answers: digits };
}

async function forward(pictures) {
  let best = { images_per_second: 0 };
  const count = pictures.length / PIXELS;
  for (const batch of BATCHES.filter((batch) => batch <= count)) {
    const run = await makeNet(pictures, batch);
    for (let i = 0; i < 3; i++) await run(0);
    const start = performance.now();
    let images = 0, first = 0, spent = 0;
    for (; spent < (1000 * seconds) / BATCHES.length; spent = performance.now() - start) {
      await run(first);
      images += batch;
      first = first + 2 * batch <= count ? first + batch : 0;
    }
    const rate = (1000 * images) / spent;
    if (rate > best.images_per_second) best = { images_per_second: rate, how: `batch ${batch}` };
  }
  return best;
}

async function latency(pictures) {
  const run = await makeNet(pictures, 1), count = pictures.length / PIXELS, times = [];
  for (let i = 0; i < 100; i++) await run(i % count);
  const end = performance.now() + 1000 * seconds;
  for (let i = 0; performance.now() < end || times.length < 100; i++) {
    const start = performance.now();
    await run(i % count);
    times.push(1000 * (performance.now() - start));
  }
  times.sort((a, b) => a - b);
  return {
    median_us: times[times.length >> 1],
    p99_us: times[Math.floor(times.length * 0.99)],
  };
}

async function main() {
  const result = await { answers, forward, latency }[work](readPictures());
  const version = `ONNX Runtime ${ort.env.versions.node}`;
  console.log(JSON.stringify({ version, ...result }));
}

main().catch((error) => {
  console.error(`onnxruntime.js: ${error.message}`);
  process.exit(1);
});
