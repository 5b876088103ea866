/** What lies on a run's curves: the ends of epochs, and what was measured between them. Pure; x is in epochs, fractional. */

/** @param {Run} run */
const lastStep = (run) => run.epoch * run.steps_per_epoch;

/**
 * The newest measure since the last epoch ended, with its step and predictions; null if that epoch is the newest there is.
 * @param {Run} run
 * @returns {(PointMetrics & {predictions: ArrayLike<number>}) | null}
 */
export function newestPoint(run) {
  if (run.now) return run.now;
  const { points, judged } = run;
  const at = points.step.length - 1;
  if (at < 0 || points.step[at] < lastStep(run) || (points.step[at] === lastStep(run) && run.epoch > 0)) return null;
  return { ...pointAt(points, at), predictions: judged };
}

/** @param {EarlyPoints} points @param {number} at */
function pointAt(points, at) {
  const { step, sample, batch_loss, train_loss, train_accuracy, test_loss, test_accuracy } = points;
  return {
    step: step[at],
    sample: sample[at],
    batch_loss: batch_loss[at],
    train_loss: train_loss[at],
    train_accuracy: train_accuracy[at],
    test_loss: test_loss[at],
    test_accuracy: test_accuracy[at],
  };
}

/**
 * A measure from the beginning on. `sampled`: on a part of the samples, in or before an epoch, and not on all at its end.
 * @param {Run} run
 * @param {Measure} metric
 * @returns {{x: number[], y: Series, sampled: boolean[]}}
 */
export function curvePoints(run, metric) {
  const { history, points, now, steps_per_epoch: steps } = run;
  const found = [
    ...history.epoch.map((epoch, k) => ({ x: epoch, y: history[metric][k], sampled: false })),
    ...points.step.map((step, k) => ({ x: step / steps, y: points[metric][k], sampled: points.sample[k] !== null })),
  ];
  if (now && now.step !== points.step.at(-1))
    found.push({ x: now.step / steps, y: now[metric], sampled: now.sample !== null });
  found.sort((a, b) => a.x - b.x);
  return { x: found.map(({ x }) => x), y: found.map(({ y }) => y), sampled: found.map(({ sampled }) => sampled) };
}

/**
 * The loss of single batches, each before the update that was made with it, as far as this page was told.
 * @param {Run} run
 * @returns {{x: number[], y: Series}}
 */
export function batchLossTrace({ trace, points, steps_per_epoch: steps }) {
  const losses = new Map(points.step.map((step, k) => [step, points.batch_loss[k]]));
  for (const [step, loss] of trace) losses.set(step, loss);
  const found = [...losses].filter(([, loss]) => loss !== null).sort(([a], [b]) => a - b);
  return { x: found.map(([step]) => step / steps), y: found.map(([, loss]) => loss) };
}
