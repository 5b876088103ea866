/** The report of one epoch of a run, or of now: its measures, and its predictions if they are here. Pure. */

import { newestPoint } from "./curve_points.js";
import { indexOfEpoch } from "./run.js";

/**
 * What there is to see of a run at an epoch (null: now).
 * @param {Run | null | undefined} run
 * @param {number | null} epoch
 */
export function reportOf(run, epoch) {
  const point = run && epoch === null ? newestPoint(run) : null;
  if (run && point) return reportOfPoint(run, point);
  const index = run ? indexOfEpoch(run, epoch) : -1;
  if (!run || index < 0) return null;
  const { history } = run;
  const at = history.epoch[index];
  return {
    epoch: at,
    step: history.step[index],
    sample: /** @type {number | null} */ (null),
    within: false,
    train_loss: history.train_loss[index],
    train_accuracy: history.train_accuracy[index],
    test_loss: history.test_loss[index],
    test_accuracy: history.test_accuracy[index],
    predictions: run.predictions[at - 1] ?? null,
    before: run.predictions[at - 2] ?? null,
  };
}

/**
 * Of now, between two epochs: `epoch` is the last that has ended, and what has changed has changed since then.
 * @param {Run} run
 * @param {NonNullable<ReturnType<typeof newestPoint>>} point
 */
function reportOfPoint(run, { step, sample, train_loss, train_accuracy, test_loss, test_accuracy, predictions }) {
  const judged = predictions.length ? Uint8Array.from(predictions) : null;
  const before = run.predictions[run.epoch - 1] ?? null;
  const measures = { train_loss, train_accuracy, test_loss, test_accuracy };
  return { epoch: run.epoch, step, sample, within: true, ...measures, predictions: judged, before };
}
