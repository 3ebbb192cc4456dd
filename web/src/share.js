// share.js - what leaves the page: a link to what is shown, and files of it.
import { AREA } from './core.js';
import { element, find, save, toast } from './dom.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const LETTER_COUNT = Math.ceil((AREA * 4) / 6);

// ---- links: #net=NAME&d=28x28 pixels of 4 bits, three in two letters ----

export function encodePixels(pixels) {
  const shade = (i) => (i < AREA ? Math.round(pixels[i] / 17) : 0);
  let text = '';
  for (let i = 0; i < AREA; i += 3) {
    const bits = (shade(i) << 8) | (shade(i + 1) << 4) | shade(i + 2);
    text += LETTERS[bits >> 6] + LETTERS[bits & 63];
  }
  return text.slice(0, LETTER_COUNT);
}

// null where the text is no picture of this page's.
export function decodePixels(text) {
  if (text.length !== LETTER_COUNT || !/^[\w-]*$/.test(text)) return null;
  const pixels = new Uint8Array(AREA), bits = (i) => Math.max(0, LETTERS.indexOf(text[i] ?? 'A'));
  for (let i = 0; i < AREA; i++) {
    const at = Math.floor(i / 3) * 2, three = (bits(at) << 6) | bits(at + 1);
    pixels[i] = ((three >> (8 - 4 * (i % 3))) & 15) * 17;
  }
  return pixels;
}

export function linkOf(network, pixels) {
  const parts = [`net=${encodeURIComponent(network.name)}`];
  if (pixels) parts.push(`d=${encodePixels(pixels)}`);
  return `#${parts.join('&')}`;
}

// What of a link this page can show; the rest of it is left alone.
export function parseLink(hash, networks) {
  const said = new URLSearchParams(String(hash).slice(1)), found = {};
  const network = networks.find((n) => n.name === said.get('net'));
  const pixels = decodePixels(said.get('d') ?? '');
  if (network) found.network = network;
  if (pixels) found.pixels = pixels;
  return found;
}

export const readLink = (networks) => parseLink(location.hash, networks);

// ---- all numbers ----

const rounded = (values) => Array.from(values, (v) => Number(v.toPrecision(6)));

export function numbersOfAll({ network, probabilities, pixels, values, squash }) {
  return {
    network: network.name, notation: network.notation, input: network.input,
    values: squash === 'before' ? 'before the activation' : 'after the activation',
    picture: { rows: 28, columns: 28, pixels: Array.from(pixels) },
    probabilities: rounded(probabilities),
    layers: network.layers.map(({ name, kind, maps, rows, columns }, i) =>
      ({ name, kind, maps, rows, columns, values: rounded(values.layers[i]) })),
  };
}

// ---- the buttons ----

// The link in a field, for browsers that let no page write to the clipboard.
function createField() {
  const input = element('input', { type: 'text', readonly: true, 'aria-label': 'Link to this drawing and network' });
  const close = element('button', { type: 'button' }, 'Close');
  const box = element('p', { class: 'bar share-field', hidden: true }, 'Copy this link:', input, close);
  find('share').closest('.bar').after(box);
  close.addEventListener('click', () => {
    box.hidden = true;
    find('share').focus();
  });
  return (link) => {
    input.value = link;
    box.hidden = false;
    input.focus();
    input.select();
  };
}

function setUpLink(store, pad, shipped) {
  const showField = createField();
  find('share').addEventListener('click', async () => {
    const { network, pixels } = store.state;
    const link = location.href.split('#')[0] + linkOf(network, pixels);
    const other = shipped.includes(network) ? '' : ` The picture is in it; “${network.name}” is in this page only.`;
    try {
      await navigator.clipboard.writeText(link);
      toast(`The link is copied.${other}`);
    } catch {
      showField(link);
      if (other) toast(other.trim());
    }
  });
  addEventListener('hashchange', () => {
    const { network, pixels } = readLink(store.state.networks);
    if (network) store.set({ network });
    if (pixels) pad.put(pixels);
  });
}

async function saveView(make, type, name) {
  let made = null;
  try {
    made = await make();
  } catch (error) {
    toast(`It could not be saved: ${error.message}`);
    return;
  }
  if (made) save(made instanceof Blob ? made : new Blob([made], { type }), name);
  else toast('There is no view of the network to save yet. Draw a digit first.');
}

export function setUpSharing(store, core, pad) {
  setUpLink(store, pad, [...store.state.networks]);
  const name = (ending) => `${store.state.network.name.replace(/[^\w.-]+/g, '-')}.${ending}`;
  find('save-png').addEventListener('click', () =>
    saveView(() => store.state.view?.toBlob?.(), 'image/png', name('png')));
  find('save-svg').addEventListener('click', () =>
    saveView(() => store.state.toSvg?.(), 'image/svg+xml', name('svg')));
  find('save-json').addEventListener('click', () => {
    if (!store.state.values) toast('Draw a digit first: without one there are no numbers.');
    else save(new Blob([JSON.stringify(numbersOfAll(store.state))], { type: 'application/json' }), name('json'));
  });
}
