import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePixels, encodePixels, linkOf, numbersOfAll, parseLink } from '../src/share.js';

const networks = [{ name: 'lenet5' }, { name: 'lenet5-1998' }];
const picture = Uint8Array.from({ length: 784 }, (_, i) => (i % 16) * 17);

test('a picture goes through a link at 16 shades', () => {
  assert.deepEqual(decodePixels(encodePixels(picture)), picture);
  const fine = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
  decodePixels(encodePixels(fine)).forEach((v, i) => assert.ok(Math.abs(v - fine[i]) <= 8));
});

test('a link names the network and the picture', () => {
  const link = linkOf(networks[1], picture);
  assert.match(link, /^#net=lenet5-1998&d=[\w-]{523}$/);
  assert.deepEqual(parseLink(link, networks), { network: networks[1], pixels: picture });
  assert.deepEqual(parseLink(linkOf({ name: 'a&d=b #%' }, null), [{ name: 'a&d=b #%' }]),
    { network: { name: 'a&d=b #%' } });
});

test('what means nothing in a link is left alone', () => {
  const whole = linkOf(networks[0], picture);
  for (const hash of ['', '#', '#net', '#net=__proto__&d=constructor', '#d=', '#d=%', '#%E0%A4%A',
    `#d=${'A'.repeat(522)}`, `#d=${'A'.repeat(524)}`, `#d=${'+'.repeat(523)}`, `#d=${'é'.repeat(523)}`,
    `#d=${'A'.repeat(1e6)}`, `#net=${'x'.repeat(1e6)}`, whole.replace('&d=', '&d=<script>')]) {
    const found = parseLink(hash, networks);
    assert.equal(found.pixels, undefined, hash.slice(0, 40));
    assert.ok(found.network === undefined || networks.includes(found.network));
  }
});

test('all numbers are JSON that is read back', () => {
  const all = numbersOfAll({
    network: { name: 'n', notation: '28x28 F2', input: { scale: 1, offset: 0 },
      layers: [{ name: 'F1', kind: 'dense', maps: 2, rows: 1, columns: 1 }] },
    probabilities: [0.123456789, 1], pixels: picture, values: { layers: [Float32Array.of(1 / 3, -2)] }, squash: 'after',
  });
  const again = JSON.parse(JSON.stringify(all));
  assert.deepEqual(again.probabilities, [0.123457, 1]);
  assert.deepEqual(again.layers[0].values, [0.333333, -2]);
  assert.equal(again.picture.pixels.length, 784);
});
