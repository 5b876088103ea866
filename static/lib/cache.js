/** Answers by their keys, bounded in number and size; a question that several ask at the same moment is asked once. */

const ENTRIES = 60;

/**
 * @template T
 * @typedef {(key: string, abort: AbortSignal) => Promise<T>} Load
 */

/**
 * @typedef {{peek: <T>(key: string) => T | undefined, ask: <T>(key: string, load: Load<T>, abort: AbortSignal) => Promise<T>,
 *   forget: (key: string) => void}} Cache
 */

/**
 * @param {{entries?: number, bytes?: number, sizeOf?: (answer: any) => number}} [bounds] `sizeOf` an answer, in bytes; what was
 *   used longest ago goes first, and the newest stays whatever its size
 * @returns {Cache}
 */
export function createCache({ entries = ENTRIES, bytes = Infinity, sizeOf = () => 0 } = {}) {
  /** The latest used is the last. @type {Map<string, any>} */
  const kept = new Map();
  /** @type {Map<string, {promise: Promise<any>, waiting: number, controller: AbortController}>} */
  const coming = new Map();
  let size = 0;

  /** What is kept under a key; it counts as used. @param {string} key */
  function peek(key) {
    if (!kept.has(key)) return undefined;
    const answer = kept.get(key);
    kept.delete(key);
    kept.set(key, answer);
    return answer;
  }

  /** @param {string} key */
  function forget(key) {
    if (!kept.has(key)) return;
    size -= sizeOf(kept.get(key));
    kept.delete(key);
  }

  /** @param {string} key @param {any} answer */
  function keep(key, answer) {
    forget(key);
    kept.set(key, answer);
    size += sizeOf(answer);
    for (const old of kept.keys()) {
      if (old === key || (kept.size <= entries && size <= bytes)) break;
      forget(old);
    }
  }

  /** @param {string} key @param {Load<any>} load */
  function begin(key, load) {
    const controller = new AbortController();
    const request = { promise: load(key, controller.signal), waiting: 0, controller };
    const end = () => coming.get(key) === request && coming.delete(key);
    coming.set(key, request);
    request.promise.then((answer) => end() && keep(key, answer), end);
    return request;
  }

  /**
   * What is kept, or else what `load` brings. When all who wait for it have gone, the request is aborted.
   * @param {string} key
   * @param {Load<any>} load
   * @param {AbortSignal} abort of one who waits
   */
  async function ask(key, load, abort) {
    if (kept.has(key)) return peek(key);
    const request = coming.get(key) ?? begin(key, load);
    const leave = () => {
      request.waiting -= 1;
      if (request.waiting > 0) return;
      if (coming.get(key) === request) coming.delete(key);
      request.controller.abort();
    };
    request.waiting += 1;
    abort.addEventListener("abort", leave, { once: true });
    return request.promise;
  }

  return { peek, ask, forget };
}
