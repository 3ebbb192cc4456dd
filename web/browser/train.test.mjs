// Training in the page: start, pause, curves, use, save, files of IDX (row 10).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openCore } from '../test/helpers.mjs';
import { close, done, dropFiles, open, shot, state } from './browser.mjs';

after(close);

const EPOCHS = 12; // enough of them that it still learns when the pause is pressed
const button = (page, name) => page.locator('#train-box').getByRole('button', { name, exact: true });
const says = (page) => page.textContent('.train-text');
const waitFor = (page, pattern) => page.waitForFunction((p) => new RegExp(p).test(document.querySelector('.train-text').textContent), pattern, { timeout: 120000 });
const filters = (page) => page.$$eval('.filters canvas', (all) => all.map((c) => c.toDataURL()).join());
const note = (page) => page.locator('#train-box fieldset').nth(1).locator('.hint');

async function begin(page, { count, epochs, rate = null }) {
  if (count) await page.fill('#train-count', String(count));
  await page.fill('#train-epochs', String(epochs));
  if (rate) await page.fill('#train-rate', String(rate));
  await button(page, 'Start').click();
}

// Errors of the epochs so far, as their table has them: [learned, validation] in percent.
const epochErrors = (page) => page.$$eval('#train-box details tbody tr', (rows) =>
  rows.map((r) => [parseFloat(r.cells[2].textContent), parseFloat(r.cells[4].textContent)]));

test('a network learns, pauses, goes on, is used in the page and saved for the command', async () => {
  const page = await open();
  assert.equal(await button(page, 'Pause').isDisabled(), true);
  assert.equal(await button(page, 'Save it (.safetensors)').isDisabled(), true);
  await begin(page, { count: 4000, epochs: EPOCHS });
  await waitFor(page, 'Drawing digits|Epoch');
  await waitFor(page, `^Epoch \\d+ of ${EPOCHS}, image [1-9]`);
  assert.ok(await page.locator('#train-box svg.chart').first().isVisible());
  await button(page, 'Pause').click();
  await page.waitForTimeout(700); // what was under way when it heard of the pause is told by then
  const rest = [await says(page), await filters(page), await page.locator('#train-box progress').evaluate((p) => p.value)];
  assert.match(rest[0], /^Paused\. Epoch \d+ of \d+, image /);
  await page.waitForTimeout(1200);
  assert.deepEqual([await says(page), await filters(page), await page.locator('#train-box progress').evaluate((p) => p.value)], rest);
  await button(page, 'Go on').click();
  await waitFor(page, `^Done: ${EPOCHS} epochs`);
  assert.notEqual(await filters(page), rest[1]);
  const errors = await epochErrors(page);
  assert.equal(errors.length, EPOCHS);
  const [first, last] = [errors[0], errors.at(-1)];
  assert.ok(last[0] < first[0] - 10 && last[1] < first[1], JSON.stringify(errors));
  assert.ok((await page.locator('#train-box svg.chart path').nth(1).getAttribute('d')).length > 60, 'no curve of losses');
  await shot(page, 'train');

  await button(page, 'Use it in this page').click();
  await page.waitForFunction(() => /says yours\./.test(document.getElementById('answer').textContent) || document.getElementById('answer').dataset.digit === 'none');
  const [name, shown, asked] = await state(page, (s, core) => [s.network.name, [...s.probabilities], [...core.classify(s.network, s.pixels)]]);
  assert.equal(name, 'yours');
  assert.deepEqual(shown, asked);

  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save it (.safetensors)').click()]);
  const file = await download.path();
  assert.equal(download.suggestedFilename(), 'yours.safetensors');
  const measured = JSON.parse(execFileSync(process.env.LENET, ['eval', '--model', file, '--data', 'synthetic:500', '--json', '--quiet'], { encoding: 'utf8' }));
  assert.ok(Math.abs(100 * measured.error_rate - last[1]) < 12, `${measured.error_rate} there, ${last[1]} % here`);
  assert.ok(measured.error_rate < 0.5);
  await done(page);
});

test('what it learns is followed by the page, and it can be stopped', async () => {
  const page = await open();
  await begin(page, { count: 2000, epochs: 50 });
  await waitFor(page, '^Epoch \\d+ of 50, image [1-9]');
  await button(page, 'Use it in this page').click();
  await page.waitForFunction(() => lenet.store.state.network.name === 'yours');
  const weight = () => state(page, (s, core) => core.parameters(s.network)[0]);
  const before = await weight();
  await page.waitForFunction((w) => lenet.core.parameters(lenet.store.state.network)[0] !== w, before);
  await button(page, 'Stop').click();
  assert.match(await says(page), /^Stopped\. /);
  const last = await weight(), text = await says(page);
  await page.waitForTimeout(900);
  assert.equal(await weight(), last);
  assert.equal(await says(page), text);
  assert.equal(await button(page, 'Start').isDisabled(), false);
  await done(page);
});

test('a shape or a number that cannot be is refused with words', async () => {
  const page = await open();
  await page.fill('#train-notation', '28x28 X9');
  await page.waitForFunction(() => /no network/.test(document.getElementById('train-notation-note').textContent));
  assert.equal(await button(page, 'Start').isDisabled(), true);
  await page.fill('#train-notation', '28x28 F300:tanh F10:softmax');
  await page.waitForFunction(() => /238,510 parameters/.test(document.getElementById('train-notation-note').textContent));
  await page.fill('#train-rate', '0');
  await button(page, 'Start').click();
  assert.match(await page.textContent('#train-box [role=alert]'), /Learning rate/);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'train-rate');
  await done(page);
});

// ---- files of IDX ----

const COUNT = 400;
function idx(magic, sizes, data) {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  [magic, ...sizes].forEach((n, i) => head.writeUInt32BE(n, 4 * i));
  return Buffer.concat([head, Buffer.from(data)]);
}
async function digits() {
  const core = await openCore(), pixels = [], labels = [];
  for (let i = 0; i < COUNT; i++) {
    const digit = core.synthetic(3, i);
    pixels.push(Buffer.from(digit.pixels));
    labels.push(digit.label);
  }
  return { images: idx(0x803, [COUNT, 28, 28], Buffer.concat(pixels)), labels: idx(0x801, [COUNT], labels) };
}
const file = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

for (const way of ['chosen', 'dropped'])
  test(`IDX files that are ${way}, one of them packed, are learned from`, async () => {
    const page = await open(), { images, labels } = await digits();
    const both = [file('train-images-idx3-ubyte.gz', gzipSync(images)), file('train-labels-idx1-ubyte', labels)];
    if (way === 'chosen') await page.setInputFiles('#train-box input[type=file]', both);
    else await dropFiles(page, both);
    await page.waitForFunction(() => /400 images, 400 labels/.test(document.querySelector('#train-box').textContent));
    assert.equal(await page.isChecked('#train-box input[value=files]'), true);
    await begin(page, { epochs: 3 });
    await waitFor(page, '^Done: 3 epochs');
    assert.equal(await page.isDisabled('#train-count'), true);
    const errors = await epochErrors(page);
    assert.ok(errors[2][0] < errors[0][0], JSON.stringify(errors));
    await done(page);
  });

test('broken IDX files are refused with their name, the place and the reason', async () => {
  const page = await open(), { images, labels } = await digits();
  const wrong = Buffer.from(labels);
  wrong[8 + 5] = 12;
  const packed = gzipSync(images), cases = [
    [file('short-ubyte', images.subarray(0, 5000)), /short-ubyte: byte 5000: the file ends/],
    [file('long-ubyte', Buffer.concat([labels, Buffer.alloc(9)])), /long-ubyte: byte 408: more follows/],
    [file('label-ubyte', wrong), /label-ubyte: byte 13: label 5 is 12/],
    [file('other-ubyte', Buffer.from('hello, world')), /other-ubyte: byte 0: no IDX file/],
    [file('cut.gz', packed.subarray(0, packed.length >> 1)), /cut\.gz: it cannot be read or unpacked/],
    [file('size-ubyte', idx(0x803, [1, 32, 32], Buffer.alloc(1024))), /size-ubyte: byte 8: pictures of 32x32/],
  ];
  for (const [broken, message] of cases) {
    await page.setInputFiles('#train-box input[type=file]', [broken]);
    await page.waitForFunction((name) => document.querySelectorAll('#train-box fieldset')[1].textContent.includes(name), broken.name);
    assert.match(await note(page).textContent(), message);
    assert.ok((await note(page).getAttribute('class')).includes('wrong'));
  }
  await page.setInputFiles('#train-box input[type=file]', [file('images-ubyte', images), file('labels-ubyte', idx(0x801, [3], [1, 2, 3]))]);
  await page.waitForFunction(() => /400 images, 3 labels/.test(document.querySelector('#train-box').textContent));
  await begin(page, { epochs: 1 });
  assert.match(await page.textContent('#train-box [role=alert]'), /400 pictures and 3 labels do not belong together/);
  await done(page);
});
