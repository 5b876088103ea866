/** What an experiment's runs say together: its cells as the server counts them, and their curves. Pure. */

import { ENDED } from "../runs/run.js";

/** @typedef {{mean: number, std: number | null, count: number}} Spread */
/** @typedef {{values: Record<string, any>, runs: Run[], ended: number, failed: number, accuracy: Spread | null}} Cell */

/** Every combination of values, the setting that was named last fastest. @param {Record<string, any[]>} vary */
export function combinations(vary) {
  return Object.entries(vary).reduce(
    (before, [name, values]) => before.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value }))),
    /** @type {Record<string, any>[]} */ ([{}]),
  );
}

/**
 * The cells with their runs, as in app/experiments/state.py.
 * @param {Experiment} experiment
 * @param {Iterable<Run>} runs all that there are
 * @returns {Cell[]}
 */
export function cellsOf(experiment, runs) {
  const all = combinations(experiment.vary);
  const cells = all.map((values) => ({ values, runs: /** @type {Run[]} */ ([]) }));
  const own = [...runs].filter((run) => run.experiment === experiment.id);
  for (const run of own.sort((a, b) => (a.place ?? 0) - (b.place ?? 0)))
    cells[(run.place ?? 0) % all.length].runs.push(run);
  return cells.map((cell) => {
    const finished = cell.runs.filter(({ status, last }) => ENDED.has(status) && status !== "FAILED" && last);
    return {
      ...cell,
      ended: cell.runs.filter(({ status }) => ENDED.has(status)).length,
      failed: cell.runs.filter(({ status }) => status === "FAILED").length,
      accuracy: spread(finished.map(({ last }) => last?.test_accuracy ?? null)),
    };
  });
}

/** Mean and standard deviation of a sample; the latter is none of a single value. @param {(number | null)[]} values @returns {Spread | null} */
export function spread(values) {
  const known = values.filter((value) => value !== null);
  if (!known.length) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : null, count: known.length };
}

/** The cell with the highest mean; of equal ones the first. @param {Cell[]} cells */
export function bestOf(cells) {
  return cells.reduce(
    (best, cell, k) => ((cell.accuracy?.mean ?? -1) > (cells[best]?.accuracy?.mean ?? -1) ? k : best),
    -1,
  );
}

/**
 * Test accuracy by epoch: the mean of a cell's runs, and one standard deviation around it.
 * @param {Run[]} runs
 */
export function band(runs) {
  /** @type {Map<number, number[]>} */
  const byEpoch = new Map();
  for (const { history } of runs)
    history.epoch.forEach((epoch, k) => {
      const value = history.test_accuracy[k];
      if (value !== null) byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), value]);
    });
  return [...byEpoch]
    .sort(([a], [b]) => a - b)
    .map(([epoch, values]) => {
      const { mean, std } = /** @type {Spread} */ (spread(values));
      return { epoch, mean, low: mean - (std ?? 0), high: mean + (std ?? 0) };
    });
}
