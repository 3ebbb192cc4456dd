// A string of digits: read by cutting and by sweeping, and the window that one moves (row 12).
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { close, done, open, shot } from './browser.mjs';

after(close);

const SLIDER = 'input[aria-label="Window on the strip"]';

// The page's pad starts with some digits; the core reads them here once more.
async function openLine() {
  const page = await open();
  await page.locator('#line').scrollIntoViewIfNeeded();
  await page.waitForSelector('.line-answer[data-digits]');
  return page;
}

// What the core says of the pad; digits of a path: runs of the same number that are no "none" (10).
const byCore = (page) => page.evaluate(() => {
  const pad = document.getElementById('line-pad'), image = pad.getContext('2d').getImageData(0, 0, pad.width, pad.height);
  const [line] = lenet.core.read(image), [swept] = lenet.core.sweep(image);
  const path = [...swept.path].filter((k, i, all) => k !== 10 && k !== all[i - 1]);
  return { cuts: line.digits.map((d) => d.digit).join(''), sweep: path.join(''), confidence: line.confidence,
    count: swept.count, width: swept.width, scores: [...swept.scores] };
});

const shownOf = (page) => page.evaluate(() => ({
  answer: document.querySelector('.line-answer b').textContent, digits: document.querySelector('.line-answer').dataset.digits,
  pieces: [...document.querySelectorAll('.pieces b')].map((b) => b.textContent).join(''),
  path: document.querySelector('#line-box p > b:only-of-type:not(.line-answer b)').textContent,
  agree: [...document.querySelectorAll('#line .hint')].map((p) => p.textContent).find((t) => /agree|differ/.test(t)),
  strip: document.querySelector('canvas.sweep').getAttribute('aria-label'),
}));

// Presses the button and waits for the reading of what it wrote.
async function writeAnew(page) {
  await page.evaluate(() => { delete document.querySelector('.line-answer').dataset.digits; });
  await page.getByRole('button', { name: 'Write some digits' }).click();
  await page.waitForSelector('.line-answer[data-digits]');
}

test('what is written is read in two ways, and the page says whether they agree', async () => {
  const page = await openLine();
  for (let round = 0; round < 3; round++) {
    if (round > 0) await writeAnew(page);
    const core = await byCore(page), shown = await shownOf(page);
    assert.match(core.cuts, /^\d{2,9}$/);
    assert.deepEqual([shown.answer, shown.digits, shown.pieces], [core.cuts, core.cuts, core.cuts]);
    assert.equal(shown.path, core.sweep || 'nothing');
    assert.match(shown.agree, core.cuts === core.sweep ? /Both ways agree/ : /The two ways differ/);
    assert.ok(shown.strip.includes(`spells ${[...core.sweep].join(' ')}`), shown.strip);
    assert.ok((await page.textContent('.line-answer')).includes(`${(100 * core.confidence).toFixed(1)} %`));
  }
  await shot(page, 'line');
  await done(page);
});

test('the window moves with the keys and with the pointer, and its scores are the network\'s', async () => {
  const page = await openLine(), { scores, count, width } = await byCore(page);
  const shown = () => page.$$eval('.window-box .score span:last-child', (all) => all.map((s) => parseFloat(s.textContent)));
  const place = () => page.inputValue(SLIDER).then(Number);
  const check = async (index) => {
    assert.equal(await place(), index);
    (await shown()).forEach((p, k) => assert.ok(Math.abs(p - 100 * scores[index * 11 + k]) <= 0.051, `window ${index}, ${k}: ${p}`));
    const text = await page.getAttribute(SLIDER, 'aria-valuetext');
    assert.ok(text.startsWith(`${index + 1} of ${count}. Columns ${2 * index} to ${2 * index + 27}`), text);
  };
  await page.focus(SLIDER);
  await page.keyboard.press('Home');
  await check(0);
  for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowRight');
  await check(7);
  await page.keyboard.press('ArrowLeft');
  await check(6);
  await page.keyboard.press('End');
  await check(count - 1);
  assert.equal(width, 28 + 2 * (count - 1));
  const strip = page.locator('canvas.sweep');
  await strip.scrollIntoViewIfNeeded();
  const box = await strip.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 20);
  await check(await place());
  assert.notEqual(await place(), count - 1);
  await done(page);
});

test('all scores are a table once it is opened', async () => {
  const page = await openLine(), { scores, count } = await byCore(page);
  assert.equal(await page.locator('.sweep-numbers tbody tr').count(), 0);
  await page.click('.sweep-numbers summary');
  await page.waitForFunction((n) => document.querySelectorAll('.sweep-numbers tbody tr').length === n, count);
  const last = await page.$$eval('.sweep-numbers tbody tr:last-child td', (cells) => cells.slice(2, 13).map((c) => Number(c.textContent)));
  last.forEach((p, k) => assert.ok(Math.abs(p - scores[(count - 1) * 11 + k]) < 6e-4, `${k}`));
  await done(page);
});

test('an empty pad gets no answer, the keys clear and write', async () => {
  const page = await openLine();
  await page.focus('#line-pad');
  await page.keyboard.press('Delete');
  await page.waitForFunction(() => /Write a string/.test(document.querySelector('.line-answer').textContent));
  assert.equal(await page.locator('.line-answer b').count(), 0);
  assert.equal(await page.getAttribute('.line-answer', 'data-digits'), null);
  assert.ok(!(await page.locator('canvas.sweep').isVisible()));
  await page.keyboard.press('w');
  await page.waitForSelector('.line-answer[data-digits]');
  assert.ok(await page.locator('canvas.sweep').isVisible());
  await done(page);
});

test('a line is rejected where the wanted error asks for more', async () => {
  const page = await openLine();
  await page.selectOption('#reject', '0.001');
  await page.waitForFunction(() => /nswered:/.test(document.querySelector('.line-answer').textContent));
  const threshold = await page.evaluate(() => lenet.core.threshold(true, 0.001));
  for (let round = 0; round < 3; round++) {
    await writeAnew(page);
    const { cuts, confidence } = await byCore(page), text = await page.textContent('.line-answer');
    assert.equal(await page.textContent('.line-answer b'), confidence >= threshold ? cuts : '?');
    assert.match(text, confidence >= threshold ? / Answered:/ : new RegExp(`Not answered:.*would be ${cuts}`));
  }
  await done(page);
});
