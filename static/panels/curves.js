/** Accuracy and loss by epoch: the run in front, the runs it is compared with, and the one before as a ghost. */

import { METRICS, figure, positions } from "../charts/figure.js";
import { createChart } from "../charts/chart.js";
import { colourName, series } from "../runs/colours.js";
import { helpSign } from "../controls/help.js";
import { t } from "../i18n/translate.js";
import { h, set, svg, write } from "../lib/dom.js";
import { loss, percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { changes, onFrame } from "../lib/signal.js";
import { colour, repaint } from "../state/theme.js";
import { reportOf } from "../runs/report.js";
import { statusWord } from "../runs/phrases.js";

/** @type {Metric[]} */
const METRIC_NAMES = ["accuracy", "loss"];
const FORMAT = { accuracy: percent, loss };

/** @type {Mount} */
export function mount(element, context) {
  const { person, store, view } = context;
  element.setAttribute("aria-label", t("curves.label"));
  element.classList.add("curves");
  const notice = h("p", { class: "curves-notice" });
  /** @param {string} text */
  const fail = (text) => void context.actions.notify(text, { kind: "error" });
  let explorer = /** @type {ReturnType<typeof import("../charts/explore.js").createExplorer> | null} */ (null);
  /** What explores a chart, fetched when somebody wants to. @param {(found: NonNullable<typeof explorer>) => void} work */
  async function explore(work) {
    try {
      const module = await import("../charts/explore.js");
      await module.prepare();
      explorer ??= module.createExplorer({ fail });
    } catch {
      fail(t("explore.unavailable"));
      return;
    }
    work(explorer);
  }
  const charts = METRIC_NAMES.map(createPanel);
  charts[0].tools.append(createMenu());
  charts[0].element.append(notice);
  element.append(...charts.map((chart) => chart.element));

  const worth = changes();

  /** Runs with a line on the charts, in the order of their numbers. */
  function drawn() {
    const wanted = new Set([...view.compared.value, view.ghost.value, view.focus.value]);
    return [...store.state.value.runs.values()]
      .filter(({ id }) => wanted.has(id) && !view.leaving.value.has(id))
      .sort((a, b) => a.number - b.number);
  }

  /** The run before the one in front, unless it is drawn in its own right. */
  const ghost = () => (view.compared.value.has(view.ghost.value) ? null : view.ghost.value);

  const empty = () => drawn().every(isEmpty);

  /** Look back at the epoch nearest to a place on the horizontal axis. @param {number | null} x */
  function hover(x) {
    view.hover.value = nearestEpoch(x);
  }

  /** @param {number | null} x */
  function nearestEpoch(x) {
    const run = view.front.value;
    if (x === null || !run?.history.epoch.length) return null;
    const at = positions(run, view.options.value.axis);
    const nearest = at.reduce((best, place, k) => (Math.abs(place - x) < Math.abs(at[best] - x) ? k : best), 0);
    return run.history.epoch[nearest];
  }

  /** The three dots; the card behind them is fetched at the first press. */
  function createMenu() {
    const button = h(
      "button",
      {
        class: "quiet icon-only",
        type: "button",
        "aria-label": t("curves.options"),
        title: t("curves.options"),
        onclick: open,
      },
      icon("more"),
    );
    /** @param {string} format */
    const save = (format) =>
      explore((explorer) => charts.forEach(({ about, figureOf }) => explorer.save(figureOf, format, about)));
    async function open() {
      if (button.hasAttribute("popovertarget")) return; // from now on the browser opens it
      let card;
      try {
        const module = await import("../charts/options.js");
        await module.prepare();
        card = module.createOptions(context, { button, save });
      } catch {
        return void fail(t("notice.missing"));
      }
      element.append(card);
      set(button, "popovertarget", card.id);
      card.showPopover();
    }
    return button;
  }

  /** @param {Metric} metric */
  function createPanel(metric) {
    const readout = h("p", { class: "readout" });
    const area = h("div", { class: "chart", role: "img" }, sketch(metric));
    const tools = h("div", { class: "chart-tools" });
    const title = h("h3", { class: "with-help" }, t(`curves.${metric}`), helpSign(metric, t(`curves.${metric}`)));
    const panel = h("figure", { class: "chart-panel" }, h("figcaption", {}, title, readout, tools), area);
    const figureOf = () => (empty() ? null : figure(model(metric)));
    const chart = createChart(area, { figureOf, onHover: hover });
    const about = { text: t(`curves.${metric}`), name: `chalknet-${metric}` };
    const label = t("explore.open", { chart: about.text });
    tools.append(
      h(
        "button",
        {
          class: "quiet icon-only",
          type: "button",
          title: label,
          "aria-label": label,
          onclick: () => explore(({ open }) => open(figureOf, about)),
        },
        icon("explore"),
      ),
    );
    return { element: panel, tools, chart, area, readout, metric, about, figureOf };
  }

  /** @param {Metric} metric @returns {import("../charts/figure.js").Model} */
  function model(metric) {
    const style = getComputedStyle(document.documentElement);
    return {
      metric,
      runs: drawn(),
      focus: view.focus.value,
      ghost: ghost(),
      options: view.options.value,
      epochs: view.draft.value.epochs,
      width: Number(style.getPropertyValue("--line-width")),
      colour: (run) => colour(colourName(run)),
      whose: person.whose,
      title: (run) => (person.inClass && !person.isMine(run) ? person.ownerName(run) : null) ?? run.name,
      ink: colour("--ink-2"),
      grid: colour("--hairline"),
      page: colour("--page"),
      font: style.getPropertyValue("--sans"),
      text: parseFloat(style.fontSize) * 0.8125,
      words: {
        train: t("curves.train"),
        test: t("curves.test"),
        batch: t("curves.batch"),
        axis: t(`curves.axis.${view.options.value.axis}`),
        best: (value) => `${t("curves.best")} ${percent(value)}`,
      },
    };
  }

  onFrame(() => {
    const shape = drawn()
      .map(
        (run) =>
          `${run.id} ${run.history.epoch.length} ${run.points.step.length} ${run.now?.step} ${run.epochs} ${run.changes.length} ${run.number} ${person.ownerName(run) ?? ""}`,
      )
      .join();
    if (!worth(shape, view.focus.value, ghost(), view.options.value, view.draft.value.epochs, repaint.value)) return;
    for (const { chart, area } of charts) {
      set(area, "data-empty", empty());
      chart.request();
    }
    explorer?.refresh();
  });

  onFrame(() => {
    const run = view.front.value;
    const report = reportOf(run, view.hover.value);
    const { axis } = view.options.value;
    const others = report ? drawn().filter(({ id }) => id !== run?.id) : [];
    for (const { chart, metric, readout, area } of charts) {
      chart.mark(
        run && report && view.hover.value !== null
          ? positions(run, axis)[run.history.epoch.indexOf(report.epoch)]
          : null,
        axis,
      );
      const spoken = report ? values(metric, report) : [];
      const parts = [
        ...spoken.map(({ kind, text }) => h("span", { class: `key key-${kind}` }, text)),
        ...others.slice(0, 3).map((other) => otherValue(metric, other)),
      ];
      if (readout.textContent !== parts.map((part) => part.textContent).join("")) readout.replaceChildren(...parts);
      set(area, "aria-label", [t(`curves.alt.${metric}`), ...spoken.map(({ text }) => text)].join(" "));
    }
    write(notice, remark(run));
    set(notice, "data-kind", run?.status === "FAILED" ? "failed" : null);
  });

  /**
   * The test value of another run at the hovered epoch, after its name and a dot of its colour.
   * @param {Metric} metric
   * @param {Run} other
   */
  function otherValue(metric, other) {
    const value = reportOf(other, view.hover.value)?.[METRICS[metric][1]];
    return h(
      "span",
      { class: "readout-other" },
      h("span", {
        class: "swatch",
        "data-series": series(other),
        "data-whose": person.whose(other),
        "aria-hidden": "true",
      }),
      h("span", { class: "readout-name" }, person.title(other)),
      FORMAT[metric](value),
    );
  }

  /** @param {Run | null} run */
  function remark(run) {
    if (!run) return t("curves.empty");
    if (run.status === "FAILED" && run.status_reason === "DIVERGED")
      return t("curves.diverged", { epoch: divergedIn(run) });
    if (run.status === "FAILED") return t("curves.failed", { reason: statusWord(run) });
    return isEmpty(run) ? t("curves.waiting") : "";
  }
}

/** @param {Run} run */
const isEmpty = ({ history, points, now }) => !history.epoch.length && !points.step.length && !now;

/** What the curves usually look like, in chalk, until there are some. @param {Metric} metric */
function sketch(metric) {
  const [train, test] =
    metric === "accuracy"
      ? ["M40 128C70 60 120 40 200 28S340 14 380 12", "M40 132C70 70 120 54 200 46S340 40 380 40"]
      : ["M40 22C70 90 120 108 200 120S340 132 380 134", "M40 18C70 80 120 96 200 104S340 108 380 108"];
  return svg(
    "svg",
    { class: "chart-sketch", viewBox: "0 0 400 150", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { d: "M40 6V144H392" }),
    svg("path", { d: train }),
    svg("path", { class: "test", d: test }),
  );
}

/** @param {Metric} metric @param {EpochReport} report */
function values(metric, report) {
  const [train, test] = METRICS[metric];
  return [
    { kind: "train", text: `${t("curves.train")} ${FORMAT[metric](report[train])}` },
    { kind: "test", text: `${t("curves.test")} ${FORMAT[metric](report[test])}` },
  ];
}

/** The first epoch without a finite loss, or the one after the last finished epoch. @param {Run} run */
function divergedIn(run) {
  const at = run.history.train_loss.indexOf(null);
  return at >= 0 ? run.history.epoch[at] : run.epoch + 1;
}
