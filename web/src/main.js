// main.js - opens the core and the networks, and joins the sections through the store.
import { createCore, AREA } from './core.js';
import { createStore } from './store.js';
import { createPad, canvasOfDigit } from './pad.js';
import { canvasOfFile, listenForFiles, setUpCamera } from './pictures.js';
import { setUpAnswer } from './answer.js';
import { setUpSteps } from './steps.js';
import { find, element, toast } from './dom.js';
import { readLink, setUpSharing } from './share.js';
import { setUpInside } from './inside.js';
import { setUpTable } from './table.js';
import { setUpCodes } from './codes.js';
import { setUpSquash } from './squash.js';
import { setUpStand } from './stand.js';
import { setUpLine } from './line.js';
import { setUpTrain } from './train.js';
import { setUpCompare } from './compare.js';

const SHIPPED = ['lenet5-1998', 'lenet5', 'lenet5-modern'];

// ---- from a picture to all that is shown of it ----

// What the chosen network makes of the pixels: probabilities, and the maps of all layers.
function think(core, { network, squash, pixels }) {
  if (!pixels) return { probabilities: null, values: null };
  const probabilities = core.look(network, pixels);
  const input = new Float32Array(network.inputRows * network.inputColumns);
  const down = (network.inputRows - 28) >> 1, right = (network.inputColumns - 28) >> 1;
  for (let i = 0; i < AREA; i++)
    input[(down + Math.floor(i / 28)) * network.inputColumns + right + (i % 28)] = pixels[i] / 255;
  const layers = network.layers.map(({ index }) =>
    (squash === 'before' ? core.sums(network, index) : null) ?? core.maps(network, index));
  return { probabilities, values: { input, layers } };
}

// `given`: 28x28 pixels that the networks read as they are.
function recognise(core, store, image, given) {
  const prediction = image ? core.predict(image) : null;
  store.set({ image, prediction, pixels: prediction ? given ?? prediction.seen : null });
}

// ---- the pad and what else puts pictures on it ----

function setUpPad(core, store) {
  // `large`: an opened picture, read in full until someone draws on it; `given`: pixels of a link or of a
  // comparison, which would be others after another trip through the frame.
  let large = null, given = null, drawn = 1;
  const forget = () => { large = given = null; };
  const pad = createPad(find('pad'), {
    pen: () => Number(find('pad-pen').value),
    onChange() {
      if (pad.hasStrokes()) forget();
      store.set({ ticket: store.state.ticket + 1 });
    },
  });
  const open = (canvas) => {
    forget();
    large = canvas;
    pad.setGround(canvas);
  };
  const put = (pixels) => {
    forget();
    given = pixels;
    pad.setGround(canvasOfDigit(pixels));
  };
  // Some that the library draws are hard for anyone: those on the keys are ones that it reads itself.
  const isLegible = (canvas, digit) => {
    const read = core.predict(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height));
    return read?.digit === digit && read.none < 0.1;
  };
  const sample = (digit) => {
    for (;;) {
      const { label, pixels } = core.synthetic(7, drawn++);
      const canvas = label === digit ? canvasOfDigit(pixels) : null;
      if (canvas && isLegible(canvas, digit)) {
        forget();
        return pad.setGround(canvas);
      }
    }
  };
  const clear = () => { forget(); pad.clear(); };
  const undo = () => { forget(); pad.undo(); };

  for (let k = 0; k < 10; k++)
    find('samples').append(element('button', { type: 'button', onclick: () => sample(k) }, String(k)));
  find('pad-clear').addEventListener('click', clear);
  find('pad-undo').addEventListener('click', undo);
  find('pad').addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9]$/.test(event.key)) sample(Number(event.key));
    else if (event.key === 'Delete' || event.key === 'Backspace') clear();
    else if (event.key === 'z') undo();
    else return;
    event.preventDefault();
  });
  store.watch(['ticket'], () => {
    let image = null;
    if (large) image = large.getContext('2d').getImageData(0, 0, large.width, large.height);
    else if (!pad.isEmpty()) image = pad.image();
    try {
      recognise(core, store, image, given);
    } catch (error) {
      toast(error.message);
    }
  });
  return { open, put, sample };
}

// ---- networks, theme ----

function setUpNetworks(core, store) {
  const select = find('network-name');
  store.watch(['networks', 'network'], ({ networks, network }) => {
    select.replaceChildren(...networks.map((n) => element('option', { selected: n === network }, n.name)));
    find('notation').textContent = `${network.notation} — ${network.parameters.toLocaleString('en-US')} parameters, ${network.macs.toLocaleString('en-US')} multiply-adds`;
  });
  select.addEventListener('change', () => store.set({ network: store.state.networks[select.selectedIndex] }));
  store.derive(['network', 'pixels', 'squash', 'weights'], (state) => think(core, state));
}

function setUpTheme(store) {
  const wanted = matchMedia('(prefers-color-scheme: dark)');
  wanted.addEventListener('change', () => store.set({ dark: wanted.matches }));
  find('theme').addEventListener('click', () => store.set({ dark: !store.state.dark }));
  store.watch(['dark'], ({ dark }) => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    find('theme').textContent = dark ? 'Light' : 'Dark';
    find('theme').setAttribute('aria-pressed', String(dark));
  });
}

async function open() {
  const core = await createCore(await globalThis.lenetModule); // loader.js
  const networks = SHIPPED.map((name) => core.openBuiltin(name));
  const link = readLink(networks);
  const store = createStore({
    networks, network: link.network ?? networks[0], ticket: 0, weights: 0,
    image: null, prediction: null, pixels: null, probabilities: null, values: null,
    unit: null, squash: 'after', reject: '', dark: matchMedia('(prefers-color-scheme: dark)').matches,
  });
  find('loading').hidden = true;
  document.querySelector('main').hidden = false;
  setUpTheme(store);
  setUpNetworks(core, store);
  setUpAnswer(store, core);
  const pad = setUpPad(core, store);
  if (link.pixels) pad.put(link.pixels);
  else pad.sample(5);
  store.flush();
  await new Promise((resolve) => setTimeout(resolve)); // the first answer is there before all else
  const sections = [setUpSteps, setUpInside, setUpTable, setUpCodes, setUpSquash, setUpStand, setUpLine,
    setUpTrain, setUpCompare, setUpSharing];
  const hooks = sections.map((setUp) => setUp(store, core, pad) ?? {});
  const take = (file) => canvasOfFile(file).then(pad.open, (error) => toast(error.message));
  const other = (file) => {
    const hook = hooks.find((h) => h.accepts?.(file));
    if (hook) hook.open(file);
    else toast(`${file.name}: a picture, a .safetensors or an IDX file can be dropped here`);
  };
  listenForFiles({ take, other });
  find('upload').addEventListener('change', (event) => {
    if (event.target.files[0]) take(event.target.files[0]);
    event.target.value = '';
  });
  setUpCamera(pad.open);
  find('about').textContent = `liblenet ${core.text(core.calls.page_version())}: the same C code as the command, compiled to WebAssembly (${Math.round(core.calls.memory.buffer.byteLength / 2 ** 20)} MB of memory). Nothing leaves this page. Weights are rounded to 7 bits. MIT.`;
  globalThis.lenet = { core, store, pad }; // for the console, and for tests
  document.documentElement.dataset.ready = 'yes';
}

open().catch((error) => {
  find('loading').textContent = `This page could not be opened: ${error.message}`;
  throw error;
});
