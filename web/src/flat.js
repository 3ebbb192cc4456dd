// The network as rows of maps on a flat canvas: for phones, for print, and without WebGL.

import { HEADING, flatUnit, layFlat } from './flat_layout.js';
import { flatSvg, markBoxes, unitBox } from './flat_svg.js';
import { table, theme } from './palette.js';
import { NO_UNIT, fillAtlas, packAtlas, scalesOf } from './view_atlas.js';
import { bestOutput, layerAt, sameUnit, showsUnit, stepLayer, stepUnit } from './view_shape.js';

const FONT = 'system-ui, "Segoe UI", Roboto, sans-serif';
const TITLE = `600 13px ${FONT}`, DETAIL = `12px ${FONT}`;
const SPACE = 6;
const MOST_PIXELS = 2;
const UNSEEN = 900; // CSS pixels wide while it is hidden
const CAMERA = Object.freeze({ yaw: 0, pitch: 0, zoom: 1, pan: Object.freeze([0, 0]) });

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const LAYER_STEPS = { '[': -1, ']': 1, PageUp: -1, PageDown: 1 };

/**
 * Shows a network on a 2D canvas as wide as its parent lets it be; the height follows. The calls
 * are those of the 3D view, those of its camera doing nothing; toSvg() gives a drawing.
 */
export function createFlat(canvas, { onHover = () => {}, onPick = () => {} } = {}) {
  const context = canvas.getContext('2d');
  const store = document.createElement('canvas'), storeContext = store.getContext('2d');
  let net = null, values = null, layout = null, cards = [], atlas = null, image = null, scales = [];
  let marks = null, hover = null, cursor = null, dark = false, frame = 0, pixel = 1, still = false;

  function textWidth(title, detail) {
    context.font = TITLE;
    const first = context.measureText(title).width;
    context.font = DETAIL;
    return first + SPACE + context.measureText(detail).width;
  }

  // ------------------------------------------------------------------ drawing

  // Values to colours, all cards in one picture with a pixel for each cell.
  function colourCells() {
    const { data } = image;
    cards.forEach((card, i) => {
      const [x, y] = atlas.places[i], { palette, scale, offset } = scales[card.layer + 1];
      const colours = table(palette, dark);
      for (let row = 0; row < card.rows; row++)
        for (let column = 0; column < card.columns; column++) {
          const at = (y + row) * atlas.width + x + column;
          const value = atlas.data[at], u = value * scale + offset;
          const k = 3 * Math.round(255 * (u > 0 ? Math.min(1, u) : 0));
          data[4 * at] = colours[k];
          data[4 * at + 1] = colours[k + 1];
          data[4 * at + 2] = colours[k + 2];
          data[4 * at + 3] = value === NO_UNIT ? 0 : 255;
        }
    });
    storeContext.putImageData(image, 0, 0);
  }

  function drawCard(card, i, colours) {
    const { x, y, width, height, cell, rows, columns } = card, [ax, ay] = atlas.places[i];
    const strong = [hover, marks?.unit].some((unit) => unit && showsUnit(card, unit));
    context.fillStyle = strong ? colours.accent : colours.border;
    context.fillRect(x - 1, y - 1, width + 2, height + 2);
    context.fillStyle = colours.card;
    context.fillRect(x, y, width, height);
    context.drawImage(store, ax, ay, columns, rows, x, y, width, height);
    if (!card.units) return;
    for (let k = 1; k < columns; k++) context.fillRect(x + k * cell - 0.5, y, 1, height);
    for (let k = 1; k < rows; k++) context.fillRect(x, y + k * cell - 0.5, width, 1);
  }

  function drawText(colours) {
    const best = values ? bestOutput(net, values) : -1;
    context.textBaseline = 'alphabetic';
    for (const { title, detail, x, y, digits, cell, h, cards: own, index } of layout.blocks) {
      const strong = [hover, cursor, marks?.unit].some((unit) => unit?.layer === index);
      context.textAlign = 'left';
      context.font = TITLE;
      context.fillStyle = strong ? colours.accent : colours.text;
      context.fillText(title, x, y + 14);
      const from = x + context.measureText(title).width + SPACE;
      context.font = DETAIL;
      context.fillStyle = colours.muted;
      context.fillText(detail, from, y + 14);
      context.textAlign = 'center';
      for (let k = 0; digits && k < own[0].count; k++) {
        context.font = k === best ? TITLE : DETAIL;
        context.fillStyle = k === best ? colours.accent : colours.text;
        context.fillText(String(k), x + (k + 0.5) * cell, y + HEADING + h + 14);
      }
    }
  }

  function drawOutline({ x, y, width, height }, thick, colours) {
    for (const [colour, wide] of [[colours.halo, thick + 2], [colours.accent, thick]]) {
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.strokeRect(x, y, width, height);
    }
  }

  function render() {
    if (!layout || !canvas.width) return;
    const colours = theme(dark);
    context.setTransform(pixel, 0, 0, pixel, 0, 0);
    context.clearRect(0, 0, layout.width, layout.height);
    context.imageSmoothingEnabled = false;
    layout.cards.forEach((card, i) => drawCard(card, i, colours));
    drawText(colours);
    for (const { box, thick } of markBoxes(net, layout, marks)) drawOutline(box, thick, colours);
    const shown = hover ?? cursor;
    const card = shown && layout.cards.find((c) => showsUnit(c, shown));
    if (card && !sameUnit(shown, marks?.unit)) drawOutline(unitBox(card, shown), 2, colours);
  }

  function schedule() {
    frame ||= requestAnimationFrame(() => { frame = 0; render(); });
  }

  function resize() {
    if (!net) return;
    pixel = Math.min(MOST_PIXELS, globalThis.devicePixelRatio || 1);
    const width = Math.floor(canvas.clientWidth);
    if (!width) return;
    layout = layFlat(net, width, textWidth);
    canvas.style.height = `${layout.height}px`;
    canvas.width = Math.round(layout.width * pixel);
    canvas.height = Math.round(layout.height * pixel);
    render();
  }

  // ------------------------------------------------------------------ pointing

  function unitUnder(event) {
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left - canvas.clientLeft;
    const y = event.clientY - box.top - canvas.clientTop;
    return layout && flatUnit(layout, x, y);
  }

  function setHover(unit) {
    if (sameUnit(unit, hover)) return;
    hover = unit;
    canvas.style.cursor = unit ? 'pointer' : '';
    schedule();
    onHover(unit);
  }

  function setCursor(unit) {
    cursor = unit;
    setHover(unit);
    schedule();
    if (unit) focus(unit);
  }

  function stepCursor([rows, columns]) {
    if (!cursor) return setCursor(stepLayer(net, null, 1));
    const card = cards.find((c) => showsUnit(c, cursor));
    return setCursor(stepUnit(card, cursor, rows, columns, layerAt(net, cursor.layer).maps));
  }

  function key(event) {
    if (!net || event.ctrlKey || event.metaKey || event.altKey) return;
    if (STEPS[event.key]) stepCursor(STEPS[event.key]);
    else if (LAYER_STEPS[event.key]) setCursor(stepLayer(net, cursor, LAYER_STEPS[event.key]));
    else if ((event.key === 'Enter' || event.key === ' ') && cursor) onPick(cursor);
    else if (event.key === 'Escape') { setCursor(null); onPick(null); }
    else return;
    event.preventDefault();
  }

  const listeners = {
    pointermove: (event) => { if (event.pointerType !== 'touch') setHover(unitUnder(event)); },
    pointerleave: () => setHover(null),
    click: (event) => {
      const unit = unitUnder(event);
      cursor = unit;
      setHover(unit);
      onPick(unit);
    },
    keydown: key,
  };

  // ------------------------------------------------------------------ what the page calls

  function setNetwork(next) {
    net = next;
    values = marks = hover = cursor = null;
    scales = scalesOf(net);
    layout = layFlat(net, Math.floor(canvas.clientWidth) || UNSEEN, textWidth);
    cards = layout.cards;
    atlas = packAtlas(cards);
    store.width = atlas.width;
    store.height = atlas.height;
    image = storeContext.createImageData(atlas.width, atlas.height);
    resize();
  }

  function setValues(next, ranges) {
    if (!net) return;
    values = next;
    scales = scalesOf(net, values, ranges);
    fillAtlas(atlas, cards, values);
    colourCells();
    schedule();
  }

  // Scrolls the page as little as shows the unit.
  function focus(unit) {
    const card = layout?.cards.find((c) => unit && showsUnit(c, unit));
    if (!card) return;
    const box = canvas.getBoundingClientRect(), top = box.top + card.y - HEADING;
    const past = box.top + card.y + card.height + HEADING - globalThis.innerHeight;
    const by = top < 0 ? top : Math.min(top, Math.max(0, past));
    if (by) globalThis.scrollBy({ top: by, behavior: still ? 'auto' : 'smooth' });
  }

  canvas.style.display = 'block';
  canvas.style.width ||= '100%';
  canvas.tabIndex = 0;
  if (!canvas.hasAttribute('role')) canvas.setAttribute('role', 'application');
  if (!canvas.hasAttribute('aria-label'))
    canvas.setAttribute('aria-label', 'The maps of the network. Arrows go from unit to unit, '
      + 'brackets from layer to layer, Enter chooses.');
  for (const [name, listener] of Object.entries(listeners)) canvas.addEventListener(name, listener);
  const watcher = new ResizeObserver(() => {
    if (layout && layout.width !== Math.floor(canvas.clientWidth)) resize();
  });
  watcher.observe(canvas);

  return {
    setNetwork, setValues, resize, render, focus,
    setMarks(next) { marks = next; schedule(); },
    setTheme(isDark) {
      dark = isDark;
      if (values) colourCells();
      schedule();
    },
    setReducedMotion(on) { still = on; },
    setOpen() {}, setCamera() {}, reset() {},
    getCamera: () => ({ ...CAMERA, pan: [...CAMERA.pan] }),
    toBlob() {
      const copy = document.createElement('canvas');
      copy.width = canvas.width;
      copy.height = canvas.height;
      const pen = copy.getContext('2d');
      pen.fillStyle = theme(dark).background;
      pen.fillRect(0, 0, copy.width, copy.height);
      render();
      pen.drawImage(canvas, 0, 0);
      return new Promise((done) => { copy.toBlob(done, 'image/png'); });
    },
    toSvg: () => (layout ? flatSvg({ net, layout, values, scales, marks, dark }) : ''),
    labels: () => (layout?.blocks ?? []).map(({ title, detail, x, y }) =>
      ({ text: `${title} ${detail}`, x, y })),
    destroy() {
      cancelAnimationFrame(frame);
      watcher.disconnect();
      for (const [name, listener] of Object.entries(listeners))
        canvas.removeEventListener(name, listener);
    },
  };
}
