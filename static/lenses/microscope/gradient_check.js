/** The gradient once more, from the loss alone: nudge one weight, watch the loss, and see what that would cost for all. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { argmax } from "../arithmetic/forward_pass.js";
import { raised, short } from "../elements/numbers.js";
import { createPlot } from "../elements/plot.js";

const FLOOR = 1e-12; // a difference of zero has no logarithm

export function createGradientCheck({ api }) {
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
  let snapshot = /** @type {any} */ (null);
  let sample = /** @type {any} */ (null);
  let answer = /** @type {any} */ (null);
  let asked = "";
  let ended = false;
  const runPath = () => `/runs/${snapshot.run.id}`;

  function show(nextSnapshot, nextSample) {
    const same = snapshot && snapshot.params.shape.join() === nextSnapshot.params.shape.join();
    [snapshot, sample] = [nextSnapshot, nextSample];
    const layers = snapshot.params.w.length;
    layer.fill(layers, (l) => (l === layers - 1 ? t("lens.layer.output") : t("lens.layer.hidden", { layer: l + 1 })));
    if (same) return ask();
    layer.value = layers - 1;
    return reset();
  }

  /** The weight that matters most for this digit: from the strongest input to the neuron with the largest delta. */
  function reset() {
    const l = layer.value;
    neuron.fill(snapshot.params.shape[l + 1], (j) => integer(j + 1));
    source.fill(snapshot.params.shape[l] + 1, (k) => (k === 0 ? t("lens.check.bias") : integer(k)));
    neuron.value = argmax(sample.delta[l].map(Math.abs));
    source.value = argmax(sample.v[l].map(Math.abs)) + 1;
    ask();
  }

  async function ask() {
    const which = source.value === 0 ? "" : `&source=${source.value - 1}`;
    const path = `${runPath()}/gradient-check?epoch=${snapshot.epoch}&number=${sample.number}&layer=${layer.value}&neuron=${neuron.value}${which}`;
    asked = path;
    const found = await api.ask(path);
    if (asked !== path || ended) return;
    const fresh = answer === null;
    answer = found;
    slider.max = String(answer.rows.length - 1);
    if (fresh) slider.value = String(answer.rows.findIndex(({ epsilon }) => epsilon > 0.9e-4));
    draw();
  }

  function draw() {
    if (!answer) return;
    const at = Number(slider.value);
    const row = answer.rows[at];
    write(reading, `ε = ${short(row.epsilon)}`);
    slider.setAttribute("aria-valuetext", short(row.epsilon));
    const facts = [
      ["below", short(row.below, 11)],
      ["above", short(row.above, 11)],
      ["quotient", short(row.quotient, 7)],
      ["backprop", short(answer.backprop, 7)],
      ["difference", short(row.difference, 2)],
    ];
    table.replaceChildren(
      ...facts.map(([name, value]) =>
        h("tr", {}, h("th", { scope: "row" }, t(`lens.check.${name}`)), h("td", {}, value)),
      ),
    );
    const points = answer.rows.map(
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

  async function askPrice() {
    measure.setAttribute("disabled", "");
    const cost = await api.ask(`${runPath()}/gradient-price?epoch=${snapshot.epoch}&number=${sample.number}`);
    write(
      price,
      t("lens.check.cost", {
        parameters: integer(cost.parameters),
        passes: integer(cost.forward_passes),
        forward: short(cost.forward_seconds * 1e6),
        backprop: short(cost.backprop_seconds * 1e6),
        numerical: short(cost.numerical_seconds),
        ratio: integer(Math.round(cost.ratio)),
      }),
    );
    measure.removeAttribute("disabled");
  }

  return { element, show, stop: () => (ended = true) };
}

let selects = 0;

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
    /** As many options as there are, keeping the choice. */
    fill(count, text) {
      if (box.length === count) return;
      box.replaceChildren(...Array.from({ length: count }, (_, k) => h("option", { value: k }, text(k))));
    },
  };
}
