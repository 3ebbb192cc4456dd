// codes.js - how a network ends: with the 7x12 codes of 1998 and the distances to them, or a softmax.
import { element, find, number, percent } from './dom.js';
import { css, diverging } from './palette.js';

const ROWS = 12, COLUMNS = 7, CHARACTERS = 95;

function codePicture(values, most, dark, label) {
  const canvas = element('canvas', { width: COLUMNS, height: ROWS, role: 'img', 'aria-label': label });
  const image = new ImageData(COLUMNS, ROWS);
  for (let i = 0; i < ROWS * COLUMNS; i++) image.data.set([...diverging(values[i] / most, dark), 255], 4 * i);
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

function showCodes(core, { dark }, f6, distances) {
  const nearest = distances.indexOf(Math.min(...distances));
  const tile = (digit) => element('figure', { class: digit === nearest ? 'nearest' : '', 'data-digit': digit, 'data-distance': distances[digit] },
    codePicture(core.code(distances.length, digit), 1.3, dark, `Code of ${digit}`),
    element('figcaption', {}, element('b', {}, String(digit)), ` ${number(distances[digit], 1)}`));
  return [
    element('p', {}, 'The last layer of 1998 holds a picture of each class, 7 wide and 12 high, +1 for ink and −1 for paper. F6 tries to draw the same: the class whose code is nearest is the answer. Under each code its squared distance.'),
    element('div', { class: 'tiles', id: 'codes-tiles' },
      element('figure', {}, codePicture(f6, 1.7159, dark, 'The 84 units of F6 as a picture of 7 by 12'), element('figcaption', {}, element('b', {}, 'F6'))),
      ...[...distances.keys()].map(tile)),
    element('p', { class: 'hint' }, `Nearest: ${nearest}, at ${number(distances[nearest], 2)}; the next one is ${number([...distances].sort((a, b) => a - b)[1] - distances[nearest], 2)} further off. Two codes differ in up to 84 cells, each worth 4.`),
  ];
}

function showSums(network, sums, probabilities) {
  const highest = Math.max(...sums.map(Math.abs), 1e-9);
  return [
    element('p', {}, `${network.name} ends in a softmax: each class has a sum, and e to that sum, divided by all of these together, is its probability. The network of 1998 ends in codes and distances: choose lenet5-1998 above to see them.`),
    element('div', { class: 'scroll' }, element('table', { class: 'numbers' },
      element('thead', {}, element('tr', {}, ...['class', 'sum', 'e^sum', 'probability'].map((h) => element('th', { scope: 'col' }, h)))),
      element('tbody', {}, ...[...sums].map((sum, k) => {
        const cell = element('td', {}, number(sum, 2)), rgb = diverging(sum / highest);
        cell.style.boxShadow = `inset -6px 0 ${css(rgb)}`;
        return element('tr', {}, element('th', { scope: 'row' }, String(k)), cell,
          element('td', {}, Math.exp(sum).toPrecision(3)), element('td', {}, percent(probabilities[k])));
      })))),
  ];
}

// All of the paper's codes, those of printable ASCII, which lenet5-ascii ends in.
function setUpAscii(store, core) {
  const box = find('ascii'), tiles = find('ascii-tiles');
  const name = (k) => (k === 0 ? 'space' : String.fromCharCode(32 + k));
  const draw = () => tiles.replaceChildren(...[...Array(CHARACTERS).keys()].map((k) => element('figure', {},
    codePicture(core.code(CHARACTERS, k), 1.3, store.state.dark, `Code of ${name(k)}`), element('figcaption', {}, name(k)))));
  box.addEventListener('toggle', () => box.open && draw());
  store.watchLazily(box, ['dark'], () => box.open && draw());
}

export function setUpCodes(store, core) {
  setUpAscii(store, core);
  const box = find('codes-box');
  store.watchLazily(box, ['values', 'dark'], (state) => {
    const { network, values, probabilities } = state, last = network.layers.at(-1);
    if (!values) {
      box.replaceChildren(element('p', { class: 'hint' }, 'Draw a digit first.'));
      return;
    }
    const maps = core.maps(network, last.index);
    if (last.kind === 'rbf') box.replaceChildren(...showCodes(core, state, core.maps(network, last.index - 1), maps));
    else box.replaceChildren(...showSums(network, core.sums(network, last.index), probabilities));
  });
}
