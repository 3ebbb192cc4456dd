// Networks of files, and two of them compared (row 14).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { close, done, dropFiles, open, shot, state } from './browser.mjs';

after(close);

const model = (name) => ({ name: `${name}.safetensors`, mimeType: 'application/octet-stream',
  buffer: readFileSync(new URL(`../../models/${name}.safetensors`, import.meta.url)) });
const names = (page) => state(page, (s) => s.networks.map((n) => n.name));
const NOTE = '#compare-box p[role=status]';
const openFile = (page, file) => page.setInputFiles('#compare-box input[type=file]', [file]);
const table = (page) => page.$$eval('#compare-box div > table.facts:not(:has(thead)) tr', (rows) =>
  Object.fromEntries(rows.map((r) => [r.cells[0].textContent, Number(r.cells[1].textContent.replace(/ .*/, ''))])));

test('networks of files are opened, read what is drawn, and are removed', async () => {
  const page = await open();
  await openFile(page, model('lenet5'));
  await page.waitForFunction(() => /says lenet5 2\./.test(document.getElementById('answer').textContent));
  assert.match(await page.textContent(NOTE), /^lenet5 2 is open: 28x28 P2 C6@5/);
  // Its own weights and those of the module, which have 7 bits, say nearly the same.
  const [p, q] = await state(page, (s, core) => ['lenet5 2', 'lenet5'].map((name) =>
    [...core.classify(s.networks.find((n) => n.name === name), s.pixels)]));
  p.forEach((v, k) => assert.ok(Math.abs(v - q[k]) < 0.1, `${k}: ${v} ${q[k]}`));
  assert.notDeepEqual(p, q);
  await dropFiles(page, [model('lenet5-modern')]);
  await page.waitForFunction(() => document.querySelectorAll('#compare-box .bar > select')[1].value === 'lenet5-modern 2');
  assert.equal(await page.inputValue('#compare-box .bar > select >> nth=0'), 'lenet5-1998');
  const facts = await page.$$eval('#compare-box thead + tbody tr', (rows) => rows.map((r) => [...r.cells].map((c) => c.textContent)));
  assert.deepEqual(facts[1].slice(0, 2), ['Parameters', '60,000']);
  assert.equal(facts[1][2], await state(page, (s) => s.network.parameters.toLocaleString('en-US')));
  await shot(page, 'compare');
  await page.click('button[aria-label="Remove lenet5-modern 2 from this page"]');
  await page.waitForFunction(() => lenet.store.state.networks.length === 4);
  assert.deepEqual(await names(page), ['lenet5-1998', 'lenet5', 'lenet5-modern', 'lenet5 2']);
  assert.match(await page.textContent('#answer'), /says lenet5-1998\./);
  await done(page);
});

// The header of a file changed by `edit`, its data left as it is.
function edited({ name, mimeType, buffer }, edit) {
  const length = Number(buffer.readBigUInt64LE()), header = JSON.parse(buffer.toString('utf8', 8, 8 + length));
  edit(header);
  const text = Buffer.from(JSON.stringify(header)), head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(text.length));
  return { name, mimeType, buffer: Buffer.concat([head, text, buffer.subarray(8 + length)]) };
}

test('hostile files are refused with their name and a reason, and nothing changes', async () => {
  const page = await open(), whole = model('lenet5'), before = await names(page);
  const changed = (buffer) => ({ ...whole, name: 'odd.safetensors', buffer });
  const nan = Buffer.from(whole.buffer);
  nan.writeFloatLE(NaN, nan.length - 4);
  const huge = Buffer.from(whole.buffer);
  huge.writeBigUInt64LE(2n ** 62n);
  const named = (edit) => ({ ...edited(whole, edit), name: 'odd.safetensors' });
  const cases = [
    [changed(Buffer.alloc(0)), /too short/], [changed(Buffer.from('<html><script>alert(1)</script>')), /no safetensors file/],
    [changed(huge), /no safetensors file/], [changed(whole.buffer.subarray(0, 9000)), /promises|ends/],
    [changed(Buffer.concat([whole.buffer, Buffer.alloc(4)])), /the header promises/], [changed(nan), /not a finite number/],
    [named((h) => { h.__metadata__.format = '<b>pt</b>'; }), /its format is ‘<b>pt<\/b>’/],
    [named((h) => { h.__metadata__.notation = '28x28 C6@99'; }), /notation: /],
    [named((h) => { h.__metadata__.notation = '28x28 F99999999 F10:softmax'; }), /odd\.safetensors: ./],
    [named((h) => { h.__metadata__.input_scale = '0'; }), /input_scale/],
    [named((h) => { h.extra = { dtype: 'F32', shape: [0], data_offsets: [0, 0] }; }), /arrays, the network has/],
  ];
  for (const [file, message] of cases) {
    await page.evaluate((selector) => { document.querySelector(selector).textContent = ''; }, NOTE);
    await openFile(page, file);
    await page.waitForFunction((selector) => document.querySelector(selector).textContent !== '', NOTE);
    const text = await page.textContent(NOTE);
    assert.match(text, /^odd\.safetensors/);
    assert.match(text, message);
    assert.ok((await page.getAttribute(NOTE, 'class')).includes('wrong'));
    assert.equal(await page.locator(`${NOTE} *`).count(), 0);
  }
  assert.deepEqual(await names(page), before);
  await dropFiles(page, [{ name: 'a.txt', mimeType: 'application/octet-stream', buffer: Buffer.from('text') }]);
  await page.waitForFunction(() => /a\.txt: a picture/.test(document.getElementById('toast').textContent));
  await done(page);
});

test('200 digits are compared, and one that they differ on goes onto the pad', async () => {
  const page = await open();
  await page.click('#compare-box button.main');
  await page.waitForSelector('#compare-box .differs', { timeout: 60000 });
  // Counted once more here: the library's digits of this seed are no training's.
  const counted = await state(page, (s, core) => {
    const best = (p) => p.indexOf(Math.max(...p)), [a, b] = s.networks;
    const count = { a: 0, b: 0, both: 0, same: 0, differ: [] };
    for (let i = 0; i < 200; i++) {
      const { label, pixels } = core.synthetic(424242, i), [p, q] = [best(core.classify(a, pixels)), best(core.classify(b, pixels))];
      if (p !== label) count.a++;
      if (q !== label) count.b++;
      if (p !== label && q !== label) count.both++;
      if (p === q) count.same++;
      else count.differ.push({ label, p, q, pixels: [...pixels] });
    }
    return count;
  });
  assert.deepEqual(await table(page), { Digits: 200, 'lenet5-1998 wrong': counted.a, 'lenet5 wrong': counted.b,
    'Both wrong': counted.both, 'Same answer': counted.same, 'Different answers': 200 - counted.same });
  assert.equal(await page.locator('.differs').count(), Math.min(60, 200 - counted.same));
  const [{ label, p, q, pixels }] = counted.differ, tile = page.locator('.differs').first();
  assert.equal(await tile.getAttribute('aria-label'), `A ${label}: lenet5-1998 says ${p}, lenet5 says ${q}. Put it on the pad.`);
  await tile.click();
  await page.waitForFunction(() => /on the pad/.test(document.getElementById('toast').textContent));
  await page.waitForFunction(([a, b]) => document.querySelector('#compare-box .answers').textContent.includes(`lenet5-1998 reads ${a}, lenet5 reads ${b}`), [p, q]);
  assert.deepEqual(await state(page, (s) => [...s.pixels]), pixels); // those very ones, else they might agree
  await page.selectOption('#compare-box .bar > select >> nth=1', 'lenet5-modern');
  assert.equal(await page.locator('.differs').count(), 0); // those were of another pair
  await done(page);
});

test('both bars of each digit are what the two networks say', async () => {
  const page = await open();
  const said = await state(page, (s, core) => s.networks.slice(0, 2).map((n) => [...core.classify(n, s.pixels)]));
  const shown = await page.$$eval('#compare-box .pairs', (all) => all.map((r) => [...r.querySelectorAll('.pair span')].map((x) => parseFloat(x.textContent))));
  assert.equal(shown.length, 10);
  shown.forEach((pair, k) => pair.forEach((v, i) => assert.ok(Math.abs(v - 100 * said[i][k]) <= 0.051, `${k}`)));
  await done(page);
});
