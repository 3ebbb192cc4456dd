// The flat view as a drawing to keep. Free of the DOM.

import { css, lookUp, theme } from './palette.js';
import { HEADING, flatBox } from './flat_layout.js';
import { bestOutput, boxOn, cellOf, markedLayers, showsUnit } from './view_shape.js';

const LEVELS = 48;  // colours of a palette in the file: fewer paths, no step to be seen

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

// Cells of one colour as one path, with neighbours in a row joined.
function cellPaths(card, values, scale, dark) {
  const paths = new Map();
  const levelAt = (i) => Math.round(
    Math.min(1, Math.max(0, values[card.start + i] * scale.scale + scale.offset)) * (LEVELS - 1));
  for (let row = 0; row < card.rows; row++)
    for (let column = 0; column < card.columns;) {
      const i = row * card.columns + column;
      if (i >= card.count) break;
      const level = levelAt(i), most = Math.min(card.columns - column, card.count - i);
      let wide = 1;
      while (wide < most && levelAt(i + wide) === level) wide++;
      paths.set(level, `${paths.get(level) ?? ''}M${column} ${row}h${wide}v1h${-wide}z`);
      column += wide;
    }
  return [...paths].map(([level, d]) =>
    `<path fill="${css(lookUp(scale.palette, level / (LEVELS - 1), dark))}" d="${d}"/>`).join('');
}

function cardSvg(card, values, scale, dark) {
  const colours = theme(dark), from = card.layer < 0 ? values.input : values.layers[card.layer];
  const { x, y, width, height, cell } = card;
  const frame = `<rect x="${x - 0.5}" y="${y - 0.5}" width="${width + 1}" height="${height + 1}" `
    + `fill="${colours.card}" stroke="${colours.border}"/>`;
  const cells = `<g transform="translate(${x} ${y}) scale(${cell})" shape-rendering="crispEdges">`
    + `${cellPaths(card, from, scale, dark)}</g>`;
  let lines = '';
  if (card.units) {
    for (let k = 1; k < card.columns; k++) lines += `M${x + k * cell} ${y}v${height}`;
    for (let k = 1; k < card.rows; k++) lines += `M${x} ${y + k * cell}h${width}`;
    lines = `<path fill="none" stroke="${colours.card}" d="${lines}"/>`;
  }
  return frame + cells + lines;
}

function outline({ x, y, width, height }, colours, thick) {
  const rect = (stroke, w) => `<rect x="${x}" y="${y}" width="${width}" height="${height}" `
    + `fill="none" stroke="${stroke}" stroke-width="${w}"/>`;
  return rect(colours.halo, thick + 2) + rect(colours.accent, thick);
}

/** All boxes of marks on a layout: [{ box, thick }], the unit's own last. */
export function markBoxes(net, layout, marks) {
  const boxes = [];
  const cardOf = (unit) => layout.cards.find((card) => showsUnit(card, unit));
  for (const { boxes: sources } of markedLayers(net, marks))
    for (const source of sources) {
      const card = cardOf(source);
      if (card) boxes.push({ box: flatBox(card, boxOn(card, source)), thick: 1.5 });
    }
  const card = marks?.unit && cardOf(marks.unit);
  if (card) boxes.push({ box: unitBox(card, marks.unit), thick: 2.5 });
  return boxes;
}

export function unitBox(card, unit) {
  const { row, column } = cellOf(card, unit);
  return flatBox(card, { row0: row, col0: column, row1: row + 1, col1: column + 1 });
}

/** scales: by layer, the input first. */
export function flatSvg({ net, layout, values, scales, marks, dark }) {
  const colours = theme(dark);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}" height="${layout.height}" `
      + `viewBox="0 0 ${layout.width} ${layout.height}" font-family="system-ui, sans-serif">`,
    `<title>${escape(net.name)}</title>`,
    `<rect width="100%" height="100%" fill="${colours.background}"/>`,
  ];
  const best = values ? bestOutput(net, values) : -1;
  for (const { title, detail, x, y, digits, cards, cell, h } of layout.blocks) {
    parts.push(`<text x="${x}" y="${y + 14}" font-size="13" fill="${colours.text}">`
      + `<tspan font-weight="600">${escape(title)}</tspan> `
      + `<tspan font-size="12" fill="${colours.muted}">${escape(detail)}</tspan></text>`);
    for (let k = 0; digits && k < cards[0].count; k++)
      parts.push(`<text x="${x + (k + 0.5) * cell}" y="${y + HEADING + h + 14}" font-size="12" `
        + `text-anchor="middle" fill="${k === best ? colours.accent : colours.text}">${k}</text>`);
  }
  for (const card of values ? layout.cards : [])
    parts.push(cardSvg(card, values, scales[card.layer + 1], dark));
  for (const { box, thick } of markBoxes(net, layout, marks))
    parts.push(outline(box, colours, thick));
  return `${parts.join('\n')}\n</svg>\n`;
}
