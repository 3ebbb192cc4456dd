// Mouse, fingers, wheel and keys of the 3D view, as calls of `act`:
//   turn(dx, dy) and pan(dx, dy) in CSS pixels, zoom(x, y, factor), hover(x, y), leave(),
//   tap(x, y), reset(), grab(x, y) before turning, giveBack() to undo it;
//   of keys: turnBy(yaw, pitch), zoomBy(factor), stepLayer(n), stepUnit(rows, columns), choose(),
//   clear().
// x and y are CSS pixels from the canvas's top left corner.

const STILL = 5;           // a press that moves less is a tap
const DOUBLE_TAP = 350;    // ms
const KEY_TURN = 0.12;
const KEY_ZOOM = 1.25;

const KEYS = {
  ArrowLeft: (act, shift) => (shift ? act.stepUnit(0, -1) : act.turnBy(-KEY_TURN, 0)),
  ArrowRight: (act, shift) => (shift ? act.stepUnit(0, 1) : act.turnBy(KEY_TURN, 0)),
  ArrowUp: (act, shift) => (shift ? act.stepUnit(-1, 0) : act.turnBy(0, KEY_TURN)),
  ArrowDown: (act, shift) => (shift ? act.stepUnit(1, 0) : act.turnBy(0, -KEY_TURN)),
  '+': (act) => act.zoomBy(KEY_ZOOM),
  '=': (act) => act.zoomBy(KEY_ZOOM),
  '-': (act) => act.zoomBy(1 / KEY_ZOOM),
  0: (act) => act.reset(),
  Home: (act) => act.reset(),
  PageUp: (act) => act.stepLayer(-1),
  PageDown: (act) => act.stepLayer(1),
  '[': (act) => act.stepLayer(-1),
  ']': (act) => act.stepLayer(1),
  Enter: (act) => act.choose(),
  ' ': (act) => act.choose(),
  Escape: (act) => act.clear(),
};

/** Listens on the canvas until the returned function is called. */
export function listen(canvas, act) {
  const pointers = new Map();
  const listeners = [];
  let moved = 0, hovering = null, lastTap = { time: -Infinity, x: 0, y: 0 };

  function on(name, handler, options) {
    canvas.addEventListener(name, handler, options);
    listeners.push(() => canvas.removeEventListener(name, handler, options));
  }

  function at(event) {
    const box = canvas.getBoundingClientRect();
    return {
      x: event.clientX - box.left - canvas.clientLeft,
      y: event.clientY - box.top - canvas.clientTop,
    };
  }

  // Between two fingers: their middle and distance.
  function pair() {
    const [a, b] = [...pointers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) };
  }

  function movePair(event) {
    const before = pair();
    pointers.set(event.pointerId, at(event));
    const after = pair();
    act.pan(after.x - before.x, after.y - before.y);
    if (before.apart > 10 && after.apart > 10)
      act.zoom(after.x, after.y, after.apart / before.apart);
    moved = Infinity;
  }

  function moveOne(event) {
    const before = pointers.get(event.pointerId), now = at(event);
    const dx = now.x - before.x, dy = now.y - before.y;
    if (moved <= STILL) {
      moved = Math.hypot(dx, dy);
      if (moved <= STILL) return;
      act.leave();
      act.grab(before.x, before.y);
    }
    pointers.set(event.pointerId, now);
    const panning = event.shiftKey || (event.buttons & 6) !== 0;
    if (panning) act.pan(dx, dy);
    else act.turn(dx, dy);
  }

  // Picking once a frame is enough, however fast a mouse reports.
  function hover(event) {
    const first = !hovering;
    hovering = at(event);
    if (first) requestAnimationFrame(() => {
      const place = hovering;
      hovering = null;
      if (place && !pointers.size) act.hover(place.x, place.y);
    });
  }

  function tap(event) {
    const place = at(event);
    const near = Math.hypot(place.x - lastTap.x, place.y - lastTap.y) < 20;
    if (near && event.timeStamp - lastTap.time < DOUBLE_TAP) {
      lastTap = { time: -Infinity, x: 0, y: 0 };
      act.reset();
      return;
    }
    lastTap = { time: event.timeStamp, ...place };
    act.tap(place.x, place.y);
  }

  on('pointerdown', (event) => {
    if (pointers.size === 0) moved = 0;
    pointers.set(event.pointerId, at(event));
    canvas.setPointerCapture(event.pointerId);
    if (event.pointerType === 'mouse') canvas.focus({ preventScroll: true });
    if (event.button === 1) event.preventDefault();
  });
  on('pointermove', (event) => {
    if (!pointers.has(event.pointerId)) hover(event);
    else if (pointers.size === 1) moveOne(event);
    else if (pointers.size === 2) movePair(event);
  });
  on('pointerup', (event) => {
    if (pointers.size === 1 && moved <= STILL && event.button === 0) tap(event);
    pointers.delete(event.pointerId);
  });
  on('pointercancel', (event) => {
    // The page took the finger to scroll: what it turned until then was not meant.
    if (pointers.size === 1 && moved > STILL && moved < Infinity) act.giveBack();
    pointers.delete(event.pointerId);
  });
  on('lostpointercapture', (event) => pointers.delete(event.pointerId));
  on('pointerleave', (event) => {
    hovering = null;
    if (event.pointerType === 'mouse' && !pointers.size) act.leave();
  });
  on('contextmenu', (event) => { if (moved > STILL || event.shiftKey) event.preventDefault(); });

  on('wheel', (event) => {
    if (!event.ctrlKey && document.activeElement !== canvas) return;
    event.preventDefault();
    const { x, y } = at(event), line = event.deltaMode === 1 ? 20 : 1;
    const by = Math.max(-80, Math.min(80, event.deltaY * line));
    act.zoom(x, y, Math.exp(-by * (event.ctrlKey ? 0.01 : 0.003)));
  }, { passive: false });

  on('keydown', (event) => {
    const key = KEYS[event.key];
    if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    key(act, event.shiftKey);
  });

  // One finger up or down scrolls the page; sideways turns, and then in all directions. Two fingers
  // are never the page's.
  const touchAction = canvas.style.touchAction;
  canvas.style.touchAction = 'pan-y';
  const keep = (event) => {
    if (event.touches.length > 1 && event.cancelable) event.preventDefault();
  };
  on('touchstart', keep, { passive: false });
  on('touchmove', keep, { passive: false });

  return () => {
    for (const stop of listeners) stop();
    canvas.style.touchAction = touchAction;
  };
}
