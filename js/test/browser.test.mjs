import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { command, folder, noCommand, root } from './helpers.mjs';

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const skip = noCommand || (existsSync(chromium) ? false : 'no Chromium');
const KINDS = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html', jpg: 'image/png' };

// Serves the page of docs/embedding.md, a picture as photo.jpg, and the package.
function serve(picture) {
  const [, page] = /^```html\n([^]*?)^```$/m.exec(readFileSync(join(root, 'docs/embedding.md'), 'utf8'));
  const files = { '/page.html': page, '/photo.jpg': readFileSync(picture) };
  const server = createServer(({ url }, answer) => {
    const of = /^\/lenet-wasm\/([\w.]+)$/.exec(url);
    const body = files[url] ?? (of && existsSync(join(folder, of[1])) ? readFileSync(join(folder, of[1])) : null);
    answer.writeHead(body === null ? 404 : 200, { 'content-type': KINDS[url.split('.').at(-1)] ?? 'text/plain' });
    answer.end(body ?? '');
  });
  return new Promise((done) => { server.listen(0, '127.0.0.1', () => done(server)); });
}

test('the page of the documentation reads a picture in Chromium', { skip }, async () => {
  const place = mkdtempSync(join(tmpdir(), 'lenet-'));
  try {
    execFileSync(process.env.LENET, ['data', 'make', 'strings', join(place, 's'), '--from', 'synthetic:600', '--count', '1',
      '--seed', '2', '--quiet']);
    const picture = execFileSync('find', [join(place, 's'), '-name', '*.png'], { encoding: 'utf8' }).trim().split('\n')[0];
    const server = await serve(picture);
    const { stdout } = await promisify(execFile)(chromium, ['--headless', '--no-sandbox', '--disable-gpu',
      `--user-data-dir=${join(place, 'profile')}`, '--virtual-time-budget=60000', '--dump-dom',
      `http://127.0.0.1:${server.address().port}/page.html`], { timeout: 120000 });
    server.close();
    const shown = stdout.replace(/<script[^]*?<\/script>/, '').replace(/<[^>]*>/g, '').trim();
    assert.equal(shown, command('read', picture).text.replaceAll('\n', ' '));
    assert.match(shown, /^\d+$/);
  } finally {
    rmSync(place, { recursive: true, force: true, maxRetries: 5 });
  }
});
