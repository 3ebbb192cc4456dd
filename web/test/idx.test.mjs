import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openIdx, pairOf, parseIdx } from '../src/idx.js';

function images(count, rows = 28, columns = 28, magic = 0x803) {
  const bytes = new Uint8Array(16 + count * rows * columns).fill(7, 16);
  const view = new DataView(bytes.buffer);
  [magic, count, rows, columns].forEach((n, i) => view.setUint32(4 * i, n));
  return bytes;
}

function labels(values, magic = 0x801) {
  const bytes = new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, ...values]);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  view.setUint32(4, values.length);
  return bytes;
}

const named = (bytes, name) => Object.assign(new Blob([bytes]), { name });

test('images and labels are read', () => {
  const read = parseIdx(images(3), 'i');
  assert.deepEqual([read.kind, read.count, read.data.length, read.data[0]], ['images', 3, 3 * 784, 7]);
  assert.deepEqual([...parseIdx(labels([3, 0, 9]), 'l').data], [3, 0, 9]);
});

test('a file cut anywhere is refused, with its name and a place', () => {
  for (const whole of [images(1), labels([1, 2, 3])])
    for (let length = 0; length < whole.length; length++)
      assert.throws(() => parseIdx(whole.slice(0, length), 'cut'), /^Error: cut: byte \d+: /);
});

test('a file with more than it promises is refused', () => {
  assert.throws(() => parseIdx(new Uint8Array([...labels([1]), 0]), 'long'), /more follows/);
});

test('what is no file of digits is refused', () => {
  assert.throws(() => parseIdx(images(1, 28, 28, 0x804), 'm'), /byte 0: no IDX file.*0x00000804/);
  assert.throws(() => parseIdx(images(1, 32, 28), 'm'), /byte 8: pictures of 32x28/);
  assert.throws(() => parseIdx(labels([1, 2, 10]), 'm'), /byte 10: label 2 is 10/);
  const many = images(1);
  new DataView(many.buffer).setUint32(4, 0xffffffff);
  assert.throws(() => parseIdx(many, 'm'), /byte 4: 4294967295 entries/);
});

test('packed files are unpacked, up to what they promise', async () => {
  assert.equal((await openIdx(named(gzipSync(images(2)), 'i.gz'))).count, 2);
  assert.equal((await openIdx(named(labels([5]), 'l'))).data[0], 5);
  const bomb = gzipSync(Buffer.concat([labels([1]), Buffer.alloc(1 << 24)]));
  await assert.rejects(openIdx(named(bomb, 'b.gz')), /more follows/);
  await assert.rejects(openIdx(named(gzipSync(images(2)).subarray(0, 40), 'c.gz')), /c\.gz: /);
});

test('only what has the same length belongs together', () => {
  const three = parseIdx(images(3), 'i');
  assert.equal(pairOf(three, parseIdx(labels([1, 2, 3]), 'l')).count, 3);
  assert.throws(() => pairOf(three, parseIdx(labels([1, 2]), 'l')), /3 pictures and 2 labels/);
});
