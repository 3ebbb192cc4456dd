// train_run.js - one training in a worker: its state, its curves, and what it has learned so far.

const MOST_POINTS = 300; // of the curve of losses; beyond that neighbours become one
const ENOUGH_IMAGES = 200; // for a point of it; in a long training fewer tell more of chance than of learning

async function createWorker() {
  const text = await globalThis.lenetWorker(); // loader.js
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(url);
  URL.revokeObjectURL(url);
  return worker;
}

// The mean loss of one slice, from running means of the epoch before and after it.
export function sliceLoss(before, after) {
  const from = before && before.epoch === after.epoch ? before : { done: 0, loss: 0 };
  if (after.done <= from.done) return NaN;
  return (after.loss * after.done - from.loss * from.done) / (after.done - from.done);
}

// Halves a curve by joining neighbours; each point is [x, y, weight].
export function thinned(points) {
  const half = [];
  for (let i = 0; i < points.length; i += 2) {
    const [a, b] = [points[i], points[i + 1]];
    if (!b) half.push(a);
    else half.push([b[0], (a[1] * a[2] + b[1] * b[2]) / (a[2] + b[2]), a[2] + b[2]]);
  }
  return half;
}

// recipe: { notation, seed, epochs, batch, rate, validation, data }; changed(run) is called as it goes on,
// taken(parameters) with what was asked for.
export function startRun(module, recipe, { changed, taken }) {
  const { data, ...kept } = recipe;
  const run = {
    recipe: kept, phase: 'drawing', drawn: 0, count: data.count, losses: [], epochs: [], last: null,
    seconds: 0, seen: 0, parameters: null, error: null,
  };
  const ready = createWorker(), tell = (message) => ready.then((worker) => worker.postMessage(message));
  const end = () => ready.then((worker) => worker.terminate(), () => {}); // none to end where none came
  let waiting = { loss: 0, images: 0 };

  function addSlice(slice) {
    const loss = sliceLoss(run.last, slice);
    const steps = Math.ceil(slice.total / kept.batch);
    const step = (slice.epoch - 1) * steps + Math.ceil(slice.done / kept.batch);
    const images = slice.done - (run.last?.epoch === slice.epoch ? run.last.done : 0);
    if (images > 0) waiting = { loss: waiting.loss + loss * images, images: waiting.images + images };
    if (waiting.images >= Math.min(ENOUGH_IMAGES, (slice.total * kept.epochs) / 60)) {
      run.losses.push([step, waiting.loss / waiting.images, waiting.images]);
      waiting = { loss: 0, images: 0 };
    }
    if (run.losses.length > MOST_POINTS) run.losses = thinned(run.losses);
    run.seen += images;
    run.seconds += slice.seconds;
    run.last = slice;
    if (slice.end > 0) run.epochs.push(slice);
    if (slice.end === 2) run.phase = 'done';
  }

  const heard = {
    open() { tell({ do: 'start', ...recipe }); },
    drawn({ done }) { run.drawn = done; },
    started() { if (run.phase === 'drawing') run.phase = 'running'; },
    slice: addSlice,
    parameters({ parameters, taken: asked }) {
      run.parameters = parameters;
      if (asked) taken(parameters);
      if (run.phase === 'done') end(); // these were its last words
    },
    error({ message }) {
      run.error = message;
      run.phase = 'failed';
    },
  };
  const fail = (error) => {
    heard.error(error);
    changed(run, 'error');
  };
  ready.then((worker) => {
    worker.onmessage = ({ data: message }) => {
      heard[message.say](message);
      changed(run, message.say);
    };
    worker.onerror = fail;
    worker.postMessage({ do: 'open', module });
  }).catch(fail);

  return Object.assign(run, {
    pause() {
      run.phase = 'paused';
      tell({ do: 'pause' });
    },
    goOn() {
      run.phase = 'running';
      tell({ do: 'go on' });
    },
    stop() {
      end();
      if (run.phase !== 'done' && run.phase !== 'failed') run.phase = 'stopped';
    },
    // What it has learned by now: of a worker that lives, freshly asked for.
    take() {
      if (run.phase === 'running' || run.phase === 'paused') tell({ do: 'take' });
      else if (run.parameters) taken(run.parameters);
    },
  });
}

// Images a second, and the seconds that are left of learning.
export function speedOf({ seen, seconds, last, recipe }) {
  if (!last || seconds <= 0) return null;
  const rate = seen / seconds;
  return { rate, left: (last.total * recipe.epochs - ((last.epoch - 1) * last.total + last.done)) / rate };
}
