/** Every run as a point: its place on two axes, and the sign that tells its test accuracy. Pure. */

/** @param {Run} run */
const hidden = ({ config }) => config.shape.slice(1, -1).reduce((sum, size) => sum + size, 0);

/** What can be an axis: numbers, and choices by their names. @type {Record<string, (run: Run) => number | string>} */
export const AXES = {
  eta: (run) => run.eta,
  batch_size: (run) => run.config.batch_size,
  hidden,
  parameters: (run) => run.parameters,
  initialization: (run) => run.config.initialization,
  epochs: (run) => run.epochs,
};

/**
 * Test accuracies from which a band begins; colour and shape tell a band. The best of a run counts, as in the list of runs.
 * @type {{from: number, shape: string}[]}
 */
export const BANDS = [
  { from: 0, shape: "cross" },
  { from: 0.5, shape: "triangle" },
  { from: 0.8, shape: "square" },
  { from: 0.9, shape: "diamond" },
  { from: 0.95, shape: "circle" },
];

/** The band of a run; -1 while there is no accuracy. @param {Pick<Run, "best">} run */
export function bandOf({ best }) {
  const accuracy = best?.test_accuracy;
  if (accuracy === null || accuracy === undefined) return -1;
  return BANDS.findLastIndex(({ from }) => accuracy >= from);
}

/** The outline of a shape around the origin, in SVG's words. @param {string} shape @param {number} r its half width */
export function outline(shape, r) {
  const s = r * 0.9;
  switch (shape) {
    case "cross":
      return `M${-s} ${-s}L${s} ${s}M${-s} ${s}L${s} ${-s}`;
    case "triangle":
      return `M0 ${-r}L${r} ${s}L${-r} ${s}Z`;
    case "square":
      return `M${-s} ${-s}H${s}V${s}H${-s}Z`;
    case "diamond":
      return `M0 ${-r * 1.25}L${r * 1.25} 0L0 ${r * 1.25}L${-r * 1.25} 0Z`;
    default:
      return `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`;
  }
}

const WIDE = 20; // from smallest to largest, as a ratio, from which an axis is logarithmic

/**
 * @typedef {{place: (value: number | string) => number, ticks: {at: number, value: number | string}[], log: boolean}} Scale
 *   places are from 0 to 1
 */

/** The scale on which all the values have their places. @param {(number | string)[]} values @returns {Scale} */
export function scaleOf(values) {
  const different = [...new Set(values)];
  if (different.some((value) => typeof value === "string")) return choices(different.map(String).sort());
  const numbers = /** @type {number[]} */ (different).sort((a, b) => a - b);
  if (!numbers.length) return choices([]);
  const [low, high] = [numbers[0], numbers[numbers.length - 1]];
  if (low === high) return { place: () => 0.5, ticks: [{ at: 0.5, value: low }], log: false };
  const log = low > 0 && high / low >= WIDE;
  /** @param {number} value */
  const along = (value) => (log ? Math.log(value) : value);
  const [from, span] = [along(low), along(high) - along(low)];
  /** @param {number | string} value */
  const place = (value) => (along(Number(value)) - from) / span;
  return { place, ticks: ticksOf(numbers, place), log };
}

/** @param {string[]} names @returns {Scale} */
function choices(names) {
  const step = 1 / Math.max(1, names.length);
  /** @param {number | string} value */
  const place = (value) => (names.indexOf(String(value)) + 0.5) * step;
  return { place, ticks: names.map((value) => ({ at: place(value), value })), log: false };
}

const APART = 0.09; // between two ticks, as a share of the axis

/** Values that occur, as far as their words have room; the largest always. @param {number[]} numbers @param {(value: number) => number} place */
function ticksOf(numbers, place) {
  const last = { at: place(numbers[numbers.length - 1]), value: numbers[numbers.length - 1] };
  /** @type {Scale["ticks"]} */
  const ticks = [];
  for (const value of numbers.slice(0, -1)) {
    const at = place(value);
    if (at - (ticks.at(-1)?.at ?? -1) >= APART && last.at - at >= APART) ticks.push({ at, value });
  }
  return [...ticks, last];
}

const TURN = 2.4; // radians: the golden angle, which leaves no gaps
const SPREAD = 0.85; // of two points on the same place, in their width

/**
 * Many students try the same: points of one place lie around it, the first in the middle, so that each can be seen.
 * @template {{x: number, y: number}} P
 * @param {P[]} points
 * @param {number} size of a point, in the unit of its place
 * @returns {P[]}
 */
export function spread(points, size) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  return points.map((point) => {
    const key = `${Math.round(point.x)} ${Math.round(point.y)}`;
    const number = counts.get(key) ?? 0;
    counts.set(key, number + 1);
    const radius = size * SPREAD * Math.sqrt(number);
    return { ...point, x: point.x + radius * Math.cos(number * TURN), y: point.y + radius * Math.sin(number * TURN) };
  });
}
