/** What has to be fetched, as values: asked for under a key that follows from signals, and held until the key is another. */

import { backOff } from "./back_off.js";
import { createCache } from "./cache.js";
import { batch, computed, effect, signal, untracked } from "./signal.js";

/**
 * value: the answer of the present key, or null; latest: the same, but of the same subject an older one stands until it comes;
 * loading: a request is under way; failed: the last one came to nothing.
 * @template T
 * @typedef {{readonly value: T | null, readonly latest: T | null, readonly loading: boolean, readonly failed: boolean, reload: () => void}} Resource
 */

/**
 * What a key is about: all before "?" and "#". So a path is a key, /runs/7/layers?epoch=3, and what follows "#" is not sent.
 * @param {string | null} key
 */
const subjectOf = (key) => key?.split(/[?#]/)[0];

/**
 * At most one request is under way, and the newest wish is the next. A request about the same subject is let come, or else
 * nobody would ever see something of a run that learns faster than answers come; one about another is aborted. What failed
 * with an error that is `passing` is tried again, later and later; what failed otherwise waits for another key.
 * Ends with the effect in which it began.
 * @template T
 * @param {() => string | null} keyOf null: nothing is wanted
 * @param {import("./cache.js").Load<T>} load
 * @param {import("./cache.js").Cache} [cache] of answers by key; one that others share, or a small one of its own
 * @returns {Resource<T>}
 */
export function resource(keyOf, load, cache = createCache({ entries: 4 })) {
  const wanted = computed(keyOf);
  const answer = signal(/** @type {{key: string, value: T} | null} */ (null));
  const loading = signal(false);
  const failed = signal(false);
  const value = computed(() => {
    const { value: key } = wanted;
    if (key === null) return null;
    return answer.value?.key === key ? answer.value.value : (cache.peek(key) ?? null);
  });
  /** @type {{key: string, controller: AbortController} | null} */
  let request = null;
  let subject = /** @type {string | undefined} */ (undefined);
  let timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  let attempts = 0;

  function follow() {
    const key = wanted.peek();
    if (subjectOf(key) !== subject) {
      drop();
      answer.value = null;
      subject = subjectOf(key);
    }
    if (key === null || answer.peek()?.key === key) return;
    const kept = /** @type {T | undefined} */ (cache.peek(key));
    if (kept !== undefined) batch(() => succeed(key, kept));
    else if (!request && !timer) begin(key);
  }

  /** Nothing of the present request, nor of its failures, matters any more. */
  function drop() {
    request?.controller.abort();
    clearTimeout(timer);
    [request, timer, attempts] = [null, undefined, 0];
    batch(() => (loading.value = failed.value = false));
  }

  /** @param {string} key */
  function begin(key) {
    const mine = { key, controller: new AbortController() };
    request = mine;
    loading.value = true;
    const end = (/** @type {() => void} */ take) => {
      if (request !== mine) return;
      request = null;
      batch(() => {
        loading.value = false;
        take();
        if (wanted.peek() !== key) follow();
      });
    };
    cache.ask(key, load, mine.controller.signal).then(
      (found) => end(() => succeed(key, found)),
      (error) => end(() => fail(error)),
    );
  }

  /** @param {string} key @param {T} found */
  function succeed(key, found) {
    attempts = 0;
    failed.value = false;
    const now = wanted.peek();
    if (key === now || answer.peek()?.key !== now) answer.value = { key, value: found };
  }

  /** @param {any} error */
  function fail(error) {
    failed.value = true;
    if (typeof error?.passing !== "boolean") reportError(error); // not a refusal but a mistake of the page
    if (!error?.passing) return;
    timer = setTimeout(() => {
      timer = undefined;
      follow();
    }, backOff(attempts));
    attempts += 1;
  }

  effect(() => {
    wanted.value;
    untracked(follow);
  });
  effect(() => drop);

  return {
    get value() {
      return value.value;
    },
    get latest() {
      return answer.value?.value ?? null;
    },
    get loading() {
      return loading.value;
    },
    get failed() {
      return failed.value;
    },
    /** Ask for the present key again, whatever is kept; what there is stays until the answer comes. */
    reload() {
      const key = wanted.peek();
      drop();
      if (key === null) return;
      cache.forget(key);
      begin(key);
    },
  };
}
