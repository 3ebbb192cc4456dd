// table.js - the connection table of a convolution: which maps of the layer before each map reads.
import { element, find } from './dom.js';
import { viewOf } from './network_view.js';

// The first convolution over several maps; that of 1998 reads them by a table, others all.
function tabled(network) {
  const view = viewOf(network);
  const at = view.layers.findIndex((l) => l.kind === 'conv' && l.inputMaps > 1);
  return at < 0 ? null : { view, at, layer: view.layers[at], before: view.layers[at - 1] };
}

export function setUpTable(store, core) {
  const box = find('table-box');

  function cell(network, { at, layer }, from, to, unit) {
    const on = core.connected(network, layer.index, from, to), chosen = unit?.layer === at && unit.map === to;
    return element('td', {}, element('button', {
      type: 'button', class: `${on ? 'on' : ''} ${chosen ? 'chosen' : ''}`, 'data-from': from, 'data-to': to, 'data-on': on ? 1 : 0,
      'aria-label': `Map ${to} of ${layer.name} ${on ? 'reads' : 'does not read'} map ${from}`,
      onclick: () => store.set({ unit: { layer: at, map: to, row: layer.rows >> 1, column: layer.columns >> 1 }, hovered: null }),
    }, on ? '×' : ''));
  }

  store.watchLazily(box, ['network', 'unit'], ({ network, unit }) => {
    const found = tabled(network);
    if (!found) {
      box.replaceChildren(element('p', {}, 'This network has no convolution over several maps.'));
      return;
    }
    const { layer, before } = found, sources = [...Array(layer.inputMaps).keys()], maps = [...Array(layer.maps).keys()];
    const count = sources.reduce((all, f) => all + maps.filter((t) => core.connected(network, layer.index, f, t)).length, 0);
    const focus = document.activeElement?.closest?.('#table-box') ? [document.activeElement.dataset.from, document.activeElement.dataset.to] : null;
    box.replaceChildren(
      element('p', {}, layer.table === 'full' ?
        `In ${network.name} each map of ${layer.name} reads all ${layer.inputMaps} maps of ${before.name}: ${count} kernels.` :
        `In ${network.name} each map of ${layer.name} reads only some of the ${layer.inputMaps} maps of ${before.name}: ${count} kernels in place of ${layer.inputMaps * layer.maps}. It breaks the symmetry, so that maps learn different things, and keeps connections few (LeCun et al. 1998, Table I). Click a cross to see that map.`),
      element('div', { class: 'scroll' }, element('table', { class: 'table1' },
        element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, ''), ...maps.map((m) => element('th', { scope: 'col' }, String(m))))),
        element('tbody', {}, ...sources.map((from) => element('tr', {}, element('th', { scope: 'row' }, String(from)),
          ...maps.map((to) => cell(network, found, from, to, unit))))))),
      element('p', { class: 'hint' }, `Columns: maps of ${layer.name}. Rows: maps of ${before.name}.`));
    if (focus) box.querySelector(`button[data-from="${focus[0]}"][data-to="${focus[1]}"]`)?.focus();
  });
}
