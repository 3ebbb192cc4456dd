// Names over the 3D view, as elements beside the canvas: text stays sharp and can be read aloud.

import { theme } from './palette.js';

const FONT = 'system-ui, "Segoe UI", Roboto, sans-serif';
const LINE = 16;
const GAP = 3;
const SPACE = 6;
const TIGHT = 3;
const EDGE = 4;

const overlap = (a, b) => a.x0 < b.x1 + GAP && b.x0 < a.x1 + GAP
  && a.y0 < b.y1 + GAP && b.y0 < a.y1 + GAP;

const within = (at, most) => Math.min(most - EDGE, Math.max(EDGE, at));

/**
 * Chooses what can be shown without overlap. wanted, the most important first: { text, detail, x,
 * y, alignX, alignY, inline } with align -1, 0, 1 = the text is left of, about, right of the point;
 * inline puts the detail beside the text, not below; tight lets a digit stand near others;
 * keep moves the label into the picture.
 */
export function placeLabels(wanted, measure, width, height) {
  const shown = [];
  for (const label of wanted) {
    for (const detail of label.detail ? [label.detail, ''] : ['']) {
      const text = measure(label.text, true), more = detail ? measure(detail, false) : 0;
      const w = label.inline && more ? text + SPACE + more : Math.max(text, more);
      const h = detail && !label.inline ? 2 * LINE - 2 : LINE;
      const less = label.tight ? TIGHT : 0;
      const wantedX = label.x + ((label.alignX - 1) * w) / 2;
      const wantedY = label.y + ((label.alignY - 1) * h) / 2;
      const x0 = label.keep ? within(wantedX, width - w) : wantedX;
      const y0 = label.keep ? within(wantedY, height - h) : wantedY;
      const moved = Math.hypot(x0 - wantedX, y0 - wantedY) > EDGE;
      const box = { x0, y0, x1: x0 + w, y1: y0 + h };
      const inner = { x0: x0 + less, y0: y0 + less, x1: box.x1 - less, y1: box.y1 - less };
      if (x0 < 0 || y0 < 0 || box.x1 > width || box.y1 > height) continue;
      if (shown.some((other) => overlap(other.room, inner))) continue;
      shown.push({ ...label, ...box, detail, moved, room: inner });
      break;
    }
  }
  return shown;
}

/** The layer of labels over a canvas. */
export function createLabels(canvas) {
  const host = canvas.parentElement;
  const layer = document.createElement('div');
  layer.className = 'view3d-labels';
  layer.style.cssText = 'position:absolute;overflow:hidden;pointer-events:none;'
    + `font:12px/${LINE - 1}px ${FONT}`;
  if (host) {
    if (getComputedStyle(host).position === 'static') host.style.position = 'relative';
    canvas.after(layer);
  }
  const pen = document.createElement('canvas').getContext('2d');
  const widths = new Map();
  const spans = [];
  let shown = [];

  function measure(text, bold) {
    const key = bold + text;
    if (!widths.has(key)) {
      pen.font = `${bold ? '600 13px' : '12px'} ${FONT}`;
      widths.set(key, Math.ceil(pen.measureText(text).width) + 2);
    }
    return widths.get(key);
  }

  function spanAt(i) {
    if (spans[i]) return spans[i];
    const span = document.createElement('span');
    span.style.cssText = 'position:absolute;left:0;top:0;white-space:nowrap;will-change:transform';
    span.append(...['b', 'br', 'span'].map((name) => document.createElement(name)));
    span.firstChild.style.cssText = 'font-weight:600;font-size:13px';
    layer.append(span);
    spans[i] = span;
    return span;
  }

  const setText = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  function show(span, label, colours) {
    const [bold, line, small] = span.childNodes;
    line.style.display = label.inline ? 'none' : '';
    small.style.marginLeft = label.inline ? `${SPACE}px` : '';
    setText(bold, label.text);
    setText(small, label.detail);
    span.style.display = '';
    span.style.width = `${label.x1 - label.x0}px`;
    span.style.textAlign = ['right', 'center', 'left'][label.alignX + 1];
    span.style.background = label.moved ? `${colours.background}d9` : '';
    span.style.boxShadow = label.moved ? `0 0 0 3px ${colours.background}d9` : '';
    span.style.color = label.strong ? colours.accent : colours.text;
    small.style.color = colours.muted;
    span.style.textShadow = `0 0 3px ${colours.background},0 0 2px ${colours.background}`;
    span.style.transform = `translate(${label.x0.toFixed(1)}px,${label.y0.toFixed(1)}px)`;
  }

  return {
    update(wanted, dark) {
      shown = placeLabels(wanted, measure, canvas.clientWidth, canvas.clientHeight);
      shown.forEach((label, i) => show(spanAt(i), label, theme(dark)));
      for (let i = shown.length; i < spans.length; i++) spans[i].style.display = 'none';
    },
    resize() {
      const { offsetLeft, offsetTop, clientWidth, clientHeight, clientLeft, clientTop } = canvas;
      Object.assign(layer.style, {
        left: `${offsetLeft + clientLeft}px`, top: `${offsetTop + clientTop}px`,
        width: `${clientWidth}px`, height: `${clientHeight}px`,
      });
    },
    list: () => shown.map(({ text, detail, x0, x1, y0, y1 }) => (
      { text: detail ? `${text} ${detail}` : text, x: (x0 + x1) / 2, y: (y0 + y1) / 2 })),
    // The same labels on a 2D canvas, for pictures to keep.
    paint(context, dark) {
      const colours = theme(dark);
      context.textBaseline = 'middle';
      for (const label of shown) {
        const x = (label.x0 + label.x1) / 2, y = label.y0 + LINE / 2;
        context.textAlign = label.inline ? 'left' : 'center';
        context.font = `600 13px ${FONT}`;
        context.fillStyle = label.strong ? colours.accent : colours.text;
        context.fillText(label.text, label.inline ? label.x0 : x, y);
        context.font = `12px ${FONT}`;
        context.fillStyle = colours.muted;
        const beside = label.x0 + measure(label.text, true) + SPACE;
        if (label.inline) context.fillText(label.detail, beside, y);
        else context.fillText(label.detail, x, y + LINE - 2);
      }
    },
    destroy() { layer.remove(); },
  };
}
