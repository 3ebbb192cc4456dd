// compare.js - two networks side by side: their size, what each says of the same picture, and on which
// digits they differ. Networks of files come in here.
import { element, find, paint, percent, thousands, toast } from './dom.js';
import { addNetwork, checkReadsDigits, checkRoom, freeName, removeNetwork } from './networks.js';
import { ink as inkColour } from './palette.js';
import { openModel } from './safetensors.js';

const SEED = 424242; // of digits that no training of this page draws
const SLICE = 12;    // milliseconds of comparing between two frames
const MOST_SHOWN = 60, MOST_FILE = 64 << 20;

const bestOf = (p) => p.indexOf(Math.max(...p));

// ---- networks of files ----

function createOpener(store, core) {
  const note = element('p', { class: 'hint', role: 'status' });
  const input = element('input', { type: 'file', class: 'hidden-text', accept: '.safetensors' });

  async function open(file) {
    try {
      if (file.size > MOST_FILE) throw new Error(`${file.name}: ${thousands(file.size)} bytes; ${thousands(MOST_FILE)} are possible`);
      checkRoom(store.state.networks);
      const bytes = new Uint8Array(await file.arrayBuffer());
      const name = freeName(store.state.networks, file.name.replace(/\.safetensors$/i, '') || 'file');
      const network = openModel(core, bytes, file.name, name, checkReadsDigits);
      addNetwork(store, network);
      note.classList.remove('wrong');
      note.textContent = `${name} is open: ${network.notation}`;
      toast(`“${name}” reads what you draw now.`);
    } catch (error) {
      note.classList.add('wrong');
      note.textContent = error.message;
      toast(error.message);
    }
  }

  input.addEventListener('change', async () => {
    const [file] = input.files;
    input.value = '';
    if (file) await open(file);
  });
  return { open, note, button: element('label', { class: 'button' }, 'Open a network (.safetensors)', input) };
}

// ---- the two of them ----

// `remove(network)` is what takes a network out of the page, null for those that stay.
function factsOf([a, b], remove) {
  const head = (n) => element('th', { scope: 'col' }, n.name, ...(remove(n) ? [' ', element('button', { type: 'button',
    'aria-label': `Remove ${n.name} from this page`, onclick: remove(n) }, 'Remove')] : []));
  const rows = [['Rows', (n) => n.notation], ['Parameters', (n) => thousands(n.parameters)],
    ['Connections', (n) => thousands(n.connections)], ['Multiply-adds', (n) => thousands(n.macs)]];
  return element('div', { class: 'scroll' }, element('table', { class: 'facts' },
    element('thead', {}, element('tr', {}, element('td'), head(a), head(b))),
    element('tbody', {}, ...rows.map(([name, of]) => element('tr', {}, element('th', { scope: 'row' }, name),
      element('td', {}, of(a)), element('td', {}, of(b)))))));
}

function pairOfBars(digit, [p, q], [best, other], names) {
  const bar = (value, name, second, isBest) => element('div', { class: `score pair${isBest ? ' best' : ''}`, title: name },
    element('div', { class: 'track' }, element('i', { class: second ? 'second' : null, style: `width:${100 * value}%` })),
    element('span', {}, percent(value)));
  return element('div', { class: 'pairs', role: 'listitem',
    'aria-label': `${digit}: ${names[0]} ${percent(p)}, ${names[1]} ${percent(q)}` },
  element('b', {}, String(digit)), element('div', {}, bar(p, names[0], false, best === digit), bar(q, names[1], true, other === digit)));
}

function answersOf(pair, pixels, core) {
  if (!pixels) return [element('p', { class: 'hint' }, 'Draw a digit above to see what both say of it.')];
  const said = pair.map((n) => core.classify(n, pixels)), best = said.map(bestOf);
  const names = pair.map((n) => n.name);
  const sentence = best[0] === best[1] ? `Both read the picture as ${best[0]}.` :
    `They differ: ${names[0]} reads ${best[0]}, ${names[1]} reads ${best[1]}.`;
  return [element('p', {}, sentence, ' ', element('span', { class: 'keys' }, element('i'), ` ${names[0]} `,
    element('i', { class: 'second' }), ` ${names[1]}`)),
  element('div', { role: 'list', class: 'pair-list', 'aria-label': 'Probability of each digit, both networks' },
    ...Array.from({ length: 10 }, (_, k) => pairOfBars(k, [said[0][k], said[1][k]], best, names)))];
}

// ---- many digits ----

// Counts as it goes: { done, wrong: [a, b], both, differ: [{ pixels, label, said }] }
function createCount(core, pair) {
  const count = { done: 0, wrong: [0, 0], both: 0, differ: [] };
  return {
    count,
    next() {
      const { label, pixels } = core.synthetic(SEED, count.done++);
      const said = pair.map((n) => bestOf(core.classify(n, pixels)));
      said.forEach((digit, i) => { if (digit !== label) count.wrong[i]++; });
      if (said[0] !== label && said[1] !== label) count.both++;
      if (said[0] !== said[1]) count.differ.push({ pixels, label, said });
    },
  };
}

function summaryOf({ done, wrong, both, differ }, pair) {
  const share = (n) => `${thousands(n)} (${percent(n / done)})`;
  return element('div', { class: 'scroll' }, element('table', { class: 'facts' }, element('tbody', {},
    ...[['Digits', thousands(done)], [`${pair[0].name} wrong`, share(wrong[0])], [`${pair[1].name} wrong`, share(wrong[1])],
      ['Both wrong', share(both)], ['Same answer', share(done - differ.length)], ['Different answers', share(differ.length)]]
      .map(([name, value]) => element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value))))));
}

function tileOf({ pixels, label, said }, pair, pad, dark) {
  const canvas = element('canvas', { class: 'pixels' });
  paint(canvas, pixels, 28, 28, (v) => inkColour(v, dark));
  const mark = (digit) => `${digit}${digit === label ? ' ✓' : ''}`;
  const text = `A ${label}: ${pair[0].name} says ${said[0]}, ${pair[1].name} says ${said[1]}. Put it on the pad.`;
  return element('button', { type: 'button', class: 'differs', 'aria-label': text, title: text, onclick() {
    pad.put(pixels);
    find('draw').scrollIntoView({ block: 'nearest' });
    toast('It is on the pad.');
  } }, canvas, element('span', {}, `${mark(said[0])} | ${mark(said[1])}`));
}

function createTrial(store, core, pad) {
  const many = element('select', {}, ...[200, 1000, 5000].map((n) => element('option', { value: n }, thousands(n))));
  const button = element('button', { type: 'button', class: 'main' }, 'Compare on digits');
  const text = element('p', { class: 'hint', role: 'status' });
  const table = element('div'), gallery = element('div', { class: 'tiles' });
  let running = 0, shown = null;

  function show() {
    if (!shown) {
      table.replaceChildren();
      gallery.replaceChildren();
      return;
    }
    const { count, pair } = shown;
    table.replaceChildren(summaryOf(count, pair));
    gallery.replaceChildren(...count.differ.slice(0, MOST_SHOWN).map((d) => tileOf(d, pair, pad, store.state.dark)));
  }

  function finish({ differ }, pair) {
    const more = differ.length > MOST_SHOWN ? `; the first ${MOST_SHOWN} are shown` : '';
    text.textContent = differ.length === 0 ? 'They gave the same answer to all of them.' :
      `The digits they differ on${more}: what ${pair[0].name} and ${pair[1].name} say, ✓ for what it is. Press one to put it on the pad.`;
  }

  function start(pair) {
    const { count, next } = createCount(core, pair), total = Number(many.value), mine = ++running;
    (function slice() {
      if (mine !== running) return;
      const end = performance.now() + SLICE;
      do next(); while (count.done < total && performance.now() < end);
      shown = { count, pair };
      if (count.done < total) {
        text.textContent = `${thousands(count.done)} of ${thousands(total)}…`;
        setTimeout(slice);
      } else {
        finish(count, pair);
        show();
      }
    })();
  }

  return {
    box: element('div', {}, element('h3', {}, 'On many digits'),
      element('div', { class: 'bar' }, button, element('label', {}, 'of ', many, ' drawn by the library')), text, table, gallery),
    button, show, start,
    noteNewWeights() { if (shown) text.textContent = 'A network has learned since: compare again.'; },
    // Results of other networks are none.
    clear() {
      running++;
      shown = null;
      text.textContent = '';
      show();
    },
  };
}

// ---- the section ----

export function setUpCompare(store, core, pad) {
  const selects = ['First network', 'Second network'].map((name) => element('select', { 'aria-label': name }));
  const facts = element('div'), answers = element('div', { class: 'answers' });
  const opener = createOpener(store, core), trial = createTrial(store, core, pad);
  const shipped = [...store.state.networks];
  let pair = shipped.slice(0, 2), known = shipped;

  const remove = (network) => (shipped.includes(network) ? null : () => removeNetwork(store, core, network));
  const showAnswers = () => answers.replaceChildren(...answersOf(pair, store.state.pixels, core));

  function showPair() {
    selects.forEach((select, i) => select.replaceChildren(...store.state.networks.map((n) =>
      element('option', { selected: n === pair[i] }, n.name))));
    facts.replaceChildren(factsOf(pair, remove));
    trial.clear();
    showAnswers();
  }

  // A network that has just come is what one wants to compare; one that went is compared no longer.
  function takeNetworks({ networks }) {
    const come = networks.find((n) => !known.includes(n));
    known = networks;
    pair = pair.map((n, i) => (networks.includes(n) ? n : networks[i]));
    if (come) pair = [pair[0] === come ? networks[0] : pair[0], come];
    showPair();
  }

  selects.forEach((select, i) => select.addEventListener('change', () => {
    pair[i] = store.state.networks[select.selectedIndex];
    showPair();
  }));
  trial.button.addEventListener('click', () => trial.start([...pair]));
  find('compare-box').append(
    element('div', { class: 'bar' }, selects[0], 'and', selects[1], opener.button), opener.note,
    element('div', { class: 'compare' }, element('div', {}, facts, trial.box),
      element('div', {}, element('h3', {}, 'On your picture'), answers)));
  store.watch(['networks'], takeNetworks);
  store.watch(['pixels', 'weights'], showAnswers);
  store.watch(['weights'], trial.noteNewWeights);
  store.watch(['dark'], trial.show);
  return { accepts: (file) => /\.safetensors$/i.test(file.name), open: opener.open };
}
