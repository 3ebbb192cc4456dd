// The views, the unit, the walk, the table, the codes, squashing, the sliders (rows 4 to 9 and 11).
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { close, done, open, shot, state } from './browser.mjs';

after(close);

const value = (text) => Number(text.replace('\u2212', '-'));
const rowsOf = (page) => page.$$eval('#unit-total tr', (rows) => rows.map((r) => [r.cells[0].textContent, r.cells[1].textContent]));
const choose = (page, unit) => page.evaluate((u) => {
  lenet.store.set({ unit: u, hovered: null });
  lenet.store.flush();
}, unit);

test('the view in space turns, opens and closes, and a unit can be picked in it', async () => {
  const page = await open();
  const canvas = page.locator('#view-3d'), camera = () => state(page, (s) => s.view.getCamera());
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox(), before = await camera();
  const closed = await canvas.screenshot();
  await page.mouse.move(box.x + 300, box.y + 560);
  await page.mouse.down();
  await page.mouse.move(box.x + 420, box.y + 520, { steps: 6 });
  await page.mouse.up();
  const turned = await camera();
  assert.notEqual(turned.yaw, before.yaw);
  await page.fill('#open', '0');
  await page.waitForTimeout(1200);
  assert.notDeepEqual(await canvas.screenshot(), closed);
  await page.click('#view-reset');
  await page.fill('#open', '1');
  await page.waitForTimeout(1500);
  assert.deepEqual(await camera(), before);
  // Wherever the pointer meets a map, the panel names the unit; a click keeps it.
  let name = '';
  for (let x = 60; x < box.width - 40 && !/^C1/.test(name); x += 7) {
    await page.mouse.move(box.x + x, box.y + box.height / 2);
    await page.waitForTimeout(30);
    name = await page.textContent('#unit-name');
  }
  assert.match(name, /^C1, map \d, row \d+, column \d+$/);
  await page.mouse.down();
  await page.mouse.up();
  await page.waitForFunction(() => lenet.store.state.unit.layer === 0);
  await canvas.focus();
  const kept = await camera();
  await page.keyboard.press('ArrowLeft');
  await page.waitForTimeout(400);
  assert.notEqual((await camera()).yaw, kept.yaw);
  await shot(page, 'space');
  await done(page);
});

test('the flat view shows the same and picks the same', async () => {
  const page = await open();
  await page.check('input[name=view][value=flat]');
  const canvas = page.locator('#view-flat');
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const names = new Set();
  for (let y = 20; y < Math.min(box.height, 500); y += 12)
    for (const x of [20, 60, 120]) {
      await page.mouse.move(box.x + x, box.y + y);
      await page.waitForTimeout(15);
      names.add((await page.textContent('#unit-name')).slice(0, 2));
    }
  assert.ok(names.has('In') && names.has('C1') && names.has('S2'), [...names].join(' '));
  await shot(page, 'flat');
  await done(page);
});

for (const network of ['lenet5-1998', 'lenet5', 'lenet5-modern'])
  test(`the arithmetic of units of ${network} adds up`, async () => {
    const page = await open();
    await page.selectOption('#network-name', network);
    const layers = await state(page, (s) => s.network.layers.filter((l) => l.kind !== 'pad'));
    const functions = { tanh: Math.tanh, scaled: (a) => 1.7159 * Math.tanh((2 * a) / 3), relu: (a) => Math.max(0, a) };
    for (const [i, layer] of layers.entries()) {
      await choose(page, { layer: i, map: layer.maps - 1, row: layer.rows >> 1, column: layer.columns >> 2 });
      const rows = await rowsOf(page), values = rows.map(([, v]) => value(v));
      const at = rows.findIndex(([name]) => name === '= sum a');
      if (at < 0) continue; // a maximum, or distances
      const sum = values.slice(0, at).reduce((a, b) => a + b, 0);
      assert.ok(Math.abs(sum - values[at]) < 0.002, `${layer.name}: ${rows.join('; ')}`);
      if (functions[layer.activation]) assert.ok(Math.abs(functions[layer.activation](values[at]) - values[at + 1]) < 0.001, `${layer.name}: ${rows.join('; ')}`);
    }
    await done(page);
  });

test('windows, weights and products are shown cell by cell', async () => {
  const page = await open();
  await choose(page, { layer: 2, map: 3, row: 4, column: 5 });
  const grids = await page.$$eval('#unit .kernel', (all) => all.map((g) => [...g.children].map((c) => c.textContent)));
  assert.equal(grids.length, 3);
  for (let i = 0; i < 25; i++)
    assert.ok(Math.abs(value(grids[0][i]) * value(grids[1][i]) - value(grids[2][i])) < 0.03, `${i}`);
  assert.match(await page.textContent('#unit'), /rows 8 to 21, columns 10 to 23/); // C3 sees 14x14, two pixels a step
  await done(page);
});

test('a convolution can be walked step by step', async () => {
  const page = await open();
  await choose(page, { layer: 0, map: 2, row: 0, column: 26 });
  for (const column of [27, 0]) {
    await page.click('#unit button[aria-label="One step on"]');
    await page.waitForFunction((c) => lenet.store.state.unit.column === c, column);
  }
  assert.equal(await state(page, (s) => s.unit.row), 1);
  await page.click('#unit button[aria-label="Walk over the map"]');
  await page.waitForFunction(() => lenet.store.state.unit.column >= 3);
  await page.click('#unit button[aria-label="Walk over the map"]');
  const { column } = await state(page, (s) => s.unit);
  await page.waitForTimeout(500);
  assert.equal(await state(page, (s) => s.unit.column), column);
  await done(page);
});

test('the table of C3 is that of the paper, and its cells choose a map', async () => {
  const page = await open();
  await page.locator('#table').scrollIntoViewIfNeeded();
  await page.waitForSelector('#table-box button');
  assert.equal(await page.locator('#table-box button[data-on="1"]').count(), 60);
  const column = (to) => page.$$eval(`#table-box button[data-to="${to}"]`, (all) => all.filter((b) => b.dataset.on === '1').map((b) => Number(b.dataset.from)));
  assert.deepEqual(await column(0), [0, 1, 2]);
  assert.deepEqual(await column(4), [0, 4, 5]);
  assert.deepEqual(await column(12), [0, 1, 3, 4]);
  assert.deepEqual(await column(15), [0, 1, 2, 3, 4, 5]);
  await page.click('#table-box button[data-to="9"][data-from="3"]');
  await page.waitForFunction(() => lenet.store.state.unit.map === 9 && lenet.store.state.unit.layer === 2);
  await done(page);
});

// Fig. 3 of the paper: I and l differ in one cell.
test('the codes of all printable characters are there', async () => {
  const page = await open();
  await page.locator('#ascii').scrollIntoViewIfNeeded();
  await page.click('#ascii summary');
  await page.waitForSelector('#ascii-tiles figure');
  assert.deepEqual(await page.$$eval('#ascii-tiles figcaption', (all) => all.map((f) => f.textContent)),
    ['space', ...[...Array(94).keys()].map((k) => String.fromCharCode(33 + k))]);
  const differ = await state(page, (s, core) => {
    const one = core.code(95, 73 - 32), other = core.code(95, 108 - 32);
    return one.filter((c, i) => c !== other[i]).length;
  });
  assert.equal(differ, 1);
  await done(page);
});

test('distances to the codes are those of F6, and the nearest is the answer', async () => {
  const page = await open();
  await page.locator('#codes').scrollIntoViewIfNeeded();
  await page.waitForSelector('#codes-tiles figure[data-digit]');
  const shown = await page.$$eval('#codes-tiles figure[data-digit]', (all) => all.map((f) => Number(f.dataset.distance)));
  const byHand = await state(page, (s, core) => {
    const f6 = core.maps(s.network, 5);
    return [...Array(10).keys()].map((k) => core.code(10, k).reduce((sum, c, i) => sum + (f6[i] - c) ** 2, 0));
  });
  shown.forEach((d, k) => assert.ok(Math.abs(d - byHand[k]) < 1e-3 * (1 + d), `${k}: ${d} ${byHand[k]}`));
  const nearest = shown.indexOf(Math.min(...shown));
  assert.equal(await page.getAttribute('#codes-tiles .nearest', 'data-digit'), String(nearest));
  assert.equal(await page.getAttribute('#answer', 'data-digit'), String(nearest));
  await page.selectOption('#network-name', 'lenet5');
  await page.waitForFunction(() => /softmax/.test(document.getElementById('codes-box').textContent));
  await done(page);
});

test('before squashing there are the sums, after it the outputs', async () => {
  const page = await open();
  const after = await state(page, (s) => [...s.values.layers[0].slice(0, 784)]);
  await page.check('input[name=squash][value=before]');
  await page.waitForFunction(() => lenet.store.state.squash === 'before');
  await page.waitForTimeout(100);
  const before = await state(page, (s) => [...s.values.layers[0].slice(0, 784)]);
  before.forEach((a, i) => assert.ok(Math.abs(1.7159 * Math.tanh((2 * a) / 3) - after[i]) < 1e-4));
  assert.ok(before.some((a, i) => Math.abs(a - after[i]) > 0.1));
  await page.locator('#legends').scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelectorAll('#legends canvas').length === 7);
  await page.locator('#squash').scrollIntoViewIfNeeded();
  await page.waitForSelector('#squash-box svg desc', { state: 'attached' });
  await done(page);
});

test('sliders turn the digit, and the curve says what becomes of the answer', async () => {
  const page = await open();
  await page.evaluate(() => lenet.pad.sample(7));
  await page.locator('#stand').scrollIntoViewIfNeeded();
  await page.waitForSelector('#stand-curve svg');
  const says = () => page.getAttribute('#stand-says', 'data-digit');
  assert.equal(await says(), '7');
  await page.fill('#stand-rotate', '90');
  await page.waitForFunction(() => document.getElementById('stand-says').dataset.digit !== '7'); // lying on its side it is no 7
  assert.match(await page.locator('#stand-curve desc').textContent(), /Probability of 7/);
  assert.equal(await page.locator('#stand-curve tbody tr').count(), 33);
  for (const name of ['scale', 'squeeze', 'shear', 'right', 'stroke', 'noise']) {
    await page.fill(`#stand-${name}`, await page.getAttribute(`#stand-${name}`, 'max'));
    await page.waitForFunction((n) => document.querySelector('#stand-curve title').textContent.toLowerCase().startsWith({ scale: 'scale', squeeze: 'squeeze', shear: 'slant', right: 'shift', stroke: 'stroke', noise: 'noise' }[n]), name);
  }
  await page.click('#stand-box button');
  await page.waitForFunction(() => document.getElementById('stand-says').dataset.digit === '7');
  await shot(page, 'stand');
  await done(page);
});
