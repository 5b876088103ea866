/** Sentences about what a run has said, and about distances from it. */

import { t } from "../../i18n/translate.js";
import { integer, percent, plain } from "../../lib/format.js";
import { isShare } from "./chart.js";

/**
 * What a run has said, to follow another sentence.
 * @param {string} value
 * @param {number} epoch
 * @param {boolean} final
 */
export const truthText = (value, epoch, final) =>
  ` ${t(final ? "question.truth" : "question.truth.sofar", { value, epoch: integer(epoch) })}`;

/** A distance between curves. @param {QuestionSpec} spec @param {number} distance */
export const farText = (spec, distance) =>
  isShare(spec) ? percent(distance, 1) : plain(Math.round(distance * 1000) / 1000);

/** Whether a question asks what a run will say, and of what. @param {QuestionSpec} spec @param {string | undefined} run its name */
export function aboutText({ kind, metric, epochs = 20 }, run) {
  const values = { measure: metric && t(`question.measure.${metric}`), epochs: integer(epochs), run };
  const what = metric ? t(kind === "curve" ? "question.about.curve" : "question.about.number", values) : "";
  return [what, run && t("question.about.run", values)].filter(Boolean).join(" ");
}
