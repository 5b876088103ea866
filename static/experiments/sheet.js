/** One experiment: how far it is, a heat map with a press for every cell, the curves, and what can be done with all of it. */

import { t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { effect, onFrame, signal } from "../lib/signal.js";
import { throttled } from "../lib/throttled.js";
import { ENDED } from "../runs/run.js";
import { createAttempt } from "../state/attempt.js";
import { createCurves } from "./curves.js";
import { bestOf, cellsOf } from "./grid.js";
import { shown, title, varied } from "./values.js";

const DRAWN_MS = 250; // between two pictures: an experiment of many runs has news a hundred times a second

/** @typedef {import("./grid.js").Cell} Cell */

/** @param {Context} context @param {Signal<string | null>} opened */
export function createSheet({ actions, api, bootstrap, person, store, view }, opened) {
  const attempt = createAttempt(actions);
  /** The cell that was pressed; null: the best. */
  const pressed = signal(/** @type {number | null} */ (null));
  const name = h("h2", { id: "experiment-title" });
  const what = h("p", { class: "note" });
  const far = h("p", { role: "status" });
  const heat = h("div", { class: "experiment-scroll", tabindex: 0, role: "group", "aria-label": t("experiment.map") });
  const runs = h("p", { class: "experiment-runs" });
  const curves = createCurves();
  const csv = /** @type {HTMLAnchorElement} */ (h("a", { download: true }, t("experiment.csv")));
  const wishes = {
    paused: button("pause", () => want("paused")),
    running: button("resume", () => want("running")),
    stopped: button("stop", () => want("stopped")),
    gone: button("delete", remove),
  };
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet experiment", "aria-labelledby": "experiment-title", onclose: () => (opened.value = null) },
      h(
        "header",
        { class: "column-head" },
        name,
        h(
          "button",
          {
            class: "quiet icon-only",
            type: "button",
            "aria-label": t("sheet.close"),
            onclick: () => (opened.value = null),
          },
          icon("close"),
        ),
      ),
      what,
      far,
      heat,
      runs,
      curves.element,
      h("div", { class: "experiment-row" }, ...Object.values(wishes), csv),
    )
  );

  opened.subscribe(() => (pressed.value = null));
  const tick = signal(0);
  const redraw = throttled(() => (tick.value += 1), DRAWN_MS);
  effect(() => {
    void store.state.value;
    if (opened.value) redraw();
  });
  onFrame(() => {
    void tick.value; // runs have news at their own pace
    const { experiments, runs: all } = store.state.peek();
    const experiment = experiments.get(opened.value ?? "");
    if (!experiment && dialog.open) dialog.close();
    if (!experiment) return;
    if (!dialog.open) dialog.showModal();
    show(experiment, cellsOf(experiment, all.values()), pressed.value);
  });

  /** @param {Experiment} experiment @param {Cell[]} cells @param {number | null} wanted */
  function show(experiment, cells, wanted) {
    const best = bestOf(cells);
    const chosen = wanted ?? Math.max(0, best);
    const own = cells.flatMap((cell) => cell.runs);
    const left = own.filter(({ status }) => !ENDED.has(status));
    write(name, experiment.name);
    write(what, varied(experiment));
    write(far, t("experiment.far", { ended: own.length - left.length, all: own.length }));
    const mine = !person.inClass || own.some(person.owns);
    wishes.paused.hidden = !mine || !left.some((run) => run.wanted === "running");
    wishes.running.hidden = !mine || !left.some((run) => run.wanted === "paused");
    wishes.stopped.hidden = !mine || !left.length;
    wishes.gone.hidden = !mine;
    set(csv, "href", `${bootstrap.api}/experiments/${experiment.id}/metrics`);
    keepFocus(heat, () => heat.replaceChildren(table(experiment, cells, best, chosen)));
    const label = cellName(cells[chosen]);
    const links = cells[chosen].runs.map((run) =>
      h(
        "button",
        { class: "quiet", type: "button", onclick: () => look(run) },
        t("experiment.run", { seed: run.config.seed, accuracy: percent(run.last?.test_accuracy) }),
      ),
    );
    keepFocus(runs, () => runs.replaceChildren(h("span", {}, t("experiment.runs", { label })), ...links));
    curves.update(cells, chosen, label);
  }

  /** @param {Experiment} experiment @param {Cell[]} cells @param {number} best @param {number} chosen */
  function table({ vary }, cells, best, chosen) {
    const names = Object.keys(vary);
    const across = names.at(-1);
    const columns = across ? vary[across] : [null];
    const rows = Array.from({ length: cells.length / columns.length }, (_, row) =>
      cells.slice(row * columns.length, (row + 1) * columns.length),
    );
    const means = cells.flatMap(({ accuracy }) => (accuracy ? [accuracy.mean] : []));
    const [low, high] = [Math.min(...means), Math.max(...means)];
    const rowNames = names.slice(0, -1);
    return h(
      "table",
      { class: "experiment-map" },
      h("caption", { class: "note" }, t("experiment.map.what")),
      across &&
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            rowNames.length ? h("th", { scope: "col" }, rowNames.map(title).join(", ")) : h("td"),
            ...columns.map((value) => h("th", { scope: "col" }, `${title(across)} ${shown(across, value)}`)),
          ),
        ),
      h(
        "tbody",
        {},
        ...rows.map((row, r) =>
          h(
            "tr",
            {},
            h(
              "th",
              { scope: "row" },
              rowNames.map((name) => shown(name, row[0].values[name])).join(", ") || t("experiment.accuracy"),
            ),
            ...row.map((cell, c) => h("td", {}, square(cell, r * columns.length + c, { best, chosen, low, high }))),
          ),
        ),
      ),
    );
  }

  /** @param {Cell} cell @param {number} at @param {{best: number, chosen: number, low: number, high: number}} among */
  function square(cell, at, { best, chosen, low, high }) {
    const { accuracy, ended, failed } = cell;
    const warmth = accuracy && high > low ? (accuracy.mean - low) / (high - low) : 0;
    const all = cell.runs.length;
    const under = failed
      ? t("experiment.failed", { count: failed })
      : ended < all
        ? t("experiment.cell", { ended, all })
        : accuracy?.std !== null && accuracy?.std !== undefined
          ? `± ${percent(accuracy.std)}`
          : "";
    const element = h(
      "button",
      {
        type: "button",
        class: "experiment-cell",
        "data-at": at,
        "data-best": at === best ? "" : null,
        "aria-pressed": String(at === chosen),
        onclick: () => (pressed.value = at),
      },
      h("b", {}, accuracy ? percent(accuracy.mean) : "…"),
      at === best && h("span", { class: "experiment-best" }, t("experiment.best")),
      h("span", {}, under),
    );
    element.style.setProperty("--warmth", `${(warmth * 100).toFixed(0)}%`);
    return element;
  }

  /** @param {Run} run */
  function look(run) {
    view.look(run.id);
    opened.value = null;
  }

  /** @param {string} key @param {() => unknown} press */
  function button(key, press) {
    return h("button", { class: "quiet", type: "button", onclick: press }, t(`experiment.${key}`));
  }

  /** @param {Wanted} wanted */
  const want = (wanted) => ask("PATCH", { wanted });

  async function remove() {
    if (confirm(t("experiment.delete.sure"))) await ask("DELETE");
  }

  /** @param {string} method @param {object} [body] */
  const ask = (method, body) => attempt(() => api.change(method, `/experiments/${opened.value}`, body));

  return dialog;
}

/** @param {Cell} cell */
const cellName = ({ values }) =>
  Object.entries(values)
    .map(([name, value]) => `${title(name)} ${shown(name, value)}`)
    .join(", ") || t("experiment.all");

/** What is drawn anew takes the focus back that was within it. @param {HTMLElement} within @param {() => void} draw */
function keepFocus(within, draw) {
  const buttons = () => [...within.querySelectorAll("button")];
  const at = buttons().indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  draw();
  if (at >= 0) buttons()[at]?.focus();
}
