// What the 3D view draws, as quads for its renderer: cards from far to near, then the marks.
// Free of the DOM.

import { rgbOf } from './palette.js';
import { KIND, STRIDE, paletteRow } from './view3d_gl.js';
import { PAD, cellCorners } from './view3d_layout.js';
import { boxOn, cellOf, markedLayers, sameUnit, showsUnit } from './view_shape.js';

const MANY = 16;  // pairs of boxes that are still joined corner by corner

const unitRgb = (hex) => rgbOf(hex).map((c) => c / 255);

/** A growing list of quads. */
export function createQuads() {
  let data = new Float32Array(256 * STRIDE), count = 0;

  function add(corners, local, atlas, style, colour, rest) {
    if ((count + 1) * STRIDE > data.length) {
      const larger = new Float32Array(2 * data.length);
      larger.set(data);
      data = larger;
    }
    const at = count++ * STRIDE;
    for (let i = 0; i < 4; i++) for (let k = 0; k < 3; k++) data[at + 3 * i + k] = corners[i][k];
    for (let k = 0; k < 4; k++) {
      data[at + 12 + k] = local[k];
      data[at + 16 + k] = atlas[k];
      data[at + 20 + k] = style[k];
      data[at + 24 + k] = colour[k];
      data[at + 28 + k] = rest[k];
    }
  }

  const NONE = [0, 0, 0, 0];
  return {
    clear() { count = 0; },
    get list() { return { data, count }; },
    card: add,
    // A soft shadow of a box with these corners and half sides, reaching `blur` past them.
    shadow(corners, half, blur, radius, colour) {
      const [w, h] = [half[0] + blur, half[1] + blur];
      add(corners, [-w, -h, w, h], [0, 0, ...half], NONE, colour, [KIND.shadow, radius, blur, 0]);
    },
    face(corners, colour, fade) {
      add(corners, [0, 0, 1, 1], NONE, [fade, 0, 0, 0], colour, [KIND.face, 0, 0, 0]);
    },
    line(a, b, colour, width) {
      add([a, b, a, b], NONE, NONE, NONE, colour, [KIND.line, 0, 0, width]);
    },
  };
}

// Shadows on the floor below each stack, faint seen from the side and gone from below.
function addFloor(quads, { layers, box }, pitch, open, look) {
  const seen = Math.max(0, 1 - 2 * open) * Math.min(1, Math.max(0, pitch / 0.2));
  if (!seen) return;
  const blur = 1.3, y = box.y0 - 0.8, colour = [...look.shadow, look.shadowAlpha * 0.6 * seen];
  for (const { box: b } of layers) {
    const half = [(b.x1 - b.x0) / 2, (b.z1 - b.z0) / 2 + 0.25];
    const [x0, x1] = [b.x0 - blur, b.x1 + blur];
    const [z0, z1] = [b.z0 - 0.25 - blur, b.z1 + 0.25 + blur];
    quads.shadow([[x0, y, z0], [x1, y, z0], [x0, y, z1], [x1, y, z1]], half, blur, 0.3, colour);
  }
}

// A thin line from layer to layer, the way that a picture takes.
function addFlow(quads, { layers }, upright, look) {
  const colour = [...look.line, 0.55];
  for (let i = 1; i < layers.length; i++) {
    const a = layers[i - 1].box, b = layers[i].box;
    const middle = (k, l) => (k + l) / 2;
    const from = upright
      ? [a.x1 + 0.15, middle(a.y0, a.y1), middle(a.z0, a.z1)]
      : [middle(a.x0, a.x1), a.y0 - 0.15, middle(a.z0, a.z1)];
    const to = upright
      ? [b.x0 - 0.15, middle(b.y0, b.y1), middle(b.z0, b.z1)]
      : [middle(b.x0, b.x1), b.y1 + 0.15, middle(b.z0, b.z1)];
    quads.line(from, to, colour, look.pixel * 1.25);
  }
}

function addCard(quads, card, place, scale, look, strong) {
  const { x, y, z, width, height, cell, rows, columns } = card;
  const blur = 0.3, drop = 0.09;
  const half = [width / 2 + PAD, height / 2 + PAD];
  const around = (w, h, dx, dy) => [
    [x + dx - w, y + dy + h, z], [x + dx + w, y + dy + h, z],
    [x + dx - w, y + dy - h, z], [x + dx + w, y + dy - h, z],
  ];
  quads.shadow(around(half[0] + blur, half[1] + blur, drop * 0.5, -drop), half, blur, 0.12,
    [...look.shadow, look.shadowAlpha]);
  const pad = PAD / cell;
  quads.card(around(half[0], half[1], 0, 0), [-pad, -pad, columns + pad, rows + pad],
    [...place, columns, rows],
    [scale.scale, scale.offset, paletteRow(scale.palette), card.units ? 1 : 0.35],
    strong ? [...look.accent, 1] : [...look.border, 0.9],
    [KIND.card, 0.1 / cell, pad, card.units ? 0.06 : 0]);
}

// Lines around corners, with a seam of the background's colour so that they are seen on any value.
function addOutline(quads, [a, b, c, d], look, width) {
  for (const [colour, wide] of [[[...look.halo, 0.85], width + 2], [[...look.accent, 1], width]])
    for (const [from, to] of [[a, b], [b, d], [d, c], [c, a]])
      quads.line(from, to, colour, wide * look.pixel);
}

const middleOf = (corners) => [0, 1, 2].map((i) => (corners[0][i] + corners[3][i]) / 2);

// Sides would veil a layer that is all within the box, so those get edges only.
function joinCorners(quads, { corners: from, whole }, { corners: to }, look, strength) {
  for (const [a, b] of whole ? [] : [[0, 1], [1, 3], [3, 2], [2, 0]])
    quads.face([from[a], from[b], to[a], to[b]], [...look.accent, 0.08 * strength], 2);
  for (let k = 0; k < 4; k++)
    quads.line(from[k], to[k], [...look.accent, 0.75 * strength], look.pixel * 1.25);
}

// Pools read one map each, so their boxes are joined map by map; others with all they are made of.
function joinLayers(quads, from, to, look) {
  const mapByMap = from.length > 1 && from.length === to.length;
  const pairs = mapByMap
    ? from.map((box, i) => [box, to.find((b) => b.map === box.map) ?? to[i]])
    : from.flatMap((box) => to.map((other) => [box, other]));
  const strength = Math.max(0.25, 1 / Math.sqrt(pairs.length));
  for (const [a, b] of pairs) {
    if (pairs.length <= MANY) joinCorners(quads, a, b, look, strength);
    else quads.line(middleOf(a.corners), middleOf(b.corners), [...look.accent, 0.3], look.pixel);
  }
}

function unitCorners(cards, unit) {
  const card = cards.find((c) => showsUnit(c, unit));
  if (!card) return null;
  const { row, column } = cellOf(card, unit);
  return cellCorners(card, { row0: row, col0: column, row1: row + 1, col1: column + 1 });
}

function addMarks(quads, net, cards, marks, look) {
  const target = marks?.unit && unitCorners(cards, marks.unit);
  if (!target) return;
  let to = [{ map: marks.unit.map, corners: target }];
  const outlines = [];
  for (const { boxes } of markedLayers(net, marks)) {
    const from = boxes.flatMap((source) => {
      const card = cards.find((c) => showsUnit(c, source));
      if (!card) return [];
      return [{ map: source.map, whole: source.whole,
        corners: cellCorners(card, boxOn(card, source)) }];
    });
    joinLayers(quads, from, to, look);
    outlines.push(...from);
    to = from;
  }
  for (const { corners } of outlines) addOutline(quads, corners, look, 1.5);
  addOutline(quads, target, look, 2.5);
}

/**
 * Fills the quads. scene: { net, plan, placed, atlas, scales (by layer, input first), marks, hover,
 * pitch, open, eyeZ, look }.
 */
export function buildQuads(quads, scene) {
  const { net, plan, placed, atlas, scales, marks, hover, look } = scene;
  quads.clear();
  if (plan.upright) addFloor(quads, placed, scene.pitch, scene.open, look);
  addFlow(quads, placed, plan.upright, look);
  // All cards are parallel, so the order of their planes is right for any camera.
  const far = placed.cards.map((card) => Math.abs(card.z - scene.eyeZ));
  const order = placed.cards.map((_, i) => i).sort((a, b) => far[b] - far[a] || a - b);
  for (const i of order) {
    const card = placed.cards[i];
    const strong = [hover, marks?.unit].some((unit) => unit && showsUnit(card, unit));
    addCard(quads, card, atlas.places[i], scales[card.layer + 1], look, strong);
  }
  addMarks(quads, net, placed.cards, marks, look);
  if (hover && !sameUnit(hover, marks?.unit)) {
    const corners = unitCorners(placed.cards, hover);
    if (corners) addOutline(quads, corners, look, 2);
  }
}

/** A theme's colours as the quads need them; pixel = device pixels of one CSS pixel. */
export function lookOf(colours, pixel) {
  const { shadow, border, accent, halo, line } = colours;
  return {
    shadow: unitRgb(shadow), shadowAlpha: colours.shadowAlpha, border: unitRgb(border),
    accent: unitRgb(accent), halo: unitRgb(halo), line: unitRgb(line), pixel,
  };
}
