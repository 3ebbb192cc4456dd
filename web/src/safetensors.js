// safetensors.js - model files of the library: float32 arrays under the names of layers, and notes.
//
// Nothing in a file is believed: not its lengths, names, shapes or places, nor that what one array
// says goes with what the next one does.

const MOST_HEADER = 1 << 20, LENGTH_BYTES = 8, FLOAT = 4;
const FORMAT = 'lenet';

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const product = (shape) => shape.reduce((a, b) => a * b, 1);

function readHeader(bytes, fail) {
  if (bytes.length < LENGTH_BYTES + 2) fail(bytes.length, 'too short for a safetensors file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = Number(view.getBigUint64(0, true));
  if (length < 2 || length > MOST_HEADER || bytes[LENGTH_BYTES] !== 0x7b) fail(0, 'no safetensors file');
  if (length > bytes.length - LENGTH_BYTES)
    fail(bytes.length, `the header has ${length} bytes, the file ends after ${bytes.length - LENGTH_BYTES}`);
  const text = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
  try {
    return { header: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)), end: LENGTH_BYTES + length };
  } catch (error) {
    return fail(LENGTH_BYTES, `header: ${error.message}`);
  }
}

function checkEntry(name, entry, fail) {
  const known = isObject(entry) && Object.keys(entry).sort().join() === 'data_offsets,dtype,shape' &&
    Array.isArray(entry.shape) && entry.shape.length <= 4 && entry.shape.every(isCount) &&
    Array.isArray(entry.data_offsets) && entry.data_offsets.length === 2 && entry.data_offsets.every(isCount);
  if (!known) fail(LENGTH_BYTES, `header: ‘${name.slice(0, 40)}’ is no array with a type, a shape and offsets`);
  if (entry.dtype !== 'F32')
    fail(LENGTH_BYTES, `header: ‘${name.slice(0, 40)}’ has the type ${String(entry.dtype).slice(0, 8)}; F32 is possible`);
  const [from, to] = entry.data_offsets;
  if (product(entry.shape) * FLOAT !== to - from)
    fail(LENGTH_BYTES, `header: the shape of ‘${name.slice(0, 40)}’ and its offsets do not fit`);
}

// The arrays must follow one another without a hole, to the very end.
function checkPlaces(entries, dataSize, fail) {
  let end = 0;
  const places = entries.map(([, entry]) => entry.data_offsets).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (const [from, to] of places) {
    if (from !== end) fail(LENGTH_BYTES, 'header: the arrays overlap or leave a hole');
    end = to;
  }
  if (end !== dataSize)
    fail(LENGTH_BYTES, `the header promises ${end} bytes of data, the file has ${dataSize}`);
}

function readFloats(bytes, at, count, name, fail) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, count * FLOAT);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    values[i] = view.getFloat32(i * FLOAT, true);
    if (!Number.isFinite(values[i])) fail(at + i * FLOAT, `value ${i} of ‘${name}’ is not a finite number`);
  }
  return values;
}

// { notes: { key: text }, arrays: Map of name to { shape, values } }. Errors name the file and the place.
export function readTensors(bytes, file) {
  const fail = (at, reason) => { throw new Error(`${file}: byte ${at}: ${reason}`); };
  const { header, end } = readHeader(bytes, fail);
  if (!isObject(header)) fail(LENGTH_BYTES, 'header: no object');
  const { __metadata__: notes = {} } = header;
  if (!isObject(notes) || !Object.values(notes).every((note) => typeof note === 'string'))
    fail(LENGTH_BYTES, 'header: __metadata__ is no object of texts');
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  for (const [name, entry] of entries) checkEntry(name, entry, fail);
  checkPlaces(entries, bytes.length - end, fail);
  return { notes, arrays: new Map(entries.map(([name, { shape, data_offsets: [from] }]) =>
    [name, { shape, values: readFloats(bytes, end + from, product(shape), name, fail) }])) };
}

// The arrays of a network's file in order: name, shape, and where they are in the parameter array.
function arraysOf(network) {
  const arrays = [];
  for (const layer of network.layers) {
    if (layer.weightCount === 0) continue;
    const name = layer.name[0].toLowerCase() + layer.name.slice(1);
    const shape = layer.kind === 'conv' ? [layer.maps, layer.inputMaps, layer.size, layer.size] :
      layer.kind === 'dense' ? [layer.maps, layer.weightCount / layer.maps] : [layer.maps];
    arrays.push({ name: `${name}.weight`, shape, offset: layer.weightOffset, layer },
      { name: `${name}.bias`, shape: [layer.maps], offset: layer.biasOffset, layer });
  }
  return arrays;
}

// A sparse table's holes must be 0, or the file means another network.
function checkHoles(core, network, layer, values, file) {
  if (layer.kind !== 'conv' || layer.table === 'full') return;
  const kernel = layer.size * layer.size;
  values.forEach((value, i) => {
    const from = Math.floor(i / kernel) % layer.inputMaps, to = Math.floor(i / kernel / layer.inputMaps);
    if (value !== 0 && !core.connected(network, layer.index, from, to))
      throw new Error(`${file}: ${layer.name} has a weight from map ${from} to map ${to}, which its table does not join`);
  });
}

function fill(core, network, arrays, file) {
  const wanted = arraysOf(network);
  for (const { name, shape, offset, layer } of wanted) {
    const found = arrays.get(name);
    if (!found) throw new Error(`${file}: the array ‘${name}’ is missing`);
    if (found.shape.join() !== shape.join())
      throw new Error(`${file}: ‘${name}’ has the shape [${found.shape.join(', ')}], the network [${shape.join(', ')}]`);
    if (name.endsWith('.weight')) checkHoles(core, network, layer, found.values, file);
    core.parameters(network).set(found.values, offset);
  }
  if (arrays.size !== wanted.length)
    throw new Error(`${file}: ${arrays.size} arrays, the network has ${wanted.length}`);
}

function noteNumber(notes, key, file) {
  const text = notes[key], value = Math.fround(Number(text));
  if (typeof text !== 'string' || text.trim() === '' || !Number.isFinite(value))
    throw new Error(`${file}: the note ‘${key}’ is missing or no number`);
  return value;
}

// Opens the network of a file; `check(network)` may refuse it.
export function openModel(core, bytes, file, name, check = () => {}) {
  const { notes, arrays } = readTensors(bytes, file);
  if (notes.format !== FORMAT)
    throw new Error(`${file}: its format is ‘${String(notes.format ?? '').slice(0, 40)}’, not ‘${FORMAT}’`);
  if (typeof notes.notation !== 'string') throw new Error(`${file}: the note ‘notation’ is missing`);
  const scale = noteNumber(notes, 'input_scale', file), offset = noteNumber(notes, 'input_offset', file);
  if (scale === 0) throw new Error(`${file}: the note ‘input_scale’ is 0, so that all pictures would look alike`);
  let network;
  try {
    network = core.openNotation(notes.notation, { name, input: { scale, offset } });
  } catch (error) {
    throw new Error(`${file}: notation: ${error.message}`);
  }
  try {
    check(network);
    fill(core, network, arrays, file);
    return network;
  } catch (error) {
    core.close(network);
    throw error.message.startsWith(file) ? error : new Error(`${file}: ${error.message}`);
  }
}

// 9 digits are those of a float32; the library reads numbers of no more than 17.
const numberText = (value) => String(Number(Number(value).toPrecision(9)));

// The file of a network with these parameters.
export function writeModel(network, parameters, notes = {}) {
  const arrays = arraysOf(network), header = { __metadata__: {
    format: FORMAT, notation: network.notation, input_scale: numberText(network.input.scale),
    input_offset: numberText(network.input.offset), ...notes } };
  let end = 0;
  for (const { name, shape } of arrays) {
    const from = end;
    end += product(shape) * FLOAT;
    header[name] = { dtype: 'F32', shape, data_offsets: [from, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8; // the data begins at a multiple of 8
  const bytes = new Uint8Array(LENGTH_BYTES + padded + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + padded);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  bytes.set(text, LENGTH_BYTES);
  let at = LENGTH_BYTES + padded;
  for (const { shape, offset } of arrays)
    for (let i = 0; i < product(shape); i++, at += FLOAT) view.setFloat32(at, parameters[offset + i], true);
  return bytes;
}
