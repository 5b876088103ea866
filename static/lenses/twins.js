/** One button starts the lecture's comparison: the same draws, standard and scaled; and the card with the figures to reach. */

import { series } from "../colours.js";
import { t } from "../i18n.js";
import { h, write } from "../lib/dom.js";
import { integer, percent } from "../lib/format.js";
import { ApiError } from "../api.js";
import { refusalOf } from "../refusal.js";
import { watch } from "./watch.js";

const EPOCHS = 20;
/** The lecture's test accuracies of 784-30-10 after twenty epochs. */
const TARGETS = { standard: 0.949, scaled: 0.958 };

export function createTwins({ actions, api, memory, store, view }) {
  const button = h("button", { class: "lens-action", type: "button", onclick: start }, t("lens.twins.start"));
  const rows = h("tbody");
  const card = h("div", { class: "lens-card" },
    h("h3", {}, t("lens.twins.title")),
    h("p", { class: "note" }, t("lens.twins.about")),
    h("table", { class: "lens-table" }, h("thead", {}, h("tr", {}, ...["run", "target", "reached", "epoch"].map((name) => h("th", { scope: "col" }, t(`lens.twins.${name}`))))), rows),
    button);

  async function start() {
    button.setAttribute("disabled", "");
    try {
      const standard = await api.createRun({ preset: "full-digits", epochs: EPOCHS, name: t("lens.twins.standard") });
      const scaled = await api.createRun({ twin_of: standard.id, initialization: "scaled", name: t("lens.twins.scaled") });
      memory.set("twins", { standard: standard.id, scaled: scaled.id });
      for (const run of [standard, scaled]) {
        store.insert(run);
        view.compare(run.id, true);
      }
      view.look(scaled.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      actions.notify(refusalOf(error), { kind: "error" });
    }
    button.removeAttribute("disabled");
  }

  /** The pair started here, or else the newest pair of the lecture's network that differs in nothing else. */
  function pair() {
    const { runs } = store.state.value;
    const started = memory.get("twins");
    if (started && runs.has(started.standard)) return started;
    const scaled = [...runs.values()].reverse().find(({ config, twin_of }) => config.initialization === "scaled" && runs.get(twin_of)?.config.initialization === "standard");
    return scaled && { standard: scaled.twin_of, scaled: scaled.id };
  }

  const stop = watch([store.state], () => {
    const ids = pair() ?? {};
    rows.replaceChildren(...Object.entries(TARGETS).map(([name, target]) => rowOf(name, target, store.state.value.runs.get(ids[name]))));
  });

  return { element: card, stop };
}

function rowOf(name, target, run) {
  const at = run ? Math.min(run.history.epoch.length, EPOCHS) : 0;
  const reached = h("td");
  write(reached, at ? percent(run.history.test_accuracy[at - 1], 1) : "–");
  return h("tr", {},
    h("th", { scope: "row" }, h("span", { class: "swatch", "data-series": run ? series(run) : null, "aria-hidden": "true" }), " ", t(`lens.twins.${name}`)),
    h("td", {}, percent(target, 1)), reached, h("td", {}, at ? t("lens.twins.of", { epoch: integer(at), total: integer(EPOCHS) }) : "–"));
}
