/** A curve while it is drawn: a value for each epoch, null where nothing was drawn yet. Pure. */

/** @typedef {(number | null)[]} Points */

/** @param {number} epochs @returns {Points} */
export const noPoints = (epochs) => new Array(epochs + 1).fill(null);

/** Whether nothing is drawn. @param {Points} points */
export const isBlank = (points) => points.every((value) => value === null);

/**
 * One point moved.
 * @param {Points} points
 * @param {number} epoch
 * @param {number} value
 */
export const moved = (points, epoch, value) => points.map((old, at) => (at === epoch ? value : old));

/**
 * What a pen leaves that went from one place to another: every epoch that it passed has the value it had there.
 * @param {Points} points
 * @param {{epoch: number, value: number}} from epochs need not be whole
 * @param {{epoch: number, value: number}} to
 */
export function stroked(points, from, to) {
  const [left, right] = from.epoch <= to.epoch ? [from, to] : [to, from];
  const next = [...points];
  for (let epoch = Math.ceil(left.epoch); epoch <= Math.floor(right.epoch); epoch += 1) {
    const share = right.epoch === left.epoch ? 1 : (epoch - left.epoch) / (right.epoch - left.epoch);
    next[epoch] = left.value + share * (right.value - left.value);
  }
  // A pen that has passed no whole epoch has still been near one.
  next[Math.round(to.epoch)] = to.value;
  return next;
}

/**
 * The whole curve: between two points that were drawn a straight line, before the first and after the last as they are.
 * @param {Points} points
 * @returns {number[] | null} null when nothing was drawn
 */
export function completed(points) {
  if (isBlank(points)) return null;
  return points.map((value, epoch) => value ?? between(points, epoch));
}

/** @param {Points} points @param {number} epoch @returns {number} */
function between(points, epoch) {
  const before = points.findLastIndex((value, at) => at < epoch && value !== null);
  const after = points.findIndex((value, at) => at > epoch && value !== null);
  const [low, high] = [points[before] ?? points[after], points[after] ?? points[before]];
  if (low === null || high === null || low === undefined || high === undefined)
    throw new Error("a curve without points");
  if (before < 0 || after < 0) return low;
  return low + ((epoch - before) / (after - before)) * (high - low);
}
