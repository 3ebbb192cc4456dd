// idx.js - files of pictures and labels as MNIST has them (IDX), plain or packed by gzip.

const MAGIC = { images: 0x00000803, labels: 0x00000801 };
const HEAD = { images: 16, labels: 8 };
const SIDE = 28, MOST = 100000; // pictures; 78 MB of them

const hex = (n) => `0x${n.toString(16).padStart(8, '0')}`;

// What the first bytes of a file promise: { kind, count, size }. Errors name the file and the place.
function readIdxHead(bytes, name) {
  const fail = (at, reason) => { throw new Error(`${name}: byte ${at}: ${reason}`); };
  if (bytes.length < HEAD.labels) fail(bytes.length, 'the file ends in its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const magic = view.getUint32(0), count = view.getUint32(4);
  const kind = Object.keys(MAGIC).find((k) => MAGIC[k] === magic);
  if (!kind) fail(0, `no IDX file of images or labels: it begins with ${hex(magic)}`);
  if (bytes.length < HEAD[kind]) fail(bytes.length, 'the file ends in its header');
  if (count < 1 || count > MOST) fail(4, `${count} entries; 1 to ${MOST} are possible here`);
  if (kind === 'labels') return { kind, count, size: HEAD.labels + count };
  const rows = view.getUint32(8), columns = view.getUint32(12);
  if (rows !== SIDE || columns !== SIDE)
    fail(8, `pictures of ${rows}x${columns}; this page learns from ${SIDE}x${SIDE}`);
  return { kind, count, size: HEAD.images + count * SIDE * SIDE };
}

// { kind: 'images' | 'labels', count, data }
export function parseIdx(bytes, name) {
  const { kind, count, size } = readIdxHead(bytes, name);
  if (bytes.length !== size)
    throw new Error(`${name}: byte ${Math.min(bytes.length, size)}: ${bytes.length < size ? 'the file ends' : 'more follows'}; ${count} ${kind} have ${size} bytes, the file ${bytes.length}`);
  const data = bytes.subarray(HEAD[kind]);
  const wrong = kind === 'labels' ? data.findIndex((label) => label > 9) : -1;
  if (wrong >= 0) throw new Error(`${name}: byte ${HEAD.labels + wrong}: label ${wrong} is ${data[wrong]}; digits are 0 to 9`);
  return { kind, count, data };
}

// All bytes of a stream, but no more than its own header promises (and one, to tell that there are more):
// a small packed file may unpack to any size.
async function readPromised(stream, name) {
  const reader = stream.getReader(), parts = [];
  let length = 0, most = Infinity;
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw new Error(`${name}: it cannot be read or unpacked: ${error.message}`);
    });
    if (done) break;
    parts.push(value);
    length += value.length;
    if (most === Infinity && length >= HEAD.images)
      most = readIdxHead(await joined(parts), name).size;
    if (length > most) {
      await reader.cancel();
      break;
    }
  }
  return joined(parts);
}

const joined = async (parts) => new Uint8Array(await new Blob(parts).arrayBuffer());

// `file`: a File or Blob with a name.
export async function openIdx(file) {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const stream = packed ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  return parseIdx(await readPromised(stream, file.name), file.name);
}

// Images and labels that belong together, or an Error that says what does not fit.
export function pairOf(images, labels) {
  if (images.count !== labels.count)
    throw new Error(`${images.count} pictures and ${labels.count} labels do not belong together`);
  return { pixels: images.data, labels: labels.data, count: images.count };
}
