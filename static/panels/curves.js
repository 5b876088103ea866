/** Accuracy and loss by epoch: the run in front, the runs it is compared with, and the one before as a ghost. */

import { METRICS, figure } from "../chart_model.js";
import { createChart } from "../charts.js";
import { colourName } from "../colours.js";
import { helpSign } from "../help.js";
import { t } from "../i18n.js";
import { h, set, write } from "../lib/dom.js";
import { loss, percent } from "../lib/format.js";
import { onFrame } from "../lib/signal.js";
import { colour, repaint } from "../theme.js";
import { momentOf } from "../verdict.js";
import { statusWord } from "../words.js";

const FORMAT = { accuracy: percent, loss };

export function mount(element, { store, view }) {
  element.setAttribute("aria-label", t("curves.label"));
  element.classList.add("curves");
  const log = h("input", { type: "checkbox", onchange: () => (view.options.value = { ...view.options.value, log: log.checked }) });
  const notice = h("p", { class: "curves-notice" });
  const charts = ["accuracy", "loss"].map((metric) => createPanel(metric));
  element.append(notice, ...charts.map((chart) => chart.element));
  charts[1].tools.append(h("label", { class: "switch", title: t("curves.log.title") }, log, h("span", {}, t("curves.log"))));

  const front = () => store.state.value.runs.get(view.focus.value);

  /** Runs with a line on the charts, in the order of their numbers. */
  function drawn() {
    const wanted = new Set([...view.compared.value, view.ghost.value, view.focus.value]);
    return [...store.state.value.runs.values()].filter(({ id }) => wanted.has(id)).sort((a, b) => a.number - b.number);
  }

  function hover(epoch) {
    const run = front();
    view.hover.value = run && run.history.epoch.includes(epoch) ? epoch : null;
  }

  function createPanel(metric) {
    const readout = h("p", { class: "readout" });
    const area = h("div", { class: "chart", role: "img" });
    const tools = h("div", { class: "chart-tools" });
    const panel = h("figure", { class: "chart-panel" }, h("figcaption", {}, h("h3", { class: "with-help" }, t(`curves.${metric}`), helpSign(metric, t(`curves.${metric}`))), readout, tools), area);
    const chart = createChart(area, {
      figureOf: () => figure(model(metric)),
      onHover: hover,
      onFail: () => write(notice, t("curves.unavailable")),
    });
    return { element: panel, tools, chart, area, readout, metric };
  }

  function model(metric) {
    const style = getComputedStyle(document.documentElement);
    return {
      metric,
      runs: drawn(),
      focus: view.focus.value,
      ghost: view.compared.value.has(view.ghost.value) ? null : view.ghost.value,
      log: view.options.value.log,
      epochs: view.draft.value.epochs,
      width: Number(style.getPropertyValue("--line-width")),
      colour: (run) => colour(colourName(run)),
      ink: colour("--ink-2"),
      grid: colour("--hairline"),
      page: colour("--page"),
      font: style.getPropertyValue("--sans"),
      text: parseFloat(style.fontSize) * 0.8125,
      words: {
        train: t("curves.train"),
        test: t("curves.test"),
        epoch: t("curves.epoch"),
        best: (value) => `${t("curves.best")} ${percent(value)}`,
      },
    };
  }

  onFrame([store.state, view.focus, view.compared, view.ghost, view.options, view.draft, repaint], () => {
    log.checked = view.options.value.log;
    for (const { chart } of charts) chart.request();
  });

  onFrame([store.state, view.focus, view.hover], () => {
    const run = front();
    const moment = momentOf(run, view.hover.value);
    for (const { chart, metric, readout, area } of charts) {
      chart.mark(view.hover.value);
      const [train, test] = METRICS[metric];
      const values = moment
        ? [
            h("span", { class: "key key-train" }, `${t("curves.train")} ${FORMAT[metric](moment[train])}`),
            h("span", { class: "key key-test" }, `${t("curves.test")} ${FORMAT[metric](moment[test])}`),
          ]
        : [];
      if (readout.textContent !== values.map((value) => value.textContent).join("")) readout.replaceChildren(...values);
      set(area, "aria-label", [t(`curves.alt.${metric}`), ...values.map((value) => value.textContent)].join(" "));
    }
    write(notice, remark(run));
    set(notice, "data-kind", run?.status === "FAILED" ? "failed" : null);
  });

  function remark(run) {
    if (!run) return t("curves.empty");
    if (run.status === "FAILED" && run.status_reason === "DIVERGED") return t("curves.diverged", { epoch: divergedIn(run) });
    if (run.status === "FAILED") return t("curves.failed", { reason: statusWord(run) });
    return run.history.epoch.length ? "" : t("curves.waiting");
  }
}

/** The first epoch without a finite loss, or the one after the last finished epoch. */
function divergedIn(run) {
  const at = run.history.train_loss.findIndex((value) => value === null);
  return at >= 0 ? run.history.epoch[at] : run.epoch + 1;
}
