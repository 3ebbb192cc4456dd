// index.js - the package where there is fetch and the module stands beside this file: browsers.
import { openLenet } from './lenet.js';

export { Lenet, Network } from './lenet.js';

async function fetchModule() {
  const answer = await fetch(new URL('./lenet.wasm', import.meta.url));
  if (!answer.ok) throw new Error(`lenet.wasm: ${answer.status} ${answer.statusText}`);
  return answer.arrayBuffer();
}

export async function open(module) { return openLenet(module ?? await fetchModule()); }
