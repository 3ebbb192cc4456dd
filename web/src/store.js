// store.js - what the page knows, and who is told when it changes.
//
// Sections read `store.state` and subscribe to the names of what they show. Changes are told once a
// frame: set() may be called as often as events come. What takes longer to show is told at most ten
// times a second, and only while it can be seen.

const PAUSE = 100; // milliseconds
const ROUNDS = 4;  // of changes that follow from changes, in one frame

export function createStore(state) {
  const listeners = [], derivations = [];
  let changed = new Set(), frame = 0, telling = false;

  const tellSoon = () => { if (changed.size > 0 && frame === 0 && !telling) frame = requestAnimationFrame(tell); };

  // What listeners change is told in the same frame, so that a stroke's answer is not a frame late.
  function tell() {
    frame = 0;
    telling = true;
    try {
      for (let round = 0; changed.size > 0 && round < ROUNDS; round++) {
        const names = changed;
        changed = new Set();
        for (const { watched, call } of listeners)
          if (watched.some((name) => names.has(name))) call(state);
      }
    } finally {
      telling = false;
      tellSoon();
    }
  }

  return {
    state,
    set(values) {
      const fresh = Object.keys(values).filter((name) => state[name] !== values[name]);
      for (const name of fresh) {
        state[name] = values[name];
        changed.add(name);
      }
      for (const { from, make } of derivations)
        if (from.some((name) => fresh.includes(name))) this.set(make(state));
      tellSoon();
    },
    // Values that follow from others are made at once, so that nobody sees the one without the other.
    derive(from, make) {
      derivations.push({ from, make });
      this.set(make(state));
    },
    // Calls once at once, then whenever one of `watched` has changed.
    watch(watched, call) {
      listeners.push({ watched, call });
      call(state);
    },
    // The same for a section that is dear to draw.
    watchLazily(section, watched, call) {
      let stale = false, seen = false, timer = 0;
      const run = () => {
        timer = 0;
        if (!stale || !seen) return;
        stale = false;
        call(state);
      };
      const wake = () => { if (timer === 0) timer = setTimeout(run, PAUSE); };
      new IntersectionObserver(([entry]) => {
        seen = entry.isIntersecting;
        wake();
      }, { rootMargin: '200px' }).observe(section);
      listeners.push({ watched, call() { stale = true; wake(); } });
      stale = true;
    },
    flush() { // for tests and for what must be there before it is read
      if (frame !== 0) {
        cancelAnimationFrame(frame);
        tell();
      }
    },
  };
}
