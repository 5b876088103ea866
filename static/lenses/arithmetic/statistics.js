/** Widths, saturation and histograms of a layer, as nncore's layer_statistics has them. Pure. */

import { activationOf } from "./forward_pass.js";

/** A unit counts as saturated where its slope is below this share of the largest: for sigma outside 0.01 < v < 0.99. */
const SATURATED = 4 * 0.01 * 0.99;

/**
 * @param {Params} params
 * @param {Trace} trace
 * @param {number} layer
 */
export function layerStatistics(params, trace, layer) {
  const [w, b, z] = [params.w[layer], params.b[layer], trace.z[layer]];
  const width = rootMeanSquare(w);
  const length = (meanSquare(trace.v[layer]) * trace.v[layer].length) / trace.count;
  return {
    width: deviation(z),
    unitWidth: width * Math.sqrt(params.shape[layer]),
    dataWidth: Math.sqrt(length * width ** 2 + meanSquare(b)),
    ...slopes(activationOf(params, layer), z, trace.v[layer + 1]),
  };
}

/** @param {import("./forward_pass.js").Activation | null} activation @param {Float32Array} z @param {Float32Array} v */
function slopes(activation, z, v) {
  if (!activation) return { saturated: null, meanSlope: null };
  let flat = 0;
  let sum = 0;
  for (let i = 0; i < z.length; i += 1) {
    const slope = activation.slope(z[i], v[i]);
    sum += slope;
    if (slope < SATURATED * activation.steepest) flat += 1;
  }
  return { saturated: flat / z.length, meanSlope: sum / z.length };
}

/**
 * Counts in equal bins from low to high; what lies outside is not counted.
 * @param {Iterable<number>} values
 * @param {number} low
 * @param {number} high
 * @param {number} bins
 */
export function histogram(values, low, high, bins) {
  const counts = new Float64Array(bins);
  const scale = bins / (high - low);
  for (const value of values) {
    const bin = Math.floor((value - low) * scale);
    if (bin >= 0 && bin < bins) counts[bin] += 1;
  }
  return counts;
}

/** @param {Iterable<number> & {length: number}} values */
export function mean(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** @param {Iterable<number> & {length: number}} values */
export function meanSquare(values) {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum / values.length;
}

/** @param {Iterable<number> & {length: number}} values */
export const rootMeanSquare = (values) => Math.sqrt(meanSquare(values));

/** Root of the mean squared distance from the mean. @param {Iterable<number> & {length: number}} values */
export function deviation(values) {
  const middle = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - middle) ** 2;
  return Math.sqrt(sum / values.length);
}

/** The bell curve of mean 0 and this width. @param {number} width @returns {(x: number) => number} */
export const bell = (width) => (x) => Math.exp(-0.5 * (x / width) ** 2) / (width * Math.sqrt(2 * Math.PI));
