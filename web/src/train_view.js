// train_view.js - what one sees of a training: how far it is, its curves, its filters.
import { chart, numbersOf } from './chart.js';
import { element, percent, number, thousands } from './dom.js';
import { css, diverging, legend } from './palette.js';
import { speedOf } from './train_run.js';

const topOf = (values, least) => Math.max(least, ...values.filter(Number.isFinite));

function timeOf(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function progressText(run) {
  const { phase, last, recipe } = run, speed = speedOf(run);
  if (phase === 'failed') return `It failed: ${run.error}`;
  if (phase === 'drawing') return `Drawing digits: ${thousands(run.drawn)} of ${thousands(run.count)}`;
  if (!last) return phase === 'stopped' ? 'Stopped before the first step.' : 'Starting…';
  const where = `Epoch ${last.epoch} of ${recipe.epochs}, image ${thousands(last.done)} of ${thousands(last.total)}`;
  const pace = speed ? `${thousands(Math.round(speed.rate))} images/s` : '';
  const latest = run.epochs.at(-1);
  const error = latest ? `; ${percent(latest.validationError)} of the validation digits wrong` : '';
  switch (phase) {
  case 'done': return `Done: ${recipe.epochs} epochs, ${pace}${error}.`;
  case 'paused': return `Paused. ${where}${error}.`;
  case 'stopped': return `Stopped. ${where}${error}.`;
  default: return `${where} — ${pace}, about ${timeOf(speed?.left ?? 0)} left${error}`;
  }
}

export function lossChart({ losses, recipe, last }) {
  const points = losses.map(([step, loss]) => [step, loss]);
  const steps = last ? Math.ceil(last.total / recipe.batch) * recipe.epochs : 1;
  const latest = points.at(-1);
  return chart({
    title: 'Loss while learning', lines: [{ name: 'loss', points }],
    x: { label: `step (${recipe.batch} digits each)`, low: 0, high: steps },
    y: { label: 'loss', low: 0, high: topOf(points.map((p) => p[1]), 0.1) },
    describe: latest ? `After step ${latest[0]} of ${steps} the loss is ${number(latest[1])}; it began at ${number(points[0][1])}.` : 'No step yet.',
  });
}

export function errorChart({ epochs, recipe }) {
  const of = (key) => epochs.map((e) => [e.epoch, 100 * e[key]]);
  const learned = of('trainError'), kept = of('validationError');
  const latest = epochs.at(-1);
  return chart({
    title: 'Digits wrong', x: { label: 'epoch', low: 0, high: recipe.epochs, whole: true },
    y: { label: '% wrong', low: 0, high: topOf([...learned, ...kept].map((p) => p[1]), 5) },
    lines: [{ name: 'learned', points: learned }, { name: 'validation', points: kept }],
    describe: latest ? `After epoch ${latest.epoch} ${percent(latest.trainError)} of the digits it learns from were wrong and ${percent(latest.validationError)} of the validation digits.` : 'No epoch is done yet.',
  });
}

const HEAD = ['Epoch', 'Loss', 'Wrong', 'Validation loss', 'Validation wrong'];

export const epochTable = ({ epochs }) => numbersOf(HEAD, epochs.map((e) =>
  [e.epoch, number(e.trainLoss), percent(e.trainError), number(e.validationLoss), percent(e.validationError)]));

// The kernels of the first convolution as tiles that change in place.
export function createFilters() {
  const tiles = element('div', { class: 'filters', role: 'img' });
  const scale = element('canvas', { class: 'filter-scale', 'aria-hidden': 'true' });
  const words = element('p', { class: 'hint' });
  const box = element('div', { hidden: true }, element('h3', {}, 'Its first filters'), tiles, scale, words);
  let canvases = [];

  function open(layer) {
    canvases = Array.from({ length: layer.maps }, () => element('canvas', { width: layer.size, height: layer.size }));
    tiles.replaceChildren(...canvases);
  }

  return {
    box,
    show(layer, parameters, dark) {
      box.hidden = !layer || !parameters;
      if (box.hidden) return;
      if (canvases.length !== layer.maps || canvases[0].width !== layer.size) open(layer);
      const weights = parameters.subarray(layer.weightOffset, layer.weightOffset + layer.weightCount);
      const most = Math.max(1e-6, ...weights.map(Math.abs)), area = layer.size * layer.size;
      canvases.forEach((canvas, map) => {
        const context = canvas.getContext('2d');
        for (let i = 0; i < area; i++) {
          context.fillStyle = css(diverging(weights[map * area + i] / most, dark));
          context.fillRect(i % layer.size, Math.floor(i / layer.size), 1, 1);
        }
      });
      legend(scale, { low: -most, high: most, zero: 0 }, { dark });
      words.textContent = `${layer.name}: ${layer.maps} filters of ${layer.size} × ${layer.size} weights, none beyond ±${number(most)}.`;
      tiles.setAttribute('aria-label', words.textContent);
    },
  };
}

// A details element drawn anew stays as open as it was.
export function putDetails(box, made) {
  made.open = box.querySelector('details')?.open ?? false;
  box.replaceChildren(made);
}
