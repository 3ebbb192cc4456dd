// inside.js - the section with all layers at once: in space, or flat; the unit that is pointed at.
import { createView3d } from './view3d.js';
import { createFlat } from './flat.js';
import { find, element, toast } from './dom.js';
import { legend } from './palette.js';
import { marksOf, rangesOf, viewOf, viewValues } from './network_view.js';
import { setUpUnit } from './unit.js';

const HINTS = {
  '3d': 'Drag to turn, Ctrl and wheel or pinch to zoom, Shift and drag to move; with the keyboard arrows turn, + and − zoom, 0 resets. Point at a unit to see what it reads; click to keep it.',
  flat: 'Point at a unit to see what it reads; click to keep it.',
};

function setUpLegends(store, shown) {
  const box = find('legends');
  let layers = null;
  const canvases = new Map();
  store.watchLazily(box, ['values', 'network', 'squash', 'dark'], ({ values, dark }) => {
    const { view, ranges } = shown;
    if (!values || !ranges) return;
    if (layers !== view.layers) {
      layers = view.layers;
      canvases.clear();
      box.replaceChildren(...layers.map((layer) => {
        const canvas = element('canvas', { role: 'img' });
        canvases.set(layer, canvas);
        return element('div', {}, layer.name, canvas);
      }));
    }
    layers.forEach((layer, i) => {
      const key = JSON.stringify([ranges[i], dark]), canvas = canvases.get(layer);
      if (canvas.dataset.key === key) return;
      canvas.dataset.key = key;
      canvas.setAttribute('aria-label', `Colours of ${layer.name}: ${ranges[i].low.toPrecision(3)} to ${ranges[i].high.toPrecision(3)}`);
      legend(canvas, ranges[i], { dark, kind: layer.kind });
    });
  });
}

const SLOW = 40;  // milliseconds: where a frame with the view takes longer, as without a graphics card,
const RESTS = 3;  // other frames have so many times as long to themselves, or a pen would lag behind

// Calls what it is given, at once or, while the last frame is dear, a little later: then only the last.
function createPace() {
  let free = 0, timer = 0;
  return function paced(call) {
    const start = performance.now();
    clearTimeout(timer);
    if (start < free) {
      timer = setTimeout(paced, free - start, call);
      return;
    }
    call();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const end = performance.now();
      if (end - start > SLOW) free = end + RESTS * (end - start);
    }));
  };
}

export function setUpInside(store, core) {
  const events = {
    onHover: (unit) => store.set({ hovered: unit }),
    onPick: (unit) => store.set({ unit, hovered: null }),
  };
  const space = createView3d(find('view-3d'), events);
  const flat = createFlat(find('view-flat'), events);
  const shown = { view: viewOf(store.state.network), ranges: null, network: null };
  let current = space ?? flat;

  function show(kind) {
    if (kind === '3d' && !space) {
      toast('This browser has no WebGL 2: the flat view shows the same.');
      kind = 'flat';
    }
    current = kind === '3d' ? space : flat;
    find('view-3d').hidden = current !== space;
    find('view-flat').hidden = current !== flat;
    find('view').classList.toggle('flat', current === flat);
    find('view-hint').textContent = HINTS[kind];
    for (const radio of document.querySelectorAll('input[name=view]')) radio.checked = radio.value === kind;
    store.set({ view: current, viewKind: kind });
    feed(store.state, true);
    current.resize();
  }

  // Only the view that is seen is kept up to date.
  function feed({ network, values, squash, dark }, fresh) {
    if (fresh || shown.network !== network) {
      shown.view = viewOf(network);
      shown.network = network;
      current.setTheme(dark);
      current.setNetwork(shown.view);
      current.setOpen(Number(find('open').value));
    }
    if (values) {
      const seen = viewValues(shown.view, values);
      shown.ranges = rangesOf(shown.view, seen, squash);
      current.setValues(seen, shown.ranges);
    } else {
      shown.ranges = null;
    }
  }

  function mark({ network, hovered, unit }) {
    current.setMarks(marksOf(core, network, shown.view, hovered ?? unit));
  }

  // The drawing of all maps is the flat view's, seen or not.
  function toSvg() {
    const { values } = store.state;
    if (!values) return null;
    if (current !== flat) {
      flat.setNetwork(shown.view);
      flat.setValues(viewValues(shown.view, values), shown.ranges);
    }
    return flat.toSvg();
  }

  store.set({ toSvg });
  store.derive(['network'], ({ network }) => ({ unit: firstUnit(viewOf(network)), hovered: null }));
  const paced = createPace();
  store.watch(['values', 'network', 'squash'], (state) =>
    (state.network === shown.network ? paced(() => feed(store.state, false)) : feed(state, false)));
  store.watch(['dark'], ({ dark }) => {
    space?.setTheme(dark);
    flat.setTheme(dark);
  });
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const calm = () => [space, flat].forEach((v) => v?.setReducedMotion(still.matches));
  still.addEventListener('change', calm);
  calm();
  for (const radio of document.querySelectorAll('input[name=view]'))
    radio.addEventListener('change', () => show(radio.value));
  find('open').addEventListener('input', () => current.setOpen(Number(find('open').value)));
  find('view-reset').addEventListener('click', () => current.reset());
  for (const radio of document.querySelectorAll('input[name=squash]'))
    radio.addEventListener('change', () => store.set({ squash: radio.value }));
  new ResizeObserver(() => current.resize()).observe(find('view'));
  setUpLegends(store, shown);
  show(space ? '3d' : 'flat');
  store.watch(['hovered', 'unit', 'network', 'viewKind'], mark);
  setUpUnit(store, core);
  find('view-3d').setAttribute('aria-label', 'The network in space, all layers with their live values. The flat view and the arithmetic beside it say the same.');
  find('view-flat').setAttribute('aria-label', 'All maps of the network as flat pictures.');
}

// A unit to begin with: in the middle of the second convolution, or of what there is.
function firstUnit(view) {
  const convolutions = view.layers.map((l, i) => [l, i]).filter(([l]) => l.kind === 'conv');
  const [layer, i] = convolutions[1] ?? convolutions[0] ?? [view.layers[0], 0];
  return { layer: i, map: 0, row: layer.rows >> 1, column: layer.columns >> 1 };
}
