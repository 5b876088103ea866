/** Back-propagation of one digit, step by step: picture, equation, the same with this digit's numbers, and the line that does it. */

import { spoken, t } from "../../i18n/translate.js";
import { h, set, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { icon } from "../../lib/icons.js";
import { createCache } from "../../lib/cache.js";
import { changes, onFrame } from "../../lib/signal.js";
import { signedBars } from "../elements/bars.js";
import { createGradientCheck } from "./gradient_check.js";
import { greyImage } from "../elements/grey_image.js";
import { argmax } from "../arithmetic/forward_pass.js";
import { short } from "../elements/numbers.js";
import { scroller } from "../elements/scroller.js";
import { largest, paintSharp, signedImage } from "../elements/signed_image.js";
import { stepsOf } from "./steps.js";
import { microscope as lens } from "./lens.js";
import { questionAbout } from "../snapshots.js";

const SIDE = 28;
const BARS = 40; // more neurons than this are shown as pixels

/**
 * @typedef {import("./steps.js").Sample} Sample
 * @typedef {import("./steps.js").Step} Step
 */

/** @type {LensMount} */
export function mount(element, context) {
  const { api, datasets, memory, resource, snapshots, view } = context;
  const number = /** @type {HTMLInputElement} */ (
    h("input", {
      type: "number",
      min: 1,
      step: 1,
      id: "microscope-digit",
      onchange: () => (view.digit.value = clamp(Number(number.value) - 1, Number(number.max) - 1)),
    })
  );
  const digit = /** @type {HTMLCanvasElement} */ (
    h("canvas", { class: "lens-digit", width: SIDE * 5, height: SIDE * 5, "aria-hidden": "true" })
  );
  const sentence = h("p", { class: "lens-facts" });
  const list = h("ol", { class: "lens-steps" });
  const title = h("h3", {}, spoken(lens.title));
  const why = h("p", { class: "note" });
  const picture = h("div", { class: "lens-step-picture" });
  const formula = scroller(t("lens.microscope.equation"));
  const numbers = scroller(t("lens.microscope.numbers"));
  const lines = h("div", { class: "lens-lines" });
  const neuron = /** @type {HTMLSelectElement} */ (
    h("select", { id: "microscope-neuron", onchange: () => chooseNeuron(Number(neuron.value)) })
  );
  const back = h("button", { type: "button", onclick: () => go(-1) }, icon("left"), t("lens.microscope.back"));
  const on = h("button", { type: "button", onclick: () => go(1) }, t("lens.microscope.on"), icon("right"));
  const head = h("div", { class: "lens-row lens-step-head" }, title, h("div", { class: "lens-pair" }, back, on));
  formula.classList.add("lens-equation");
  numbers.classList.add("lens-equation", "lens-numbers");
  const state = memory("microscope", { step: 0, neurons: /** @type {Record<number, number>} */ ({}) });

  const total = () => datasets.find(snapshots.current.value?.run.config.dataset)?.test ?? 0;
  const which = () => clamp(view.digit.value ?? 0, total() - 1);
  const source = resource(() => {
    const { activation, loss } = snapshots.current.value?.run.config ?? {};
    return activation ? `/source-lines?activation=${activation}&loss=${loss}` : null;
  });
  const inspected = resource(
    () => {
      const snapshot = snapshots.current.value;
      return snapshot && questionAbout(snapshot, "sample", `number=${which()}`);
    },
    async (/** @type {string} */ path, /** @type {AbortSignal} */ abort) => {
      const snapshot = /** @type {Snapshot} */ (snapshots.current.value);
      const sample = /** @type {Sample} */ (await api.ask(path, abort));
      return { snapshot, sample, steps: stepsOf(snapshot.params, sample) };
    },
    createCache({ entries: 2 }), // each holds its parameters
  );
  const check = createGradientCheck(context, () => inspected.latest);

  element.append(
    h(
      "div",
      { class: "lens-grid lens-microscope" },
      h(
        "div",
        { class: "lens-part" },
        h("div", { class: "lens-row" }, h("label", { for: "microscope-digit" }, t("lens.microscope.digit")), number),
        h("div", { class: "lens-neuron lens-side" }, digit, sentence),
        list,
      ),
      h(
        "div",
        { class: "lens-part" },
        head,
        why,
        picture,
        h(
          "div",
          { class: "lens-row" },
          h("span", {}),
          h(
            "div",
            { class: "lens-pair" },
            h("label", { for: "microscope-neuron" }, t("lens.microscope.neuron")),
            neuron,
          ),
        ),
        formula,
        numbers,
        lines,
      ),
      check,
    ),
  );

  /** @param {number} value @param {number} most */
  const clamp = (value, most) => Math.max(0, Math.min(most, Math.floor(value) || 0));

  /** @param {number} by */
  function go(by) {
    state.value = { ...state.value, step: clamp(state.value.step + by, (inspected.latest?.steps.length ?? 1) - 1) };
  }

  /** A step of the list, brought to where it can be seen: on a phone it is below the list. @param {number} at */
  function choose(at) {
    go(at - state.value.step);
    head.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} j */
  function chooseNeuron(j) {
    const layer = inspected.latest?.steps[state.value.step].layer ?? 0;
    state.value = { ...state.value, neurons: { ...state.value.neurons, [layer]: j } };
  }

  function showNumber() {
    if (!snapshots.current.value) return;
    number.max = String(total());
    number.value = String(which() + 1);
  }

  /** @param {Step} step */
  const nameOf = ({ key, layer }) => t(`lens.step.${key}`, { layer: layer + 1 });

  /** @param {Step} step @param {number} at */
  const itemOf = (step, at) => h("li", {}, h("button", { type: "button", onclick: () => choose(at) }, nameOf(step)));
  const other = changes();

  function show() {
    if (!inspected.latest || !source.latest) return;
    const { sample, steps } = inspected.latest;
    /** @type {Record<string, SourceLine>} */
    const sourceLines = source.latest.lines;
    const at = Math.min(state.value.step, steps.length - 1);
    const step = steps[at];
    const j = Math.min(
      state.value.neurons[step.layer] ?? argmax(sample.delta[step.layer].map(Math.abs)),
      step.values.length - 1,
    );
    showDigit(sample);
    if (other(steps)) list.replaceChildren(...steps.map(itemOf));
    for (const [k, item] of [...list.children].entries())
      if (item.firstElementChild) set(item.firstElementChild, "aria-current", k === at ? "step" : null);
    back.toggleAttribute("disabled", at === 0);
    on.toggleAttribute("disabled", at === steps.length - 1);
    write(title, `${at + 1}. ${nameOf(step)}`);
    write(why, t(`lens.step.${step.key}.why`));
    picture.replaceChildren(...picturesOf(step, j, inspected.latest));
    if (neuron.length !== step.values.length)
      neuron.replaceChildren(...step.values.map((_, k) => h("option", { value: k }, integer(k + 1))));
    neuron.value = String(j);
    formula.replaceChildren(step.formula);
    numbers.replaceChildren(step.numbers(j));
    lines.replaceChildren(
      ...step.lines
        .map((name) => sourceLines[name])
        .map(({ file, line, code }) =>
          h("figure", {}, h("pre", { tabindex: 0 }, h("code", {}, code)), h("figcaption", {}, `${file}:${line}`)),
        ),
    );
  }

  /** @param {Sample} sample */
  function showDigit({ v, label, prediction, loss }) {
    digit.hidden = v[0].length !== SIDE * SIDE;
    if (!digit.hidden) paintSharp(digit, greyImage(v[0]));
    set(sentence, "data-wrong", prediction !== label);
    write(
      sentence,
      t(prediction === label ? "lens.microscope.right" : "lens.microscope.wrong", {
        label,
        prediction,
        loss: short(loss),
      }),
    );
  }

  /** @param {Step} step @param {number} j @param {{sample: Sample, snapshot: Snapshot}} inspected */
  function picturesOf(step, j, { sample, snapshot }) {
    const last = step.layer === snapshot.params.w.length - 1;
    const names = step.values.map((_, k) => String(last ? k : k + 1));
    const label = step.values
      .slice(0, BARS)
      .map((value, k) => `${names[k]}: ${short(value)}`)
      .join(", ");
    if (step.key === "gradient") return gradientPictures(step, j, sample);
    if (step.values.length <= BARS)
      return [
        signedBars(step.values, {
          label,
          names: step.values.length > 12 ? names.map((name, k) => (k === j ? name : "")) : names,
          roles: (k) => (k === j ? "chosen" : ""),
        }),
      ];
    return [enlarged(signedImage(step.values, 40, largest(step.values)), label)];
  }

  /**
   * delw of the chosen neuron, as its inputs lie; and of the whole layer, a row per neuron.
   * @param {Step} step
   * @param {number} j
   * @param {Sample} sample
   */
  function gradientPictures({ layer }, j, sample) {
    const [v, delta] = [sample.v[layer], sample.delta[layer]];
    const one = v.map((value) => delta[j] * value);
    const all = delta.flatMap((d) => v.map((value) => d * value));
    const square = v.length === SIDE * SIDE;
    return [
      h(
        "figure",
        {},
        enlarged(signedImage(one, square ? SIDE : v.length, largest(one)), ""),
        h(
          "figcaption",
          { class: "note" },
          t("lens.microscope.one", { neuron: integer(j + 1), most: short(largest(one)) }),
        ),
      ),
      h(
        "figure",
        {},
        enlarged(signedImage(all, v.length, largest(all)), ""),
        h(
          "figcaption",
          { class: "note" },
          t("lens.microscope.all", { rows: integer(delta.length), columns: integer(v.length) }),
        ),
      ),
    ];
  }

  onFrame(showNumber);
  onFrame(show);
}

/** @param {HTMLCanvasElement} image @param {string} label */
function enlarged(image, label) {
  set(image, "class", image.width === image.height ? "lens-picture" : "lens-strip");
  if (label) {
    set(image, "role", "img");
    set(image, "aria-label", label);
  } else set(image, "aria-hidden", "true");
  return image;
}
