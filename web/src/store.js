// store.js - what the page knows, and who is told when it changes.
//
// Sections read `store.state` and subscribe to the names of what they show. Changes are told once a
// frame: set() may be called as often as events come.

export function createStore(state) {
  const listeners = [];
  let changed = new Set(), frame = 0;

  function tell() {
    frame = 0;
    const names = changed;
    changed = new Set();
    for (const { watched, call } of listeners)
      if (watched.some((name) => names.has(name))) call(state);
  }

  return {
    state,
    set(values) {
      for (const [name, value] of Object.entries(values))
        if (state[name] !== value) {
          state[name] = value;
          changed.add(name);
        }
      if (changed.size > 0 && frame === 0) frame = requestAnimationFrame(tell);
    },
    // Calls once at once, then whenever one of `watched` has changed.
    watch(watched, call) {
      listeners.push({ watched, call });
      call(state);
    },
    flush() { // for tests and for what must be there before it is read
      if (frame !== 0) {
        cancelAnimationFrame(frame);
        tell();
      }
    },
  };
}
