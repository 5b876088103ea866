/** Which runs of the class are shown, and which news is the newest. Pure. */

/** @typedef {{name: string, status: string, task: string, data: string}} Filter an empty text lets all through */

/** What a student calls the states, in their order. @type {Record<string, RunStatus[]>} */
export const STATES = {
  learning: ["RUNNING"],
  waiting: ["SCHEDULED"],
  paused: ["PAUSED"],
  finished: ["FINISHED"],
  stopped: ["STOPPED"],
  failed: ["FAILED"],
};

/**
 * @param {Run[]} runs
 * @param {Filter} filter
 * @param {(run: Run) => string} ownerName
 * @param {ClassTask[]} tasks in the order in which they were set
 */
export function filtered(runs, { name, status, task, data }, ownerName, tasks) {
  const wish = name.trim().toLocaleLowerCase();
  const states = STATES[status];
  const time = timeOf(task, tasks);
  return runs.filter(
    (run) =>
      (!wish || `${ownerName(run)}\n${run.name}`.toLocaleLowerCase().includes(wish)) &&
      (!data || run.config.dataset === data) &&
      (!states || states.includes(run.status)) &&
      (!time || during(run, time)),
  );
}

/** From when until when a task was on. @param {string} id @param {ClassTask[]} tasks */
function timeOf(id, tasks) {
  const at = tasks.findIndex((task) => task.id === id);
  return at < 0 ? null : { from: tasks[at].set_at, to: tasks[at].ended_at };
}

/** @param {Run} run @param {{from: string, to: string | null}} time */
function during({ created_at = "" }, { from, to }) {
  return created_at >= from && (to === null || created_at < to);
}

/** The newest run of each student, in the order of the students' first runs. @param {Run[]} runs */
export function newestOfEach(runs) {
  /** @type {Map<string, Run>} */
  const newest = new Map();
  for (const run of [...runs].sort((one, other) => one.number - other.number)) newest.set(run.owner ?? "", run);
  return [...newest.values()];
}

const NEWS_MS = 4_000;

/**
 * How new the last epoch of each run is: 0 the newest of all, 1 not long before it, 2 old or none. By the server's clock alone.
 * @param {Run[]} runs
 */
export function newsOf(runs) {
  const last = runs.map(({ history }) => history.ts.at(-1) ?? -Infinity);
  const newest = Math.max(...last);
  return last.map((ts) => {
    if (ts === -Infinity || newest - ts > NEWS_MS) return 2;
    return ts === newest ? 0 : 1;
  });
}
