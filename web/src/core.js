// core.js - the C library, compiled to WebAssembly, as the page and its worker call it.
//
// One Core is one instance with its own memory. All arithmetic is the library's; here numbers are
// only carried in and out. What is returned belongs to the caller, except where "view" is said.

const ROW_NUMBERS = 18;
const KINDS = ['pad', 'conv', 'average', 'max', 'subsample', 'dense', 'rbf'];
const ACTIVATIONS = ['linear', 'tanh', 'scaled', 'sigmoid', 'relu', 'softmax'];
const TABLES = ['full', 'table1', 'lenet1', 'lenet4'];
const OFFSETS = ['term', 'termInput', 'termWeight', 'termProduct', 'unit', 'unitBias', 'unitSum',
  'unitOutput', 'predictionConfidence', 'predictionScores', 'predictionNone', 'predictionX',
  'predictionSeen', 'line', 'lineDigit', 'lineConfidence', 'digit', 'digitConfidence', 'digitScores',
  'digitX', 'digitSeen', 'swept', 'sweptStrip', 'sweptStep', 'sweptCount', 'sweptScores', 'sweptPath',
  'stepsFactor', 'stepsLight', 'stepsStroke', 'stepsLevel', 'stepsInk'];

export const SIDE = 28, AREA = SIDE * SIDE, NONE = 10;
const MOST_TERMS = 4096;

// The library asks WASI for nothing but the time; what it would print has nowhere to go.
function wasi(memory) {
  const nowhere = () => 8; // EBADF
  return {
    clock_time_get(clock, precision, at) {
      new DataView(memory().buffer).setBigUint64(at, BigInt(Math.round(performance.now() * 1e6)), true);
      return 0;
    },
    fd_close: nowhere, fd_seek: nowhere, fd_write: nowhere,
  };
}

// `source`: a WebAssembly.Module or its bytes.
export async function createCore(source) {
  const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
  let memory;
  const instance = await WebAssembly.instantiate(module,
    { wasi_snapshot_preview1: wasi(() => memory) });
  memory = instance.exports.memory;
  instance.exports._initialize();
  return new Core(module, instance.exports);
}

class Core {
  constructor(module, calls) {
    this.module = module; // for a worker, which needs an instance of its own
    this.calls = calls;
    const at = new Int32Array(calls.memory.buffer, calls.page_offsets(), OFFSETS.length);
    this.at = Object.fromEntries(OFFSETS.map((name, i) => [name, at[i]]));
    this.terms = this.allocate(MOST_TERMS * this.at.term);
    this.unitAt = this.allocate(this.at.unit);
    this.pixelsAt = this.allocate(AREA);
    this.room = { at: 0, size: 0 };
  }

  // ---- memory ----

  allocate(size) {
    const at = this.calls.page_allocate(size);
    if (at === 0) throw new Error('no memory');
    return at;
  }

  bytes(at, count) { return new Uint8Array(this.calls.memory.buffer, at, count); } // view
  floats(at, count) { return new Float32Array(this.calls.memory.buffer, at, count); } // view
  ints(at, count) { return new Int32Array(this.calls.memory.buffer, at, count); } // view
  copyFloats(at, count) { return this.floats(at, count).slice(); }
  copyBytes(at, count) { return this.bytes(at, count).slice(); }

  text(at) {
    if (at === 0) return null;
    const all = new Uint8Array(this.calls.memory.buffer, at);
    return new TextDecoder().decode(all.slice(0, all.indexOf(0)));
  }

  withText(text, use) {
    const bytes = new TextEncoder().encode(text + '\0');
    const at = this.allocate(bytes.length);
    this.bytes(at, bytes.length).set(bytes);
    try { return use(at); } finally { this.calls.page_release(at); }
  }

  // Room for `size` bytes that the next call of this may take again.
  scratch(size) {
    if (size > this.room.size) {
      this.calls.page_release(this.room.at);
      this.room = { at: 0, size: 0 };
      this.room = { at: this.allocate(size), size };
    }
    return this.room.at;
  }

  error() { return this.text(this.calls.page_error()); }

  check(result) {
    if (result < 0) throw new Error(this.error());
    return result;
  }

  // ---- networks ----

  openBuiltin(name) {
    return this.describe(this.withText(name, (at) => this.check(this.calls.page_open_builtin(at))), name);
  }

  // With fresh weights. Without `input` the library's usual scaling.
  openNotation(notation, { name = notation, input = { scale: 0, offset: 0 }, seed = 1 } = {}) {
    const handle = this.withText(notation, (at) =>
      this.check(this.calls.page_open_network(at, input.scale, input.offset, seed)));
    return this.describe(handle, name);
  }

  close(network) { this.calls.page_close(network.handle); }

  describe(handle, name) {
    const count = this.calls.page_row_count(handle);
    const numbers = this.ints(this.calls.page_rows(handle), count * ROW_NUMBERS).slice();
    const layers = [];
    for (let i = 0; i < count; i++) {
      const n = numbers.subarray(i * ROW_NUMBERS);
      layers.push({
        index: i, name: this.text(this.calls.page_row_name(handle, i)), kind: KINDS[n[0]],
        maps: n[1], rows: n[2], columns: n[3], units: n[1] * n[2] * n[3],
        inputMaps: n[4], inputRows: n[5], inputColumns: n[6], size: n[7],
        activation: ACTIVATIONS[n[8]], table: TABLES[n[9]], weightOffset: n[10], weightCount: n[11],
        biasOffset: n[12], biasCount: n[13], parameters: n[14], connections: n[15], macs: n[16],
      });
    }
    const input = this.copyFloats(this.calls.page_input(handle), 2);
    const notation = this.note({ handle }, 'notation');
    const [inputRows, inputColumns] = notation.split(' ')[0].split('x').map(Number);
    return {
      handle, name, notation, layers, inputRows, inputColumns,
      input: { scale: input[0], offset: input[1] },
      parameterCount: numbers[17], classes: layers.at(-1).maps,
      parameters: layers.reduce((sum, l) => sum + l.parameters, 0),
      connections: layers.reduce((sum, l) => sum + l.connections, 0),
      macs: layers.reduce((sum, l) => sum + l.macs, 0),
    };
  }

  note(network, key) {
    return this.withText(key, (at) => this.text(this.calls.page_note(network.handle, at)));
  }

  parameters(network) { // view
    return this.floats(this.calls.page_parameters(network.handle), network.parameterCount);
  }

  variants() {
    const all = [];
    for (let i = 0; this.calls.page_variant(i, 0) !== 0; i++)
      all.push({ name: this.text(this.calls.page_variant(i, 0)),
        source: this.text(this.calls.page_variant(i, 1)),
        notation: this.text(this.calls.page_variant(i, 2)) });
    return all;
  }

  connected(network, row, from, to) {
    return this.calls.page_connected(network.handle, row, from, to) !== 0;
  }

  // Class k of 10 digits or of the 95 printable characters: [12][7], +1 ink.
  code(classes, k) { return this.copyFloats(this.calls.page_code(classes, k), 84); }

  // ---- one picture of 28x28, 0 paper .. 255 ink ----

  classify(network, pixels) {
    network.last = pixels;
    this.bytes(this.pixelsAt, AREA).set(pixels);
    const at = this.scratch(network.classes * 4);
    this.check(this.calls.page_classify(network.handle, this.pixelsAt, SIDE, SIDE, 1, at));
    return this.copyFloats(at, network.classes);
  }

  // The same of the picture whose maps, sums and units are looked at from now on, whatever else is
  // classified in between.
  look(network, pixels) {
    network.shown = pixels;
    return this.classify(network, pixels);
  }

  lookAgain(network) {
    if (network.last !== network.shown) this.classify(network, network.shown);
  }

  // Feature maps [map][row][column], after the activation.
  maps(network, row) {
    this.lookAgain(network);
    const { units } = network.layers[row], at = this.scratch(units * 4);
    this.check(this.calls.page_maps(network.handle, row, at));
    return this.copyFloats(at, units);
  }

  // The same before the activation; null of the border in front of the first layer.
  sums(network, row) {
    if (row === 0 && network.layers[0].kind === 'pad') return null;
    this.lookAgain(network);
    const { units } = network.layers[row], at = this.scratch(units * 4);
    this.check(this.calls.page_sums(network.handle, row, at));
    return this.copyFloats(at, units);
  }

  // The arithmetic of one unit: sum = products + bias, output = activation(sum).
  unit(network, row, map, y, x) {
    this.lookAgain(network);
    this.check(this.calls.page_unit(network.handle, row, map, y, x, MOST_TERMS, this.terms, this.unitAt));
    const unit = new DataView(this.calls.memory.buffer, this.unitAt, this.at.unit);
    const count = unit.getUint32(0, true), terms = [];
    const view = new DataView(this.calls.memory.buffer, this.terms);
    for (let i = 0; i < Math.min(count, MOST_TERMS); i++) {
      const from = i * this.at.term;
      terms.push({
        map: view.getInt32(from, true), row: view.getInt32(from + 4, true),
        column: view.getInt32(from + 8, true), input: view.getFloat32(from + this.at.termInput, true),
        weight: view.getFloat32(from + this.at.termWeight, true),
        product: view.getFloat32(from + this.at.termProduct, true),
      });
    }
    return { count, terms, bias: unit.getFloat32(this.at.unitBias, true),
      sum: unit.getFloat32(this.at.unitSum, true), output: unit.getFloat32(this.at.unitOutput, true) };
  }

  // What the unit depends on in the input of row `of`.
  field(network, row, y, x, of) {
    const at = this.calls.page_field(network.handle, row, y, x, of);
    if (at === 0) throw new Error(this.error());
    const [top, left, rows, columns] = this.ints(at, 4);
    return { row: top, column: left, rows, columns };
  }

  // A new picture; fields of `d` that are missing change nothing.
  distort(pixels, { wide = 1, high = 1, shear = 0, rotate = 0, right = 0, down = 0, stroke = 0,
    noise = 0 }, seed = 1) {
    this.bytes(this.pixelsAt, AREA).set(pixels);
    this.check(this.calls.page_distort(wide, high, shear, rotate, right, down, stroke, noise, seed,
      this.pixelsAt));
    return this.copyBytes(this.pixelsAt, AREA);
  }

  synthetic(seed, index) {
    const label = this.calls.page_synthetic(seed, index, this.pixelsAt);
    return { label, pixels: this.copyBytes(this.pixelsAt, AREA) };
  }

  // ---- pictures of any size: { width, height, data: RGBA } as ImageData is ----

  withImage(image, call) {
    const at = this.scratch(image.data.length);
    this.bytes(at, image.data.length).set(image.data);
    return call(at, image.width, image.height);
  }

  // The one digit of a picture, or null where it has no ink.
  predict(image) {
    const at = this.withImage(image, this.calls.page_predict);
    if (at === 0) {
      if (this.calls.page_no_digit()) return null;
      throw new Error(this.error());
    }
    const view = new DataView(this.calls.memory.buffer, at), x = this.at.predictionX;
    return {
      digit: view.getInt32(0, true), confidence: view.getFloat32(this.at.predictionConfidence, true),
      scores: this.copyFloats(at + this.at.predictionScores, 10),
      none: view.getFloat32(this.at.predictionNone, true),
      box: [0, 4, 8, 12].map((i) => view.getInt32(x + i, true)),
      seen: this.copyBytes(at + this.at.predictionSeen, AREA),
    };
  }

  // The picture taken apart, or null where it is of one tone.
  steps(image) {
    const at = this.withImage(image, this.calls.page_steps);
    if (at === 0) {
      if (this.calls.page_no_digit()) return null;
      throw new Error(this.error());
    }
    const view = new DataView(this.calls.memory.buffer, at);
    const width = view.getInt32(0, true), height = view.getInt32(4, true);
    return {
      width, height, factor: view.getInt32(this.at.stepsFactor, true),
      light: view.getUint8(this.at.stepsLight) !== 0,
      stroke: view.getFloat64(this.at.stepsStroke, true),
      level: this.copyBytes(view.getUint32(this.at.stepsLevel, true), width * height),
      ink: this.copyBytes(view.getUint32(this.at.stepsInk, true), width * height),
    };
  }

  // All lines of digits.
  read(image) {
    const at = this.withImage(image, this.calls.page_read);
    if (at === 0) throw new Error(this.error());
    const view = new DataView(this.calls.memory.buffer), lines = [];
    const first = view.getUint32(at + 4, true);
    for (let i = 0; i < view.getInt32(at, true); i++) {
      const line = first + i * this.at.line, from = view.getUint32(line + this.at.lineDigit, true);
      const digits = [];
      for (let k = 0; k < view.getInt32(line, true); k++) {
        const d = from + k * this.at.digit;
        digits.push({
          digit: view.getInt32(d, true), confidence: view.getFloat32(d + this.at.digitConfidence, true),
          scores: this.copyFloats(d + this.at.digitScores, 11),
          box: [0, 4, 8, 12].map((o) => view.getInt32(d + this.at.digitX + o, true)),
          seen: this.copyBytes(d + this.at.digitSeen, AREA),
        });
      }
      lines.push({ digits, confidence: view.getFloat32(line + this.at.lineConfidence, true) });
    }
    return lines;
  }

  // The same lines as the space displacement network meets them, with what it says of each window.
  sweep(image) {
    const at = this.withImage(image, this.calls.page_sweep);
    if (at === 0) throw new Error(this.error());
    const view = new DataView(this.calls.memory.buffer), lines = [];
    const first = view.getUint32(at + 4, true);
    for (let i = 0; i < view.getInt32(at, true); i++) {
      const l = first + i * this.at.swept, width = view.getInt32(l, true);
      const count = view.getInt32(l + this.at.sweptCount, true);
      lines.push({
        width, step: view.getInt32(l + this.at.sweptStep, true), count,
        strip: this.copyBytes(view.getUint32(l + this.at.sweptStrip, true), width * SIDE),
        scores: this.copyFloats(view.getUint32(l + this.at.sweptScores, true), count * 11),
        path: this.copyBytes(view.getUint32(l + this.at.sweptPath, true), count),
      });
    }
    return lines;
  }

  // The least confidence of digits (or lines) that may be answered at this rate of errors.
  threshold(lines, wanted) { return this.calls.page_threshold(lines ? 1 : 0, wanted); }

  // ---- training ----

  // Room for `count` samples; what was there before is gone, and so is the training on it.
  openData(count) {
    this.dataCount = 0;
    this.dataAt = this.calls.page_data(count);
    if (this.dataAt === 0) throw new Error(`no memory for ${count} pictures`);
    this.dataCount = count;
  }

  drawData(seed, first, count) { this.calls.page_data_draw(seed, first, count); }
  dataPixels() { return this.bytes(this.dataAt, this.dataCount * AREA); } // view
  dataLabels() { return this.bytes(this.dataAt + this.dataCount * AREA, this.dataCount); } // view

  usualRate(network) { return this.calls.page_usual_rate(network.handle); }

  // Begins to train `network` on all but the last `validation` samples of the room.
  train(network, { validation, epochs, batch, rate, seed }) {
    this.check(this.calls.page_train(network.handle, validation, epochs, batch, rate, seed));
  }

  // Trains for about so long: 0 in the midst of an epoch, 1 at its end, 2 at the end of all.
  trainOn(milliseconds) { return this.check(this.calls.page_train_on(milliseconds)); }

  // Losses and errors are of the last whole epoch, but for `loss`, the mean of this one so far.
  trainState() {
    const view = new DataView(this.calls.memory.buffer, this.calls.page_train_state(), 80);
    const [epoch, epochs, done, total, loss, trainLoss, trainError, validationLoss, validationError] =
      Array.from({ length: 9 }, (_, i) => view.getFloat64(8 * i, true));
    return { epoch, epochs, done, total, loss, trainLoss, trainError, validationLoss, validationError };
  }
}
