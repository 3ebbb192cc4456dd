// stand.js - sliders that turn, stretch and spoil the 28x28 pixels, and how the network's answer changes.
import { chart, numbersOf } from './chart.js';
import { element, find, number, paint, percent } from './dom.js';
import { ink } from './palette.js';

const POINTS = 33; // of a curve
const SLIDERS = [
  { name: 'rotate', text: 'Rotate', unit: '°', low: -90, high: 90, none: 0, step: 1, label: 'turned clockwise, degrees' },
  { name: 'scale', text: 'Scale', unit: '×', low: 0.4, high: 1.8, none: 1, step: 0.01, label: 'scaled by this factor' },
  { name: 'squeeze', text: 'Squeeze', unit: '', low: -0.6, high: 0.6, none: 0, step: 0.01, label: 'squeezed: (1 + k) times as high, divided by it in width' },
  { name: 'shear', text: 'Slant', unit: '', low: -1, high: 1, none: 0, step: 0.01, label: 'slanted, pixels across per pixel up' },
  { name: 'right', text: 'Shift', unit: 'px', low: -10, high: 10, none: 0, step: 0.5, label: 'shifted to the right, pixels' },
  { name: 'stroke', text: 'Stroke', unit: 'px', low: -3, high: 4, none: 0, step: 0.1, label: 'strokes wider, pixels' },
  { name: 'noise', text: 'Noise', unit: '', low: 0, high: 1, none: 0, step: 0.01, label: 'noise, standard deviation in parts of full ink' },
];

const amountsOf = ({ rotate, scale, squeeze, shear, right, stroke, noise }) =>
  ({ wide: scale / (1 + squeeze), high: scale * (1 + squeeze), shear, rotate, right, stroke, noise });

export function setUpStand(store, core) {
  const box = find('stand-box'), none = Object.fromEntries(SLIDERS.map((s) => [s.name, s.none]));
  let amounts = { ...none }, chosen = SLIDERS[0];
  const canvas = element('canvas', { role: 'img', 'aria-label': 'The distorted digit' });
  canvas.style.cssText = 'width:140px;image-rendering:pixelated;border-radius:5px;border:1px solid var(--border)';
  const says = element('p', { id: 'stand-says', role: 'status' }), curve = element('div', { id: 'stand-curve' });
  const rows = SLIDERS.map((s) => {
    const range = element('input', { type: 'range', min: s.low, max: s.high, step: s.step, value: s.none, id: `stand-${s.name}` });
    const value = element('output', { for: `stand-${s.name}` });
    const change = () => { amounts = { ...amounts, [s.name]: Number(range.value) }; chosen = s; show(store.state); };
    range.addEventListener('input', change);
    range.addEventListener('focus', () => { chosen = s; show(store.state); });
    return { ...s, range, value, label: element('label', {}, s.text, range, value) };
  });
  const reset = element('button', { type: 'button', onclick: () => {
    amounts = { ...none };
    for (const row of rows) row.range.value = row.none;
    show(store.state);
  } }, 'As it was');
  box.append(element('div', { class: 'bar' }, canvas, element('div', {}, says, reset)),
    element('div', { class: 'sliders' }, ...rows.map((r) => r.label)), curve);

  function curveOf({ network, pixels, probabilities }) {
    const digit = probabilities.indexOf(Math.max(...probabilities)), points = [];
    for (let i = 0; i < POINTS; i++) {
      const at = chosen.low + ((chosen.high - chosen.low) * i) / (POINTS - 1);
      const p = core.classify(network, core.distort(pixels, amountsOf({ ...amounts, [chosen.name]: at })));
      let other = 0;
      p.forEach((v, k) => { if (k !== digit) other = Math.max(other, v); });
      points.push([at, p[digit], other]);
    }
    return { digit, points };
  }

  function show(state) {
    for (const row of rows) row.value.textContent = `${number(amounts[row.name], row.step < 0.1 ? 2 : row.step < 1 ? 1 : 0)} ${row.unit}`;
    if (!state.pixels || !state.probabilities) {
      says.textContent = 'Draw a digit first.';
      curve.replaceChildren();
      return;
    }
    const { digit, points } = curveOf(state);
    const pixels = core.distort(state.pixels, amountsOf(amounts)), p = core.classify(state.network, pixels);
    const now = p.indexOf(Math.max(...p));
    paint(canvas, pixels, 28, 28, (v) => ink(v, state.dark));
    says.textContent = `${state.network.name} reads ${now}, ${percent(p[now])} sure${now === digit ? '' : `; as it was drawn: ${digit}`}.`;
    says.dataset.digit = now;
    curve.replaceChildren(chart({
      title: `${chosen.text}: probability`, x: { label: chosen.label, low: chosen.low, high: chosen.high }, y: { label: 'probability', low: 0, high: 1 },
      lines: [{ name: `of ${digit}`, points: points.map(([a, b]) => [a, b]) }, { name: 'best other', points: points.map(([a, , c]) => [a, c]) }],
      mark: amounts[chosen.name],
      describe: `Probability of ${digit} as it is ${chosen.label}: ${points.filter((_, i) => i % 4 === 0).map(([a, b]) => `${number(a, 1)}: ${percent(b, 0)}`).join(', ')}.`,
    }), numbersOf([chosen.text, `probability of ${digit}`, 'best other'], points.map(([a, b, c]) => [number(a, 2), number(b), number(c)])));
  }

  store.watchLazily(box, ['pixels', 'network', 'dark', 'weights'], show);
}
