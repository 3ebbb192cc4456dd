// timing.mjs - measures the page and prints what it found: how soon the first digit is read, and how soon
// a stroke changes the answer. No test; the numbers are those of this machine, at this moment.
//
//   node web/browser/timing.mjs [RUNS]      with the environment of browser.mjs
import { statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { pathToFileURL } from 'node:url';
import { close, launch } from './browser.mjs';

const RUNS = Number(process.argv[2] ?? 5), MOVES = 100;
const PAGE = process.env.LENET_PAGE_HTML;

// In the page, before its scripts: when the answer was set first.
function watchAnswer() {
  const look = new MutationObserver(() => {
    const box = document.getElementById('answer');
    if (!box?.textContent) return;
    globalThis.firstAnswer = performance.now();
    look.disconnect();
  });
  look.observe(document, { childList: true, subtree: true, characterData: true });
}

// In the page: a stroke of so many moves, one after the other has been shown; for each the time to the
// end of the frame's calls, among which the answer is set.
async function stroke(moves) {
  const pad = document.getElementById('pad'), { left, top, width, height } = pad.getBoundingClientRect();
  const frame = () => new Promise((done) => { requestAnimationFrame(done); });
  const send = (type, part) => pad.dispatchEvent(new PointerEvent(type, { pointerId: 5, pointerType: 'mouse', button: 0, bubbles: true,
    clientX: left + width * (0.5 + 0.25 * Math.sin(6 * part)), clientY: top + height * (0.15 + 0.7 * part) }));
  pad.setPointerCapture = () => {};
  document.getElementById('pad-clear').click();
  await frame();
  send('pointerdown', 0);
  await frame();
  const shown = [];
  for (let i = 1; i <= moves; i++) {
    const from = performance.now();
    send('pointermove', i / moves);
    await frame(); // the store's own call was there before this one: the answer is set now
    shown.push(performance.now() - from);
  }
  send('pointerup', 1);
  return shown;
}

// In the page: the same without frames, only the script: from the event to the answer that is set.
function strokeAtOnce(moves) {
  const pad = document.getElementById('pad'), { left, top, width, height } = pad.getBoundingClientRect();
  const times = [];
  const send = (type, part) => pad.dispatchEvent(new PointerEvent(type, { pointerId: 6, pointerType: 'mouse', button: 0, bubbles: true,
    clientX: left + width * (0.5 + 0.25 * Math.sin(6 * part)), clientY: top + height * (0.15 + 0.7 * part) }));
  document.getElementById('pad-clear').click();
  lenet.store.flush();
  send('pointerdown', 0);
  for (let i = 1; i <= moves; i++) {
    const from = performance.now();
    send('pointermove', i / moves);
    lenet.store.flush();
    times.push(performance.now() - from);
  }
  send('pointerup', 1);
  return times;
}

async function once(address) {
  const context = await (await launch()).newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watchAnswer);
  await page.goto(address);
  await page.waitForSelector('html[data-ready=yes]', { timeout: 60000 });
  const first = await page.evaluate(() => globalThis.firstAnswer);
  await page.waitForTimeout(1500); // the sections below have drawn themselves
  const framed = await page.evaluate(stroke, MOVES), script = await page.evaluate(strokeAtOnce, MOVES);
  await context.close();
  return { first, framed, script };
}

const at = (values, part) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))];
const line = (name, values) => console.log(`${name.padEnd(44)} median ${at(values, 0.5).toFixed(1).padStart(7)} ms   p95 ${at(values, 0.95).toFixed(1).padStart(7)} ms   (${values.length})`);

const address = pathToFileURL(PAGE).href, runs = [];
for (let i = 0; i < RUNS; i++) runs.push(await once(address));
await close();
console.log(`${PAGE}: ${statSync(PAGE).size.toLocaleString('en-US')} bytes`);
console.log(`${cpus()[0].model}, ${availableParallelism()} processors, load ${loadavg().map((l) => l.toFixed(1)).join(' ')}`);
line('from opening to the first digit read', runs.map((r) => r.first));
line('from a move of the pen to the answer, script', runs.flatMap((r) => r.script));
line('from a move of the pen to the frame with it', runs.flatMap((r) => r.framed));
