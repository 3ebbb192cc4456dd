// build.mjs - puts the page together: one HTML file with its style, its scripts and its module inside.
//
//   node web/build.mjs MODULE.wasm PAGE.html
//
// Scripts are bundled by esbuild.
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const LIMIT = 700000; // bytes of the page, at most
const here = dirname(fileURLToPath(import.meta.url));
const [module, page] = process.argv.slice(2);

function bundle(file, ...options) {
  return execFileSync('esbuild', [join(here, 'src', file), '--minify', '--charset=utf8', ...options],
    { encoding: 'utf8', maxBuffer: 1 << 26 }).trim();
}

const pack = (bytes) => gzipSync(bytes, { level: 9 }).toString('base64');
const script = (file) => bundle(file, '--bundle', '--format=iife', '--target=es2022');
const parts = {
  STYLE: bundle('style.css'),
  CORE: pack(readFileSync(module)),
  APP: pack(script('main.js')),
  WORKER: pack(script('worker.js')),
  LOADER: script('loader.js'),
};
const text = readFileSync(join(here, 'index.html'), 'utf8')
  .replace(/\/\*(STYLE|CORE|APP|WORKER|LOADER)\*\//g, (_, name) => parts[name]);
const size = Buffer.byteLength(text);
if (size > LIMIT) {
  console.error(`lenet: the page would have ${size} bytes, ${LIMIT} are possible`);
  process.exit(1);
}
writeFileSync(`${page}.new`, text);
renameSync(`${page}.new`, page);
const sizes = Object.entries(parts).map(([name, part]) => `${name.toLowerCase()} ${Buffer.byteLength(part)}`);
console.log(`${page}: ${size} bytes (${sizes.join(', ')})`);
