/** A picture as ImageData has it, RGBA; or grey or RGB, 1 or 3 bytes a pixel. Dark on light or light on dark. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Pixels of the picture. */
export interface Box { x: number; y: number; width: number; height: number }

export interface Prediction {
  digit: number;
  /** Probability of `digit`. */
  confidence: number;
  /** Of 0 to 9; with `none` their sum is 1. */
  scores: Float32Array;
  /** Probability that it is no digit. */
  none: number;
  /** `none` is at most one half. */
  isDigit: boolean;
  /** Of its ink. */
  box: Box;
  /** What the network saw: 28 x 28, 0 paper to 255 ink. */
  seen: Uint8Array;
}

export interface Digit {
  digit: number;
  /** 0 to 1, that just here is just this digit. */
  confidence: number;
  /** Of 0 to 9 and of no digit; their sum is 1. */
  scores: Float32Array;
  box: Box;
  seen: Uint8Array;
}

export interface Line {
  /** The digits as a text: "1998". */
  text: string;
  /** 0 to 1, that the line is just these digits. */
  confidence: number;
  /** From left to right. */
  digits: Digit[];
}

export interface Layer {
  index: number;
  name: string;
  kind: 'pad' | 'conv' | 'average' | 'max' | 'subsample' | 'dense' | 'rbf';
  activation: 'linear' | 'tanh' | 'scaled' | 'sigmoid' | 'relu' | 'softmax';
  table: 'full' | 'table1' | 'lenet1' | 'lenet4';
  size: number;
  maps: number; rows: number; columns: number; units: number;
  inputMaps: number; inputRows: number; inputColumns: number;
  weightOffset: number; weightCount: number; biasOffset: number; biasCount: number;
  parameters: number; connections: number; macs: number;
}

export interface Data {
  /** 28 x 28 bytes a picture, 0 paper to 255 ink. */
  pixels: Uint8Array;
  /** One a picture, 0 to 9. */
  labels: ArrayLike<number>;
}

export interface Epoch {
  /** From 1. */
  epoch: number;
  trainLoss: number;
  /** Fraction wrong while learning. */
  trainError: number;
  /** NaN without validation pictures. */
  validationLoss: number;
  validationError: number;
}

export interface Progress extends Epoch {
  epochs: number;
  /** Pictures of this epoch. */
  done: number;
  total: number;
  /** Mean loss of this epoch so far. */
  loss: number;
}

export interface TrainOptions {
  /** 5 */
  epochs?: number;
  /** Pictures a step: 64. */
  batch?: number;
  /** Learning rate; 0, and without one: what suits the network. */
  rate?: number;
  /** So many of the last pictures are not learned from, but measured after each epoch: 0. */
  validation?: number;
  /** Decides the weights of a new network and the order of pictures: 1. */
  seed?: number;
  /** Heard after each epoch; false stops the training. */
  onEpoch?(epoch: Epoch): unknown;
  /** Heard some 25 times a second; false stops the training. */
  onSlice?(progress: Progress): unknown;
}

/** A network with its parameters. At most 8 are open at once. */
export class Network {
  private constructor();
  /** "28x28 P2 C6@5:tanh ..." */
  readonly notation: string;
  readonly classes: number;
  readonly layers: readonly Layer[];
  /** All parameters, a copy: [weights, biases] of each layer in PyTorch's order. Setting copies too. */
  parameters: Float32Array;
  /** A note of the model, such as "test_error", or null. */
  note(key: string): string | null;
  /** Probabilities, [picture][class], of pictures of 28 x 28 bytes each, 0 paper to 255 ink. */
  classify(pixels: Uint8Array): Float32Array;
  /** What each layer makes of one picture, [map][row][column], after its activation. */
  maps(pixels: Uint8Array): Float32Array[];
  /** A .safetensors file, which load() and the command `lenet` read. */
  save(notes?: Record<string, string>): Uint8Array;
  /** Gives its memory back. */
  close(): void;
}

/** The library with a memory of its own. */
export class Lenet {
  private constructor();
  readonly version: string;
  /** The one digit of a picture, the largest; null where there is no ink that could be one. */
  predict(image: Picture): Prediction | null;
  /** All digits, line by line from top to bottom. */
  read(image: Picture): Line[];
  /** The least confidence of digits, or lines, to answer by so that about `error` (0 to 1) of the answers are wrong. */
  rejectThreshold(error: number, options?: { lines?: boolean }): number;
  /** A model that ships: "lenet5-modern" (without a name), "lenet5", "lenet5-1998"; or that of a .safetensors file. */
  load(model?: string | Uint8Array): Network;
  /** A network with fresh weights, by its name or its one-line notation. */
  create(net: string, options?: { seed?: number }): Network;
  /** load().classify(pixels) */
  classify(pixels: Uint8Array): Float32Array;
  /** Handwritten digits, drawn. */
  synthetic(count: number, options?: { seed?: number }): { pixels: Uint8Array; labels: Uint8Array };
  /** Trains a network in place, or a new one by its name or notation; others run in between. One at a time. */
  train(net: Network | string, data: Data, options?: TrainOptions): Promise<{ network: Network; epochs: Epoch[] }>;
}

/** Opens the library; `module` in place of the lenet.wasm that stands beside the package's files. */
export function open(module?: WebAssembly.Module | BufferSource): Promise<Lenet>;
