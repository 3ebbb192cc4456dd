// chart.js - a line chart as SVG: title, axes with units, a legend, and words for those who do not see it.
import { svgElement, element } from './dom.js';

const WIDTH = 560, HEIGHT = 240, LEFT = 58, RIGHT = 14, TOP = 30, BOTTOM = 44;
const COLOURS = ['var(--bar)', 'var(--warm)', 'var(--accent)', 'var(--muted)', 'var(--text)'];
const DASHES = ['', '6 4', '2 3', '9 3 2 3', ''];

// About `count` round numbers from low to high.
function ticks(low, high, count = 5) {
  const raw = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  const all = [];
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + step * 1e-6; t += step)
    all.push(Number(t.toPrecision(12)));
  return all;
}

const shown = (v) => (Math.abs(v) >= 10000 ? v.toLocaleString('en-US') : String(v)).replace('-', '\u2212');

// { title, x: { label, low, high, whole: only whole numbers }, y: { label, low, high },
//   lines: [{ name, points: [[x, y], ...] }], bars: [[x from, x to, part of the height], ...] behind them,
//   mark: x or null, describe: text }
export function chart({ title, x, y, lines, bars = [], mark = null, describe }) {
  const px = (v) => LEFT + ((v - x.low) / (x.high - x.low || 1)) * (WIDTH - LEFT - RIGHT);
  const py = (v) => HEIGHT - BOTTOM - ((v - y.low) / (y.high - y.low || 1)) * (HEIGHT - TOP - BOTTOM);
  const svg = svgElement('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'chart', role: 'img' },
    svgElement('title', {}, title), svgElement('desc', {}, describe));
  svg.append(svgElement('text', { x: LEFT, y: 16, 'font-weight': 600 }, title));
  for (const t of ticks(y.low, y.high, 4))
    svg.append(svgElement('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: py(t), y2: py(t) }),
      svgElement('text', { x: LEFT - 6, y: py(t) + 4, 'text-anchor': 'end' }, shown(t)));
  for (const t of ticks(x.low, x.high, 7).filter((v) => !x.whole || Number.isInteger(v)))
    svg.append(svgElement('text', { x: px(t), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle' }, shown(t)));
  svg.append(
    svgElement('path', { class: 'axis', d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}` }),
    svgElement('text', { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 8, 'text-anchor': 'middle' }, x.label),
    svgElement('text', { x: 0, y: 0, 'text-anchor': 'middle',
      transform: `translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)` }, y.label));
  for (const [from, to, part] of bars)
    svg.append(svgElement('rect', { class: 'column', x: px(from), width: Math.max(0, px(to) - px(from) - 1),
      y: HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM), height: part * (HEIGHT - TOP - BOTTOM) }));
  if (mark !== null)
    svg.append(svgElement('line', { x1: px(mark), x2: px(mark), y1: TOP, y2: HEIGHT - BOTTOM,
      stroke: 'var(--accent)', 'stroke-width': 1.5, 'stroke-dasharray': '3 3' }));
  lines.forEach((line, i) => {
    const points = line.points.filter(([, v]) => Number.isFinite(v));
    if (points.length === 0) return;
    const d = points.map(([a, b], k) => `${k ? 'L' : 'M'}${px(a).toFixed(1)} ${py(b).toFixed(1)}`).join('');
    const style = { stroke: COLOURS[i % COLOURS.length], 'stroke-width': 2, fill: 'none',
      'stroke-dasharray': DASHES[i % DASHES.length] };
    svg.append(svgElement('path', { d, ...style }));
    if (points.length === 1)
      svg.append(svgElement('circle', { cx: px(points[0][0]), cy: py(points[0][1]), r: 3, fill: style.stroke }));
    if (lines.length > 1) {
      const at = LEFT + 190 + i * 110;
      svg.append(svgElement('line', { x1: at, x2: at + 22, y1: 12, y2: 12, ...style }),
        svgElement('text', { x: at + 27, y: 16 }, line.name));
    }
  });
  return svg;
}

// The same numbers as a table that opens.
export function numbersOf(head, rows) {
  return element('details', {}, element('summary', {}, 'The numbers'),
    element('div', { class: 'scroll' }, element('table', { class: 'numbers' },
      element('thead', {}, element('tr', {}, ...head.map((h) => element('th', { scope: 'col' }, h)))),
      element('tbody', {}, ...rows.map((row) => element('tr', {},
        ...row.map((cell) => element('td', {}, String(cell)))))))));
}
