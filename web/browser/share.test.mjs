// What leaves the page, links and files, and from where it opens (rows 15 and 17).
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { answer, close, done, draw, expectAnswer, launch, open, state } from './browser.mjs';

after(close);

// The link that the button makes; `denied`: the browser lets the page write to no clipboard.
async function linkOf(page, denied = false) {
  await page.evaluate((no) => {
    globalThis.copied = null;
    navigator.clipboard.writeText = async (text) => {
      if (no) throw new Error('denied');
      globalThis.copied = text;
    };
  }, denied);
  await page.click('#share');
  if (!denied) return page.waitForFunction(() => globalThis.copied).then((handle) => handle.jsonValue());
  await page.waitForSelector('.share-field input');
  return page.inputValue('.share-field input');
}

test('a link brings network and picture into another page', async () => {
  const page = await open();
  await page.selectOption('#network-name', 'lenet5-modern');
  await page.click('#pad-clear');
  await draw(page, '#pad', [[[0.25, 0.2], [0.75, 0.2], [0.45, 0.85]]]);
  await expectAnswer(page, 7);
  const link = await linkOf(page), pixels = await state(page, (s) => [...s.pixels]);
  assert.match(await page.textContent('#toast'), /The link is copied/);
  const other = await open({ hash: new URL(link).hash });
  assert.equal(await other.inputValue('#network-name'), 'lenet5-modern');
  assert.equal(await answer(other), '7');
  const came = await state(other, (s) => [...s.pixels]);
  came.forEach((v, i) => assert.ok(Math.abs(v - pixels[i]) <= 8, `pixel ${i}`)); // of 16 shades
  await done(other);
  await done(page);
});

test('where nothing can be copied the link stands in a field, and its end gives the focus back', async () => {
  const page = await open(), link = await linkOf(page, true);
  assert.match(link, /^file:.*#net=lenet5-1998&d=[\w-]{523}$/);
  const [focused, chosen] = await page.evaluate(() => [document.activeElement.getAttribute('aria-label'), String(getSelection())]);
  assert.match(focused, /^Link to/);
  assert.equal(chosen, link);
  await page.click('.share-field button');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'share');
  await done(page);
});

test('a link that means nothing changes nothing', async () => {
  const hostile = ['#net=<img src=x onerror=alert(1)>&d=<script>alert(1)</script>', '#net=__proto__&d=constructor', '#%E0%A4%A',
    `#d=${'A'.repeat(1e5)}`, `#d=${'%00'.repeat(523)}`, `#net=lenet5&d=${'?'.repeat(523)}`, '#train', '#&&&==='];
  for (const hash of hostile.slice(0, 3)) {
    const page = await open({ hash });
    assert.deepEqual([await answer(page), await page.inputValue('#network-name')], ['5', 'lenet5-1998']);
    await done(page);
  }
  const page = await open(), before = await state(page, (s) => [...s.pixels]);
  for (const hash of hostile) {
    await page.evaluate((h) => { location.hash = h; }, hash);
    await page.waitForTimeout(60);
    assert.deepEqual(await state(page, (s) => [...s.pixels]), before, hash.slice(0, 40));
  }
  await page.waitForFunction(() => document.getElementById('network-name').value === 'lenet5'); // that part of one was right
  await done(page);
});

async function saved(page, button) {
  if (!await page.locator('details.menu').evaluate((menu) => menu.open)) await page.click('details.menu summary');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

for (const view of ['3d', 'flat'])
  test(`picture and drawing are saved while the view is ${view}`, async () => {
    const page = await open();
    await page.check(`input[name=view][value="${view}"]`);
    await page.locator('#view').scrollIntoViewIfNeeded();
    await page.waitForTimeout(300);
    const png = await saved(page, '#save-png');
    assert.equal(png.name, 'lenet5-1998.png');
    assert.equal(png.bytes.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
    const size = await page.$eval(`#view-${view}`, (canvas) => [canvas.width, canvas.height]);
    assert.deepEqual([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)], size);
    const colours = await page.evaluate(async (base64) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      context.drawImage(bitmap, 0, 0);
      return new Set(new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)).size;
    }, png.bytes.toString('base64'));
    assert.ok(colours > 100, `${colours} colours`);
    const svg = await saved(page, '#save-svg');
    assert.equal(svg.name, 'lenet5-1998.svg');
    const drawing = await page.evaluate((text) => {
      const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
      return { name: root.nodeName, width: Number(root.getAttribute('viewBox').split(' ')[2]), text: root.textContent,
        parts: root.querySelectorAll('image, rect, path').length };
    }, svg.bytes.toString());
    assert.equal(drawing.name, 'svg');
    assert.ok(drawing.width > 300 && drawing.parts > 20, JSON.stringify(drawing).slice(0, 200));
    for (const name of ['C1', 'S2', 'C3', 'S4', 'C5', 'F6']) assert.ok(drawing.text.includes(name), name);
    await done(page);
  });

test('the numbers that are saved are those of the page', async () => {
  const page = await open();
  const { name, bytes } = await saved(page, '#save-json'), all = JSON.parse(bytes.toString());
  assert.equal(name, 'lenet5-1998.json');
  const here = await state(page, (s) => ({ pixels: [...s.pixels], probabilities: [...s.probabilities], layers: s.values.layers.map((l) => [...l]) }));
  const near = (x, y) => x.forEach((v, i) => assert.ok(Math.abs(v - y[i]) <= 1e-5 * (1 + Math.abs(y[i])), `${v} ${y[i]}`));
  assert.deepEqual(all.picture.pixels, here.pixels);
  near(all.probabilities, here.probabilities);
  assert.equal(all.layers.length, here.layers.length);
  all.layers.forEach((layer, i) => {
    assert.equal(layer.values.length, here.layers[i].length);
    near(layer.values, here.layers[i]);
  });
  await page.click('#pad-clear');
  await page.click('details.menu summary');
  await page.click('details.menu summary');
  await page.click('#save-json');
  await page.waitForFunction(() => /Draw a digit first/.test(document.getElementById('toast').textContent));
  await done(page);
});

test('the page opens from any folder, and says what it needs where scripts are off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lenet page ')), place = join(folder, 'my déjà vu #1');
  mkdirSync(place);
  copyFileSync(process.env.LENET_PAGE_HTML, join(place, 'Le Net 5.html'));
  const address = pathToFileURL(join(place, 'Le Net 5.html')).href;
  try {
    const page = await open({ address });
    await expectAnswer(page, 5);
    await done(page);
    const context = await (await launch()).newContext({ javaScriptEnabled: false });
    const bare = await context.newPage();
    await bare.goto(address);
    assert.ok(await bare.locator('noscript p').isVisible());
    assert.ok(!await bare.locator('#loading').isVisible(), 'it promises to open');
    await context.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
