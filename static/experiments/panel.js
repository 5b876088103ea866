/** Experiments: a line for each above the list of runs, the sheet of the one that is open, and the form of a new one. */

import { addWords, t } from "../i18n/translate.js";
import { h, keyed, write } from "../lib/dom.js";
import { addSheet } from "../lib/sheet.js";
import { computed, onFrame, signal } from "../lib/signal.js";
import { ENDED } from "../runs/run.js";
import { addForm } from "./form.js";
import { combinations } from "./grid.js";
import { createSheet } from "./sheet.js";
import { varied } from "./values.js";

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const SHEET = new URL("./experiments.css", import.meta.url).href;

/** What the panel needs before it is mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** @type {Mount} */
export function mount(element, context) {
  const { store } = context;
  /** The id of the experiment whose sheet is open. */
  const opened = signal(/** @type {string | null} */ (null));
  /** How many runs of each experiment have ended: counted once for all of them. */
  const ended = computed(() => {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const { experiment, status } of store.state.value.runs.values())
      if (experiment && ENDED.has(status)) counts.set(experiment, (counts.get(experiment) ?? 0) + 1);
    return counts;
  });
  const sheet = createSheet(context, opened);
  const lines = h("ul", { class: "experiment-lines" });
  element.classList.add("experiments");
  element.setAttribute("aria-labelledby", "experiments-title");
  const heading = h("h2", { id: "experiments-title" }, t("experiments.label"));
  element.append(heading, lines, sheet);
  addForm(element, context, (id) => (opened.value = id));
  element.hidden = false;

  onFrame(() => {
    const { experiments } = store.state.value;
    lines.hidden = experiments.size === 0;
    heading.hidden = lines.hidden;
    keyed(lines, [...experiments.values()].reverse(), ({ id }) => id, createLine);
  });

  /** @param {Experiment} experiment @returns {import("../lib/dom.js").Keyed<Experiment>} */
  function createLine({ id }) {
    const name = h("button", { class: "run-name", type: "button", onclick: () => (opened.value = id) });
    const what = h("span", { class: "note" });
    const far = h("span", { class: "experiment-far" });
    return Object.assign(h("li", {}, name, what, far), {
      /** @param {Experiment} experiment */
      update(experiment) {
        const all = combinations(experiment.vary).length * experiment.seeds.length;
        write(name, experiment.name);
        write(what, varied(experiment));
        write(far, t("experiment.far", { ended: ended.value.get(experiment.id) ?? 0, all }));
      },
    });
  }
}
