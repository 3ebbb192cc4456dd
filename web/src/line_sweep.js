// line_sweep.js - the network swept over a line: the strip it reads, what it says of every window, and
// the cheapest way through that.
import { numbersOf } from './chart.js';
import { NONE, SIDE } from './core.js';
import { element, number, percent } from './dom.js';
import { css, ink as inkColour, sequential } from './palette.js';

const LEFT = 60, RIGHT = 8, GAP = 24; // CSS pixels: names of rows; between strip and scores
const ROW = 17, ROWS = NONE + 1, FOOT = 40;
const MOST_SCALE = 8; // of the strip
const THUMB = 8;      // half of the slider's, so that its middle stands under the window's
const nameOf = (row) => (row === NONE ? 'none' : String(row));

// The digits that a path spells: { digit, from, to } with windows from .. to.
export function spelled(path) {
  const digits = [];
  for (let i = 0; i < path.length; i++) {
    if (path[i] === NONE) continue;
    if (i > 0 && path[i] === path[i - 1]) digits.at(-1).to = i;
    else digits.push({ digit: path[i], from: i, to: i });
  }
  return digits;
}

// Weak scores show, too: a colour stands for the root of a score.
const colourOf = (score, dark) => css(sequential(Math.sqrt(score), dark));

// Places on the canvas, CSS pixels. A window's scores stand under its middle.
function layOut(line, width) {
  const scale = Math.min(MOST_SCALE, (width - LEFT - RIGHT) / line.width);
  const stripHigh = SIDE * scale, top = stripHigh + GAP;
  return {
    scale, stripHigh, top, height: top + ROWS * ROW + FOOT, cell: line.step * scale,
    middle: (i) => LEFT + (i * line.step + SIDE / 2) * scale,
    row: (k) => top + (k + 0.5) * ROW,
  };
}

function drawStrip(context, line, at, dark) {
  const image = new ImageData(line.width, SIDE);
  for (let i = 0; i < line.width * SIDE; i++)
    image.data.set([...inkColour(line.strip[i] / 255, dark), 255], 4 * i);
  const strip = element('canvas', { width: line.width, height: SIDE });
  strip.getContext('2d').putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(strip, LEFT, 0, line.width * at.scale, at.stripHigh);
  context.strokeStyle = dark ? '#4b535f' : '#b9b4aa';
  context.strokeRect(LEFT + 0.5, 0.5, line.width * at.scale - 1, at.stripHigh - 1);
}

function drawScores(context, line, at, colours, dark) {
  for (let i = 0; i < line.count; i++)
    for (let k = 0; k < ROWS; k++) {
      context.fillStyle = colourOf(line.scores[i * ROWS + k], dark);
      context.fillRect(at.middle(i) - at.cell / 2, at.top + k * ROW, at.cell + 0.5, ROW);
    }
  context.fillStyle = colours.text;
  context.textAlign = 'right';
  for (let k = 0; k < ROWS; k++) context.fillText(nameOf(k), at.middle(0) - at.cell / 2 - 8, at.row(k));
  context.fillText('digit', at.middle(0) - at.cell / 2 - 8, at.top - 10);
  context.fillText(`windows, ${line.step} pixels apart`, at.middle(line.count - 1) + at.cell / 2, at.top - 10);
}

// A flat piece for each window, joined by upright ones, on a rim so that it shows on any colour.
function drawPath(context, line, at, colours) {
  context.beginPath();
  for (let i = 0; i < line.count; i++) {
    const y = at.row(line.path[i]);
    context[i ? 'lineTo' : 'moveTo'](at.middle(i) - at.cell / 2, y);
    context.lineTo(at.middle(i) + at.cell / 2, y);
  }
  context.lineJoin = 'round';
  for (const [width, colour] of [[4.5, colours.card], [2.5, colours.accent]]) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

function drawSpelled(context, line, at, colours) {
  context.textAlign = 'center';
  for (const { digit, from, to } of spelled(line.path)) {
    const x = (at.middle(from) + at.middle(to)) / 2, y = at.top + ROWS * ROW;
    context.fillStyle = colours.accent;
    context.fillRect(at.middle(from) - at.cell / 2, y + 3, (to - from + 1) * at.cell, 3);
    context.fillStyle = colours.text;
    context.font = '600 20px system-ui, sans-serif';
    context.fillText(String(digit), x, y + 22);
  }
  context.font = '13px system-ui, sans-serif';
}

function drawWindow(context, line, at, index, colours) {
  const x = LEFT + index * line.step * at.scale, wide = SIDE * at.scale;
  context.lineWidth = 3;
  context.strokeStyle = colours.warm;
  context.strokeRect(x + 1.5, 1.5, wide - 3, at.stripHigh - 3);
  context.setLineDash([4, 3]);
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(at.middle(index), at.stripHigh);
  context.lineTo(at.middle(index), at.top);
  context.stroke();
  context.setLineDash([]);
  context.strokeRect(at.middle(index) - at.cell / 2 - 1, at.top, at.cell + 2, ROWS * ROW);
}

// Colours as the style sheet has them now.
function coloursOf(node) {
  const style = getComputedStyle(node);
  return Object.fromEntries(['text', 'card', 'accent', 'warm'].map((n) => [n, style.getPropertyValue(`--${n}`).trim()]));
}

// The colours of scores, with their numbers.
function drawScale(canvas, colours, dark) {
  const ratio = Math.min(2, devicePixelRatio || 1), width = 220, bar = 14;
  canvas.width = width * ratio;
  canvas.height = 34 * ratio;
  const context = canvas.getContext('2d');
  context.scale(ratio, ratio);
  for (let x = 0; x < width; x++) {
    context.fillStyle = colourOf((x / (width - 1)) ** 2, dark);
    context.fillRect(x, 0, 1.5, bar);
  }
  context.fillStyle = colours.text;
  context.font = '12px system-ui, sans-serif';
  for (const [score, align] of [[0, 'left'], [0.1, 'center'], [0.4, 'center'], [1, 'right']]) {
    context.textAlign = align;
    context.fillText(`${100 * score} %`, Math.sqrt(score) * width, 29);
  }
}

// The scores of one window as bars, beside the window itself.
function createWindowBox() {
  const tile = element('canvas', { width: SIDE, height: SIDE, class: 'pixels', role: 'img' });
  const words = element('p', { class: 'hint' });
  const bars = Array.from({ length: ROWS }, (_, k) => {
    const bar = element('i'), value = element('span');
    const row = element('div', { class: 'score', role: 'listitem' }, element('span', {}, nameOf(k)),
      element('div', { class: 'track' }, bar), value);
    return { row, bar, value };
  });
  const list = element('div', { class: 'scores', role: 'list', 'aria-label': 'Scores of this window' }, ...bars.map((b) => b.row));
  return {
    box: element('div', { class: 'window-box' }, element('div', {}, element('h3', {}, 'This window'), tile, words), list),
    show(line, index, dark) {
      const context = tile.getContext('2d'), image = new ImageData(SIDE, SIDE);
      for (let i = 0; i < SIDE * SIDE; i++) {
        const pixel = line.strip[Math.floor(i / SIDE) * line.width + index * line.step + (i % SIDE)];
        image.data.set([...inkColour(pixel / 255, dark), 255], 4 * i);
      }
      context.putImageData(image, 0, 0);
      const scores = line.scores.subarray(index * ROWS, (index + 1) * ROWS), taken = line.path[index];
      bars.forEach(({ row, bar, value }, k) => {
        bar.style.width = `${100 * scores[k]}%`;
        value.textContent = percent(scores[k]);
        row.classList.toggle('best', k === taken);
      });
      const best = scores.indexOf(Math.max(...scores));
      const name = (k) => (k === NONE ? 'no digit in its middle' : `a ${k}`);
      words.textContent = `Columns ${index * line.step} to ${index * line.step + SIDE - 1}: the network says ${name(best)}` +
        (best === taken ? ', and so does the path.' : `; the path has ${name(taken)} here.`);
      tile.setAttribute('aria-label', words.textContent);
      return words.textContent;
    },
  };
}

// All scores as a table, written when it is opened.
function createNumbers() {
  const box = element('div', { class: 'sweep-numbers' });
  const heads = ['Window', 'Columns', ...Array.from({ length: ROWS }, (_, k) => nameOf(k)), 'Path'];
  return {
    box,
    show(line) {
      const open = box.querySelector('details')?.open ?? false;
      const rows = () => Array.from({ length: line.count }, (_, i) => [i + 1, `${i * line.step}–${i * line.step + SIDE - 1}`,
        ...Array.from(line.scores.subarray(i * ROWS, (i + 1) * ROWS), (s) => number(s)), nameOf(line.path[i])]);
      const made = numbersOf(heads, open ? rows() : []);
      made.open = open;
      let written = open;
      made.addEventListener('toggle', () => {
        if (made.open && !written) made.querySelector('table').replaceWith(numbersOf(heads, rows()).querySelector('table'));
        written = true;
      });
      box.replaceChildren(made);
    },
  };
}

export function createSweepView() {
  const canvas = element('canvas', { class: 'sweep', role: 'img' });
  const slider = element('input', { type: 'range', min: 0, max: 0, step: 1, value: 0, 'aria-label': 'Window on the strip' });
  const before = element('span', { 'aria-hidden': 'true' }, 'Window');
  const scale = element('canvas', { class: 'score-scale', role: 'img', 'aria-label': 'Colours of scores from 0 to 100 %' });
  const one = createWindowBox(), numbers = createNumbers();
  const box = element('div', { hidden: true }, canvas, element('div', { class: 'window-slider' }, before, slider),
    element('p', { class: 'hint score-key' }, 'Score', scale), one.box, numbers.box);
  let line = null, dark = false, at = null, drawn = 0;

  function draw() {
    const width = box.clientWidth;
    if (!line || width === 0) return;
    drawn = width;
    at = layOut(line, width);
    const ratio = Math.min(2, devicePixelRatio || 1), index = Number(slider.value);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(at.height * ratio);
    canvas.style.height = `${at.height}px`;
    const context = canvas.getContext('2d'), colours = coloursOf(box);
    context.scale(ratio, ratio);
    context.font = '13px system-ui, sans-serif';
    context.textBaseline = 'middle';
    drawStrip(context, line, at, dark);
    drawScores(context, line, at, colours, dark);
    drawPath(context, line, at, colours);
    drawSpelled(context, line, at, colours);
    drawWindow(context, line, at, index, colours);
    before.style.width = `${at.middle(0) - THUMB}px`;
    slider.style.width = `${at.middle(line.count - 1) - at.middle(0) + 2 * THUMB}px`;
    drawScale(scale, colours, dark);
    slider.setAttribute('aria-valuetext', `${index + 1} of ${line.count}. ${one.show(line, index, dark)}`);
  }

  const point = (event) => {
    if (!line || !at) return;
    const x = event.clientX - canvas.getBoundingClientRect().left;
    const index = Math.round(((x - LEFT) / at.scale - SIDE / 2) / line.step);
    slider.value = Math.min(line.count - 1, Math.max(0, index));
    draw();
  };
  canvas.addEventListener('pointermove', point);
  canvas.addEventListener('pointerdown', point);
  slider.addEventListener('input', draw);
  new ResizeObserver(() => { if (box.clientWidth !== drawn) draw(); }).observe(box);

  return {
    box,
    show(shown, isDark) {
      const first = !line;
      [line, dark] = [shown, isDark];
      box.hidden = !line;
      if (!line) return;
      slider.max = line.count - 1;
      if (first) slider.value = spelled(line.path)[0]?.from ?? 0;
      canvas.setAttribute('aria-label', `The line as a strip of ${line.width} by ${SIDE} pixels, and the scores of ${line.count} windows, ${line.step} pixels apart. The path spells ${spelled(line.path).map((d) => d.digit).join(' ') || 'nothing'}.`);
      draw();
      numbers.show(line);
    },
  };
}
