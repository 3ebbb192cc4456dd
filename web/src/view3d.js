// The network in space. Nothing is drawn while nothing changes.

import { theme } from './palette.js';
import { listen } from './view3d_controls.js';
import { createRenderer } from './view3d_gl.js';
import { createLabels } from './view3d_labels.js';
import { cellCorners, hasDigits, placeCards, planNetwork } from './view3d_layout.js';
import {
  extentOf, fitLayers, focusOn, matrixOf, pickUnit, project, startOf, tidyCamera, turnAbout,
  unitCentre, viewOf, zoomAt,
} from './view3d_math.js';
import { buildQuads, createQuads, lookOf } from './view3d_scene.js';
import { fillAtlas, packAtlas, scalesOf } from './view_atlas.js';
import {
  bestOutput, cellOf, layerAt, sameUnit, shapeText, showsUnit, stepLayer, stepUnit,
} from './view_shape.js';

const EASE = 90;            // ms in which a movement comes e times nearer to its end
const TURN = 0.007;         // radians for a pixel
const LABEL = 24;           // pixels between layers one below the other, for their names
const MOST_PIXELS = 2;      // device pixels for a CSS pixel

/**
 * Shows a network on a canvas; null without WebGL 2. onHover(unit | null) follows the pointer,
 * onPick(unit | null) a click. Boxes of marks end before row1 and col1.
 */
export function createView3d(canvas, { onHover = () => {}, onPick = () => {} } = {}) {
  const renderer = createRenderer(canvas, () => schedule());
  if (!renderer) return null;
  const labels = createLabels(canvas);
  const quads = createQuads();
  const now = { ...startOf(true), open: 0 }, goal = { ...now };
  let net = null, values = null, plan = null, atlas = null, cards = [], scales = [];
  let marks = null, hover = null, cursor = null, focused = null, pivot = null, held = null;
  let stood = null, best = -1;
  let dark = false, still = false, frame = 0, last = 0, aspect = 1, pixel = 1;

  // ------------------------------------------------------------------ what is where

  function margins() {
    const w = canvas.clientWidth || 1, h = canvas.clientHeight || 1;
    return plan.upright
      ? { left: 20 / w, right: 28 / w, below: 46 / h, above: 16 / h }
      : { left: 20 / w, right: 20 / w, below: 26 / h, above: 40 / h };
  }

  // Where the cards stand changes only while they open or close.
  function standing(open) {
    if (stood?.open !== open) {
      const placed = placeCards(plan, open), start = startOf(plan.upright);
      stood = { open, placed, stand: fitLayers(placed.layers, aspect, margins(), start) };
    }
    return stood;
  }

  function sceneAt({ open, yaw, pitch, zoom, pan }) {
    const { placed, stand } = standing(open);
    const camera = { yaw, pitch, zoom, pan };
    return { placed, stand, camera, view: viewOf(camera, stand, aspect) };
  }

  const toPixels = ([x, y]) =>
    [((x + 1) / 2) * canvas.clientWidth, ((1 - y) / 2) * canvas.clientHeight];
  const toPicture = (x, y) =>
    [(2 * x) / canvas.clientWidth - 1, 1 - (2 * y) / canvas.clientHeight];

  // ------------------------------------------------------------------ drawing

  function layerLabel({ view, placed }, index) {
    const { box } = placed.layers[index + 1], layer = layerAt(net, index);
    const active = [hover, cursor, marks?.unit].some((unit) => unit?.layer === index);
    const { x0, x1, y0, y1 } = extentOf(view, [box]);
    const keep = x0 < 0.9 && x1 > -0.9 && y0 < 0.9 && y1 > -0.9;  // some of it is in the picture
    const label = { text: layer.name, detail: shapeText(layer), strong: active, keep };
    if (plan.upright) {
      const [x, y] = toPixels(project(view, [(box.x0 + box.x1) / 2, box.y0 - 0.2, box.z1]));
      return { ...label, x, y: y + 4, alignX: 0, alignY: 1 };
    }
    if (now.open < 0.5) {
      const [x, y] = toPixels(project(view, [box.x0, (box.y0 + box.y1) / 2, box.z1]));
      return { ...label, x: x - 10, y, alignX: -1, alignY: 0 };
    }
    const [x, y] = toPixels(project(view, [box.x0, box.y1 + 0.1, box.z1]));
    return { ...label, inline: true, x, y: y - 1, alignX: 1, alignY: -1 };
  }

  function digitLabels({ view, placed }) {
    const index = net.layers.length - 1;
    const card = placed.cards.find((c) => c.layer === index);
    return Array.from({ length: card.count }, (_, map) => {
      const { row, column } = cellOf(card, { layer: index, map });
      const [, b, c, d] = cellCorners(card,
        { row0: row, col0: column, row1: row + 1, col1: column + 1 });
      const from = plan.upright ? b : c;
      const place = d.map((v, i) => (v + from[i]) / 2);
      place[plan.upright ? 0 : 1] += plan.upright ? 0.25 : -0.25;
      const [x, y] = toPixels(project(view, place));
      return { text: String(map), detail: '', tight: true, x, y, strong: map === best,
        alignX: plan.upright ? 1 : 0, alignY: plan.upright ? 0 : 1 };
    });
  }

  function wantedLabels(scene) {
    const layers = net.layers.map((_, i) => layerLabel(scene, i));
    layers.unshift(layerLabel(scene, -1));
    const first = layers.filter((label) => label.strong);
    const ends = [layers[0], layers[layers.length - 1]];
    const digits = hasDigits(net) ? digitLabels(scene) : [];
    const answer = digits.filter((label) => label.strong);
    return [...new Set([...first, ...ends, ...layers, ...answer, ...digits])];
  }

  function render() {
    if (!net || !canvas.width || !canvas.height) return;
    const scene = sceneAt(now);
    const look = lookOf(theme(dark), pixel);
    buildQuads(quads, {
      net, plan, placed: scene.placed, atlas, scales, marks, hover: hover ?? cursor,
      pitch: now.pitch, open: now.open, eyeZ: scene.view.eye[2], look,
    });
    renderer.draw(quads.list, matrixOf(scene.view));
    labels.update(wantedLabels(scene), dark);
  }

  // Comes nearer to the goal; true once there.
  function move(passed) {
    const part = still ? 1 : 1 - Math.exp(-passed / EASE);
    let left = 0;
    const towards = (from, to) => {
      left = Math.max(left, Math.abs(to - from));
      return from + (to - from) * part;
    };
    const around = now.yaw + Math.atan2(Math.sin(goal.yaw - now.yaw), Math.cos(goal.yaw - now.yaw));
    now.yaw = towards(now.yaw, around);
    for (const name of ['pitch', 'zoom', 'open']) now[name] = towards(now[name], goal[name]);
    now.pan = now.pan.map((p, i) => towards(p, goal.pan[i]));
    if (left * (1 - part) > 5e-4) return false;
    Object.assign(now, goal);
    return true;
  }

  function tick(time) {
    frame = 0;
    const there = move(Math.min(100, time - last));
    last = time;
    render();
    if (!there) frame = requestAnimationFrame(tick);
  }

  function schedule() {
    if (frame) return;
    last = performance.now();
    frame = requestAnimationFrame(tick);
  }

  function resize() {
    pixel = Math.min(MOST_PIXELS, globalThis.devicePixelRatio || 1);
    const width = Math.round(canvas.clientWidth * pixel);
    const height = Math.round(canvas.clientHeight * pixel);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    aspect = width && height ? width / height : 1;
    if (net) arrange();
    labels.resize();
    render();
  }

  // ------------------------------------------------------------------ camera

  const jump = (camera) => { Object.assign(goal, camera); Object.assign(now, camera); schedule(); };
  const glide = (camera) => {
    Object.assign(goal, camera);
    if (still) Object.assign(now, camera);
    schedule();
  };

  function lookAt(unit) {
    const { placed, stand, camera } = sceneAt(goal);
    const { box } = placed.layers[unit.layer + 1];
    glide(focusOn(camera, stand, aspect, box, unitCentre(placed.cards, unit)));
  }

  // Turning keeps in place what is looked at: all of the network, or, near to it, what was grabbed.
  function choosePivot(x, y) {
    held = { yaw: goal.yaw, pitch: goal.pitch, zoom: goal.zoom, pan: goal.pan };
    const { placed, stand, camera, view } = sceneAt(now);
    if (camera.zoom < 1.2) {
      pivot = stand.middle;
      return;
    }
    const unit = pickUnit(view, placed.cards, toPicture(x, y));
    const far = ({ box }) => {
      const [px, py] = project(view, [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.z1]);
      return Math.hypot(px, py);
    };
    const { box } = placed.layers.reduce((a, b) => (far(b) < far(a) ? b : a));
    pivot = unit ? unitCentre(placed.cards, unit)
      : [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, (box.z0 + box.z1) / 2];
  }

  const turned = (from, yaw, pitch) => {
    const { stand, camera } = sceneAt(from);
    return turnAbout(camera, stand, aspect, pivot, yaw, pitch);
  };

  // ------------------------------------------------------------------ pointing

  function setHover(unit) {
    if (sameUnit(unit, hover)) return;
    hover = unit;
    schedule();
    onHover(unit);
  }

  function unitUnder(x, y) {
    if (!net) return null;
    const { placed, view } = sceneAt(now);
    return pickUnit(view, placed.cards, toPicture(x, y));
  }

  function setCursor(unit) {
    cursor = unit;
    setHover(unit);
    schedule();
  }

  const act = {
    grab: choosePivot,
    giveBack: () => jump(held),
    turn: (dx, dy) => jump(turned(now, dx * TURN, dy * TURN)),
    pan: (dx, dy) => jump(tidyCamera({ ...now, pan: [
      now.pan[0] + (2 * dx) / canvas.clientWidth, now.pan[1] - (2 * dy) / canvas.clientHeight] })),
    zoom: (x, y, factor) => jump(tidyCamera(zoomAt(now, toPicture(x, y), factor))),
    hover: (x, y) => setHover(unitUnder(x, y)),
    leave: () => setHover(null),
    tap(x, y) {
      const unit = unitUnder(x, y);
      cursor = unit;
      setHover(unit);
      onPick(unit);
    },
    reset: () => reset(),
    turnBy(yaw, pitch) {
      choosePivot(canvas.clientWidth / 2, canvas.clientHeight / 2);
      glide(turned(goal, yaw, pitch));
    },
    zoomBy: (factor) => glide(tidyCamera(zoomAt(goal, [0, 0], factor))),
    stepLayer(step) {
      setCursor(stepLayer(net, cursor, step));
      focus(cursor);
    },
    stepUnit(rows, columns) {
      if (!cursor) setCursor(stepLayer(net, null, 1));
      const card = cards.find((c) => showsUnit(c, cursor));
      setCursor(stepUnit(card, cursor, rows, columns, layerAt(net, cursor.layer).maps));
    },
    choose: () => { if (cursor) onPick(cursor); },
    clear() { setCursor(null); onPick(null); },
  };
  const guarded = Object.fromEntries(Object.entries(act).map(([name, f]) =>
    [name, (...given) => { if (net) f(...given); }]));

  // ------------------------------------------------------------------ what the page calls

  function arrange() {
    const before = startOf(!plan || plan.upright);
    plan = planNetwork(net, aspect, LABEL / (canvas.clientHeight || 1));
    stood = null;
    if (goal.zoom === 1 && goal.yaw === before.yaw && goal.pitch === before.pitch)
      jump(startOf(plan.upright));
    cards = plan.layers.flatMap((layer) => layer.cards);
    atlas = packAtlas(cards);
    renderer.setAtlas(atlas);
    if (values) fillAtlas(atlas, cards, values);
    renderer.upload(atlas);
  }

  function setNetwork(next) {
    net = next;
    values = marks = hover = cursor = focused = null;
    best = -1;
    scales = scalesOf(net);
    arrange();
    schedule();
  }

  function setValues(next, ranges) {
    if (!net) return;
    values = next;
    scales = scalesOf(net, values, ranges);
    best = bestOutput(net, values);
    fillAtlas(atlas, cards, values);
    renderer.upload(atlas);
    schedule();
  }

  function focus(unit) {
    focused = unit;
    if (net && unit) lookAt(unit);
  }

  function reset() {
    focused = null;
    glide(startOf(!plan || plan.upright));
  }

  async function toBlob() {
    const copy = document.createElement('canvas');
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context = copy.getContext('2d');
    context.fillStyle = theme(dark).background;
    context.fillRect(0, 0, copy.width, copy.height);
    render();
    context.drawImage(canvas, 0, 0);
    context.scale(pixel, pixel);
    labels.paint(context, dark);
    return new Promise((done) => { copy.toBlob(done, 'image/png'); });
  }

  function setTheme(isDark) {
    dark = isDark;
    renderer.setColours({ dark, card: theme(dark).card });
    schedule();
  }

  canvas.tabIndex = 0;
  if (!canvas.hasAttribute('role')) canvas.setAttribute('role', 'application');
  if (!canvas.hasAttribute('aria-label'))
    canvas.setAttribute('aria-label', 'The network in space. Arrows turn it, plus and minus zoom, '
      + '0 resets, page up and down go from layer to layer, shift with arrows from unit to unit.');
  const ignore = listen(canvas, guarded);
  const watcher = new ResizeObserver(() => resize());
  watcher.observe(canvas);
  setTheme(false);
  resize();

  return {
    setNetwork, setValues, setTheme, focus, reset, resize, render, toBlob,
    setOpen(t) {
      glide({ open: Math.min(1, Math.max(0, t)) });
      if (net && focused) lookAt(focused);
    },
    setMarks(next) { marks = next; schedule(); },
    setReducedMotion(on) { still = on; },
    setCamera: (camera) => jump(tidyCamera({ ...now, ...camera })),
    getCamera: () => ({ yaw: goal.yaw, pitch: goal.pitch, zoom: goal.zoom, pan: [...goal.pan] }),
    labels: () => labels.list(),
    destroy() {
      cancelAnimationFrame(frame);
      watcher.disconnect();
      ignore();
      labels.destroy();
      renderer.destroy();
    },
  };
}
