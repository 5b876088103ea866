/** The look of a run, for life: it follows from the run's number, so every browser shows the same. */

export const SERIES = 7;
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x", "star"];

/** Index into --run-0 … --run-6. @param {{number: number}} run */
export function series(run) {
  return (run.number - 1 + SERIES * 1000) % SERIES;
}

/** The custom property with the run's colour. @param {Run} run */
export const colourName = (run) => `--run-${series(run)}`;

/** The marker of its lines. @param {Run} run */
export const symbol = (run) => SYMBOLS[series(run)];
