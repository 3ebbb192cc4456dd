// lenet.js - what the package offers, over core.js, which is the page's: arguments are checked here,
// and pictures and networks get the form that people have them in. index.d.ts says what each call takes.
import { AREA, createCore, NONE, SIDE } from './core.js';
import { openModel, writeModel } from './safetensors.js';

const SLICE = 40; // milliseconds of training between two looks at what else waits

const pause = () => new Promise((done) => { setTimeout(done); });
const isBytes = (data) => data instanceof Uint8Array || data instanceof Uint8ClampedArray;

export async function openLenet(module) { return new Lenet(await createCore(module)); }

// As ImageData is: RGBA. Grey and RGB are widened.
function asRgba(image) {
  const { width, height, data } = image ?? {};
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1 || !isBytes(data))
    throw new TypeError('a picture is { width, height, data }, with bytes as data');
  const channels = data.length / (width * height);
  if (channels === 4) return image;
  if (channels !== 1 && channels !== 3)
    throw new TypeError(`a picture of ${width} x ${height} has 1, 3 or 4 bytes a pixel, not ${data.length} in all`);
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++)
    for (let k = 0; k < 3; k++) rgba[4 * i + k] = data[channels * i + (channels === 3 ? k : 0)];
  return { width, height, data: rgba };
}

function countOf(pixels) {
  if (!isBytes(pixels) || pixels.length === 0 || pixels.length % AREA !== 0)
    throw new TypeError(`pixels are bytes, ${SIDE} x ${SIDE} a picture`);
  return pixels.length / AREA;
}

const named = ([x, y, width, height]) => ({ x, y, width, height });
const withBox = (found) => ({ ...found, box: named(found.box) });

export class Network {
  #core;
  #it;

  constructor(core, it) {
    this.#core = core;
    this.#it = it;
    this.notation = it.notation;
    this.classes = it.classes;
    this.layers = it.layers;
  }

  // Used by Lenet alone.
  get handle() {
    if (!this.#it) throw new Error('the network is closed');
    return this.#it;
  }

  get parameters() { return this.#core.parameters(this.handle).slice(); }

  set parameters(values) {
    const all = this.#core.parameters(this.handle);
    if (values?.length !== all.length) throw new TypeError(`the network has ${all.length} parameters`);
    all.set(values);
  }

  note(key) { return this.#core.note(this.handle, key) || null; }

  classify(pixels) {
    const count = countOf(pixels), all = new Float32Array(count * this.classes);
    for (let i = 0; i < count; i++) {
      const picture = pixels.subarray(i * AREA, (i + 1) * AREA);
      all.set(this.#core.classify(this.handle, picture), i * this.classes);
    }
    return all;
  }

  maps(pixels) {
    if (countOf(pixels) !== 1) throw new TypeError('feature maps are those of one picture');
    this.#core.look(this.handle, pixels);
    return this.layers.map((layer) => this.#core.maps(this.handle, layer.index));
  }

  save(notes) { return writeModel(this.handle, this.parameters, notes); }

  close() {
    if (this.#it) this.#core.close(this.#it);
    this.#it = null;
  }
}

export class Lenet {
  #core;
  #training = false;
  #usual = null;

  constructor(core) { this.#core = core; }

  get version() { return this.#core.text(this.#core.calls.page_version()); }

  predict(image) {
    const found = this.#core.predict(asRgba(image));
    return found && { ...withBox(found), isDigit: found.none <= 0.5 };
  }

  read(image) {
    return this.#core.read(asRgba(image)).map(({ digits, confidence }) => ({
      text: digits.map(({ digit }) => digit).join(''), confidence, digits: digits.map(withBox),
    }));
  }

  rejectThreshold(error, { lines = false } = {}) { return this.#core.threshold(lines, error); }

  load(model = 'lenet5-modern') {
    if (typeof model === 'string') return new Network(this.#core, this.#core.openBuiltin(model));
    if (!(model instanceof Uint8Array)) throw new TypeError('a model is a name, or the bytes of its file');
    return new Network(this.#core, openModel(this.#core, model, 'model', 'model'));
  }

  create(net, { seed = 1 } = {}) {
    const notation = this.#core.variants().find(({ name }) => name === net)?.notation ?? String(net);
    return new Network(this.#core, this.#core.openNotation(notation, { seed }));
  }

  classify(pixels) {
    this.#usual ??= this.load();
    return this.#usual.classify(pixels);
  }

  synthetic(count, { seed = 1 } = {}) {
    const pixels = new Uint8Array(count * AREA), labels = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const digit = this.#core.synthetic(seed, i);
      pixels.set(digit.pixels, i * AREA);
      labels[i] = digit.label;
    }
    return { pixels, labels };
  }

  #begin(network, { pixels, labels }, { validation, epochs, batch, rate, seed }) {
    const count = countOf(pixels);
    if (labels?.length !== count) throw new TypeError(`there are ${count} pictures and ${labels?.length} labels`);
    if (!Array.prototype.every.call(labels, (label) => Number.isInteger(label) && label >= 0 && label < NONE))
      throw new TypeError('labels are 0 to 9');
    if (![validation, epochs, batch, seed].every((n) => Number.isInteger(n) && n >= 0) || !(rate >= 0))
      throw new TypeError('validation, epochs, batch and seed are whole numbers, rate is a number');
    this.#core.openData(count);
    this.#core.dataPixels().set(pixels);
    this.#core.dataLabels().set(labels);
    this.#core.train(network.handle, { validation, epochs, batch, rate, seed });
  }

  async train(net, data, { epochs = 5, batch = 64, rate = 0, validation = 0, seed = 1, onEpoch, onSlice } = {}) {
    if (this.#training) throw new Error('a training is under way: open() gives another library for a second one');
    const network = net instanceof Network ? net : this.create(net, { seed });
    const done = [];
    this.#training = true;
    try {
      this.#begin(network, data, { validation, epochs, batch, rate, seed });
      for (let end = 0; end < 2;) {
        end = this.#core.trainOn(SLICE);
        const state = this.#core.trainState();
        if (end > 0) {
          const { epoch, trainLoss, trainError, validationLoss, validationError } = state;
          done.push({ epoch, trainLoss, trainError, validationLoss, validationError });
          if (await onEpoch?.(done.at(-1)) === false) break;
        }
        if (await onSlice?.(state) === false) break;
        await pause();
      }
      return { network, epochs: done };
    } catch (error) {
      if (network !== net) network.close();
      throw error;
    } finally {
      this.#training = false;
    }
  }
}
