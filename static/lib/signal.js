/** A value that tells its listeners when it changes. The whole reactivity of the page is in this file. */

/**
 * @template T
 * @typedef {{value: T, subscribe: (listener: (value: T) => void) => () => void}} Signal
 */

/**
 * @template T
 * @param {T} initial
 * @returns {Signal<T>}
 */
export function signal(initial) {
  let current = initial;
  const listeners = new Set();
  return {
    get value() {
      return current;
    },
    set value(next) {
      if (Object.is(next, current)) return;
      current = next;
      for (const listener of [...listeners]) listener(next);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * A signal computed from others. It is computed when one of them changes, and tells only real changes.
 * @template T
 * @param {Signal<any>[]} sources
 * @param {() => T} compute
 * @returns {Signal<T>}
 */
export function derive(sources, compute) {
  const result = signal(compute());
  for (const source of sources) source.subscribe(() => (result.value = compute()));
  return result;
}

/**
 * Whether one of some values is another than at the last question: for work that is not worth doing twice.
 * @returns {(...values: any[]) => boolean}
 */
export function changes() {
  let before = [];
  return (...values) => {
    const changed = values.length !== before.length || values.some((value, i) => !Object.is(value, before[i]));
    before = values;
    return changed;
  };
}

/**
 * Draw now, and again after a change, at most once per frame. A hidden tab has no frames, so it draws nothing.
 * @param {Signal<any>[]} sources
 * @param {() => void} draw
 */
export function onFrame(sources, draw) {
  let waiting = false;
  const request = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
  for (const source of sources) source.subscribe(request);
  draw();
}
