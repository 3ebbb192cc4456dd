// node.js - the package under node, which reads the module from its file.
import { readFile } from 'node:fs/promises';
import { openLenet } from './lenet.js';

export { Lenet, Network } from './lenet.js';

export async function open(module) {
  return openLenet(module ?? await readFile(new URL('./lenet.wasm', import.meta.url)));
}
