/** What the answers say, and how near they were: pure arithmetic. */

const BINS = 12; // of a histogram at most
const LEADERS = 5; // of the closest that are named

/** @typedef {{from: number, width: number, counts: number[]}} Bins counts[i] lie from `from` + i width on, up to the next */
/** @typedef {{value: number, epoch: number, final: boolean}} Truth what a run says; `final`: it has reached the epoch asked for */

/**
 * Numbers in bins of a round width.
 * @param {number[]} numbers at least one
 * @param {number | null} [truth] belongs on the same axis
 * @returns {Bins}
 */
export function binsOf(numbers, truth = null) {
  const all = truth === null ? numbers : [...numbers, truth];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const width = roundWidth((high - low) / (BINS - 1) || Math.abs(low) / 10 || 1);
  const first = Math.floor(low / width);
  const counts = new Array(Math.floor(high / width) - first + 1).fill(0);
  for (const number of numbers) counts[Math.floor(number / width) - first] += 1;
  return { from: first * width, width, counts };
}

/** The next of 1, 2, 5, 10, 20, ... @param {number} width */
function roundWidth(width) {
  const power = 10 ** Math.floor(Math.log10(width));
  return power * ([1, 2, 5].find((step) => step * power >= width * (1 - 1e-9)) ?? 10);
}

/** How often each option was chosen. @param {Answer[]} answers @param {number} options */
export function countsOf(answers, options) {
  const counts = new Array(options).fill(0);
  for (const { option } of answers) if (option !== undefined) counts[option] += 1;
  return counts;
}

/** The middle of some numbers. @param {number[]} numbers at least one */
export function medianOf(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The middle of some curves, point by point. @param {number[][]} curves @param {number} epochs @returns {number[]} */
export const medianCurve = (curves, epochs) =>
  Array.from({ length: epochs + 1 }, (_, epoch) => medianOf(curves.map((curve) => curve[epoch])));

/**
 * What a run has said so far: a value for each epoch from 0 on, null where nothing is known.
 * @param {Run | undefined} run
 * @param {QuestionSpec} spec
 * @returns {Series}
 */
export function trueCurve(run, { metric, epochs = 20 }) {
  /** @type {Series} */
  const curve = new Array(epochs + 1).fill(null);
  if (!run || !metric) return curve;
  run.history.epoch.forEach((epoch, at) => {
    if (epoch <= epochs) curve[epoch] = run.history[metric][at];
  });
  return curve;
}

/**
 * The number that a run gives as the answer, in the unit of the question; null while there is none.
 * @param {Run | undefined} run
 * @param {QuestionSpec} spec
 * @returns {Truth | null}
 */
export function trueNumber(run, spec) {
  if (!run) return null;
  const curve = trueCurve(run, spec);
  const epoch = curve.findLastIndex((value) => value !== null);
  const value = curve[epoch];
  if (value === null || value === undefined) return null;
  const last = Math.min(spec.epochs ?? 20, run.epochs);
  return { value: spec.unit === "%" ? value * 100 : value, epoch, final: epoch >= last };
}

/**
 * The mean difference between a drawn curve and the true one over the epochs that are known; null while there are none.
 * @param {number[]} curve
 * @param {Series} truth
 */
export function distanceOf(curve, truth) {
  const known = curve.flatMap((value, epoch) => {
    const real = truth[epoch];
    return real === null || real === undefined ? [] : Math.abs(value - real);
  });
  return known.length ? known.reduce((sum, one) => sum + one, 0) / known.length : null;
}

/**
 * Those whose answers were nearest, the nearest first; nobody while nothing is known or answers have no names.
 * @param {Answer[]} answers
 * @param {(answer: Answer) => number | null} distance
 * @returns {{member: string, distance: number}[]}
 */
export function closest(answers, distance) {
  return answers
    .flatMap((answer) => {
      const far = distance(answer);
      return answer.member === undefined || far === null ? [] : { member: answer.member, distance: far };
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, LEADERS);
}
