// dom.js - the few things that all sections do with the document.

export const find = (id) => document.getElementById(id);

// element('p', { class: 'hint', onclick: f }, 'text', child, ...)
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svgElement(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

let hiding = 0;
export function toast(text) {
  const box = find('toast');
  box.textContent = text;
  box.classList.add('shown');
  clearTimeout(hiding);
  hiding = setTimeout(() => box.classList.remove('shown'), 5000);
}

export const percent = (p, digits = 1) => `${(100 * p).toFixed(digits)} %`;

// "−1.234": a minus sign, and as many digits after the point wherever it stands in a table.
export const number = (value, digits = 3) =>
  value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1').replace('-', '\u2212');

export const thousands = (n) => n.toLocaleString('en-US');

// Draws bytes, 0 paper .. 255 ink, [height][width], onto a canvas of that size; `colour` of 0..1.
export function paint(canvas, bytes, width, height, colour) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const [red, green, blue] = colour(bytes[i] / 255);
    image.data.set([red, green, blue, 255], 4 * i);
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
}

export function save(blob, name) {
  const link = element('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
