// What the command draws, as a browser shows it: diagrams whose texts do not meet, reports without a
// complaint. $LENET is the command.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { close, launch, shot } from './browser.mjs';

const folder = mkdtempSync(join(tmpdir(), 'lenet-drawings-'));
after(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const lenet = (...options) => execFileSync(process.env.LENET, options, { encoding: 'utf8', cwd: folder, maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] });
const networks = JSON.parse(lenet('show', '--list', '--json')).networks.map(({ name }) => name);

async function openFile(file, options = {}) {
  const context = await (await launch()).newContext({ viewport: { width: 900, height: 1200 }, offline: true, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (m) => page.complaints.push(m.text()));
  page.on('pageerror', (error) => page.complaints.push(error.stack));
  page.on('request', (r) => { if (!/^(file|data):/.test(r.url())) page.complaints.push(r.url()); });
  await page.goto(pathToFileURL(join(folder, file)).href);
  return page;
}

// Texts as they are laid out: pairs that share more than a pixel, and those that leave the drawing.
const measure = () => {
  const svg = document.querySelector('svg').getBoundingClientRect(), faults = [];
  const texts = [...document.querySelectorAll('svg text')].map((t) => ({ text: t.textContent, box: t.getBoundingClientRect() })).filter(({ box }) => box.width > 0);
  texts.forEach(({ text, box: a }, i) => {
    if (a.left < svg.left - 1 || a.right > svg.right + 1 || a.top < svg.top - 1 || a.bottom > svg.bottom + 1) faults.push(`${text} leaves the drawing`);
    if (a.height < 11) faults.push(`${text} is ${a.height} px high`);
    for (const { text: other, box: b } of texts.slice(i + 1))
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3) faults.push(`${text} meets ${other}`);
  });
  return { texts: texts.length, faults };
};

for (const form of ['stacks', 'blocks'])
  test(`the ${form} of every network are legible at 900 pixels`, async () => {
    for (const name of networks) {
      const svg = lenet('show', '--net', name, '--svg', ...(form === 'blocks' ? ['--blocks'] : []));
      writeFileSync(join(folder, 'drawing.html'), `<!doctype html><style>body{margin:0}svg{width:900px;height:auto;display:block}</style>${svg}`);
      const page = await openFile('drawing.html');
      const { texts, faults } = await page.evaluate(measure);
      assert.ok(texts >= 8, `${name}: ${texts} texts`);
      assert.deepEqual(faults, [], name);
      assert.deepEqual(page.complaints, []);
      if (name === 'lenet5-1998') await shot(page, form);
      await page.context().close();
    }
  });

test('reports open without a network, a complaint or a figure without words', async () => {
  lenet('train', '--data', 'synthetic:600', '--net', 'lenet5', '--epochs', '2', '--out', 'small.safetensors', '--report', 'train.html');
  lenet('eval', '--model', 'small.safetensors', '--data', 'synthetic:600', '--report', 'eval.html');
  for (const file of ['train.html', 'eval.html'])
    for (const options of [{}, { colorScheme: 'dark', viewport: { width: 390, height: 800 } }]) {
      const page = await openFile(file, options);
      assert.deepEqual(page.complaints, []);
      const { figures, wordless, wide } = await page.evaluate(() => ({
        figures: document.querySelectorAll('svg').length,
        wordless: [...document.querySelectorAll('svg')].filter((s) => !s.querySelector('title') || !s.querySelector('desc')).length,
        wide: document.documentElement.scrollWidth > innerWidth,
      }));
      assert.ok(figures >= 4, `${file}: ${figures} figures`);
      assert.equal(wordless, 0);
      assert.equal(wide, false, `${file} is wider than ${options.viewport?.width ?? 900} pixels`);
      await shot(page, `${file}-${options.colorScheme ?? 'light'}`);
      await page.context().close();
    }
});
