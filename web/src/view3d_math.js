// The camera, what it sees and what it points at. Free of the DOM.
//
// The camera stands at a fixed distance and turns about the middle of the network; zoom and pan act
// on the finished picture. A point of the picture can so be kept in place exactly while zooming,
// and the camera never gets between the cards.

import { PAD } from './view3d_layout.js';
import { cellOf, showsUnit, unitAt } from './view_shape.js';

const SLOPE = Math.tan((30 * Math.PI) / 360); // half the opening angle, as height over distance
const MOST_PITCH = 1.35;
const ZOOM = { least: 0.4, most: 24 };
const FOCUS_ZOOM = { least: 1.6, most: 8 };
const FOCUS_EDGE = 0.88;     // of the picture, what is in focus stays within

const start = (yaw, pitch) => Object.freeze({ yaw, pitch, zoom: 1, pan: Object.freeze([0, 0]) });
const START = { right: start(-0.36, 0.22), down: start(-0.16, 0.12) };

/** Where the camera starts, before a network that goes to the right (upright) or downwards. */
export const startOf = (upright) => (upright ? START.right : START.down);

const clamp = (v, low, high) => Math.min(high, Math.max(low, v));

/** A camera with all of its numbers in their limits. */
export function tidyCamera({ yaw, pitch, zoom, pan }) {
  return {
    yaw: Math.atan2(Math.sin(yaw), Math.cos(yaw)),
    pitch: clamp(pitch, -MOST_PITCH, MOST_PITCH),
    zoom: clamp(zoom, ZOOM.least, ZOOM.most),
    pan: [clamp(pan[0], -ZOOM.most, ZOOM.most), clamp(pan[1], -ZOOM.most, ZOOM.most)],
  };
}

/** Axes of the camera in the world: to its right, upwards, towards it. */
function axesOf({ yaw, pitch }) {
  const cy = Math.cos(yaw), sy = Math.sin(yaw), cp = Math.cos(pitch), sp = Math.sin(pitch);
  return [[cy, 0, sy], [sy * sp, cp, -cy * sp], [-sy * cp, sp, cy * cp]];
}

const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** What a camera sees of a scene with this middle, from this distance, width/height = aspect. */
export function viewOf(camera, { middle, distance }, aspect) {
  const axes = axesOf(camera);
  const eye = middle.map((m, i) => m + distance * axes[2][i]);
  return { axes, middle, distance, eye, zoom: camera.zoom, pan: camera.pan, aspect };
}

/** The 4x4 matrix of a view, by columns, for the shader. */
export function matrixOf({ axes, eye, distance, zoom, pan, aspect }) {
  const [right, up, back] = axes;
  const sx = zoom / (SLOPE * aspect), sy = zoom / SLOPE;
  const out = new Float32Array(16);
  for (let i = 0; i < 3; i++) {
    out[4 * i] = sx * right[i] - pan[0] * back[i];
    out[4 * i + 1] = sy * up[i] - pan[1] * back[i];
    out[4 * i + 2] = -back[i] / (2 * distance);
    out[4 * i + 3] = -back[i];
  }
  out[12] = -sx * dot(right, eye) + pan[0] * dot(back, eye);
  out[13] = -sy * dot(up, eye) + pan[1] * dot(back, eye);
  out[14] = dot(back, eye) / (2 * distance) - 0.5;
  out[15] = dot(back, eye);
  return out;
}

/** A point of the world in the picture: x and y from -1 to 1, y upwards. */
export function project(view, point) {
  const from = point.map((p, i) => p - view.eye[i]);
  const depth = -dot(from, view.axes[2]);
  return [
    (view.zoom * dot(from, view.axes[0])) / (depth * SLOPE * view.aspect) + view.pan[0],
    (view.zoom * dot(from, view.axes[1])) / (depth * SLOPE) + view.pan[1],
  ];
}

/** The direction in which the camera looks through a point of the picture. */
function rayAt(view, [x, y]) {
  const across = ((x - view.pan[0]) / view.zoom) * SLOPE * view.aspect;
  const upwards = ((y - view.pan[1]) / view.zoom) * SLOPE;
  const [right, up, back] = view.axes;
  return right.map((r, i) => across * r + upwards * up[i] - back[i]);
}

/** The card under a point of the picture, and the place in its cells; null for none. */
export function hitCard(view, cards, point) {
  const ray = rayAt(view, point), { eye } = view;
  let hit = null;
  for (const card of cards) {
    const far = (card.z - eye[2]) / ray[2];
    if (!(far > 0) || (hit && far >= hit.far)) continue;
    const x = eye[0] + far * ray[0] - card.x + card.width / 2;
    const y = card.y + card.height / 2 - eye[1] - far * ray[1];
    if (x < -PAD || y < -PAD || x > card.width + PAD || y > card.height + PAD) continue;
    hit = { card, far, row: Math.floor(y / card.cell), column: Math.floor(x / card.cell) };
  }
  return hit;
}

/** The unit under a point of the picture; null beside cards and on their mats. */
export function pickUnit(view, cards, point) {
  const hit = hitCard(view, cards, point);
  if (!hit) return null;
  const { card, row, column } = hit;
  if (row < 0 || column < 0 || row >= card.rows || column >= card.columns) return null;
  return unitAt(card, row, column);
}

/** The middle of a unit's cell in the world. */
export function unitCentre(cards, unit) {
  const card = cards.find((c) => showsUnit(c, unit));
  if (!card) return null;
  const { row, column } = cellOf(card, unit);
  return [
    card.x - card.width / 2 + (column + 0.5) * card.cell,
    card.y + card.height / 2 - (row + 0.5) * card.cell, card.z,
  ];
}

const cornersOf = ({ x0, x1, y0, y1, z0, z1 }) => {
  const corners = [];
  for (const x of [x0, x1])
    for (const y of [y0, y1])
      for (const z of [z0, z1]) corners.push([x, y, z]);
  return corners;
};

/** The part of the picture that world boxes cover. */
export function extentOf(view, boxes) {
  const out = { x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity };
  for (const point of boxes.flatMap(cornersOf)) {
    const [x, y] = project(view, point);
    out.x0 = Math.min(out.x0, x); out.x1 = Math.max(out.x1, x);
    out.y0 = Math.min(out.y0, y); out.y1 = Math.max(out.y1, y);
  }
  return out;
}

/**
 * The middle and distance from which a starting camera sees all layers, as large as the margins
 * (parts of the picture left, right, below and above) allow.
 */
export function fitLayers(layers, aspect, margins, camera) {
  const boxes = layers.map((layer) => layer.box);
  const width = 2 - 2 * (margins.left + margins.right);
  const height = 2 - 2 * (margins.below + margins.above);
  const all = boxes.flatMap(cornersOf);
  const middle = [0, 1, 2].map((i) => all.reduce((sum, p) => sum + p[i], 0) / all.length);
  const reach = Math.max(...all.map((p) => Math.hypot(...p.map((v, i) => v - middle[i]))));
  let distance = 4 * reach;
  for (let round = 0; round < 8; round++) {
    const view = viewOf(camera, { middle, distance }, aspect);
    const { x0, x1, y0, y1 } = extentOf(view, boxes);
    const right = (x0 + x1) / 2 - (margins.left - margins.right);
    const up = (y0 + y1) / 2 - (margins.below - margins.above);
    for (let i = 0; i < 3; i++) {
      middle[i] += distance * SLOPE * (right * aspect * view.axes[0][i] + up * view.axes[1][i]);
    }
    const size = Math.max((x1 - x0) / width, (y1 - y0) / height);
    distance = Math.max(1.15 * reach, distance * size);
  }
  return { middle, distance };
}

/** The camera that zooms by a factor and keeps a point of the picture in place. */
export function zoomAt(camera, [x, y], factor) {
  const zoom = clamp(camera.zoom * factor, ZOOM.least, ZOOM.most), by = zoom / camera.zoom;
  return { ...camera, zoom, pan: [x - (x - camera.pan[0]) * by, y - (y - camera.pan[1]) * by] };
}

/** The camera turned by angles, with a point of the world kept in its place in the picture. */
export function turnAbout(camera, frame, aspect, pivot, yaw, pitch) {
  const turned = tidyCamera({ ...camera, yaw: camera.yaw + yaw, pitch: camera.pitch + pitch });
  const before = project(viewOf(camera, frame, aspect), pivot);
  const after = project(viewOf(turned, frame, aspect), pivot);
  const pan = turned.pan.map((p, i) => p + before[i] - after[i]);
  return tidyCamera({ ...turned, pan });
}

// Where to move what reaches from low to high so that its middle is seen, or, where that is larger
// than the picture, this place of it without a needless empty side.
function centred(low, high, place) {
  if (high - low <= 2 * FOCUS_EDGE) return -(low + high) / 2;
  return clamp(-place, FOCUS_EDGE - high, -FOCUS_EDGE - low);
}

/** The camera that shows a layer's box large, and this point of it always, from where it stands. */
export function focusOn(camera, frame, aspect, box, point) {
  const view = viewOf({ ...camera, zoom: 1, pan: [0, 0] }, frame, aspect);
  const { x0, x1, y0, y1 } = extentOf(view, [box]), [x, y] = project(view, point);
  const fit = Math.min(1.25 / (x1 - x0), 1.25 / (y1 - y0));
  const zoom = clamp(fit, FOCUS_ZOOM.least, FOCUS_ZOOM.most);
  return { ...camera, zoom, pan: [
    centred(x0 * zoom, x1 * zoom, x * zoom), centred(y0 * zoom, y1 * zoom, y * zoom)] };
}
