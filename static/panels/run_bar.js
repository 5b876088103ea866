/** The bar on top: the run in front, and how well it does. */

import { series } from "../runs/colours.js";
import { t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { duration, integer, percent } from "../lib/format.js";
import { onFrame } from "../lib/signal.js";
import { SHOWN } from "../digits/samples.js";
import { secondsLeft } from "../runs/run.js";
import { reportOf } from "../runs/report.js";
import { etaText, statusWord, summary } from "../runs/phrases.js";

/** @type {Mount} */
export function mount(element, { fields, person, queue, shownDigits, view }) {
  const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
  const name = h("span");
  const settings = h("p", { class: "stage-settings" });
  const state = h("p", { class: "stage-status" });
  const progress = h("progress", { class: "stage-progress", "aria-label": t("bar.progress"), max: 1, value: 0 });
  const inEpoch = h("progress", { class: "epoch-progress", "aria-label": t("bar.in-epoch"), max: 1, value: 0 });
  const epoch = figure(t("bar.epoch"), "epoch", inEpoch);
  const accuracy = figure(t("bar.accuracy"), "accuracy");
  const wrong = figure(t("bar.wrong"), "wrong");

  const bar = /** @type {HTMLElement} */ (element.closest(".stage"));
  bar.setAttribute("aria-label", t("bar.label"));
  element.append(
    h("div", { class: "stage-run" }, h("h2", {}, swatch, name), settings, state),
    h("dl", { class: "figures" }, epoch.element, accuracy.element, wrong.element),
    progress,
  );

  onFrame(() => {
    const run = view.front.value;
    const config = run?.config ?? view.draft.value;
    const report = reportOf(run, view.hover.value);
    const looking = view.hover.value !== null && report !== null && report.epoch < (run?.epoch ?? 0);
    set(bar, "data-status", run?.status ?? "READY");
    set(bar, "data-looking", looking);
    set(swatch, "data-series", run ? series(run) : null);
    set(swatch, "data-whose", run && person.whose(run));
    write(name, run ? person.title(run) : t("bar.ready"));
    write(settings, summary(config, fields, run ? etaText(run) : undefined));
    write(state, run ? statusLine(run, looking, queue.value) : t("bar.ready.hint"));
    epoch.show(integer(report?.epoch ?? 0), t("bar.of", { total: integer(run?.epochs ?? config.epochs) }));
    const sample = report?.sample ? t("bar.sample", { count: integer(report.sample) }) : null;
    const measured = sample ? `≈${percent(report?.test_accuracy, 1)}` : percent(report?.test_accuracy);
    accuracy.show(measured, sample ?? (run?.best ? bestLine(run.best) : ""));
    const { judged, epoch: judgedAfter } = shownDigits.value;
    const count = judged && judgedAfter !== null ? judged.filter(({ right }) => !right).length : null;
    wrong.show(count === null ? "–" : integer(count), t("bar.wrong.of", { total: judged?.length || SHOWN }));
    set(wrong.element, "data-wrong", count !== null && count > 0);
    document.title =
      run && report
        ? t("bar.title", {
            epoch: integer(report.epoch),
            total: integer(run.epochs),
            accuracy: percent(report.test_accuracy),
          })
        : "Chalknet";
    const epochsDone = run?.steps_per_epoch ? Math.max(run.step / run.steps_per_epoch, run.epoch) : 0;
    progress.value = run?.epochs ? epochsDone / run.epochs : 0;
    inEpoch.value = run && run.status !== "FINISHED" && epochsDone ? epochsDone - run.epoch : 0;
  });
}

/** @param {string} label @param {string} kind @param {Element | null} [extra] */
function figure(label, kind, extra = null) {
  const value = h("dd", { class: "figure-value" });
  const note = h("dd", { class: "figure-note" });
  return {
    element: h(
      "div",
      { class: `figure figure-${kind}` },
      h("dt", {}, label),
      value,
      note,
      extra && h("dd", { class: "figure-extra" }, extra),
    ),
    /** @param {string} text @param {string} remark */
    show(text, remark) {
      write(value, text);
      write(note, remark);
    },
  };
}

/** @param {EpochMetrics} best */
function bestLine(best) {
  return t("bar.best", { value: percent(best.test_accuracy), epoch: integer(best.epoch) });
}

/** @param {Run} run @param {boolean} looking @param {QueuePlace | null} queue */
function statusLine(run, looking, queue) {
  if (queue && run.status === "SCHEDULED") {
    return t("bar.queue", { place: integer(queue.place), time: duration(queue.expected_wait_seconds) });
  }
  if (looking) return t("bar.looking");
  const left = secondsLeft(run);
  return left === null ? statusWord(run) : `${statusWord(run)} · ${t("bar.left", { time: duration(left) })}`;
}
