import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diverging, lookUp, rangeOf, scaleOf, sequential } from '../src/palette.js';

const linear = (c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4);
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

// What people without green or without red receptors see (Vienot, Brettel and Mollon 1999).
const seen = {
  deutan: ([r, g, b]) => [0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b],
  protan: ([r, g, b]) => [0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b],
};

const steps = Array.from({ length: 41 }, (_, i) => i / 40);

for (const dark of [false, true]) {
  const towards = dark ? 1 : -1;

  test(`lightness alone tells how far a value is from zero, ${dark ? 'dark' : 'light'}`, () => {
    const maps = [sequential, diverging, (t) => diverging(-t, dark)];
    for (const map of maps)
      for (let i = 1; i < steps.length; i++) {
        const change = light(map(steps[i], dark)) - light(map(steps[i - 1], dark));
        assert.ok(towards * change > 0, `step ${i}`);
      }
  });

  test(`signs are told apart with any colour vision, ${dark ? 'dark' : 'light'}`, () => {
    for (const see of [seen.deutan, seen.protan])
      for (const t of [0.3, 0.6, 1]) {
        const blueness = (colour) => {
          const [yellow, blue] = see(colour.map(linear));
          return blue / (yellow + blue);
        };
        assert.ok(blueness(diverging(-t, dark)) - blueness(diverging(t, dark)) > 0.2, `${t}`);
      }
  });
}

test('values come to the ends and the middle of their palette', () => {
  const signed = scaleOf('conv', { low: -1, high: 2, zero: 0 });
  assert.equal(signed.palette, 'diverging');
  assert.deepEqual([-2, 0, 2].map((v) => v * signed.scale + signed.offset), [0, 0.5, 1]);
  const positive = scaleOf('conv', { low: 1, high: 4, zero: 0 });
  assert.deepEqual([0, 4].map((v) => v * positive.scale + positive.offset), [0, 1]);
  const code = scaleOf('rbf', { low: 10, high: 110, zero: 0 });
  assert.ok(Math.abs(10 * code.scale + code.offset - 1) < 1e-9);
  assert.ok(Math.abs(110 * code.scale + code.offset) < 1e-9);
  assert.deepEqual(rangeOf(new Float32Array([3, -1, 2])), { low: -1, high: 3, zero: 0 });
  assert.deepEqual(rangeOf(new Float32Array([])), { low: 0, high: 1, zero: 0 });
  assert.deepEqual(lookUp('ink', NaN), lookUp('ink', 0));
});
