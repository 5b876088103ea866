/** The teacher asks: what kind, what text, and which run will tell. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { onFrame } from "../../lib/signal.js";

const KINDS = /** @type {const} */ (["number", "choice", "curve"]);
const METRICS = /** @type {const} */ (["test_accuracy", "train_accuracy", "test_loss", "train_loss"]);
const OPTIONS = 6;
const FEWEST = 2;
const FARTHEST = 100; // epochs that a curve can have
const LOSS_TOP = 1; // of the chart of a loss

/**
 * @param {Context} context
 * @param {(work: () => Promise<unknown>) => Promise<boolean>} attempt
 */
export function createComposer({ api, person, view }, attempt) {
  const kind = /** @type {HTMLSelectElement} */ (
    select(
      "kind",
      KINDS.map((name) => [name, t(`ask.kind.${name}`)]),
    )
  );
  const text = /** @type {HTMLInputElement} */ (
    h("input", { type: "text", id: "ask-text", maxlength: 300, required: true, autocomplete: "off" })
  );
  const options = Array.from({ length: OPTIONS }, (_, at) => createOption(at));
  const noneRight = radio(-1, t("ask.right.none"));
  const metric = /** @type {HTMLSelectElement} */ (
    select("metric", [["", t("ask.metric.none")], ...METRICS.map((name) => [name, t(`question.measure.${name}`)])])
  );
  const epochs = numberInput("epochs", { min: 1, max: FARTHEST, step: 1 });
  const unit = /** @type {HTMLInputElement} */ (
    h("input", { type: "text", id: "ask-unit", maxlength: 20, autocomplete: "off" })
  );
  const least = numberInput("least", { step: "any" });
  const most = numberInput("most", { step: "any" });
  const tied = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", id: "ask-tied" }));
  const tiedText = h("span");
  const rows = {
    options: h(
      "fieldset",
      { class: "ask-options" },
      h("legend", {}, t("ask.options")),
      ...options.map(({ row }) => row),
      noneRight.row,
    ),
    metric: field("metric", metric),
    epochs: field("epochs", epochs),
    unit: field("unit", unit),
    least: field("least", least),
    most: field("most", most),
    tied: h("label", { class: "switch" }, tied, tiedText),
  };
  const form = h(
    "form",
    { class: "ask-form", onsubmit: ask },
    field("kind", kind),
    field("text", text),
    rows.options,
    h("div", { class: "question-row" }, rows.metric, rows.epochs, rows.unit, rows.least, rows.most),
    rows.tied,
    h("div", { class: "question-row" }, h("button", { type: "submit", class: "send" }, t("ask.send"))),
  );
  const element = h("details", { class: "ask" }, h("summary", {}, t("ask.label")), form);
  element.addEventListener("toggle", () => element.open && text.focus());
  kind.addEventListener("change", arrange);
  metric.addEventListener("change", arrange);
  tied.addEventListener("change", arrange);
  noneRight.box.checked = true;

  /** Only what the kind has, with values that make sense for it. */
  function arrange() {
    const isCurve = kind.value === "curve";
    if (isCurve && !metric.value) metric.value = METRICS[0];
    const isShare = metric.value.endsWith("accuracy");
    const isLoss = metric.value.endsWith("loss");
    const run = tied.checked ? view.front.value : null; // else it is about the run that is prepared
    epochs.value = String(Math.min(run?.epochs ?? view.draft.value.epochs, FARTHEST));
    unit.value = kind.value === "number" && isShare ? "%" : "";
    [least.value, most.value] = isCurve ? ["0", String(isLoss ? LOSS_TOP : 1)] : isShare ? ["0", "100"] : ["", ""];
    show();
  }

  function show() {
    const { value } = kind;
    rows.options.hidden = value !== "choice";
    rows.metric.hidden = value === "choice";
    rows.epochs.hidden = value === "choice" || !metric.value;
    rows.unit.hidden = value !== "number";
    rows.least.hidden = value !== "number";
    rows.most.hidden = value === "choice" || (value === "curve" && metric.value.endsWith("accuracy"));
    const none = metric.options[0];
    none.disabled = value === "curve";
    const filled = options.findLastIndex(({ input }) => input.value.trim() !== "");
    for (const [at, { row }] of options.entries()) row.hidden = at >= Math.max(FEWEST, filled + 2);
    const run = view.front.value;
    tied.disabled = !run;
    rows.tied.hidden = value !== "choice" && !metric.value;
    write(tiedText, run ? t("ask.tied", { run: person.title(run) }) : t("ask.tied.none"));
  }

  /** @param {SubmitEvent} event */
  async function ask(event) {
    event.preventDefault();
    const done = await attempt(() => api.ofClass("POST", "/questions", specOf()));
    if (!done) return;
    text.value = "";
    for (const { input } of options) input.value = "";
    noneRight.box.checked = true;
    element.open = false;
  }

  /** @returns {QuestionSpec} */
  function specOf() {
    const value = /** @type {QuestionSpec["kind"]} */ (kind.value);
    const run_id = tied.checked && !rows.tied.hidden ? (view.front.value?.id ?? null) : null;
    const spec = { kind: value, text: text.value, run_id };
    if (value === "choice") {
      const given = options.filter(({ input }) => input.value.trim());
      const right = given.findIndex(({ right }) => right.checked);
      return { ...spec, options: given.map(({ input }) => input.value.trim()), correct: right < 0 ? null : right };
    }
    const about = metric.value ? { metric: /** @type {Measure} */ (metric.value), epochs: epochs.valueAsNumber } : {};
    if (value === "curve") return { ...spec, ...about, most: numberOf(most) };
    return { ...spec, ...about, unit: unit.value.trim(), least: numberOf(least), most: numberOf(most) };
  }

  /** @param {number} at */
  function createOption(at) {
    const input = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "text",
        maxlength: 80,
        autocomplete: "off",
        "aria-label": t("ask.option", { number: at + 1 }),
        oninput: () => show(),
      })
    );
    const right = radio(at, t("ask.right"));
    return { input, right: right.box, row: h("div", { class: "ask-option" }, input, right.row) };
  }

  onFrame(() => {
    view.front.value;
    view.draft.value;
    if (!element.open) arrange();
    else show();
  });
  return element;
}

/** @param {string} name @param {string[][]} options value and text */
const select = (name, options) =>
  h("select", { id: `ask-${name}` }, ...options.map(([value, text]) => h("option", { value }, text)));

/** @param {string} name @param {Record<string, unknown>} bounds */
const numberInput = (name, bounds) =>
  /** @type {HTMLInputElement} */ (
    h("input", { type: "number", id: `ask-${name}`, inputmode: "decimal", autocomplete: "off", ...bounds })
  );

/** @param {string} name @param {HTMLElement} control */
const field = (name, control) =>
  h("div", { class: `ask-field ask-field-${name}` }, h("label", { for: `ask-${name}` }, t(`ask.${name}`)), control);

/** @param {number} value @param {string} text */
function radio(value, text) {
  const box = /** @type {HTMLInputElement} */ (h("input", { type: "radio", name: "ask-right", value }));
  return { box, row: h("label", { class: "switch" }, box, text) };
}

/** @param {HTMLInputElement} input */
const numberOf = (input) => (Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null);
