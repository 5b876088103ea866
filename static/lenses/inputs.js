/** Test samples as networks see them, fetched once for all lenses. */

/**
 * The first test samples of a data set, row by row.
 * @param {Pick<LensContext, "api" | "resource">} context
 * @param {() => string | undefined} datasetOf undefined: none are wanted
 * @param {number} count at most 1000
 * @returns {Resource<Float32Array>}
 */
export function testInputs({ api, resource }, datasetOf, count = 1000) {
  const pathOf = (/** @type {string | undefined} */ name) => (name ? `/datasets/${name}/inputs?count=${count}` : null);
  return resource(
    () => pathOf(datasetOf()),
    async (/** @type {string} */ path, /** @type {AbortSignal} */ abort) =>
      // A pixel is a byte there and four here.
      path === pathOf("digits")
        ? fromPixels(await api.images("digits", 0, count, abort))
        : new Float32Array(await api.askBytes(path, abort)),
  );
}

/** Grey values from 0 to 255 as inputs from 0 to 1. @param {Uint8Array} pixels */
export const fromPixels = (pixels) => Float32Array.from(pixels, (grey) => grey / 255);
