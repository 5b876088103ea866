/** Words of the experiments. */

/** @type {Record<string, string>} */
export const words = {};
