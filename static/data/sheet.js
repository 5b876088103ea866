/** Bringing one's own data: a file is chosen or dropped, the server says what it would be, and a second press keeps it. */

import { addWords, t } from "../i18n/translate.js";
import { h, keyed, set, write } from "../lib/dom.js";
import { integer } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame, signal } from "../lib/signal.js";
import { addSheet } from "../lib/sheet.js";
import { pictureOf } from "./pictures.js";

const COLUMNS = 8; // of the first rows that are shown

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);

/** What the sheet needs before it is mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(new URL("./data.css", import.meta.url).href)]);

/** @type {Mount} */
export function mount(element, { actions, api, datasets, view }) {
  const file = signal(/** @type {File | null} */ (null));
  const report = signal(/** @type {DataReport | null} */ (null));
  const problems = signal(/** @type {string[]} */ ([]));
  const busy = signal(false);

  const input = h("input", {
    type: "file",
    id: "bring-file",
    accept: ".csv,.npz,.txt,.tsv",
    onchange: () => choose(input.files?.[0]),
  });
  const title = h("input", { type: "text", id: "bring-title", maxlength: 60 });
  const label = h("select", { id: "bring-label", onchange: () => look() });
  const kept = h("ul", { class: "bring-kept" });
  const [status, seen, wrong] = [h("p", { role: "status" }), h("div", { class: "bring-report" }), h("ul")];
  const keepIt = h("button", { type: "button", class: "primary", onclick: keep }, t("bring.keep"));
  const close = () => (view.bringing.value = false);
  const drop = h(
    "div",
    {
      class: "bring-drop",
      ondragover: (/** @type {DragEvent} */ event) => event.preventDefault(),
      ondrop: (/** @type {DragEvent} */ event) => {
        event.preventDefault();
        void choose(event.dataTransfer?.files[0]);
      },
    },
    h("label", { for: input.id }, t("bring.file")),
    input,
    h("p", { class: "note" }, t("bring.formats")),
  );
  const named = h("div", { class: "bring-named" });
  const column = h("div", {}, h("label", { for: label.id }, t("bring.label")), label);
  named.append(h("div", {}, h("label", { for: title.id }, t("bring.title")), title), column);
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet bring", "aria-label": t("bring.sheet"), onclose: close },
      h(
        "header",
        { class: "column-head" },
        h("h2", {}, t("bring.sheet")),
        h(
          "button",
          { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: close },
          icon("close"),
        ),
      ),
      drop,
      status,
      wrong,
      named,
      seen,
      keepIt,
      kept,
    )
  );
  element.append(dialog);

  /** @param {File | undefined} chosen */
  async function choose(chosen) {
    if (!chosen) return;
    file.value = chosen;
    title.value = chosen.name.replace(/\.[^.]*$/, "").slice(0, 60);
    label.replaceChildren();
    await look();
  }

  const query = () => {
    const options = new URLSearchParams({ title: title.value.trim() || t("bring.untitled") });
    if (label.value) options.set("label", label.value);
    return options;
  };

  /** Ask what the file would be. */
  async function look() {
    const given = file.value;
    if (!given) return;
    await attempt(async () => {
      const found = await api.change("POST", `/dataset-reports?${query()}`, given);
      if (file.value !== given) return;
      report.value = found;
      offerColumns(found);
    });
  }

  /** The columns that could have the classes; the last one has them if nobody says otherwise. @param {DataReport} found */
  function offerColumns({ columns }) {
    if (label.options.length || !columns.length) return;
    label.append(
      h("option", { value: "" }, t("bring.last")),
      ...columns.map((name) => h("option", { value: name }, name)),
    );
  }

  async function keep() {
    const given = file.value;
    if (!given || !report.value) return;
    await attempt(async () => {
      const { name } = await api.change("POST", `/datasets?${query()}`, given);
      await datasets.refresh();
      const dataset = datasets.find(name);
      if (dataset) actions.use(dataset);
      [file.value, report.value, input.value] = [null, null, ""];
      close();
    });
  }

  /** @param {Dataset} dataset */
  const remove = (dataset) =>
    attempt(async () => {
      await api.change("DELETE", `/datasets/${dataset.name}`);
      await datasets.refresh();
    });

  /** @param {() => Promise<void>} work */
  async function attempt(work) {
    busy.value = true;
    problems.value = [];
    try {
      await work();
    } catch (error) {
      const { errors = [], message = "" } = /** @type {any} */ (error);
      report.value = null;
      problems.value = errors.length
        ? errors.map((/** @type {FieldError} */ one) => `${one.field}: ${one.message}`)
        : [message || t("error.unreachable")];
    }
    busy.value = false;
  }

  onFrame(() => {
    if (!view.bringing.value && dialog.open) dialog.close();
    if (view.bringing.value && !dialog.open) dialog.showModal();
    const found = report.value;
    write(status, busy.value ? t("bring.busy") : problems.value.length ? t("bring.wrong") : "");
    wrong.replaceChildren(...problems.value.map((problem) => h("li", {}, problem)));
    named.hidden = !file.value;
    column.hidden = !label.options.length;
    keepIt.hidden = !found;
    keepIt.toggleAttribute("disabled", busy.value);
    seen.replaceChildren(...(found ? describe(found) : []));
    const own = datasets.all.value.filter((dataset) => dataset.own);
    set(kept, "aria-label", t("bring.kept"));
    kept.hidden = own.length === 0;
    keyed(
      kept,
      own,
      ({ name }) => name,
      (dataset) =>
        Object.assign(
          h(
            "li",
            { class: "row" },
            `${dataset.title} (${sizes(dataset)})`,
            h(
              "button",
              { class: "quiet", type: "button", onclick: () => remove(dataset) },
              t("bring.forget", { title: dataset.title }),
            ),
          ),
          { update: () => {} },
        ),
    );
  });
}

/** @param {Dataset} dataset */
const sizes = ({ train, test, features, classes }) =>
  t("bring.sizes", {
    samples: integer(train + test),
    features: integer(features),
    classes: integer(classes),
  });

/** @param {DataReport} report */
function describe(report) {
  const counts = report.class_names.map((name, k) => `${name} (${integer(report.counts[k])})`).join(", ");
  return [
    h("p", {}, h("b", {}, sizes(report))),
    h("p", {}, t("bring.classes", { list: counts })),
    ...report.notes.map((note) => h("p", { class: "note" }, note)),
    report.first_pictures.length
      ? h(
          "div",
          { class: "bring-pictures", role: "img", "aria-label": t("bring.pictures") },
          ...report.first_pictures.map(pictureOf),
        )
      : table(report),
  ];
}

/** The first rows as they stand in the file. @param {DataReport} report */
function table({ columns, first_rows }) {
  const cut = (/** @type {string[]} */ row) =>
    row.length > COLUMNS ? [...row.slice(0, COLUMNS - 2), "…", ...row.slice(-1)] : row;
  return h(
    "div",
    { class: "bring-table", tabindex: 0, role: "region", "aria-label": t("bring.rows") },
    h(
      "table",
      {},
      h("caption", {}, t("bring.rows")),
      columns.length &&
        h(
          "thead",
          {},
          h("tr", {}, ...cut([...columns, t("bring.class")]).map((name) => h("th", { scope: "col" }, name))),
        ),
      h("tbody", {}, ...first_rows.map((row) => h("tr", {}, ...cut(row).map((cell) => h("td", {}, cell))))),
    ),
  );
}
