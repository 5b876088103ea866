/** Test digits and what a run takes them for, a page of a hundred at a time; fetched once and kept. */

import { signal } from "../lib/signal.js";

export const SHOWN = 100; // digits in the grid, and predictions in an epoch event
const KEPT = 60; // pages of either kind; the oldest go first

/**
 * @typedef {{images: Uint8Array, labels: number[]}} Samples
 * @typedef {{labels: number[], predictions: number[], outputs: number[][]}} Results
 */

/** @param {ReturnType<import("../state/api.js").createApi>} api */
export function createSamples(api) {
  const known = new Map();
  const changed = signal(0);

  /** What is known under a key, or null while it is being fetched. What failed is asked for again at the next redraw. */
  function kept(key, load) {
    if (!known.has(key)) {
      known.set(key, null);
      if (known.size > KEPT) known.delete(known.keys().next().value);
      load().then(
        (value) => {
          known.set(key, value);
          changed.value += 1;
        },
        () => known.delete(key),
      );
    }
    return known.get(key);
  }

  /** @returns {Samples | null} */
  function page(dataset, first) {
    return kept(`digits ${dataset} ${first}`, async () => {
      const [images, labels] = await Promise.all([
        api.images(dataset, first, SHOWN),
        api.labels(dataset, first, SHOWN),
      ]);
      return { images, labels };
    });
  }

  /** Outputs of a run after an epoch, for the digits from `first` on. @returns {Results | null} */
  function results(run, epoch, first, count = SHOWN) {
    return kept(`results ${run.id} ${epoch} ${first} ${count}`, () => api.predictions(run.id, first, count, epoch));
  }

  return { changed, page, results, first: (dataset) => page(dataset, 0) };
}
