/** The same as the picture and the wall, for reading and for keys: a line for each run, best first. */

import { t } from "../../i18n/translate.js";
import { h, keyed, write } from "../../lib/dom.js";
import { integer, percent, plain } from "../../lib/format.js";
import { choice, etaText, statusWord } from "../../runs/phrases.js";
import { AXES } from "./points.js";

/** @type {[string, (run: Run) => string][]} */
const COLUMNS = [
  ["eta", etaText],
  ["batch_size", ({ config }) => plain(config.batch_size)],
  ["hidden", (run) => integer(Number(AXES.hidden(run)))],
  ["parameters", ({ parameters }) => integer(parameters)],
  ["initialization", ({ config }) => choice("initialization", config.initialization)],
  ["epochs", (run) => `${integer(run.epoch)} / ${integer(run.epochs)}`],
];

/** @param {import("./overview.js").Overview} overview */
export function createTable({ open, ownerName }) {
  const body = h("tbody");
  const heads = ["student", "run", "status"].map((name) => t(`overview.${name}`));
  const table = h(
    "table",
    { class: "overview-table" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...[...heads, ...COLUMNS.map(([name]) => t(`overview.axis.${name}`)), t("overview.best")].map((text) =>
          h("th", { scope: "col" }, text),
        ),
      ),
    ),
    body,
  );
  const element = h(
    "div",
    { class: "overview-pane" },
    h("div", { class: "overview-scroll", tabindex: 0, role: "group", "aria-label": t("overview.table") }, table),
  );

  /** @param {Run} run @returns {import("../../lib/dom.js").Keyed<Run>} */
  function createRow({ id }) {
    const name = h("button", { class: "quiet", type: "button", onclick: () => open(id) });
    const owner = h("th", { scope: "row" });
    const cells = [h("td"), ...COLUMNS.map(() => h("td")), h("td")];
    const row = /** @type {import("../../lib/dom.js").Keyed<Run>} */ (h("tr", {}, owner, h("td", {}, name), ...cells));
    row.update = (run) => {
      write(owner, ownerName(run));
      write(name, run.name);
      const texts = [statusWord(run), ...COLUMNS.map(([, text]) => text(run)), percent(run.best?.test_accuracy)];
      texts.forEach((text, at) => void write(cells[at], text));
    };
    return row;
  }

  return {
    element,
    /** @param {Run[]} runs */
    update(runs) {
      const best = [...runs].sort(
        (one, other) =>
          (other.best?.test_accuracy ?? -1) - (one.best?.test_accuracy ?? -1) || other.number - one.number,
      );
      keyed(body, best, ({ id }) => id, createRow);
    },
  };
}
