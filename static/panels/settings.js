/** The knobs below the network. Every field of the schema has a control: those not named here are under "More choices". */

import { same } from "../runs/config.js";
import { createLock } from "../controls/lock.js";
import { weightSpread } from "../controls/weight_spread.js";
import { helpSign } from "../controls/help.js";
import { has, t } from "../i18n/translate.js";
import { h, keyed, set, write } from "../lib/dom.js";
import { plain } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { ENDED } from "../runs/run.js";
import { choice, fieldName } from "../runs/phrases.js";

const ETAS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const BATCHES = [1, 10, 30, 100, 1000];
const MAIN = ["eta", "batch_size", "initialization", "epochs", "seed", "dataset"];
const ELSEWHERE = new Set(["preset", "name", "shape"]);

/**
 * A control puts the visitor's value into the draft, and shows the draft's.
 * @typedef {(value: any) => void} Edit
 * @typedef {{elements: Element[], show: (value: any) => void}} Part
 */

/** @type {Mount} */
export function mount(element, { actions, datasets, fields, person, view }) {
  /** @param {string} name @param {any} value */
  const edit = (name, value) => {
    const dataset = name === "dataset" && datasets.find(value);
    if (dataset) actions.use(dataset);
    else actions.edit({ [name]: value });
  };
  const controls = Object.values(fields)
    .filter(({ name }) => !ELSEWHERE.has(name))
    .map((field) =>
      field.name === "dataset"
        ? framed(
            field,
            dataChoice(field, { datasets, person, view }, (value) => edit(field.name, value)),
          )
        : createControl(field, (value) => edit(field.name, value)),
    );
  const byName = Object.fromEntries(controls.map((control) => [control.field.name, control]));
  const main = MAIN.filter((name) => byName[name]).map((name) => byName[name].element);
  const more = controls.filter(({ field }) => !MAIN.includes(field.name)).map((control) => control.element);
  const changed = h("b");
  element.append(
    h("h3", { class: "unseen" }, t("settings.label")),
    h("div", { class: "fields" }, ...main),
    ...(more.length
      ? [
          h(
            "details",
            { class: "more" },
            h("summary", {}, t("settings.more"), " ", changed),
            h("div", { class: "fields" }, ...more),
          ),
        ]
      : []),
  );

  const live = createLive({ actions, person, view });
  byName.eta?.element.append(live.eta);
  byName.epochs?.element.append(live.epochs);

  onFrame(() => {
    const odd = controls.filter(
      ({ field: { name, default: usual } }) => !MAIN.includes(name) && !same(view.draft.value[name], usual),
    ).length;
    write(changed, odd ? t("settings.changed", { count: odd }) : "");
    for (const { field, show, lock, element: control } of controls) {
      const complaint = actions.complaints.value[field.name] ?? "";
      lock.show(actions.lock(field.name), actions.waits.value);
      show(view.draft.value[field.name], complaint);
      const fold = control.closest("details");
      if (complaint && fold) fold.open = true;
    }
  });
}

/**
 * Two settings can change in a run that exists: eta while it learns, and more epochs also after its end.
 * @param {Pick<Context, "actions" | "person" | "view">} context
 */
function createLive({ actions, person, view }) {
  /** @param {string} name */
  const button = (name) =>
    h("button", {
      class: "apply",
      type: "button",
      title: t(`field.${name}.apply.title`),
      onclick: () => actions.change(view.own.value?.id ?? null, { [name]: view.draft.value[name] }),
    });
  const [eta, epochs] = ["eta", "epochs"].map(button);
  write(eta, t("field.eta.apply"));
  onFrame(() => {
    const run = view.front.value;
    const { draft } = view;
    const mine = run !== null && person.isMine(run);
    const going = mine && !ENDED.has(run.status);
    /** @param {string} name */
    const fine = (name) => !actions.complaints.value[name];
    eta.hidden = !going || draft.value.eta === run.eta || !fine("eta");
    const extendable = mine && (going || run.status === "FINISHED");
    epochs.hidden = !extendable || draft.value.epochs <= run.epochs || !fine("epochs");
    write(epochs, t("field.epochs.apply", { epochs: plain(draft.value.epochs) }));
  });
  return { eta, epochs };
}

/** @param {Field} field @param {Edit} edit */
function createControl(field, edit) {
  return framed(field, field.kind === "enum" ? options(field, edit) : number(field, edit));
}

/** @param {Field} field @param {Part & {inputs: Element[]}} body */
function framed(field, body) {
  const error = h("p", { class: "complaint", id: `${field.name}-complaint`, role: "alert" });
  const element = h("div", { class: `field field-${field.name}` }, ...body.elements, error);
  return {
    field,
    element,
    lock: createLock(element),
    /** @param {any} value @param {string} complaint */
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

/**
 * The field's name with its sign of help,.
 * @param {keyof HTMLElementTagNameMap} tag
 * @param {Record<string, any>} props
 * @param {Field} field
 */
function named(tag, props, field) {
  const symbol = field.name === "eta" && h("span", { class: "symbol", "aria-hidden": "true" }, "η");
  const title = h(tag, props, fieldName(field), symbol);
  return h("div", { class: "with-help" }, title, helpSign(field.name, fieldName(field)));
}

/** @param {Field} field @param {Edit} edit @returns {Part & {inputs: Element[]}} */
function options(field, edit) {
  const id = `field-${field.name}`;
  const inputs = field.options.map((option) =>
    h("input", { type: "radio", name: field.name, value: option, onchange: () => edit(option) }),
  );
  /** @param {string} option */
  const picture = (option) => field.name === "initialization" && weightSpread(option);
  const choices = inputs.map((input) =>
    h("label", { class: "choice" }, input, h("span", {}, picture(input.value), choice(field.name, input.value))),
  );
  return {
    inputs: [],
    elements: [
      named("span", { class: "label", id }, field),
      h("div", { class: "choice-row", role: "radiogroup", "aria-labelledby": id }, ...choices),
    ],
    show: (value) => inputs.forEach((input) => (input.checked = input.value === value)),
  };
}

/**
 * The data sets that there are now, and the way to bring one.
 * @param {Field} field
 * @param {Pick<Context, "datasets" | "person" | "view">} context
 * @param {Edit} edit
 * @returns {Part & {inputs: Element[]}}
 */
function dataChoice(field, { datasets, person, view }, edit) {
  const id = `field-${field.name}`;
  const select = h("select", { id, onchange: () => edit(select.value) });
  const bring = h(
    "button",
    { class: "quiet", type: "button", onclick: () => (view.bringing.value = true) },
    t("field.dataset.bring"),
  );
  /** @param {Dataset} dataset */
  const create = ({ name, title, own }) =>
    Object.assign(h("option", { value: name }, own ? title : choice("dataset", name)), { update: () => {} });
  return {
    inputs: [select],
    elements: [named("label", { for: id }, field), select, bring],
    show(value) {
      bring.hidden = !person.leads();
      keyed(select, datasets.all.value, ({ name }) => name, create);
      select.value = value;
    },
  };
}

/** @param {Field} field @param {Edit} edit @returns {Part & {inputs: Element[]}} */
function number(field, edit) {
  const id = `field-${field.name}`;
  const input = h("input", {
    id,
    type: "number",
    inputmode: "decimal",
    step: field.kind === "integer" ? 1 : "any",
    min: field.minimum ?? field.above,
    max: field.maximum,
    placeholder: field.nullable ? t(has(`field.${field.name}.none`) ? `field.${field.name}.none` : "field.all") : null,
    onchange: () => edit(field.nullable && input.value === "" ? null : input.valueAsNumber),
    onbeforeinput: pointForComma,
  });
  const extra = EXTRA[field.name]?.(edit) ?? { elements: [], show: () => {} };
  return {
    inputs: [input],
    elements: [named("label", { for: id }, field), h("div", { class: "entry" }, input, ...extra.elements)],
    show(value) {
      if (document.activeElement !== input || input.valueAsNumber !== value)
        input.value = Number.isFinite(value) ? plain(value) : "";
      extra.show(value);
    },
  };
}

/**
 * Where a comma is what one types before the tenths, a browser of another language would drop it: 0,5 became 05.
 * @param {InputEvent} event
 */
function pointForComma(event) {
  if (event.data !== "," && event.data !== "，") return;
  event.preventDefault();
  document.execCommand("insertText", false, "."); // the one way that leaves the caret and Undo to the browser
}

/** What stands beside the entry of a number: stops to reach with one touch. @type {Record<string, (edit: Edit) => Part>} */
const EXTRA = {
  eta: (edit) => slider(ETAS, t("field.eta.stops"), edit),
  batch_size: (edit) => stops(BATCHES, edit),
  seed: (edit) => ({
    elements: [
      h(
        "button",
        {
          class: "quiet icon-only",
          type: "button",
          "aria-label": t("field.seed.dice"),
          title: t("field.seed.dice"),
          onclick: () => edit(Math.floor(Math.random() * 10_000)),
        },
        icon("dice"),
      ),
    ],
    show: () => {},
  }),
};

/** @param {number[]} values @param {Edit} edit @returns {Part} */
function stops(values, edit) {
  const buttons = values.map((stop) =>
    h("button", { class: "stop", type: "button", onclick: () => edit(stop) }, plain(stop)),
  );
  return {
    elements: buttons,
    show: (value) => buttons.forEach((button, k) => set(button, "aria-pressed", String(values[k] === value))),
  };
}

/**
 * A slider with a stop for each value; a free value stands between its neighbours.
 * @param {number[]} values
 * @param {string} label
 * @param {Edit} edit
 * @returns {Part}
 */
function slider(values, label, edit) {
  const ends = [values[0], values.at(-1)].map((end) => h("span", {}, plain(end)));
  const input = h("input", {
    type: "range",
    min: 0,
    max: values.length - 1,
    step: 1,
    "aria-label": label,
    oninput: () => edit(values[input.valueAsNumber]),
  });
  return {
    elements: [
      h("div", { class: "slider" }, input, h("div", { class: "slider-ends", "aria-hidden": "true" }, ...ends)),
    ],
    show(value) {
      const above = values.findIndex((stop) => stop >= value);
      input.value = String(above < 0 ? values.length - 1 : above);
      set(input, "aria-valuetext", plain(value));
    },
  };
}
