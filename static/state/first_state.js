/** The state that a page begins with, as the server has folded it. Pure. */

/**
 * The page's state, as if all events up to `seq` had been folded here; of long runs some epochs are missing.
 * @param {FirstState} answer
 * @param {State} before the view of another is no event: it stays
 * @returns {State}
 */
export function stateFrom({ log, version, seq, experiments, runs, class: room }, before) {
  return {
    log,
    version,
    seq,
    runs: new Map(runs.map((run) => [run.id, runFrom(run)])),
    experiments: byId(experiments),
    room: room && roomFrom(room),
    shared: before.log === log ? before.shared : null,
  };
}

/** @param {ShownRun} run @returns {Run} */
function runFrom({ predictions, ...run }) {
  const newest = withGrids([], run.epoch - predictions.length + 1, predictions);
  return { ...run, trace: [], predictions: newest, thinned: run.history.epoch.length < run.epoch ? run.epoch : 0 };
}

/** @param {ShownClass} shown @returns {ClassRoom} */
function roomFrom({ seq: _, members, questions, tasks, ...room }) {
  return {
    ...room,
    members: byId(members),
    questions: byId(
      questions.map(({ spec, ...question }) => ({
        ...question,
        spec: { ...spec, correct: null },
        correct: spec.correct ?? null,
      })),
    ),
    tasks: byId(tasks),
  };
}

/** @template {{id: string}} T @param {T[]} things @returns {Map<string, T>} */
const byId = (things) => new Map(things.map((thing) => [thing.id, thing]));

/**
 * The run with all its epochs, of which the server has told those that it knew; what came since is here.
 * @param {Run} run
 * @param {RunHistory} columns from the first epoch on
 * @returns {Run}
 */
export function completed(run, columns) {
  const newest = columns.epoch.at(-1) ?? 0; // a run from a file begins later
  if (newest < run.thinned) return run;
  const known = Math.min(newest, run.epoch);
  const rows = columns.epoch.filter((epoch) => epoch <= known).length;
  const since = run.history.epoch.filter((epoch) => epoch > known).length;
  const history = Object.entries(run.history).map(([name, values]) => [
    name,
    [...columns[/** @type {keyof RunHistory} */ (name)].slice(0, rows), ...values.slice(values.length - since)],
  ]);
  return { ...run, history: Object.fromEntries(history), thinned: 0 };
}

/**
 * Predictions by epoch, epoch k at k - 1, with some more from an epoch on.
 * @param {Run["predictions"]} predictions
 * @param {number} first
 * @param {number[][]} grids
 */
export function withGrids(predictions, first, grids) {
  const next = [...predictions];
  grids.forEach((labels, at) => (next[first - 1 + at] = Uint8Array.from(labels)));
  return next;
}
