/** The gradient once more, from the loss alone: nudge one weight, watch the loss, and see what that would cost for all. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { effect, onFrame, signal } from "../../lib/signal.js";
import { argmax } from "../arithmetic/forward_pass.js";
import { raised, short } from "../elements/numbers.js";
import { createPlot } from "../elements/plot.js";
import { questionAbout } from "../snapshots.js";

const FLOOR = 1e-12; // a difference of zero has no logarithm

/** @typedef {{snapshot: Snapshot, sample: import("./steps.js").Sample}} Inspected */

/**
 * @param {LensContext} context
 * @param {() => Inspected | null} inspected the digit in a network, which follows from signals
 */
export function createGradientCheck({ resource }, inspected) {
  const layer = select("lens.check.layer", reset);
  const neuron = select("lens.check.neuron", ask);
  const source = select("lens.check.source", ask);
  const slider = /** @type {HTMLInputElement} */ (
    h("input", { type: "range", min: 0, max: 1, step: 1, "aria-label": t("lens.check.epsilon"), oninput: draw })
  );
  const reading = h("output", { class: "lens-reading" });
  const table = h("tbody");
  const valley = createPlot("valley");
  const price = h("p", { class: "lens-facts" });
  const measure = h("button", { class: "lens-action", type: "button", onclick: askPrice }, t("lens.check.measure"));
  const element = h(
    "div",
    { class: "lens-part lens-check" },
    h("h3", {}, t("lens.check")),
    h("p", { class: "note" }, t("lens.check.about")),
    h("div", { class: "lens-selects" }, layer.element, neuron.element, source.element),
    h("div", { class: "lens-row" }, h("span", { class: "label" }, t("lens.check.epsilon")), reading),
    h("div", { class: "slider" }, slider),
    h("table", { class: "lens-table" }, table),
    h("h4", {}, t("lens.check.valley")),
    valley.element,
    h("p", { class: "note" }, t("lens.check.sides")),
    h("h4", {}, t("lens.check.price")),
    price,
    measure,
  );
  /** The weight that is nudged, as a question. */
  const question = signal(/** @type {string | null} */ (null));
  const answer = resource(() => question.value);
  const priceQuestion = signal(/** @type {string | null} */ (null));
  const cost = resource(() => priceQuestion.value);
  let presses = 0;
  let shape = "";

  /** @param {string} name of the question @param {Inspected} about */
  const pathOf = (name, { snapshot, sample }) => questionAbout(snapshot, name, `number=${sample.number}`);

  function show() {
    const now = inspected();
    if (!now) return;
    const { params } = now.snapshot;
    const layers = params.w.length;
    layer.fill(layers, (l) => (l === layers - 1 ? t("lens.layer.output") : t("lens.layer.hidden", { layer: l + 1 })));
    if (shape === params.shape.join()) return ask();
    shape = params.shape.join();
    layer.value = layers - 1;
    return reset();
  }

  /** The weight that matters most for this digit: from the strongest input to the neuron with the largest delta. */
  function reset() {
    const l = layer.value;
    const { snapshot, sample } = /** @type {Inspected} */ (inspected());
    neuron.fill(snapshot.params.shape[l + 1], (j) => integer(j + 1));
    source.fill(snapshot.params.shape[l] + 1, (k) => (k === 0 ? t("lens.check.bias") : integer(k)));
    neuron.value = argmax(sample.delta[l].map(Math.abs));
    source.value = argmax(sample.v[l].map(Math.abs)) + 1;
    ask();
  }

  function ask() {
    const which = source.value === 0 ? "" : `&source=${source.value - 1}`;
    const about = /** @type {Inspected} */ (inspected());
    question.value = `${pathOf("gradient-check", about)}&layer=${layer.value}&neuron=${neuron.value}${which}`;
  }

  function draw() {
    if (!answer.latest) return;
    const { rows, backprop } = /** @type {GradientCheck} */ (answer.latest);
    if (slider.max === "1") {
      slider.max = String(rows.length - 1);
      slider.value = String(rows.findIndex(({ epsilon }) => epsilon > 0.9e-4));
    }
    const at = Number(slider.value);
    const row = rows[at];
    write(reading, `ε = ${short(row.epsilon)}`);
    slider.setAttribute("aria-valuetext", short(row.epsilon));
    const facts = [
      ["below", short(row.below, 11)],
      ["above", short(row.above, 11)],
      ["quotient", short(row.quotient, 7)],
      ["backprop", short(backprop, 7)],
      ["difference", short(row.difference, 2)],
    ];
    table.replaceChildren(
      ...facts.map(([name, value]) =>
        h("tr", {}, h("th", { scope: "row" }, t(`lens.check.${name}`)), h("td", {}, value)),
      ),
    );
    const points = rows.map(
      ({ epsilon, difference }) =>
        /** @type {[number, number]} */ ([Math.log10(epsilon), Math.log10(Math.max(difference, FLOOR))]),
    );
    valley.draw({
      x: [-12.2, -0.8],
      y: [Math.min(...points.map(([, y]) => y)) - 0.5, Math.max(0, ...points.map(([, y]) => y)) + 0.3],
      lines: [{ name: "plot-valley", points }],
      marks: [{ x: points[at][0], y: points[at][1] }],
      ticks: [-12, -9, -6, -3, -1].map((power) => ({ at: power, text: `10${raised(power)}` })),
      label: t("lens.check.alt", { epsilon: short(row.epsilon), difference: short(row.difference, 2) }),
    });
  }

  /** Every press measures anew; what stands after "#" is not sent. */
  function askPrice() {
    const about = inspected();
    if (!about) return;
    presses += 1;
    priceQuestion.value = `${pathOf("gradient-price", about)}#${presses}`;
    if (!cost.loading) cost.reload(); // it waited to try an older one again
  }

  function drawPrice() {
    measure.toggleAttribute("disabled", cost.loading);
    if (!cost.value) return;
    const { parameters, forward_passes, forward_seconds, backprop_seconds, numerical_seconds, ratio } = cost.value;
    write(
      price,
      t("lens.check.cost", {
        parameters: integer(parameters),
        passes: integer(forward_passes),
        forward: short(forward_seconds * 1e6),
        backprop: short(backprop_seconds * 1e6),
        numerical: short(numerical_seconds),
        ratio: integer(Math.round(ratio)),
      }),
    );
  }

  effect(show);
  onFrame(draw);
  onFrame(drawPrice);
  return element;
}

let selects = 0;

/** @param {string} key @param {() => void} onChange */
function select(key, onChange) {
  selects += 1;
  const id = `check-${selects}`;
  const box = /** @type {HTMLSelectElement} */ (h("select", { id, onchange: () => onChange() }));
  return {
    element: h("div", {}, h("label", { for: id }, t(key)), box),
    get value() {
      return Number(box.value);
    },
    set value(number) {
      box.value = String(number);
    },
    /** As many options as there are, keeping the choice. @param {number} count @param {(k: number) => string} text */
    fill(count, text) {
      if (box.length === count) return;
      box.replaceChildren(...Array.from({ length: count }, (_, k) => h("option", { value: k }, text(k))));
    },
  };
}
