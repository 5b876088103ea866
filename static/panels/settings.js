/** The knobs below the network. Every field of the schema has a control: those not named here are under "More choices". */

import { t } from "../i18n.js";
import { h, set, write } from "../lib/dom.js";
import { plain } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { withDataset } from "../config.js";
import { choice, fieldName } from "../words.js";

const STOPS = { eta: [0.1, 0.3, 1, 3, 10], batch_size: [1, 10, 30, 100] };
const MAIN = ["dataset", "eta", "batch_size", "initialization", "epochs", "seed"];
const ELSEWHERE = new Set(["preset", "name", "shape"]);

export function mount(element, { actions, bootstrap, fields, view }) {
  const edit = (name, value) => {
    const dataset = name === "dataset" && bootstrap.datasets.find((known) => known.name === value);
    actions.edit(dataset ? withDataset(view.draft.value, dataset) : { [name]: value });
  };
  const controls = Object.values(fields)
    .filter(({ name }) => !ELSEWHERE.has(name))
    .map((field) => createControl(field, (value) => edit(field.name, value)));
  const byName = Object.fromEntries(controls.map((control) => [control.field.name, control]));
  const main = MAIN.filter((name) => byName[name]).map((name) => byName[name].element);
  const more = controls.filter(({ field }) => !MAIN.includes(field.name)).map((control) => control.element);
  element.append(
    h("h3", { class: "unseen" }, t("settings.label")),
    h("div", { class: "fields" }, ...main),
    more.length > 0 && h("details", { class: "more" }, h("summary", {}, t("settings.more")), h("div", { class: "fields" }, ...more)),
  );

  onFrame([view.draft, actions.complaints], () => {
    for (const { field, show } of controls) show(view.draft.value[field.name], actions.complaints.value[field.name] ?? "");
  });
}

/** @param {import("../config.js").Field} field */
function createControl(field, edit) {
  const body = field.kind === "enum" ? options(field, edit) : number(field, edit);
  const error = h("p", { class: "complaint", id: `${field.name}-complaint`, role: "alert" });
  const element = h("div", { class: `field field-${field.name}` }, ...body.elements, error);
  return {
    field,
    element,
    show(value, complaint) {
      body.show(value);
      write(error, complaint);
      for (const input of body.inputs) {
        set(input, "aria-invalid", complaint ? "true" : null);
        set(input, "aria-describedby", complaint ? error.id : null);
      }
    },
  };
}

function options(field, edit) {
  const inputs = field.options.map((option) => h("input", { type: "radio", name: field.name, value: option, onchange: () => edit(option) }));
  const choices = inputs.map((input) => h("label", { class: "choice" }, input, h("span", {}, choice(field.name, input.value))));
  return {
    inputs,
    elements: [h("fieldset", { class: "choices" }, h("legend", {}, fieldName(field)), h("div", { class: "choice-row" }, ...choices))],
    show: (value) => inputs.forEach((input) => (input.checked = input.value === value)),
  };
}

function number(field, edit) {
  const id = `field-${field.name}`;
  const input = h("input", { id, type: "number", inputmode: "decimal", step: field.kind === "integer" ? 1 : "any",
    min: field.minimum ?? field.above, max: field.maximum, onchange: () => edit(input.valueAsNumber) });
  const symbol = field.name === "eta" && h("span", { class: "symbol", "aria-hidden": "true" }, "η");
  const stops = (STOPS[field.name] ?? []).map((stop) => {
    const button = h("button", { class: "stop", type: "button", onclick: () => edit(stop) }, plain(stop));
    return { stop, button };
  });
  const dice = field.name === "seed" && h("button", { class: "quiet icon-only", type: "button", "aria-label": t("field.seed.dice"),
    title: t("field.seed.dice"), onclick: () => edit(Math.floor(Math.random() * 10_000)) }, icon("dice"));
  const label = h("label", { for: id }, fieldName(field), symbol);
  return {
    inputs: [input],
    elements: [label, h("div", { class: "entry" }, input, dice, ...stops.map(({ button }) => button))],
    show(value) {
      const text = Number.isFinite(value) ? plain(value) : "";
      if (document.activeElement !== input || input.valueAsNumber !== value) input.value = text;
      for (const { stop, button } of stops) set(button, "aria-pressed", String(stop === value));
    },
  };
}
