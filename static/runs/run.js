/** What follows from the state of a run. Pure. */

export const ENDED = new Set(["FINISHED", "STOPPED", "FAILED"]);

/**
 * Position of an epoch in a run's history; the last one for null, -1 if there is none.
 * @param {Run} run
 * @param {number | null} epoch
 */
export function indexOfEpoch(run, epoch) {
  return epoch === null ? run.history.epoch.length - 1 : run.history.epoch.indexOf(epoch);
}

/** Seconds until the last epoch, or null while nobody can know. In slow motion it takes no less than that asks for. @param {Run} run */
export function secondsLeft(run) {
  const slow = run.rate && run.status === "RUNNING" ? (run.epochs * run.steps_per_epoch - run.step) / run.rate : 0;
  const atPace = secondsAtPace(run);
  return slow ? Math.max(slow, atPace ?? 0) : atPace;
}

/** At the pace of the latest epochs. @param {Run} run */
function secondsAtPace(run) {
  const ts = run.history.ts.slice(-6);
  const epochs = run.history.epoch.slice(-6); // of which some may be missing in between
  if (run.status !== "RUNNING" || ts.length < 2) return null;
  const pace = ts
    .slice(1)
    .map((t, i) => (t - ts[i]) / (epochs[i + 1] - epochs[i]))
    .sort((a, b) => a - b);
  const perEpoch = pace[Math.floor(pace.length / 2)] / 1000;
  const done = run.steps_per_epoch ? run.step / run.steps_per_epoch : run.epoch;
  return perEpoch * (run.epochs - done);
}
