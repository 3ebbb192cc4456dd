// unit.js - the arithmetic of one unit, with numbers that add up; for convolutions step by step.
import { element, find, number, percent } from './dom.js';
import { css, diverging, ink, lookUp, scaleOf, textOn } from './palette.js';
import { operationOf, rangesOf, SQUASHED, unitName, viewOf, viewValues } from './network_view.js';

const PER_SECOND = 6; // steps of the walk over a map
const LISTED = 8;     // the largest terms of a unit with many

// A grid of numbers on colours.
function grid(cells, columns, colour, label) {
  const box = element('div', { class: 'kernel', role: 'img', 'aria-label': label });
  box.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
  for (const value of cells) {
    const rgb = colour(value), cell = element('span', {}, number(value, 2));
    cell.style.background = css(rgb);
    cell.style.color = textOn(rgb);
    box.append(cell);
  }
  return box;
}

const largest = (values) => Math.max(1e-9, ...values.map(Math.abs));

function groupsOf(terms) {
  const groups = new Map();
  for (const term of terms) {
    if (!groups.has(term.map)) groups.set(term.map, []);
    groups.get(term.map).push(term);
  }
  return groups;
}

const sum = (terms) => terms.reduce((all, t) => all + t.product, 0);

// One map's window, kernel and products.
function windowOf(terms, columns, dark) {
  const signed = (most) => (v) => diverging(v / most, dark);
  const parts = [['input', 'What it reads'], ['weight', '× its weights'], ['product', '= products']];
  return parts.map(([key, title]) => {
    const values = terms.map((t) => t[key]);
    return element('div', {}, element('h3', {}, title), grid(values, columns, signed(largest(values)), `${title}: ${values.map((v) => number(v, 2)).join(' ')}`));
  });
}

// The line at the foot of it all.
function total(layer, unit, groups) {
  const rows = [];
  const one = (name, value) => rows.push(element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, number(value, 4))));
  if (layer.kind === 'max') one('the highest', unit.sum);
  else if (layer.kind === 'rbf') one(`${unit.count} squared differences`, unit.sum);
  else {
    for (const [map, terms] of [...groups].slice(0, 16)) one(groups.size > 1 ? `map ${map}` : `${unit.count} products`, sum(terms));
    if (groups.size > 16) one(`${groups.size - 16} more maps`, [...groups].slice(16).reduce((all, [, terms]) => all + sum(terms), 0));
    if (layer.biasCount > 0) one('+ bias', unit.bias);
    one('= sum a', unit.sum);
  }
  if (layer.activation !== 'linear' || layer.kind === 'conv' || layer.kind === 'dense')
    one(SQUASHED[layer.activation], unit.output);
  return element('div', { class: 'scroll' }, element('table', { id: 'unit-total' }, element('tbody', {}, ...rows)));
}

function listOf(unit, layer) {
  const order = [...unit.terms].sort((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, LISTED);
  const rest = unit.terms.length - order.length;
  const place = (t) => (layer.inputRows * layer.inputColumns === 1 ? `unit ${t.map}` : `map ${t.map} (${t.row}, ${t.column})`);
  return element('div', { class: 'scroll' }, element('table', {},
    element('thead', {}, element('tr', {}, ...['from', 'input', layer.kind === 'rbf' ? 'code' : 'weight', layer.kind === 'rbf' ? 'difference²' : 'product'].map((h) => element('th', { scope: 'col' }, h)))),
    element('tbody', {}, ...order.map((t) => element('tr', {}, element('th', { scope: 'row' }, place(t)),
      ...[t.input, t.weight, t.product].map((v) => element('td', {}, number(v)))))),
    element('tfoot', {}, element('tr', {}, element('td', { colspan: 4 }, rest > 0 ? `and ${rest} more, together ${number(sum(unit.terms) - sum(order))}` : '')))));
}

// The part of the picture that the unit depends on.
function fieldOf(core, network, layer, at, values, dark) {
  const field = core.field(network, layer.index, at.row, at.column, 0);
  if (field.rows === 0) return element('p', {}, 'It sees only the border of zeros.');
  const canvas = element('canvas', { width: network.inputColumns, height: network.inputRows, role: 'img', 'aria-label': 'The part of the picture that it depends on' });
  canvas.style.cssText = 'width:112px;image-rendering:pixelated;border-radius:4px';
  const image = new ImageData(network.inputColumns, network.inputRows);
  values.input.forEach((v, i) => {
    const y = Math.floor(i / network.inputColumns), x = i % network.inputColumns;
    const inside = y >= field.row && y < field.row + field.rows && x >= field.column && x < field.column + field.columns;
    image.data.set([...ink(v, dark), inside ? 255 : 70], 4 * i);
  });
  canvas.getContext('2d').putImageData(image, 0, 0);
  const mark = element('i'), part = (n, all) => `${(100 * n) / all}%`;
  Object.assign(mark.style, { left: part(field.column, network.inputColumns), width: part(field.columns, network.inputColumns),
    top: part(field.row, network.inputRows), height: part(field.rows, network.inputRows) });
  return element('div', { class: 'bar' }, element('div', { class: 'field' }, canvas, mark), element('p', {}, `Its receptive field: rows ${field.row} to ${field.row + field.rows - 1}, columns ${field.column} to ${field.column + field.columns - 1} of the picture, ${field.rows} × ${field.columns} pixels.`));
}

// The map so far: what comes after the unit in the walk is still to be computed.
function mapSoFar(layer, at, values, range, dark) {
  const { palette, scale, offset } = scaleOf(layer.kind, range);
  const canvas = element('canvas', { width: layer.columns, height: layer.rows, role: 'img', 'aria-label': `Map ${at.map} of ${layer.name} up to here` });
  canvas.style.cssText = 'width:112px;image-rendering:pixelated;border-radius:4px';
  const image = new ImageData(layer.columns, layer.rows), area = layer.rows * layer.columns;
  for (let i = 0; i < area; i++) {
    const done = i <= at.row * layer.columns + at.column;
    image.data.set([...lookUp(palette, values[at.map * area + i] * scale + offset, dark), done ? 255 : 60], 4 * i);
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

export function setUpUnit(store, core) {
  const box = find('unit');
  let playing = 0, map = 0; // the walk's timer, and which of the maps that it reads is shown

  function walk(step) {
    const { unit, network } = store.state, layer = viewOf(network).layers[unit.layer];
    const i = unit.row * layer.columns + unit.column + step, area = layer.rows * layer.columns;
    if (i < 0 || i >= area) return false;
    store.set({ unit: { ...unit, row: Math.floor(i / layer.columns), column: i % layer.columns }, hovered: null });
    return true;
  }

  function stop() {
    clearInterval(playing);
    playing = 0;
  }

  function play() {
    if (playing) stop();
    else {
      const { unit } = store.state, { rows, columns } = viewOf(store.state.network).layers[unit.layer];
      if (unit.row === rows - 1 && unit.column === columns - 1) store.set({ unit: { ...unit, row: 0, column: 0 } });
      playing = setInterval(() => { if (!walk(1)) { stop(); show(store.state); } }, 1000 / PER_SECOND);
    }
    show(store.state);
  }

  const steps = element('div', { class: 'bar' });
  const button = (text, label, click) => element('button', { type: 'button', 'aria-label': label, onclick: click }, text);
  const playButton = button('▶ Walk', 'Walk over the map', play);
  steps.append(button('◀', 'One step back', () => walk(-1)), playButton, button('▶▏', 'One step on', () => walk(1)));

  function show(state) {
    const view = viewOf(state.network), at = state.hovered ?? state.unit;
    if (!at || !state.values || !view.layers[at.layer] && at.layer >= 0) {
      box.replaceChildren(element('p', { class: 'hint' }, 'Draw a digit, then point at a unit.'));
      return;
    }
    const title = element('h3', { id: 'unit-name' }, unitName(view, at));
    if (at.layer < 0) {
      box.replaceChildren(title, element('p', {}, `Ink: ${percent(state.values.input[at.row * state.network.inputColumns + at.column], 0)}`));
      return;
    }
    const layer = view.layers[at.layer];
    const unit = core.unit(state.network, layer.index, at.map, at.row, at.column);
    const groups = groupsOf(unit.terms), spread = layer.rows * layer.columns > 1;
    const parts = [title, element('p', { class: 'hint' }, `${operationOf(layer)}, ${unit.count} inputs`)];
    playButton.textContent = playing ? '❚❚ Stop' : '▶ Walk';
    if (spread) {
      const seen = viewValues(view, state.values);
      const ranges = rangesOf(view, seen, state.squash);
      parts.push(steps, element('div', { class: 'bar' }, mapSoFar(layer, at, seen.layers[at.layer], ranges[at.layer], state.dark),
        element('p', { class: 'hint' }, `Step ${at.row * layer.columns + at.column + 1} of ${layer.rows * layer.columns} of map ${at.map}.`)));
    }
    parts.push(fieldOf(core, state.network, layer, at, state.values, state.dark));
    const columns = ['conv', 'average', 'max', 'subsample'].includes(layer.kind) ? layer.size : 0;
    if (columns > 0 && columns <= 7) {
      if (!groups.has(map)) map = [...groups.keys()][0];
      const chosen = groups.get(map);
      if (groups.size > 1)
        parts.push(element('label', {}, 'Map that it reads ', element('select', { id: 'unit-map', onchange: (e) => { map = Number(e.target.value); show(store.state); } },
          ...[...groups.keys()].map((m) => element('option', { value: m, selected: m === map }, String(m))))));
      parts.push(element('div', { class: 'scroll windows' }, ...windowOf(chosen, columns, state.dark)));
    } else {
      parts.push(listOf(unit, layer));
    }
    parts.push(total(layer, unit, groups));
    box.replaceChildren(...parts);
  }

  // The walk goes on where it is; a pointer that leaves gives the kept unit back.
  store.watch(['unit'], () => { if (playing && store.state.hovered) stop(); });
  store.watch(['network'], stop);
  store.watch(['hovered', 'unit'], show);
  store.watchLazily(box, ['values', 'network', 'squash', 'dark'], show);
}
