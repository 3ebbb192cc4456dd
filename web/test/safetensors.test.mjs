import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openModel, readTensors, writeModel } from '../src/safetensors.js';
import { openCore, skip } from './helpers.mjs';

const small = {
  notation: '28x28 F2:softmax', input: { scale: 0.5, offset: -0.25 },
  layers: [{ name: 'F1', kind: 'dense', maps: 2, weightCount: 6, weightOffset: 0, biasOffset: 6 }],
};
const parameters = Float32Array.from([1, -2, 3, 4.5, 0, 1e-9, 7, -8]);

// A file with this header and so many bytes of data.
function file(header, data = 32, length = null) {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const array = (from, to, shape = [(to - from) / 4], dtype = 'F32') => ({ dtype, shape, data_offsets: [from, to] });

test('what was written is read back', () => {
  const { notes, arrays } = readTensors(writeModel(small, parameters, { recipe: 'none' }), 'f');
  assert.deepEqual(notes, { format: 'lenet', notation: '28x28 F2:softmax', input_scale: '0.5',
    input_offset: '-0.25', recipe: 'none' });
  assert.deepEqual(arrays.get('f1.weight'), { shape: [2, 3], values: parameters.slice(0, 6) });
  assert.deepEqual(arrays.get('f1.bias'), { shape: [2], values: parameters.slice(6) });
});

test('a file cut at any byte is refused', () => {
  const whole = writeModel(small, parameters);
  for (let length = 0; length < whole.length; length++)
    assert.throws(() => readTensors(whole.slice(0, length), 'cut'), /^Error: cut: byte \d+: ./);
});

test('a file with any byte changed is refused, or read without a wrong place', () => {
  const whole = writeModel(small, parameters);
  for (let at = 0; at < whole.length; at++)
    for (const value of [0, 0x22, 0x39, 0x7b, 0xff]) {
      const changed = whole.slice();
      changed[at] = value;
      try {
        for (const { values } of readTensors(changed, 'f').arrays.values())
          assert.ok(values.every(Number.isFinite));
      } catch (error) {
        assert.match(error.message, /^f: byte \d+: ./);
      }
    }
});

const hostile = {
  'a length beyond all': file('{}', 0, 0xffffffffffffffffn),
  'a length beyond the file': file('{}', 0, 1000),
  'no JSON': file('{"a":', 0),
  'an array for a header': file('[1,2]', 0),
  'no UTF-8': file('{"\ud800":1}', 0),
  'notes that are no texts': file({ __metadata__: { format: 3 } }, 0),
  'notes that are none': file({ __metadata__: 'lenet' }, 0),
  'another type': file({ a: array(0, 32, [4], 'F64') }),
  'a negative place': file({ a: array(-4, 28, [8]) }),
  'a broken place': file({ a: array(0, 32.5, [8]) }),
  'a place beyond 2^53': file({ a: { dtype: 'F32', shape: [8], data_offsets: [1e300, 1e300] } }),
  'a shape that does not fit': file({ a: array(0, 32, [9]) }),
  'a shape that wraps around': file({ a: array(0, 0, [4294967296, 4294967296, 0]) }),
  'a shape that is none': file({ a: { dtype: 'F32', shape: 'long', data_offsets: [0, 32] } }),
  'a hole': file({ a: array(0, 8), b: array(12, 32) }),
  'an overlap': file({ a: array(0, 20), b: array(16, 32) }),
  'the same name twice': file(`{"a":${JSON.stringify(array(0, 16))},"a":${JSON.stringify(array(16, 32))}}`),
  'data that is left over': file({ a: array(0, 28) }),
  'an entry that is none': file({ a: null }),
  'an entry with more': file({ a: { ...array(0, 32), more: 1 } }),
};
for (const [what, bytes] of Object.entries(hostile))
  test(`${what} is refused`, () => {
    assert.throws(() => readTensors(bytes, 'h'), /^Error: h: byte \d+: ./);
  });

test('a value that is no number is refused', () => {
  const bytes = writeModel(small, Float32Array.from([1, 2, NaN, 4, 5, 6, 7, 8]));
  assert.throws(() => readTensors(bytes, 'n'), /value 2 of ‘f1.weight’ is not a finite number/);
});

test('networks go through a file unchanged', { skip }, async () => {
  const core = await openCore();
  for (const { name, notation } of core.variants()) {
    const made = core.openNotation(notation, { seed: 9 });
    const bytes = writeModel(made, core.parameters(made));
    const again = openModel(core, bytes, 'again', name);
    assert.equal(again.notation, made.notation);
    assert.deepEqual(again.input, made.input);
    assert.deepEqual(core.parameters(again).slice(), core.parameters(made).slice());
    core.close(again);
    core.close(made);
  }
});

test('files that mean no network, or another one, are refused and leave none open', { skip }, async () => {
  const core = await openCore();
  const made = core.openNotation('32x32 C6@5 S2 C16@5:table1 S2 C120@5 F84 R10');
  const good = core.parameters(made).slice();
  const changed = (change) => {
    const network = structuredClone(made), values = good.slice();
    change(network, values);
    return writeModel(network, values);
  };
  const refused = {
    'another notation': [changed((n) => { n.notation = '28x28 F10:softmax'; }), /missing|arrays/],
    'a notation that is none': [changed((n) => { n.notation = '28x28 X3'; }), /f: notation: ./],
    'a hole that is filled': [changed((n, v) => { v.fill(1); }), /which its table does not join/],
    'a scale of nothing': [changed((n) => { n.input.scale = 0; }), /input_scale/],
    'a scale that is no number': [changed((n) => { n.input.scale = 'wide'; }), /input_scale/],
    'an array more': [changed((n) => { n.layers.push({ ...n.layers.at(-1), name: 'Q9', kind: 'dense',
      maps: 1, weightCount: 1, weightOffset: 0, biasOffset: 0 }); }), /arrays/],
    'other code': [file({ __metadata__: { format: 'pt' } }, 0), /its format is ‘pt’/],
  };
  for (let i = 0; i < 3; i++) // more than networks have places
    for (const [what, [bytes, reason]] of Object.entries(refused))
      assert.throws(() => openModel(core, bytes, 'f', 'f'), reason, what);
  assert.ok(openModel(core, changed(() => {}), 'f', 'f'));
});
