// The page without a mouse, without sight of it, without motion, with little room (row 16).
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { answer, close, done, expectAnswer, open, shot, state } from './browser.mjs';

after(close);

const WHERE = `(node) => node.id || node.getAttribute('aria-label') || node.name || node.textContent.trim().slice(0, 30)`;

// Goes to every section once, so that what is drawn only when it is seen is there.
async function walk(page) {
  for (const section of await page.locator('main > section').all()) {
    await section.scrollIntoViewIfNeeded();
    await page.waitForTimeout(250);
  }
}

test('Tab goes from the skip link through every control in the order of the page', async () => {
  const page = await open();
  await walk(page);
  await page.evaluate(() => scrollTo(0, 0));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  assert.ok((await page.locator('.skip').boundingBox()).x >= 0);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'pad');
  // Radios of one name are one stop; so the wanted order is worked out here, by the document.
  const wanted = await page.evaluate(`[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')]
    .filter((n) => !n.disabled && n.tabIndex >= 0 && n.checkVisibility({ visibilityProperty: true }) && !(n.type === 'radio' && !n.checked))
    .map(${WHERE})`);
  const from = wanted.indexOf('pad'), seen = ['pad'];
  for (let i = from + 1; i < wanted.length; i++) {
    await page.keyboard.press('Tab');
    seen.push(await page.evaluate(`(${WHERE})(document.activeElement)`));
  }
  assert.deepEqual(seen, wanted.slice(from));
  assert.ok(wanted.length > 60, `${wanted.length} stops`);
  await done(page);
});

test('what has the focus shows it', async () => {
  const page = await open();
  await walk(page);
  const bare = [];
  await page.focus('#pad');
  for (let i = 0; i < 45; i++) {
    await page.keyboard.press('Tab');
    const { name, outline } = await page.evaluate(`(() => {
      const node = document.activeElement, style = getComputedStyle(node.closest('label.button') ?? node);
      return { name: (${WHERE})(node), outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
    })()`);
    if (!outline) bare.push(name);
  }
  assert.deepEqual(bare, []);
  await done(page);
});

test('files are opened from the keyboard, too', async () => {
  const page = await open();
  for (const [section, name] of [['#draw', 'Open a picture'], ['#line', 'Open a picture'], ['#train', 'Open IDX files'], ['#compare', 'Open a network (.safetensors)']]) {
    const control = page.locator(section).locator('label.button', { hasText: name }).locator('input');
    await control.focus();
    assert.ok(await control.evaluate((node) => node === document.activeElement), `${section}: ${name}`);
    const [chooser] = await Promise.all([page.waitForEvent('filechooser', { timeout: 10000 }), page.keyboard.press('Space')]);
    assert.ok(chooser);
  }
  await done(page);
});

test('keys draw digits, clear and take back', async () => {
  const page = await open();
  await page.focus('#pad');
  await page.keyboard.press('7');
  await expectAnswer(page, 7);
  await page.keyboard.press('Delete');
  await expectAnswer(page, 'empty');
  await page.keyboard.press('3');
  await expectAnswer(page, 3);
  await page.keyboard.press('z');
  await expectAnswer(page, 'empty');
  assert.equal(await answer(page), 'empty');
  await done(page);
});

// Names as the browser hands them to screen readers.
test('all controls have a name, all canvases a role and words', async () => {
  const page = await open();
  await walk(page);
  const client = await page.context().newCDPSession(page);
  await client.send('Accessibility.enable');
  const { nodes } = await client.send('Accessibility.getFullAXTree');
  const roles = ['button', 'link', 'textbox', 'checkbox', 'radio', 'slider', 'spinbutton', 'combobox', 'DisclosureTriangle', 'image', 'img', 'progressbar', 'radiogroup'];
  const named = nodes.filter((n) => !n.ignored && roles.includes(n.role?.value));
  assert.ok(named.length > 150, `${named.length} controls and pictures`);
  assert.deepEqual(named.filter((n) => !n.name?.value?.trim()).map((n) => n.role.value), []);
  const canvases = await page.$$eval('canvas', (all) => all.filter((c) => c.checkVisibility() && !c.closest('[aria-hidden=true], [role=img]:not(canvas)'))
    .filter((c) => !c.getAttribute('role') || !c.getAttribute('aria-label')).map((c) => c.outerHTML));
  assert.deepEqual(canvases, []);
  const headings = await page.$$eval('h1, h2, h3', (all) => all.filter((h) => h.checkVisibility()).map((h) => Number(h.tagName[1])));
  headings.forEach((level, i) => assert.ok(i === 0 ? level === 1 : level <= headings[i - 1] + 1, `heading ${i}`));
  const twice = await page.evaluate(() => [...document.querySelectorAll('[id]')].map((n) => n.id).filter((id, i, all) => all.indexOf(id) !== i));
  assert.deepEqual(twice, []);
  await done(page);
});

test('with reduced motion the view moves at once, and nothing moves by itself', async () => {
  const page = await open({ reducedMotion: 'reduce' });
  await walk(page);
  await page.locator('#view-3d').scrollIntoViewIfNeeded();
  await page.waitForTimeout(600);
  await page.evaluate(() => {
    globalThis.frames = 0;
    const real = requestAnimationFrame;
    globalThis.requestAnimationFrame = (call) => real((time) => { globalThis.frames++; call(time); });
  });
  await page.waitForTimeout(700);
  assert.equal(await page.evaluate(() => globalThis.frames), 0);
  await page.focus('#view-3d');
  await page.keyboard.press('ArrowLeft');
  await page.waitForTimeout(700);
  const frames = await page.evaluate(() => globalThis.frames);
  assert.ok(frames >= 1 && frames <= 3, `${frames} frames for one step`);
  const moving = await page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
  await done(page);
});

// ---- contrast ----

// Of all texts that can be seen: those whose contrast with what is behind them is too low. Where colours
// are mixed, as `color-mix` makes them, a canvas says what they come to.
const LOW = `(() => {
  const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const ground = (node) => {
    const colour = node ? rgba(getComputedStyle(node).backgroundColor) : [255, 255, 255, 1];
    return colour[3] === 1 ? colour.slice(0, 3) : over(colour, ground(node.parentElement));
  };
  const linear = (c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const low = new Set(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let count = 0;
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || node.closest('script, style, noscript, option, title, desc, :disabled, #toast:not(.shown)')) continue;
    if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(node), behind = ground(node);
    const front = over(rgba(node.closest('svg') ? style.fill : style.color), behind);
    const [a, b] = [light(front), light(behind)], ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    count++;
    if (ratio < 4.5) low.add(ratio.toFixed(2) + ' ' + (node.className || node.tagName) + ' ' + texts.currentNode.data.trim().slice(0, 30));
  }
  return { count, low: [...low] };
})()`;

for (const colorScheme of ['light', 'dark'])
  test(`texts stand out from their ground, ${colorScheme}`, async () => {
    const page = await open({ colorScheme });
    await walk(page);
    assert.equal(await page.getAttribute('html', 'data-theme'), colorScheme);
    await page.click('details.menu summary');
    for (const network of ['lenet5-1998', 'lenet5']) {
      await page.selectOption('#network-name', network);
      await walk(page);
      const { count, low } = await page.evaluate(LOW);
      assert.ok(count > 300, `${count} texts`);
      assert.deepEqual(low, []);
    }
    await done(page);
  });

// ---- forced colours, narrow windows ----

test('with forced colours bars, crosses and marks can still be told apart', async () => {
  const page = await open({ forcedColors: 'active' });
  await walk(page);
  const seen = await page.evaluate(() => {
    const fill = (selector) => {
      const node = document.querySelector(selector), style = getComputedStyle(node);
      return { colour: style.backgroundColor, image: style.backgroundImage, behind: getComputedStyle(node.parentElement).backgroundColor, line: style.outlineStyle };
    };
    const size = (selector) => document.querySelector(selector).getBoundingClientRect();
    return { bar: fill('#scores .best i'), second: fill('#compare-box i.second'), nearest: fill('#codes-tiles .nearest'),
      cross: document.querySelector('#table-box .on').textContent, pad: size('#pad').width, view: size('#view').height };
  });
  assert.notEqual(seen.bar.colour, seen.bar.behind);
  assert.match(seen.second.image, /gradient/);
  assert.equal(seen.nearest.line, 'solid');
  assert.equal(seen.cross, '×');
  assert.ok(seen.pad > 200 && seen.view > 200);
  await shot(page, 'forced');
  await done(page);
});

for (const width of [320, 390, 1280])
  test(`nothing scrolls sideways at ${width} pixels`, async () => {
    const page = await open({ viewport: { width, height: 800 } });
    await page.evaluate(() => { Math.random = () => 0.99; }); // a long string of digits
    await page.getByRole('button', { name: 'Write some digits' }).click();
    await page.waitForFunction(() => document.querySelector('.line-answer').dataset.digits?.length >= 6);
    await walk(page);
    const [wide, room, out] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth,
      [...document.querySelectorAll('main *, header *')].filter((n) => n.checkVisibility() && !n.closest('.scroll, .hidden-text, .skip, svg, .view3d-labels') && n.getBoundingClientRect().right > innerWidth + 0.5)
        .map((n) => n.id || n.className || n.tagName)]);
    assert.ok(wide <= room, `${wide} > ${room}: ${out}`);
    assert.deepEqual(out, []);
    assert.equal(await state(page, (s) => s.network.name), 'lenet5-1998');
    await shot(page, `narrow-${width}`);
    await done(page);
  });
