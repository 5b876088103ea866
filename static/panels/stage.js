/** The bar on top: the buttons, the run in front, and how well it does. */

import { series } from "../colours.js";
import { t } from "../i18n.js";
import { h, set, write } from "../lib/dom.js";
import { duration, integer, percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { SHOWN } from "../samples.js";
import { ENDED, secondsLeft } from "../store.js";
import { momentOf, wrongCount } from "../verdict.js";
import { statusWord, summary } from "../words.js";

export function mount(element, { actions, samples, store, view }) {
  const transport = createTransport({ actions, store, view });
  const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
  const name = h("span");
  const settings = h("p", { class: "stage-settings" });
  const state = h("p", { class: "stage-status" });
  const progress = h("progress", { class: "stage-progress", "aria-label": t("stage.progress"), max: 1, value: 0 });
  const inEpoch = h("progress", { class: "epoch-progress", "aria-label": t("stage.in-epoch"), max: 1, value: 0 });
  const epoch = figure(t("stage.epoch"), "epoch", inEpoch);
  const accuracy = figure(t("stage.accuracy"), "accuracy");
  const wrong = figure(t("stage.wrong"), "wrong");

  element.setAttribute("aria-label", t("stage.label"));
  element.append(
    transport,
    h("div", { class: "stage-run" }, h("h2", {}, swatch, name), settings, state),
    h("dl", { class: "figures" }, epoch.element, accuracy.element, wrong.element),
    progress,
  );

  onFrame([store.state, view.focus, view.hover, view.draft, samples.changed], () => {
    const run = store.state.value.runs.get(view.focus.value);
    const config = run?.config ?? view.draft.value;
    const moment = momentOf(run, view.hover.value);
    const looking = view.hover.value !== null && moment !== null;
    set(element, "data-status", run?.status ?? "READY");
    set(element, "data-looking", looking);
    set(swatch, "data-series", run ? series(run) : null);
    write(name, run?.name ?? t("stage.ready"));
    write(settings, summary(config));
    write(state, run ? statusLine(run, looking) : t("stage.ready.hint"));
    epoch.show(integer(moment?.epoch ?? 0), t("stage.of", { total: integer(config.epochs) }));
    accuracy.show(percent(moment?.test_accuracy), run?.best ? bestLine(run) : "");
    const labels = moment && samples.first(config.dataset)?.labels;
    wrong.show(labels ? integer(wrongCount(labels, moment.predictions)) : "–", t("stage.wrong.of", { total: SHOWN }));
    const steps = run ? run.steps_per_epoch * run.config.epochs : 0;
    progress.value = steps ? stepsDone(run) / steps : 0;
    inEpoch.value = steps && run.status !== "FINISHED" ? stepsDone(run) / run.steps_per_epoch - run.epoch : 0;
  });
}

function figure(label, kind, extra = null) {
  const value = h("dd", { class: "figure-value" });
  const note = h("dd", { class: "figure-note" });
  return {
    element: h("div", { class: `figure figure-${kind}` }, h("dt", {}, label), value, note, extra && h("dd", { class: "figure-extra" }, extra)),
    show(text, remark) {
      write(value, text);
      write(note, remark);
    },
  };
}

const stepsDone = (run) => Math.max(run.step, run.epoch * run.steps_per_epoch);

function bestLine(run) {
  return t("stage.best", { value: percent(run.best.test_accuracy), epoch: integer(run.best.epoch) });
}

function statusLine(run, looking) {
  if (looking) return t("stage.looking");
  const left = secondsLeft(run);
  return left === null ? statusWord(run) : `${statusWord(run)} · ${t("stage.left", { time: duration(left) })}`;
}

/** One primary button whose meaning follows the run in front; Stop and Start-another beside it. */
function createTransport({ actions, store, view }) {
  const sign = h("span", { class: "sign" });
  const word = h("span");
  const primary = h("button", { class: "primary", type: "button", "data-testid": "primary", onclick: () => act[meaning]() }, sign, word);
  const stop = h("button", { class: "square", type: "button", "aria-label": t("transport.stop"), title: t("transport.stop"),
    onclick: () => actions.want(view.focus.value, "stopped") }, icon("stop"));
  const another = h("button", { class: "large", type: "button", title: t("transport.another.title"), onclick: actions.start },
    icon("plus"), t("transport.another"));
  const act = {
    start: actions.start,
    pause: () => actions.want(view.focus.value, "paused"),
    resume: () => actions.want(view.focus.value, "running"),
  };
  let meaning = "";

  onFrame([store.state, view.focus, actions.busy], () => {
    const run = store.state.value.runs.get(view.focus.value);
    const going = Boolean(run) && !ENDED.has(run.status) && run.wanted !== "stopped";
    const next = !going ? "start" : run.wanted === "paused" ? "resume" : "pause";
    if (next !== meaning) {
      meaning = next;
      set(primary, "data-meaning", next);
      sign.replaceChildren(icon(next === "pause" ? "pause" : "play"));
      write(word, t(`transport.${next}`));
    }
    primary.toggleAttribute("disabled", actions.busy.value);
    stop.toggleAttribute("disabled", !going);
    another.toggleAttribute("disabled", !going || actions.busy.value);
  });
  return h("div", { class: "transport", role: "group", "aria-label": t("transport.label") }, primary, stop, another);
}
