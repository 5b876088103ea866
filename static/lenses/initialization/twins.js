/** One button starts the lecture's comparison: the same draws, standard and scaled; and the card with the figures to reach. */

import { series } from "../../runs/colours.js";
import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer, percent } from "../../lib/format.js";
import { onFrame } from "../../lib/signal.js";
import { ApiError } from "../../state/api.js";
import { differences, same } from "../../runs/config.js";
import { refusalOf } from "../../state/refusal.js";
import { newestFirst } from "../../state/store.js";

const EPOCHS = 20;
const SHAPE = [784, 30, 10];
const OWN = new Set(["initialization", "preset", "epochs"]); // fields in which the two may differ
/** The lecture's test accuracies of 784-30-10 after twenty epochs. @type {["standard" | "scaled", number][]} */
const TARGETS = [
  ["standard", 0.949],
  ["scaled", 0.958],
];

/** @param {LensContext} context */
export function createTwins({ actions, api, memory, store, view }) {
  const button = h("button", { class: "lens-action", type: "button", onclick: start }, t("lens.twins.start"));
  /** The pair that was started here. */
  const started = memory("twins", /** @type {{standard: string, scaled: string} | null} */ (null));
  const rows = h("tbody");
  const card = h(
    "div",
    { class: "lens-card" },
    h("h3", {}, t("lens.twins.title")),
    h("p", { class: "note" }, t("lens.twins.about")),
    h(
      "table",
      { class: "lens-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...["run", "target", "reached", "epoch"].map((name) => h("th", { scope: "col" }, t(`lens.twins.${name}`))),
        ),
      ),
      rows,
    ),
    button,
  );

  async function start() {
    button.setAttribute("disabled", "");
    try {
      const standard = await api.createRun({ preset: "full-digits", epochs: EPOCHS, name: t("lens.twins.standard") });
      const scaled = await api.createRun({
        twin_of: standard.id,
        initialization: "scaled",
        name: t("lens.twins.scaled"),
      });
      started.value = { standard: standard.id, scaled: scaled.id };
      for (const run of [standard, scaled]) {
        store.insert(run);
        view.compare(run.id, true);
      }
      view.look(scaled.id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      actions.notify(refusalOf(error), { kind: "error" });
    } finally {
      button.removeAttribute("disabled");
    }
  }

  /** The pair started here, or else the newest two runs that differ in nothing else: one seed gives them the same draws. */
  function pair() {
    const { runs } = store.state.value;
    if (started.value && runs.has(started.value.standard)) return started.value;
    const newest = newestFirst(store.state.value).filter(
      ({ changes, status }) => changes.length === 0 && status !== "STOPPED" && status !== "FAILED",
    );
    const asDrawn = newest.filter(({ config }) => config.initialization === "standard" && same(config.shape, SHAPE));
    for (const { id, config } of newest.filter((run) => run.config.initialization === "scaled")) {
      const other = asDrawn.find((run) => Object.keys(differences(config, run.config)).every((name) => OWN.has(name)));
      if (other) return { standard: other.id, scaled: id };
    }
    return null;
  }

  onFrame(() => {
    const ids = pair();
    rows.replaceChildren(
      ...TARGETS.map(([name, target]) => rowOf(name, target, store.state.value.runs.get(ids?.[name]))),
    );
  });

  return card;
}

/** @param {string} name @param {number} target @param {Run | undefined} run */
function rowOf(name, target, run) {
  // The last epoch that counts and is known.
  const known = run ? run.history.epoch.findLastIndex((epoch) => epoch <= EPOCHS) : -1;
  const at = run?.history.epoch[known] ?? 0;
  const reached = h("td");
  write(reached, at ? percent(run?.history.test_accuracy[known], 1) : "–");
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      h("span", { class: "swatch", "data-series": run ? series(run) : null, "aria-hidden": "true" }),
      " ",
      t(`lens.twins.${name}`),
    ),
    h("td", {}, percent(target, 1)),
    reached,
    h("td", {}, at ? t("lens.twins.of", { epoch: integer(at), total: integer(EPOCHS) }) : "–"),
  );
}
