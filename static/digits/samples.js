/** Test digits and what runs take them for, a page of a hundred at a time. */

import { createCache } from "../lib/cache.js";
import { resource } from "../lib/resource.js";

export const SHOWN = 100; // digits in the grid, and predictions in an epoch event

/**
 * @typedef {{epoch: number, predictions: number[], outputs: number[][]}} Results
 */

/** @param {Pick<Shared, "api" | "datasets" | "view">} shared */
export function createSamples({ api, datasets, view }) {
  const [pages, judgements] = [createCache(), createCache()];

  /**
   * A hundred test digits of a data set.
   * @param {() => {dataset: string, first: number} | null} wanted
   * @returns {Resource<DigitPage>}
   */
  function page(wanted) {
    const pathOf = (/** @type {{dataset: string, first: number} | null} */ what) =>
      what && `/datasets/${what.dataset}?first=${what.first}`;
    /** Nothing is asked for before it is known what kind of data it is. @param {string | null} path */
    const known = (path) => (datasets.find(wanted()?.dataset) ? path : null);
    const load = async (/** @type {string} */ _, /** @type {AbortSignal} */ abort) => {
      const { dataset, first } = /** @type {{dataset: string, first: number}} */ (wanted());
      const facts = datasets.find(dataset);
      const [images, labels] = await Promise.all([
        facts && !facts.picture ? null : api.images(dataset, first, SHOWN, abort),
        api.labels(dataset, first, SHOWN, abort),
      ]);
      if (images) return { images, labels, picture: facts?.picture ?? [28, 28] };
      const { createWordSheet } = await import("./words_painter.js");
      const words = labels.map((label) => facts?.class_names?.[label] ?? String(label));
      /** @param {number} count @param {string} ink */
      const sheet = (count, ink) => createWordSheet(words.slice(0, count), ink);
      return { images: new Uint8Array(), labels, picture: /** @type {[number, number]} */ ([1, 1]), sheet };
    };
    return resource(() => known(pathOf(wanted())), load, pages);
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
