// worker.js - trains in a thread of its own, in slices, so that it hears between them what to do.
//
// Hears  { do: 'open', module }
//        { do: 'start', notation, seed, epochs, batch, rate, validation, data }
//               data: { count } to draw so many digits, or { count, pixels, labels }
//        { do: 'pause' }, { do: 'go on' }, { do: 'take' }
// Says   { say: 'open' }, { say: 'drawn', done, count }, { say: 'started' }, { say: 'slice', ...state, seconds },
//        { say: 'parameters', parameters, taken }, { say: 'error', message }
import { createCore } from './core.js';

const SLICE = 80;        // milliseconds of training between two looks at what came in
const BETWEEN = 250;     // milliseconds between parameters that are only to be looked at
const DRAWN_AT_ONCE = 250;

let core = null, network = null, sent = 0;
let turn = 0; // the loop that trains is the one that has this number; a new number ends it

const say = (what, more = {}, moved = []) => postMessage({ say: what, ...more }, moved);
const pause = () => new Promise((done) => { setTimeout(done); });

function sendParameters(taken) {
  const parameters = core.parameters(network).slice();
  sent = performance.now();
  say('parameters', { parameters, taken }, [parameters.buffer]);
}

async function fillRoom({ count, pixels, labels }, seed) {
  core.openData(count);
  if (pixels) {
    core.dataPixels().set(pixels);
    core.dataLabels().set(labels);
    return;
  }
  for (let first = 0; first < count; first += DRAWN_AT_ONCE) {
    core.drawData(seed, first, Math.min(DRAWN_AT_ONCE, count - first));
    say('drawn', { done: Math.min(count, first + DRAWN_AT_ONCE), count });
    await pause();
  }
}

async function goOn() {
  const mine = ++turn;
  for (let end = 0; mine === turn && end < 2;) {
    const from = performance.now();
    end = core.trainOn(SLICE);
    say('slice', { ...core.trainState(), end, seconds: (performance.now() - from) / 1000 });
    if (end > 0 || performance.now() - sent > BETWEEN) sendParameters(false);
    await pause();
  }
}

async function start({ notation, seed, data, ...recipe }) {
  network = core.openNotation(notation, { seed });
  sendParameters(false);
  await fillRoom(data, seed);
  core.train(network, { ...recipe, seed });
  say('started');
  await goOn();
}

const actions = {
  async open({ module }) {
    core = await createCore(module);
    say('open');
  },
  start,
  pause() { turn++; },
  'go on': goOn,
  take() { sendParameters(true); },
};

onmessage = async ({ data }) => {
  try {
    await actions[data.do](data);
  } catch (error) {
    turn++;
    say('error', { message: error.message });
  }
};
onmessageerror = () => say('error', { message: 'this browser does not hand the module to a worker' });
