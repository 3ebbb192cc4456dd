// build.mjs - lays the npm package out: what is here, the page's core, its module, the licence.
//
//   node js/build.mjs MODULE.wasm FOLDER
//
// The version is that of include/lenet.h.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url)), root = dirname(here);
const [module, folder] = process.argv.slice(2);
const header = readFileSync(join(root, 'include/lenet.h'), 'utf8');
const [, version] = /#define LENET_VERSION "(.*)"/.exec(header);
const { name, ...about } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const copy = (from, to) => copyFileSync(from, join(folder, to));
for (const file of ['index.js', 'node.js', 'lenet.js', 'index.d.ts', 'README.md']) copy(join(here, file), file);
for (const file of ['core.js', 'safetensors.js']) copy(join(root, 'web/src', file), file);
copy(join(root, 'LICENSE'), 'LICENSE');
copy(module, 'lenet.wasm');
writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version, ...about }, null, 2)}\n`);
console.log(`${folder}: ${name} ${version}`);
