/** The runs whose curves are drawn, side by side: what differs in their settings, and what came of it. */

import { series } from "../runs/colours.js";
import { addWords, t } from "../i18n/translate.js";
import { h } from "../lib/dom.js";
import { integer, loss, percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { addSheet } from "../lib/sheet.js";
import { onFrame } from "../lib/signal.js";
import { differing } from "../runs/table.js";
import { fieldTitle, runSetting, statusWord } from "../runs/phrases.js";

/** @type {[string, (run: Run) => string][]} */
const RESULTS = [
  ["status", statusWord],
  ["epoch", (run) => integer(run.epoch)],
  ["train", (run) => percent(run.last?.train_accuracy)],
  ["last", (run) => percent(run.last?.test_accuracy)],
  ["best", (run) => (run.best ? `${percent(run.best.test_accuracy)} (${integer(run.best.epoch)})` : "–")],
  ["loss", (run) => loss(run.last?.test_loss)],
  ["parameters", (run) => integer(run.parameters)],
];

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const SHEET = new URL("../css/compare.css", import.meta.url).href;

/** What the comparison needs before it is mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** @type {Mount} */
export function mount(element, { person, store, view }) {
  const body = h("div", { class: "compare-scroll", tabindex: 0, role: "group", "aria-label": t("compare.label") });
  const close = () => (view.comparing.value = false);
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet", "aria-label": t("compare.label"), onclose: close },
      h(
        "header",
        { class: "column-head" },
        h("h2", {}, t("compare.label")),
        h(
          "button",
          { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: close },
          icon("close"),
        ),
      ),
      body,
    )
  );
  element.append(dialog);

  onFrame(() => {
    if (view.comparing.value && !dialog.open) dialog.showModal();
    if (!view.comparing.value && dialog.open) dialog.close();
    if (!dialog.open) return;
    const wanted = new Set([view.focus.value, ...view.compared.value]);
    const runs = [...store.state.value.runs.values()]
      .filter(({ id }) => wanted.has(id))
      .sort((a, b) => a.number - b.number);
    body.replaceChildren(table(runs, person));
  });
}

/** @param {Run[]} runs @param {Person} person */
function table(runs, person) {
  const head = runs.map((run) =>
    h(
      "th",
      { scope: "col" },
      h("span", {
        class: "swatch",
        "data-series": series(run),
        "data-whose": person.whose(run),
        "aria-hidden": "true",
      }),
      " ",
      person.title(run),
    ),
  );
  /** @param {string} title @param {string[]} cells @param {string} kind */
  const line = (title, cells, kind) =>
    h("tr", { class: kind }, h("th", { scope: "row" }, title), ...cells.map((cell) => h("td", {}, cell)));
  const settings = differing(runs).map((field) =>
    line(
      fieldTitle(field),
      runs.map((run) => runSetting(run, field)),
      "differs",
    ),
  );
  const results = RESULTS.map(([name, text]) => line(t(`compare.${name}`), runs.map(text), "result"));
  const none = settings.length === 0 && h("tr", {}, h("td", { colspan: runs.length + 1 }, t("compare.same")));
  return h(
    "table",
    { class: "compare" },
    h("thead", {}, h("tr", {}, h("td"), ...head)),
    h("tbody", {}, none, ...settings, ...results),
  );
}
