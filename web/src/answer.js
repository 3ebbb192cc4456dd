// answer.js - what was read: the digit, how sure, the score of each class, and when no answer is given.
import { NONE } from './core.js';
import { element, find, percent } from './dom.js';

// What the network says, and what the reader says of whether it is a digit at all.
export function verdictOf({ probabilities, prediction, reject }, core) {
  if (!prediction) return { kind: 'empty' };
  if (!probabilities) return { kind: 'empty' };
  const digit = probabilities.indexOf(Math.max(...probabilities));
  const verdict = { digit, confidence: probabilities[digit], none: prediction.none };
  if (prediction.none > 0.5) return { ...verdict, kind: 'none' };
  if (reject === '') return { ...verdict, kind: 'digit' };
  const threshold = core.threshold(false, Number(reject));
  const sure = prediction.confidence >= threshold && prediction.digit === digit;
  return { ...verdict, threshold, kind: sure ? 'digit' : 'unsure' };
}

function sentence(verdict, network) {
  switch (verdict.kind) {
  case 'empty': return ['Nothing is drawn yet. Draw a digit, or press one of the keys 0 to 9.'];
  case 'none': return [element('b', {}, '–'),
    `No digit: that it is none has a probability of ${percent(verdict.none)}. (${network.name} would say ${verdict.digit}.)`];
  case 'unsure': return [element('b', {}, '?'),
    `Not sure enough to answer; ${network.name} would say ${verdict.digit}.`];
  default: return [element('b', {}, String(verdict.digit)),
    `${percent(verdict.confidence)} sure, says ${network.name}.`];
  }
}

export function setUpAnswer(store, core) {
  const rows = [];
  for (let k = 0; k <= NONE; k++) {
    const bar = element('i'), value = element('span');
    const row = element('div', { class: 'score', role: 'listitem' },
      element('span', {}, k === NONE ? 'no digit' : String(k)), element('div', { class: 'track' }, bar), value);
    rows.push({ row, bar, value });
    find('scores').append(row);
  }
  find('reject').addEventListener('change', (event) => store.set({ reject: event.target.value }));

  store.watch(['probabilities', 'prediction', 'reject'], (state) => {
    const verdict = verdictOf(state, core);
    find('answer').replaceChildren(...sentence(verdict, state.network));
    find('answer').dataset.digit = verdict.kind === 'digit' ? verdict.digit : verdict.kind;
    rows.forEach(({ row, bar, value }, k) => {
      const p = k === NONE ? state.prediction?.none ?? 0 : state.probabilities?.[k] ?? 0;
      row.hidden = k !== NONE && k >= state.network.classes;
      bar.style.width = `${100 * p}%`;
      value.textContent = percent(p);
      row.classList.toggle('best', verdict.kind !== 'empty' && (verdict.kind === 'none' ? k === NONE : k === verdict.digit));
    });
    find('reject').value = state.reject;
    find('reject-note').textContent = state.reject === '' ?
      'Confidences are calibrated on digits of MNIST; “no digit” is the eleventh class of the network reader.' :
      `Answers when two networks together are at least ${percent(core.threshold(false, Number(state.reject)), 2)} sure: measured on 5,000 validation digits.`;
  });
}
