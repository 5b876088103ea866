/** Test digits of a dataset: pixels and labels, fetched once and kept. */

import { signal } from "./lib/signal.js";

export const SHOWN = 100; // digits in the grid, and predictions in an epoch event

/** @typedef {{images: Uint8Array, labels: number[]}} Samples */

/** @param {ReturnType<import("./api.js").createApi>} api */
export function createSamples(api) {
  /** @type {Map<string, import("./lib/signal.js").Signal<Samples | null>>} */
  const known = new Map();
  const changed = signal(0);

  async function load(dataset, result) {
    try {
      const [images, labels] = await Promise.all([api.images(dataset, 0, SHOWN), api.labels(dataset, 0, SHOWN)]);
      result.value = { images, labels };
      changed.value += 1;
    } catch {
      known.delete(dataset); // asked for again at the next redraw, when the connection is back
    }
  }

  /** The first hundred test digits, or null until they are here. @param {string} dataset */
  function first(dataset) {
    if (!known.has(dataset)) {
      const result = signal(/** @type {Samples | null} */ (null));
      known.set(dataset, result);
      load(dataset, result);
    }
    return known.get(dataset).value;
  }

  return { first, changed };
}
