import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { command, folder, load, noCommand, project, root, sample, skip } from './helpers.mjs';

// Of a text, or of one section of it.
function examples(path, section) {
  const text = readFileSync(join(root, path), 'utf8');
  const part = section ? text.split(`\n## ${section}\n`)[1].split('\n## ')[0] : text;
  return [...part.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, example]) => example);
}

const run = (text) => project((place) => {
  writeFileSync(join(place, 'example.mjs'), text);
  return execFileSync('node', ['example.mjs'], { cwd: place, encoding: 'utf8' }).trimEnd().split('\n');
});

test('the package holds what it should and nothing else', { skip }, () => {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--offline'],
    { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  assert.deepEqual(packed.files.map(({ path }) => path).sort(), ['LICENSE', 'README.md', 'core.js', 'index.d.ts',
    'index.js', 'lenet.js', 'lenet.wasm', 'node.js', 'package.json', 'safetensors.js']);
  assert.ok(packed.size < 700000, `${packed.size} bytes packed`);
});

test('nothing runs when it is installed, and it needs nothing', { skip }, () => {
  const about = JSON.parse(readFileSync(join(folder, 'package.json')));
  for (const key of ['scripts', 'dependencies', 'optionalDependencies', 'peerDependencies', 'bin'])
    assert.equal(about[key], undefined, key);
  assert.match(readFileSync(join(root, 'include/lenet.h'), 'utf8'), new RegExp(`LENET_VERSION "${about.version}"`));
});

test('the core is the page’s, byte for byte', { skip }, () => {
  for (const file of ['core.js', 'safetensors.js'])
    assert.ok(readFileSync(join(folder, file)).equals(readFileSync(join(root, 'web/src', file))), file);
});

test('the types name what there is', { skip }, async () => {
  const { Lenet, Network, open } = await load(), lenet = await open();
  const text = readFileSync(join(folder, 'index.d.ts'), 'utf8');
  for (const [name, object] of [['Lenet', lenet], ['Network', lenet.create('28x28 F10:softmax')]]) {
    const [, body] = new RegExp(`export class ${name} {([^]*?)\n}`).exec(text);
    const declared = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, member]) => member);
    const there = [...Object.getOwnPropertyNames(Object.getPrototypeOf(object)), ...Object.keys(object)];
    assert.deepEqual([...new Set(declared)].sort(), there.filter((m) => !['constructor', 'handle'].includes(m)).sort());
  }
  assert.ok(Lenet && Network);
});

test('the entry for browsers fetches the module from beside itself', { skip }, async (t) => {
  t.mock.method(globalThis, 'fetch', async (url) => new Response(readFileSync(url)));
  const { open } = await import(join(folder, 'index.js'));
  assert.equal((await open()).predict(sample('seven.pgm')).digit, 7);
  t.mock.method(globalThis, 'fetch', async () => new Response('', { status: 404, statusText: 'Not Found' }));
  await assert.rejects(open(), /lenet.wasm: 404 Not Found/);
});

test('the examples of the documentation do what they say', { skip }, () => {
  const [reading, training, ...rest] = examples('docs/embedding.md', 'JavaScript');
  assert.equal(rest.length, 0);
  assert.deepEqual(run(reading).map((line) => line.split(' ')[0]), ['1998', '4507']);
  const lines = run(training);
  assert.deepEqual(lines.slice(0, 2).map((line) => line.split(' ')[0]), ['1', '2']);
  const [readme] = examples('js/README.md');
  assert.match(run(readme)[0], /^\d \(\d+\.\d %\)$/);
});

test('the answers are those of the command', { skip: noCommand }, async () => {
  const lenet = await (await load()).open();
  for (const name of ['two.pgm', 'five.pgm', 'eight.pgm']) {
    const wanted = command('predict', join(root, 'examples/samples', name)), found = lenet.predict(sample(name));
    assert.equal(found.digit, wanted.digit);
    assert.deepEqual(Object.values(found.box), wanted.box);
    assert.ok(Math.abs(found.confidence - wanted.confidence) < 0.05, name); // weights are rounded
  }
  const lines = command('read', join(root, 'examples/samples/lines.pgm'));
  assert.equal(lenet.read(sample('lines.pgm')).map(({ text }) => text).join('\n'), lines.text);
});
