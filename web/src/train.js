// train.js - training in the page: what to learn, from which digits, and what has come of it.
import { element, find, save, thousands, toast } from './dom.js';
import { openIdx, pairOf } from './idx.js';
import { addNetwork, checkReadsDigits, freeName, removeNetwork } from './networks.js';
import { writeModel } from './safetensors.js';
import { startRun } from './train_run.js';
import { createFilters, epochTable, errorChart, lossChart, progressText, putDetails } from './train_view.js';

const NAME = 'yours';
const OWN = 'another one';
const DRAW_EVERY = 250; // milliseconds between two drawings of the curves
const LOOK_AFTER = 250; // milliseconds without a key, before rows are looked at
const MOST_PARAMETERS = 2e6; // that a page can train with the patience one has for pages

// A training that goes astray leaves weights that are none.
const isSound = (parameters) => parameters.every(Number.isFinite);

const label = (text, ...inside) => element('label', {}, element('span', {}, text), ...inside);
const numberField = (id, value, low, high, step) =>
  element('input', { type: 'number', id, value, min: low, max: high, step });

// ---- what to learn ----

function createForm(core, changed) {
  const variants = core.variants().filter(({ notation }) => {
    const [rows, columns] = notation.split(' ')[0].split('x').map(Number);
    return Math.max(rows, columns) <= 32 && Math.min(rows, columns) >= 28 && /10(:\w+)?$/.test(notation); // digits
  });
  const choice = element('select', { id: 'train-network' },
    ...variants.map((v) => element('option', { value: v.name }, v.name)), element('option', { value: '' }, OWN));
  const notation = element('input', { type: 'text', id: 'train-notation', spellcheck: 'false', autocapitalize: 'off',
    autocomplete: 'off', 'aria-describedby': 'train-notation-note' });
  const note = element('p', { id: 'train-notation-note', class: 'hint', role: 'status' });
  const fields = {
    batch: numberField('train-batch', 16, 1, 512, 1), rate: numberField('train-rate', 0.004, 0, 10, 'any'),
    epochs: numberField('train-epochs', 5, 1, 100, 1), seed: numberField('train-seed', 1, 1, 9999, 1),
  };
  const form = { network: null };
  let typing = 0;

  // Opens the notation for a moment to see what it is.
  function look() {
    clearTimeout(typing);
    form.network = null;
    notation.setAttribute('aria-invalid', 'true');
    try {
      const opened = core.openNotation(notation.value);
      try {
        checkReadsDigits(opened);
        if (opened.parameters > MOST_PARAMETERS)
          throw new Error(`it has ${thousands(opened.parameters)} parameters; up to ${thousands(MOST_PARAMETERS)} are possible here`);
        form.network = opened;
        fields.rate.value = Number(core.usualRate(opened).toPrecision(3));
      } finally {
        core.close(opened);
      }
      notation.setAttribute('aria-invalid', 'false');
      note.textContent = `${thousands(opened.parameters)} parameters, ${thousands(opened.macs)} multiply-adds a picture.`;
    } catch (error) {
      note.textContent = `This is no network that can be trained here: ${error.message}`;
    }
    note.classList.toggle('wrong', !form.network);
    changed();
  }

  choice.addEventListener('change', () => {
    const variant = variants.find((v) => v.name === choice.value);
    if (!variant) return notation.focus();
    notation.value = variant.notation;
    look();
  });
  notation.addEventListener('input', () => {
    choice.value = variants.find((v) => v.notation === notation.value)?.name ?? '';
    form.network = null;
    changed();
    clearTimeout(typing);
    typing = setTimeout(look, LOOK_AFTER);
  });

  form.box = element('fieldset', {}, element('legend', {}, 'Network'),
    element('div', { class: 'fields' }, label('Shape', choice), label('Its rows', notation)), note,
    element('div', { class: 'fields numbers-row' }, label('Digits a step', fields.batch),
      label('Learning rate', fields.rate), label('Epochs', fields.epochs), label('Seed', fields.seed)));
  // The numbers, or an Error that names the field.
  form.read = () => {
    if (!form.network) throw new Error('these rows are no network that can be trained here');
    const read = {};
    for (const [key, field] of Object.entries(fields)) {
      if (!field.checkValidity() || field.value === '' || (key === 'rate' && Number(field.value) <= 0)) {
        field.focus();
        throw new Error(`${field.closest('label').firstChild.textContent}: ${field.validationMessage || 'more than 0 is needed'}`);
      }
      read[key] = Number(field.value);
    }
    return { notation: form.network.notation, ...read };
  };
  [choice.value, notation.value] = [variants[0].name, variants[0].notation];
  look();
  return form;
}

// ---- from which digits ----

function createData() {
  const count = element('input', { type: 'range', id: 'train-count', min: 500, max: 20000, step: 500, value: 10000 });
  const shown = element('output', { for: 'train-count' });
  const source = (value, text, checked) => element('label', {},
    element('input', { type: 'radio', name: 'train-source', value, checked }), ` ${text}`);
  const files = element('input', { type: 'file', class: 'hidden-text', multiple: true });
  const note = element('p', { class: 'hint', role: 'status' });
  const found = { images: null, labels: null };
  const box = element('fieldset', {}, element('legend', {}, 'Digits'),
    element('div', { class: 'bar' }, source('drawn', 'drawn by the library', true), source('files', 'of files')),
    label('How many', count, shown),
    element('div', { class: 'bar' }, element('label', { class: 'button' }, 'Open IDX files', files)), note);
  const chosen = () => box.querySelector('input[name=train-source]:checked').value;

  function tell(problem = '') {
    shown.textContent = thousands(Number(count.value));
    count.disabled = chosen() === 'files';
    const has = (kind) => (found[kind] ? `${thousands(found[kind].count)} ${kind}` : `no ${kind} yet`);
    note.classList.toggle('wrong', problem !== '');
    note.textContent = problem || (chosen() === 'files' ?
      `Two IDX files as MNIST has them, 28 × 28 pixels, plain or .gz: ${has('images')}, ${has('labels')}. They stay in this page.` :
      'Strokes with the shapes, slants and pens of many hands, drawn anew for every seed.');
  }

  async function open(file) {
    try {
      const read = await openIdx(file);
      found[read.kind] = read;
      box.querySelector('input[value=files]').checked = true;
      tell();
    } catch (error) {
      tell(error.message);
      toast(error.message);
    }
  }

  box.addEventListener('input', () => tell());
  files.addEventListener('change', async () => {
    for (const file of files.files) await open(file);
    files.value = '';
  });
  tell();
  return {
    box, open,
    // { count } or { count, pixels, labels }, or an Error that says what is missing
    read() {
      if (chosen() === 'drawn') return { count: Number(count.value) };
      if (!found.images || !found.labels) throw new Error('open a file of images and one of labels first');
      return pairOf(found.images, found.labels);
    },
  };
}

// ---- what has come of it ----

function createButtons() {
  const button = (text, main = false) => element('button', { type: 'button', class: main ? 'main' : null }, text);
  return { start: button('Start', true), pause: button('Pause'), stop: button('Stop'), anew: button('Start anew'),
    use: button('Use it in this page'), save: button('Save it (.safetensors)') };
}

function createLive() {
  const bar = element('progress', { max: 1, value: 0, 'aria-label': 'Progress of the training' });
  const text = element('p', { class: 'train-text' });
  const said = element('p', { class: 'hidden-text', role: 'status' }); // once an epoch, for screen readers
  const loss = element('div'), errors = element('div'), table = element('div');
  const filters = createFilters();
  const box = element('div', { hidden: true }, bar, text, said,
    element('div', { class: 'charts' }, loss, errors), filters.box, table);
  return {
    box,
    show(run, network, dark) {
      box.hidden = !run;
      if (!run) return;
      const { last, recipe } = run;
      bar.value = last ? (last.epoch - 1 + last.done / last.total) / recipe.epochs : 0;
      text.textContent = progressText(run);
      loss.replaceChildren(lossChart(run));
      errors.replaceChildren(errorChart(run));
      filters.show(network.layers.find((l) => l.kind === 'conv' && l.inputMaps === 1), run.parameters, dark);
      putDetails(table, epochTable(run));
    },
    say(run) { said.textContent = progressText(run); },
  };
}

export function setUpTrain(store, core) {
  const buttons = createButtons(), live = createLive(), data = createData();
  const problem = element('p', { class: 'wrong', role: 'alert' });
  const follow = element('input', { type: 'checkbox', checked: true });
  let form = null, run = null, network = null, timer = 0, wanted = null, yours = null;

  function tellButtons() {
    const phase = run?.phase ?? 'none', active = ['drawing', 'running', 'paused'].includes(phase);
    form.box.disabled = data.box.disabled = active; // they say what is being learned
    buttons.start.disabled = active || !form.network;
    buttons.pause.disabled = phase !== 'running' && phase !== 'paused';
    buttons.pause.textContent = phase === 'paused' ? 'Go on' : 'Pause';
    buttons.stop.disabled = !active;
    buttons.anew.disabled = !run || !form.network;
    buttons.use.disabled = buttons.save.disabled = !run?.last;
  }

  function show() {
    timer = 0;
    live.show(run, network, store.state.dark);
    tellButtons();
  }
  const showSoon = () => { timer ||= setTimeout(show, DRAW_EVERY); };

  const stillOpen = () => yours && store.state.networks.includes(yours.network);

  // Puts parameters into the network of this run that the page has; false if it has none.
  function refresh(parameters) {
    if (!stillOpen() || yours.run !== run) return false;
    if (!isSound(parameters)) return true;
    core.parameters(yours.network).set(parameters);
    store.set({ weights: store.state.weights + 1 });
    return true;
  }

  function putIntoPage(parameters) {
    if (!refresh(parameters)) {
      const older = stillOpen() ? yours.network : null;
      if (older) removeNetwork(store, core, older);
      const opened = core.openNotation(network.notation, { name: freeName(store.state.networks, NAME), input: network.input });
      core.parameters(opened).set(parameters);
      yours = { run, network: opened };
      addNetwork(store, opened);
    }
    store.set({ network: yours.network });
    toast(`“${yours.network.name}” reads what you draw now.`);
  }

  function saveFile(parameters) {
    const { epochs, batch, rate, seed } = run.recipe, latest = run.epochs.at(-1);
    const notes = { net: network.notation, recipe: `${epochs} epochs, batch ${batch}, rate ${rate}, seed ${seed}` };
    if (latest) notes.validation_error = String(Number(latest.validationError.toPrecision(4)));
    save(new Blob([writeModel(network, parameters, notes)]), 'yours.safetensors');
  }

  function changed(told, what) {
    if (told !== run) return;
    if (what === 'parameters' && follow.checked && run.phase !== 'failed') refresh(run.parameters);
    if (what === 'slice' && run.last.end > 0) live.say(run);
    if (what === 'error' || run.phase === 'done' || what === 'started') show();
    else showSoon();
  }

  function start() {
    problem.textContent = '';
    try {
      const recipe = { ...form.read(), data: data.read() };
      recipe.validation = Math.min(5000, Math.round(recipe.data.count / 10));
      network = form.network;
      run?.stop();
      run = startRun(core.module, recipe, { changed, taken: (parameters) => act(parameters) });
      show();
    } catch (error) {
      problem.textContent = `It cannot start: ${error.message}`;
    }
  }

  function act(parameters) {
    try {
      if (!isSound(parameters)) throw new Error('Its weights are no numbers any more; a lower learning rate helps.');
      wanted?.(parameters);
    } catch (error) {
      toast(error.message);
    }
    wanted = null;
  }

  function ask(what) {
    wanted = what;
    run.take();
  }

  buttons.start.addEventListener('click', start);
  buttons.anew.addEventListener('click', start);
  buttons.pause.addEventListener('click', () => {
    if (run.phase === 'paused') run.goOn();
    else run.pause();
    show();
  });
  buttons.stop.addEventListener('click', () => {
    run.stop();
    show();
  });
  buttons.use.addEventListener('click', () => ask(putIntoPage));
  buttons.save.addEventListener('click', () => ask(saveFile));
  form = createForm(core, () => form && tellButtons());
  store.watch(['dark'], () => show());

  const { start: go, pause, stop, anew, use, save: keep } = buttons;
  find('train-box').append(
    element('p', {}, 'The same C code learns here, in a thread of its own: no server, nothing leaves this page. A tenth of the digits (at most 5,000) is kept back to measure it.'),
    element('div', { class: 'train-form' }, form.box, data.box),
    element('div', { class: 'bar' }, go, pause, stop, anew), problem, live.box,
    element('div', { class: 'bar' }, use,
      element('label', {}, follow, ' and keep it up to date while it learns'), keep));
  return { accepts: (file) => /ubyte|idx|images|labels|\.gz$/i.test(file.name), open: data.open };
}
