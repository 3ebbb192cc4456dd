import { readFileSync } from 'node:fs';
import { createCore } from '../src/core.js';

const path = process.env.LENET_PAGE_WASM;

// For tests that need the module: skip where there is none.
export const skip = path ? false : 'LENET_PAGE_WASM names no module';
export const openCore = () => createCore(readFileSync(path));
