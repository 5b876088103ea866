/** All runs: state, settings, last and best; which one is in front, and whose curves are drawn with it. */

import { series } from "../colours.js";
import { t } from "../i18n.js";
import { h, keyed, set, write } from "../lib/dom.js";
import { integer, percent } from "../lib/format.js";
import { onFrame } from "../lib/signal.js";
import { newestFirst } from "../store.js";
import { statusWord, summary } from "../words.js";

export function mount(element, { store, view }) {
  const rows = h("tbody");
  const empty = h("p", { class: "note" }, t("runs.empty"));
  const heads = ["show", "name", "status", "last", "best"].map((name) => h("th", { scope: "col", class: `runs-${name}` }, t(`runs.${name}`)));
  const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads)), rows);
  element.setAttribute("aria-label", t("runs.label"));
  element.classList.add("runs");
  element.append(h("header", { class: "column-head" }, h("h2", {}, t("runs.label"))), empty, h("div", { class: "runs-scroll", tabindex: 0, role: "group", "aria-label": t("runs.label") }, table));

  onFrame([store.state, view.focus, view.compared], () => {
    const runs = newestFirst(store.state.value);
    empty.hidden = runs.length > 0;
    table.hidden = runs.length === 0;
    keyed(rows, runs, ({ id }) => id, createRow);
  });

  function createRow({ id }) {
    const box = h("input", { type: "checkbox", onchange: () => view.compare(id, box.checked) });
    const name = h("span");
    const settings = h("span", { class: "run-settings" });
    const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
    const look = h("button", { class: "run-name", type: "button", onclick: () => view.look(id) }, swatch, name);
    const status = h("td", { class: "runs-status" });
    const last = h("td", { class: "runs-last" });
    const best = h("td", { class: "runs-best" });
    const row = h("tr", {}, h("td", { class: "runs-show" }, h("label", { class: "tick" }, box)), h("th", { scope: "row", class: "runs-name" }, look, settings), status, last, best);
    return Object.assign(row, {
      update(run) {
        const front = view.focus.value === id;
        set(row, "data-front", front);
        set(row, "data-status", run.status);
        set(swatch, "data-series", series(run));
        set(look, "aria-pressed", String(front));
        box.checked = front || view.compared.value.has(id);
        box.toggleAttribute("disabled", front);
        set(box, "aria-label", t("runs.draw", { name: run.name }));
        write(name, run.name);
        write(settings, summary(run.config));
        const share = `${integer(run.epoch)}/${integer(run.epochs)}`;
        write(status, run.status === "RUNNING" || run.status === "PAUSED" || run.status === "STOPPED" ? `${statusWord(run)} ${share}` : statusWord(run));
        write(last, percent(run.last?.test_accuracy));
        write(best, percent(run.best?.test_accuracy));
      },
    });
  }
}
