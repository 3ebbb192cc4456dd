import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const folder = process.env.LENET_NPM_PACKAGE;
// For tests that need the package: skip where there is none.
export const skip = folder ? false : 'LENET_NPM_PACKAGE names no package';
export const load = () => import(pathToFileURL(join(folder, 'node.js')));

const lenet = process.env.LENET;
export const noCommand = skip || (lenet && existsSync(lenet) ? false : 'LENET names no command');
export const command = (...words) => JSON.parse(execFileSync(lenet, [...words, '--json'], { encoding: 'utf8' }));

export function sample(name) {
  const file = readFileSync(join(root, 'examples/samples', name));
  const [, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.toString('latin1')).map(Number);
  return { width, height, data: file.subarray(file.length - width * height) };
}

// A folder in which the package is installed, and the examples are.
export function project(use) {
  const place = mkdtempSync(join(tmpdir(), 'lenet-'));
  try {
    mkdirSync(join(place, 'node_modules'));
    symlinkSync(folder, join(place, 'node_modules/lenet-wasm'));
    symlinkSync(join(root, 'examples'), join(place, 'examples'));
    return use(place);
  } finally {
    rmSync(place, { recursive: true });
  }
}
