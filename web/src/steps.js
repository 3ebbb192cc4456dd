// steps.js - how the library gets from a picture to the 28x28 pixels that networks read, step by step.
import { element, find, paint } from './dom.js';
import { ink as inkColour } from './palette.js';

function figure(title, text) {
  const canvas = element('canvas', { role: 'img', 'aria-label': title });
  const words = element('span', {});
  words.textContent = text;
  return { canvas, words, box: element('figure', {}, canvas, element('figcaption', {}, element('b', {}, title), ' ', words)) };
}

function drawSource(canvas, image, box) {
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext('2d');
  context.putImageData(image, 0, 0);
  if (!box) return;
  context.strokeStyle = '#c8600f';
  context.lineWidth = Math.max(1, image.width / 120);
  context.strokeRect(box[0] - 0.5, box[1] - 0.5, box[2] + 1, box[3] + 1);
}

export function setUpSteps(store, core) {
  const figures = {
    source: figure('1. The picture.', 'The box is around the ink that is read.'),
    level: figure('2. Light evened out.', ''),
    ink: figure('3. Ink.', 'Black is writing, grey is ink that is none.'),
    seen: figure('4. What networks see.', ''),
  };
  find('steps-list').append(...Object.values(figures).map((f) => f.box));

  store.watchLazily(find('steps-list'), ['image', 'prediction', 'pixels', 'dark'], ({ image, prediction, pixels, dark }) => {
    for (const f of Object.values(figures)) f.box.hidden = !image || !prediction;
    if (!image || !prediction) return;
    drawSource(figures.source.canvas, image, prediction.box);
    figures.source.canvas.setAttribute('aria-label', `The picture, ${image.width} by ${image.height} pixels.`);
    const steps = core.steps(image);
    if (steps) {
      const grey = (v) => [255 * v, 255 * v, 255 * v];
      paint(figures.level.canvas, steps.level, steps.width, steps.height, grey);
      paint(figures.ink.canvas, steps.ink, steps.width, steps.height, (v) => grey(1 - v));
      figures.level.words.textContent = `The paper is white everywhere, shadows or not; ${steps.light ?
        'here ink is lighter than paper, so it is turned round' : 'ink is darker'}.` +
        (steps.factor > 1 ? ` Shrunk ${steps.factor} times.` : '');
      figures.ink.words.textContent = `Black is writing, grey is ink that is none. A stroke is ${steps.stroke.toFixed(1)} pixels wide.`;
    }
    paint(figures.seen.canvas, pixels, 28, 28, (v) => inkColour(v, dark));
    figures.seen.words.textContent = pixels !== prediction.seen ? '28 × 28 pixels, which came as they are.' :
      '28 × 28 pixels: the box scaled into 20 × 20, its centre of mass in the middle, as in MNIST.';
    figures.seen.canvas.setAttribute('aria-label', '28 by 28 pixels as networks see them.');
  });
}
