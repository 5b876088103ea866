/** The teacher sets a task: from the settings that are prepared, with a goal and rules. */

import { settingText } from "../../runs/phrases.js";
import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { shapeText } from "../../lib/format.js";
import { onFrame } from "../../lib/signal.js";

const MEASURES = ["test_accuracy", "train_accuracy", "test_loss", "train_loss"];
const OPENINGS = ["all", "some"];
const MOST_EPOCHS = 1000;

/**
 * @param {Context} context
 * @param {(work: () => Promise<unknown>) => Promise<boolean>} attempt
 */
export function createComposer({ api, fields, view }, attempt) {
  const text = /** @type {HTMLInputElement} */ (
    h("input", { type: "text", id: "task-text", maxlength: 300, required: true, autocomplete: "off" })
  );
  const measure = h(
    "select",
    { id: "task-measure" },
    ...MEASURES.map((name) => h("option", { value: name }, t(`task.measure.${name}`))),
  );
  const parameters = numberInput("parameters");
  const epochs = numberInput("epochs", MOST_EPOCHS);
  const which = h(
    "select",
    { id: "task-open", onchange: show },
    ...OPENINGS.map((name) => h("option", { value: name }, t(`task.open.${name}`))),
  );
  const boxes = Object.keys(fields)
    .filter((name) => name !== "preset" && name !== "dataset")
    .map((name) => ({ name, box: /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", onchange: show })) }));
  const settings = h(
    "fieldset",
    { class: "task-settings" },
    h("legend", {}, t("task.open.which")),
    ...boxes.map(({ name, box }) => h("label", { class: "switch" }, box, t(`field.${name}`))),
  );
  const named = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", checked: true }));
  const base = h("p", { class: "note" });
  const send = h("button", { type: "submit", class: "task-start" }, t("task.send"));
  const form = h(
    "form",
    { class: "task-form", onsubmit: post },
    field("text", text),
    h(
      "div",
      { class: "task-row" },
      field("measure", measure),
      field("parameters", parameters),
      field("epochs", epochs),
      field("open", which),
    ),
    settings,
    h("label", { class: "switch" }, named, t("task.named")),
    base,
    h("div", { class: "task-row" }, send),
  );
  const element = h("details", { class: "task-new" }, h("summary", {}, t("task.new")), form);
  element.addEventListener("toggle", () => element.open && text.focus());

  function show() {
    const { dataset, shape, epochs: prepared } = view.draft.value;
    settings.hidden = which.value !== "some";
    send.disabled = which.value === "some" && !boxes.some(({ box }) => box.checked);
    if (!element.open) epochs.value = String(prepared);
    const data = settingText("dataset", dataset);
    write(base, t("task.base", { data, shape: shapeText(shape) }));
  }

  /** @param {SubmitEvent} event */
  async function post(event) {
    event.preventDefault();
    const most = numberOf(epochs);
    const draft = { ...view.draft.value, epochs: Math.min(view.draft.value.epochs, most ?? MOST_EPOCHS) };
    const open = boxes.filter(({ box }) => box.checked).map(({ name }) => ({ name, least: null, most: null }));
    const opening = which.value === "some" ? { which: "some", settings: open, base: draft } : { which: "all" };
    const task = {
      text: text.value,
      measure: measure.value,
      base: draft,
      opening,
      max_parameters: numberOf(parameters),
      max_epochs: most,
      named: named.checked,
    };
    if (!(await attempt(() => api.ofClass("POST", "/tasks", task)))) return;
    text.value = "";
    element.open = false;
  }

  onFrame(() => {
    view.draft.value;
    show();
  });
  return element;
}

/** @param {string} name @param {number} [max] */
const numberInput = (name, max) =>
  /** @type {HTMLInputElement} */ (
    h("input", { type: "number", id: `task-${name}`, min: 1, max, step: 1, inputmode: "numeric", autocomplete: "off" })
  );

/** @param {string} name @param {HTMLElement} control */
const field = (name, control) =>
  h("div", { class: "task-field" }, h("label", { for: `task-${name}` }, t(`task.${name}`)), control);

/** @param {HTMLInputElement} input */
const numberOf = (input) => (Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null);
