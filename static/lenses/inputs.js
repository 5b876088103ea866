/** Test samples as networks see them, fetched once for all lenses. */

const known = new Map();

/**
 * The first test samples of a data set, row by row.
 * @param {any} api
 * @param {string} dataset
 * @param {number} count at most 1000
 * @returns {Promise<Float32Array>}
 */
export function testInputs(api, dataset, count = 1000) {
  const key = `${dataset} ${count}`;
  if (known.has(key)) return known.get(key);
  const asked =
    dataset === "digits"
      ? api.images(dataset, 0, count).then(fromPixels)
      : api.askBytes(`/datasets/${dataset}/inputs?count=${count}`).then((body) => new Float32Array(body));
  asked.then(() => known.set(key, asked)); // what failed is asked for again at the next opening
  return asked;
}

/** Grey values from 0 to 255 as inputs from 0 to 1. @param {Uint8Array} pixels */
export const fromPixels = (pixels) => Float32Array.from(pixels, (grey) => grey / 255);
