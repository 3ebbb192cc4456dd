/* compare.js - what ONNX Runtime gives for an exported model beside what lenet gives.
 *
 *   node compare.js MODEL.onnx FOLDER N ROWS COLUMNS CLASSES
 *
 * FOLDER holds the files of scores.c. Prints a line: the largest difference of a score, as it is and as
 * a part of the largest |score| of its picture; the largest difference of a probability; the pictures
 * whose highest score is another. Fails where the second is over 1e-5 or an answer is another. */
'use strict';
const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

const BATCH = 100, BOUND = 1e-5;
const [model, folder] = process.argv.slice(2);
const [count, rows, columns, classes] = process.argv.slice(4).map(Number);

function read(name) {
  const bytes = fs.readFileSync(path.join(folder, name));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

const best = (values) => values.indexOf(Math.max(...values));

async function main() {
  const inputs = read('inputs.f32'), scores = read('scores.f32');
  const probabilities = read('probabilities.f32'), pixels = rows * columns;
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const worst = { score: 0, part: 0, probability: 0 };
  let differing = 0;
  for (let first = 0; first < count; first += BATCH) {
    const here = Math.min(BATCH, count - first);
    const data = inputs.subarray(first * pixels, (first + here) * pixels);
    const given = await session.run({ input: new ort.Tensor('float32', data, [here, 1, rows, columns]) });
    for (let i = 0; i < here; i++) {
      const range = [(first + i) * classes, (first + i + 1) * classes];
      const ours = scores.subarray(...range);
      const theirs = given.scores.data.subarray(i * classes, (i + 1) * classes);
      const size = Math.max(...ours.map(Math.abs));
      for (let k = 0; k < classes; k++) {
        const difference = Math.abs(ours[k] - theirs[k]);
        worst.score = Math.max(worst.score, difference);
        worst.part = Math.max(worst.part, difference / size);
        worst.probability = Math.max(worst.probability, Math.abs(
          probabilities[range[0] + k] - given.probabilities.data[i * classes + k]));
      }
      differing += best(ours) !== best(theirs);
    }
  }
  console.log(`${path.basename(model, '.onnx').padEnd(14)} ${count} pictures: scores differ by at most ` +
    `${worst.score.toExponential(1)}, ${worst.part.toExponential(1)} of a picture's largest; ` +
    `probabilities by ${worst.probability.toExponential(1)}; ${differing} answers differ`);
  /* Written so that a NaN fails too. */
  if (!(worst.part <= BOUND) || differing > 0) process.exit(1);
}

main().catch((error) => {
  console.error(`compare.js: ${error.message}`);
  process.exit(1);
});
