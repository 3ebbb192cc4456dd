// Colours of both views: two colour maps that stay readable with any colour vision, the ink of the
// input, and the few colours of the page around them.

// Stops are mixed in Oklab, so that equal steps of a value look like equal steps of colour.
const STOPS = {
  light: {
    diverging: ['#06305f', '#1f6fb4', '#86b9e0', '#f3f0ea', '#f2a860', '#c8600f', '#6e2a00'],
    sequential: ['#f6f3ec', '#f9d488', '#ee8f3b', '#bd3f5a', '#6a1f6e', '#26104a'],
    ink: ['#fdfcf9', '#15171a'],
  },
  dark: {
    diverging: ['#9bd5ff', '#3d93de', '#1e548c', '#1d2127', '#8a420c', '#ea842b', '#ffc888'],
    sequential: ['#1a1d23', '#4a2270', '#9c2f72', '#e2603f', '#f8b04a', '#fdf3c0'],
    ink: ['#15181d', '#f4f2ec'],
  },
};

export const PALETTES = ['ink', 'sequential', 'diverging'];
const STEPS = 256;

const THEMES = {
  light: {
    background: '#f4f2ee', card: '#ffffff', border: '#b9b4aa', text: '#22262b', muted: '#5f656d',
    accent: '#00795a', halo: '#ffffff', shadow: '#2b2418', shadowAlpha: 0.3, line: '#9a958b',
  },
  dark: {
    background: '#0e1116', card: '#262b33', border: '#4b535f', text: '#eceae5', muted: '#a3abb5',
    accent: '#3fe0ae', halo: '#0b0d11', shadow: '#000000', shadowAlpha: 0.6, line: '#58616d',
  },
};

export const theme = (dark) => (dark ? THEMES.dark : THEMES.light);

export function rgbOf(hex) {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

const toLinear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const toGamma = (c) => (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055);

function oklab([red, green, blue]) {
  const r = toLinear(red / 255), g = toLinear(green / 255), b = toLinear(blue / 255);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function rgb([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return linear.map((c) => Math.round(255 * toGamma(Math.min(1, Math.max(0, c)))));
}

function buildTable(stops) {
  const labs = stops.map((hex) => oklab(rgbOf(hex)));
  const table = new Uint8Array(STEPS * 3);
  for (let i = 0; i < STEPS; i++) {
    const at = (i / (STEPS - 1)) * (labs.length - 1);
    const k = Math.min(labs.length - 2, Math.floor(at));
    const mix = at - k;
    table.set(rgb(labs[k].map((c, n) => c + (labs[k + 1][n] - c) * mix)), 3 * i);
  }
  return table;
}

const tables = new Map();

/** The 256 colours of a palette, three bytes each. */
export function table(name, dark = false) {
  const key = name + (dark ? '/dark' : '/light');
  if (!tables.has(key)) tables.set(key, buildTable(STOPS[dark ? 'dark' : 'light'][name]));
  return tables.get(key);
}

/** The colour at place u (0..1) of a palette. */
export function lookUp(name, u, dark = false) {
  const i = 3 * Math.round((STEPS - 1) * Math.min(1, Math.max(0, u || 0)));
  const colours = table(name, dark);
  return [colours[i], colours[i + 1], colours[i + 2]];
}

/** Signed values: t from -1 (blue) over 0 (neutral) to 1 (orange). */
export const diverging = (t, dark = false) => lookUp('diverging', (t + 1) / 2, dark);

/** Values from 0 on: t from 0 (the card's own colour) to 1. */
export const sequential = (t, dark = false) => lookUp('sequential', t, dark);

/** The drawing: t from 0 (paper) to 1 (ink). */
export const ink = (t, dark = false) => lookUp('ink', t, dark);

/** Black or white, whichever stands out more from a colour. */
export function textOn(colour) {
  const [r, g, b] = colour.map((c) => toLinear(c / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000' : '#fff';
}

export const css = ([r, g, b]) => `rgb(${r},${g},${b})`;

/** The range of an array of values, zero being the value drawn neutral. */
export function rangeOf(values) {
  let low = Infinity, high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return low <= high ? { low, high, zero: 0 } : { low: 0, high: 1, zero: 0 };
}

/**
 * How values of a layer become places in a palette: u = value * scale + offset, 0..1.
 * Distances of a Euclidean RBF layer run backwards, since there the smallest is the answer.
 */
export function scaleOf(kind, range) {
  if (kind === 'input') return { palette: 'ink', scale: 1, offset: 0 };
  const { low, high, zero } = range;
  if (low < zero) {
    const scale = 0.5 / Math.max(high - zero, zero - low, 1e-9);
    return { palette: 'diverging', scale, offset: 0.5 - zero * scale };
  }
  const from = kind === 'rbf' ? low : Math.min(low, zero);
  const scale = 1 / Math.max(high - from, 1e-9);
  if (kind === 'rbf') return { palette: 'sequential', scale: -scale, offset: 1 + from * scale };
  return { palette: 'sequential', scale, offset: -from * scale };
}

const shortNumber = (v) => String(Number(v.toPrecision(3))).replace('-', '\u2212');

/** Draws the colours of a range with its numbers; the canvas keeps its CSS size. */
export function legend(canvas, range, { dark = false, kind = '' } = {}) {
  const ratio = Math.min(2, globalThis.devicePixelRatio || 1);
  const width = canvas.clientWidth || 220, height = canvas.clientHeight || 36;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  const colours = theme(dark);
  const scale = scaleOf(kind, range);
  const ends = scale.palette === 'diverging'
    ? [range.zero - 0.5 / scale.scale, range.zero, range.zero + 0.5 / scale.scale]
    : [Math.min(range.low, kind === 'rbf' ? range.low : range.zero), range.high];
  context.scale(ratio, ratio);
  const bar = height - 17;
  for (let x = 0; x < width; x++) {
    const value = ends[0] + ((x + 0.5) / width) * (ends[ends.length - 1] - ends[0]);
    context.fillStyle = css(lookUp(scale.palette, value * scale.scale + scale.offset, dark));
    context.fillRect(x, 0, 1.5, bar);
  }
  context.strokeStyle = colours.border;
  context.strokeRect(0.5, 0.5, width - 1, bar - 1);
  context.fillStyle = colours.text;
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'bottom';
  ends.forEach((value, i) => {
    context.textAlign = i === 0 ? 'left' : i === ends.length - 1 ? 'right' : 'center';
    context.fillText(shortNumber(value), (i / (ends.length - 1)) * width, height);
  });
}
