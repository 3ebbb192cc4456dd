// line.js - a string of digits: read by cutting it, and by the network swept over it.
import { NONE } from './core.js';
import { element, find, paint, percent, toast } from './dom.js';
import { createSweepView, spelled } from './line_sweep.js';
import { createPad } from './pad.js';
import { ink as inkColour } from './palette.js';
import { canvasOfFile } from './pictures.js';

const WIDTH = 600, HEIGHT = 100, PEN = 7;
const AT_MOST_EVERY = 150; // milliseconds between two readings while someone writes,
const REST = 2;            // and so many times what the last one took, to keep the pen going

// ---- a string to begin with ----

// Columns first .. last that have ink.
function inkOf(pixels) {
  let first = 28, last = 0;
  pixels.forEach((v, i) => {
    if (v < 64) return;
    first = Math.min(first, i % 28);
    last = Math.max(last, i % 28);
  });
  return { first, last };
}

// A digit that is written so that no network doubts it; some of the library's are sloppy.
function legibleDigit(core, networks, seed) {
  for (let tries = 0; ; tries++) {
    const { label, pixels } = core.synthetic(seed, Math.floor(Math.random() * 1e6));
    if (tries > 30 || networks.every((n) => core.classify(n, pixels)[label] > 0.97)) return pixels;
  }
}

// 4 to 7 digits side by side, -1 to 4 pixels between them as in the paper, dark on white.
function writeDigits(core, networks) {
  const count = 4 + Math.floor(Math.random() * 4), seed = 1 + Math.floor(Math.random() * 1e6);
  const ink = new Uint8Array(28 * 28 * 8), wide = 28 * 8;
  let x = 8;
  for (let i = 0; i < count; i++) {
    const pixels = legibleDigit(core, networks, seed), { first, last } = inkOf(pixels);
    for (let k = 0; k < 28 * 28; k++) {
      const column = k % 28, to = Math.floor(k / 28) * wide + x + column - first;
      if (column >= first && column <= last) ink[to] = Math.max(ink[to], pixels[k]);
    }
    x += last - first + 1 + Math.floor(Math.random() * 6) - 1;
  }
  const canvas = element('canvas');
  const cut = new Uint8Array((x + 8) * 28).map((_, i) => ink[Math.floor(i / (x + 8)) * wide + (i % (x + 8))]);
  paint(canvas, cut, x + 8, 28, (v) => [255 - 255 * v, 255 - 255 * v, 255 - 255 * v]);
  return canvas;
}

// ---- what is read by cutting ----

function drawRead(canvas, image, lines, chosen) {
  canvas.width = image.width;
  canvas.height = image.height;
  const context = canvas.getContext('2d');
  context.putImageData(image, 0, 0);
  const thin = Math.max(1.5, image.width / 400);
  lines.forEach(({ digits }, i) => {
    context.strokeStyle = i === chosen ? '#c8600f' : '#6f7782';
    context.lineWidth = i === chosen ? thin * 1.4 : thin / 2;
    for (const { box } of digits) context.strokeRect(box[0] - 1, box[1] - 1, box[2] + 2, box[3] + 2);
  });
}

function tileOf({ digit, confidence, scores, seen }, dark) {
  const canvas = element('canvas', { class: 'pixels', role: 'img', 'aria-label': `Piece read as ${digit}` });
  paint(canvas, seen, 28, 28, (v) => inkColour(v, dark));
  let second = digit === 0 ? 1 : 0;
  for (let k = 0; k < NONE; k++) if (k !== digit && scores[k] > scores[second]) second = k;
  return element('figure', {}, canvas, element('figcaption', {}, element('b', {}, String(digit)),
    ` ${percent(confidence)}`, scores[second] > 0.01 ? ` (or ${second}: ${percent(scores[second])})` : ''));
}

const textOf = (digits) => digits.map((d) => d.digit).join('');

// The line's answer and whether it would be given.
function verdictOf(line, reject, core) {
  const sure = `The chance that this is the whole line is ${percent(line.confidence)}.`;
  if (reject === '') return { answered: true, text: sure };
  const threshold = core.threshold(true, Number(reject)), answered = line.confidence >= threshold;
  return { answered, text: `${sure} ${answered ? 'Answered' : 'Not answered'}: for at most ${percent(Number(reject))} wrong answers a line needs ${percent(threshold, 2)}.` };
}

// ---- the section ----

function createParts() {
  const canvas = element('canvas', { id: 'line-pad', width: WIDTH, height: HEIGHT, tabindex: 0, role: 'img',
    'aria-label': 'Wide drawing pad for a string of digits. Delete clears, Z takes back, W writes some digits.' });
  const button = (text) => element('button', { type: 'button' }, text);
  return {
    canvas, write: button('Write some digits'), clear: button('Clear'), undo: button('Undo'),
    file: element('input', { type: 'file', class: 'hidden-text', accept: 'image/*' }),
    choice: element('select'), choiceBox: null,
    text: element('p', { class: 'answer line-answer', role: 'status', 'aria-live': 'polite' }),
    read: element('canvas', { class: 'line-read', role: 'img' }), pieces: element('div', { class: 'pieces' }),
    spelled: element('p', {}), agree: element('p', { class: 'hint' }),
  };
}

function assemble(box, parts, sweep) {
  parts.choiceBox = element('label', { hidden: true }, 'Line ', parts.choice);
  const cutBox = element('div', {}, element('h3', {}, 'By cutting'),
    element('p', { class: 'hint' }, 'Ink is cut into pieces; a network judges every run of neighbouring pieces, and the cheapest way from left to right wins.'),
    parts.read, parts.pieces);
  const sweepBox = element('div', {}, element('h3', {}, 'By sweeping'),
    element('p', { class: 'hint' }, 'The network runs over the whole line as one convolution: every 2 pixels a window of 28 × 28 gets eleven scores, for the digit in its middle or none. Below the strip each column has the scores of the window whose middle it is; the line over them is the way that costs least, where beginning a digit has its price. Point at the strip or move the window to see its scores.'),
    parts.spelled, parts.agree, sweep.box);
  parts.results = element('div', { hidden: true }, parts.choiceBox, cutBox, sweepBox);
  box.append(parts.canvas, element('div', { class: 'bar' }, parts.write, parts.clear, parts.undo,
    element('label', { class: 'button' }, 'Open a picture', parts.file)), parts.text, parts.results);
}

export function setUpLine(store, core) {
  const parts = createParts(), sweep = createSweepView();
  const shipped = [...store.state.networks];
  let large = null, read = [], swept = [], image = null, timer = 0, next = 0, began = 0, busy = false, stale = false;
  assemble(find('line-box'), parts, sweep);

  function showLine() {
    const chosen = Number(parts.choice.value) || 0, { dark, reject } = store.state;
    const line = read[chosen] ?? null, strip = swept[chosen] ?? null;
    if (image) drawRead(parts.read, image, read, chosen);
    parts.pieces.replaceChildren(...(line?.digits ?? []).map((d) => tileOf(d, dark)));
    sweep.show(strip, dark);
    const says = strip ? spelled(strip.path).map((d) => d.digit).join('') : '';
    parts.spelled.replaceChildren('The path spells ', element('b', {}, says || 'nothing'), '.');
    parts.agree.textContent = !line || !strip ? '' : says === textOf(line.digits) ?
      'Both ways agree, which makes the line surer.' : 'The two ways differ; the answer is that of the cuts, and its confidence counts the difference.';
    if (!line) {
      delete parts.text.dataset.digits;
      parts.text.textContent = image ? 'No digits were found.' : 'Write a string of digits on the pad, or let the page write one.';
      return;
    }
    const { answered, text } = verdictOf(line, reject, core);
    parts.text.replaceChildren(element('b', {}, answered ? textOf(line.digits) : '?'), text,
      answered ? '' : ` It would be ${textOf(line.digits)}.`);
    parts.text.dataset.digits = textOf(line.digits);
  }

  function showRead() {
    parts.results.hidden = read.length === 0 && swept.length === 0;
    parts.choiceBox.hidden = read.length < 2;
    const chosen = Math.min(read.length - 1, Math.max(0, Number(parts.choice.value)));
    parts.choice.replaceChildren(...read.map((line, i) =>
      element('option', { value: i, selected: i === chosen }, `${i + 1}: ${textOf(line.digits)}`)));
    parts.read.setAttribute('aria-label', `The picture with a box around each of the digits ${read.map((l) => textOf(l.digits)).join(', ')}.`);
    showLine();
  }

  // What `of` finds in the picture; a reason to find nothing is said.
  function found(of) {
    try {
      return image ? of(image) : [];
    } catch (error) {
      toast(error.message);
      return [];
    }
  }

  // In two turns, between which the pen may move.
  function readNow() {
    busy = true;
    began = performance.now();
    image = large ? large.getContext('2d').getImageData(0, 0, large.width, large.height) : pad.isEmpty() ? null : pad.image();
    read = found((picture) => core.read(picture));
    setTimeout(sweepNow);
  }

  function sweepNow() {
    swept = found((picture) => core.sweep(picture));
    showRead();
    timer = 0;
    busy = false;
    next = performance.now() + Math.max(AT_MOST_EVERY, REST * (performance.now() - began));
    if (stale) readSoon();
  }

  // A change in the midst of reading is read after it.
  function readSoon() {
    stale = busy;
    timer ||= setTimeout(readNow, Math.max(0, next - performance.now()));
  }

  const pad = createPad(parts.canvas, { pen: () => PEN, onChange() {
    if (pad.hasStrokes()) large = null;
    readSoon();
  } });
  const act = {
    clear() { large = null; pad.clear(); },
    undo() { large = null; pad.undo(); },
    write() { large = null; pad.setGround(writeDigits(core, shipped)); },
  };
  for (const name of Object.keys(act)) parts[name].addEventListener('click', act[name]);
  const keys = { Delete: act.clear, Backspace: act.clear, z: act.undo, w: act.write };
  parts.canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    keys[event.key]();
    event.preventDefault();
  });
  parts.file.addEventListener('change', async () => {
    const [file] = parts.file.files;
    parts.file.value = '';
    try {
      if (file) pad.setGround(large = await canvasOfFile(file));
    } catch (error) {
      toast(error.message);
    }
  });
  parts.choice.addEventListener('change', showLine);
  act.write();
  store.watch(['dark', 'reject'], showLine);
}
