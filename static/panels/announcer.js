/** Says each epoch's result in words to those who listen to the page, at most once in five seconds. */

import { t } from "../i18n/translate.js";
import { h, write } from "../lib/dom.js";
import { integer, percent } from "../lib/format.js";
import { computed } from "../lib/signal.js";
import { SHOWN } from "../digits/samples.js";
import { wrongCount } from "../digits/correctness.js";
import { reportOf } from "../runs/report.js";
import { statusWord } from "../runs/phrases.js";

const PAUSE_MS = 5_000;

/** @type {Mount} */
export function mount(element, { person, samples, view }) {
  const live = h("p", { role: "status", "aria-live": "polite" });
  element.append(live);
  let said = "";
  let timer = 0;

  function say() {
    timer = 0;
    const text = sentence();
    if (text === said) return;
    write(live, text);
    said = text;
    timer = window.setTimeout(say, PAUSE_MS);
  }

  function sentence() {
    const run = view.front.value;
    if (!run) return "";
    const report = reportOf(run, null);
    const labels = samples.first.value?.labels;
    if (!report?.predictions || !labels || run.status !== "RUNNING")
      return t("announce.status", { name: person.title(run), status: statusWord(run) });
    return t("announce.epoch", {
      epoch: integer(report.epoch),
      total: integer(run.epochs),
      accuracy: percent(report.test_accuracy),
      count: wrongCount(labels, report.predictions),
      shown: SHOWN,
    });
  }

  const later = () => (timer ||= window.setTimeout(say, 0));
  computed(sentence).subscribe(later);
}
