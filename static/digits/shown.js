/** The page of test digits on the screen and what the run in front takes them for: what the grid draws and the bar counts. */

import { computed } from "../lib/signal.js";
import { reportOf } from "../runs/report.js";
import { correctness } from "./correctness.js";
import { SHOWN } from "./samples.js";

/**
 * @typedef {Omit<DigitCell, "at">[]} Judged one entry per digit; `predicted` is null while nobody has judged it
 * @typedef {{digits: DigitPage | null, judged: Judged | null, epoch: number | null, step: number | null}} ShownDigits
 *   `step`: so many updates had been made, where that is within an epoch
 *   `epoch` whose verdicts these are; null: not judged yet. `judged` is null while the answer is on its way.
 */

/**
 * @param {Pick<Shared, "samples" | "view">} shared
 * @returns {ReadonlySignal<ShownDigits>}
 */
export function createShownDigits({ samples, view }) {
  const report = computed(() => reportOf(view.front.value, view.hover.value));
  const page = samples.page(() => ({ dataset: view.dataset.value, first: view.grid.value.first }));
  /** Of the first hundred digits every epoch tells; those of another page are asked for. */
  const results = samples.results(() => {
    const { first } = view.grid.value;
    if (first === 0 || !view.front.value || !report.value) return null;
    return { run: view.front.value.id, epoch: report.value.epoch, first, count: SHOWN };
  });

  return computed(() => {
    const digits = page.value;
    const now = report.value;
    if (!digits) return { digits, judged: null, epoch: null, step: null };
    if (!now) return { digits, judged: unjudged(digits.labels), epoch: null, step: null };
    if (view.grid.value.first === 0) {
      const judged = now.predictions ? correctness(digits.labels, now.predictions, now.before) : null;
      return { digits, judged, epoch: judged && now.epoch, step: now.within ? now.step : null };
    }
    const answer = results.latest;
    const judged = answer ? correctness(digits.labels, answer.predictions, null) : null;
    return { digits, judged, epoch: answer?.epoch ?? null, step: null };
  });
}

/** @param {ArrayLike<number>} labels @returns {Judged} */
const unjudged = (labels) => Array.from(labels, (label) => ({ label, predicted: null, right: false, flip: null }));
