// browser.mjs - opens the page in Chromium, as people do: from its file, without a network.
//
// $LENET_PAGE_HTML: the page; $LENET_PLAYWRIGHT: playwright-core; $LENET_SHOTS: where pictures of the
// screen go, if they are wanted.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as zlib from 'node:zlib';

const { chromium } = await import(pathToFileURL(process.env.LENET_PLAYWRIGHT));
const ADDRESS = pathToFileURL(process.env.LENET_PAGE_HTML).href;
const ARGUMENTS = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
  '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

let browser = null;
export async function launch() {
  browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS });
  return browser;
}
export async function close() { await browser?.close(); }

// A fresh page that is ready; `address` where it is not the usual one. Whatever it says on its console, and whatever it asks of a network, fails
// the test through page.complaints.
export async function open({ hash = '', address = ADDRESS, ...options } = {}) {
  const context = await (await launch()).newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type()) && !/GPU stall|GL Driver/.test(m.text())) page.complaints.push(m.text()); });
  page.on('pageerror', (error) => page.complaints.push(error.stack));
  page.on('request', (request) => { if (!/^(file|blob|data):/.test(request.url())) page.complaints.push(request.url()); });
  await context.setOffline(true);
  await page.goto(address + hash);
  await page.waitForSelector('html[data-ready=yes]', { timeout: 30000 });
  return page;
}

export async function done(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

export const state = (page, read) => page.evaluate(`(${read})(lenet.store.state, lenet.core)`);
export const answer = (page) => page.getAttribute('#answer', 'data-digit');
export const expectAnswer = (page, digit) =>
  page.waitForFunction((d) => document.getElementById('answer').dataset.digit === d, String(digit), { timeout: 10000 });

export async function shot(page, name) {
  if (process.env.LENET_SHOTS) await page.screenshot({ path: join(process.env.LENET_SHOTS, `${name}.png`), fullPage: true });
}

// A line through points of the element, in parts of its sides.
export async function draw(page, selector, strokes) {
  const box = await page.locator(selector).boundingBox();
  for (const points of strokes) {
    const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
    await page.mouse.move(...at(points[0]));
    await page.mouse.down();
    for (const point of points.slice(1)) await page.mouse.move(...at(point), { steps: 8 });
    await page.mouse.up();
  }
}

// Files { name, mimeType, buffer } that someone lets fall on the page.
export const dropFiles = (page, files) => page.evaluate((all) => {
  const data = new DataTransfer();
  for (const { name, type, bytes } of all)
    data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
}, files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType === 'application/octet-stream' ? '' : mimeType, bytes: buffer.toString('base64') })));

// A grey PNG of width x height pixels from grey(x, y) -> 0..255.
export function png(width, height, grey) {
  const raw = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) raw[y * (width + 1) + 1 + x] = grey(x, y);
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(raw)), chunk('IEND', Buffer.alloc(0))]);
}

// zlib.crc32 is younger than Node 18.
function crc(bytes) {
  if (zlib.crc32) return zlib.crc32(bytes);
  let c = ~0;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}

// A photograph of a handwritten digit: dark ink on grey paper, half of it in a soft shadow.
export function photograph(pixels) {
  return png(400, 400, (x, y) => {
    const shadow = Math.min(1, Math.max(0, (x + y - 380) / 120));
    const paper = 215 - 0.12 * x - 45 * shadow, u = Math.floor((x - 116) / 6), v = Math.floor((y - 116) / 6);
    const ink = u >= 0 && u < 28 && v >= 0 && v < 28 ? pixels[v * 28 + u] / 255 : 0;
    return Math.round(paper * (1 - 0.75 * ink));
  });
}
