/** Test digits and what runs take them for, a page of a hundred at a time. */

import { createCache } from "../lib/cache.js";
import { resource } from "../lib/resource.js";

export const SHOWN = 100; // digits in the grid, and predictions in an epoch event

/**
 * @typedef {{epoch: number, predictions: number[], outputs: number[][]}} Results
 */

/** @param {Pick<Shared, "api" | "view">} shared */
export function createSamples({ api, view }) {
  const [pages, judgements] = [createCache(), createCache()];

  /**
   * A hundred test digits of a data set.
   * @param {() => {dataset: string, first: number} | null} wanted
   * @returns {Resource<DigitPage>}
   */
  function page(wanted) {
    const pathOf = (/** @type {{dataset: string, first: number} | null} */ what) =>
      what && `/datasets/${what.dataset}?first=${what.first}`;
    const load = async (/** @type {string} */ _, /** @type {AbortSignal} */ abort) => {
      const { dataset, first } = /** @type {{dataset: string, first: number}} */ (wanted());
      const [images, labels] = await Promise.all([
        api.images(dataset, first, SHOWN, abort),
        api.labels(dataset, first, SHOWN, abort),
      ]);
      return { images, labels };
    };
    return resource(() => pathOf(wanted()), load, pages);
  }

  /**
   * Outputs of a run after an epoch for some test digits; until they have come, those after another epoch stand.
   * @param {() => {run: string, epoch: number, first: number, count: number} | null} wanted
   * @returns {Resource<Results>}
   */
  function results(wanted) {
    return resource(
      () => {
        const what = wanted();
        return what && `/runs/${what.run}/${what.first}-${what.count}?epoch=${what.epoch}`;
      },
      async (_, abort) => {
        const { run, epoch, first, count } = /** @type {NonNullable<ReturnType<typeof wanted>>} */ (wanted());
        return { ...(await api.predictions(run, first, count, epoch, abort)), epoch };
      },
      judgements,
    );
  }

  return { page, results, first: page(() => ({ dataset: view.dataset.value, first: 0 })) };
}
