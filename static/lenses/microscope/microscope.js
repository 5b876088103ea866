/** Back-propagation of one digit, step by step: picture, equation, the same with this digit's numbers, and the line that does it. */

import { spoken, t } from "../../i18n/translate.js";
import { h, set, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { icon } from "../../lib/icons.js";
import { repaint } from "../../state/theme.js";
import { signedBars } from "../elements/bars.js";
import { createGradientCheck } from "./gradient_check.js";
import { greyImage } from "../elements/grey_image.js";
import { argmax } from "../arithmetic/forward_pass.js";
import { short } from "../elements/numbers.js";
import { scroller } from "../elements/scroller.js";
import { largest, paintSharp, signedImage } from "../elements/signed_image.js";
import { stepsOf } from "./steps.js";
import { microscope as lens } from "./lens.js";
import { watch } from "../watch.js";

const SIDE = 28;
const BARS = 40; // more neurons than this are shown as pixels

export function mount(element, context) {
  const { api, bootstrap, memory, snapshots, view } = context;
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
  const check = createGradientCheck(context);
  formula.classList.add("lens-equation");
  numbers.classList.add("lens-equation", "lens-numbers");
  let sample = /** @type {import("./steps.js").Sample | null} */ (null);
  let source = /** @type {Record<string, {file: string, line: number, code: string}>} */ ({});
  let asked = "";
  let steps = /** @type {import("./steps.js").Step[]} */ ([]);

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
      check.element,
    ),
  );

  const state = () => memory.get("microscope") ?? { step: 0, neurons: {} };
  const remember = (change) => memory.set("microscope", { ...state(), ...change });
  const clamp = (value, most) => Math.max(0, Math.min(most, Math.floor(value) || 0));

  function go(by) {
    remember({ step: clamp(state().step + by, steps.length - 1) });
    show();
  }

  /** A step of the list, brought to where it can be seen: on a phone it is below the list. */
  function choose(at) {
    go(at - state().step);
    head.scrollIntoView({ block: "nearest" });
  }

  function chooseNeuron(j) {
    const { layer } = steps[state().step];
    remember({ neurons: { ...state().neurons, [layer]: j } });
    show();
  }

  async function fetchSample() {
    const snapshot = snapshots.current.value;
    if (!snapshot) return;
    const { run, epoch } = snapshot;
    number.max = String(bootstrap.datasets.find(({ name }) => name === run.config.dataset).test);
    const which = clamp(view.digit.value ?? 0, Number(number.max) - 1);
    number.value = String(which + 1);
    const key = `/runs/${run.id}/sample?epoch=${epoch}&number=${which}`;
    if (key === asked) return show();
    asked = key;
    const [answer, { lines: found }] = await Promise.all([
      api.ask(key),
      api.ask(`/source-lines?activation=${run.config.activation}&loss=${run.config.loss}`),
    ]);
    if (asked !== key || snapshots.current.value !== snapshot) return;
    [sample, source] = [answer, found];
    steps = stepsOf(snapshot.params, sample);
    list.replaceChildren(
      ...steps.map((step, at) => h("li", {}, h("button", { type: "button", onclick: () => choose(at) }, nameOf(step)))),
    );
    check.show(snapshot, sample);
    show();
  }

  const nameOf = ({ key, layer }) => t(`lens.step.${key}`, { layer: layer + 1 });

  function show() {
    if (!sample || !snapshots.current.value) return;
    const at = Math.min(state().step, steps.length - 1);
    const step = steps[at];
    const j = Math.min(
      state().neurons[step.layer] ?? argmax(sample.delta[step.layer].map(Math.abs)),
      step.values.length - 1,
    );
    showDigit();
    for (const [k, item] of [...list.children].entries())
      set(item.firstElementChild, "aria-current", k === at ? "step" : null);
    back.toggleAttribute("disabled", at === 0);
    on.toggleAttribute("disabled", at === steps.length - 1);
    write(title, `${at + 1}. ${nameOf(step)}`);
    write(why, t(`lens.step.${step.key}.why`));
    picture.replaceChildren(...picturesOf(step, j));
    if (neuron.length !== step.values.length)
      neuron.replaceChildren(...step.values.map((_, k) => h("option", { value: k }, integer(k + 1))));
    neuron.value = String(j);
    formula.replaceChildren(step.formula);
    numbers.replaceChildren(step.numbers(j));
    lines.replaceChildren(
      ...step.lines
        .map((name) => source[name])
        .map(({ file, line, code }) =>
          h("figure", {}, h("pre", { tabindex: 0 }, h("code", {}, code)), h("figcaption", {}, `${file}:${line}`)),
        ),
    );
  }

  function showDigit() {
    const { v, label, prediction, loss } = sample;
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

  function picturesOf(step, j) {
    const last = step.layer === snapshots.current.value.params.w.length - 1;
    const names = step.values.map((_, k) => String(last ? k : k + 1));
    const label = step.values
      .slice(0, BARS)
      .map((value, k) => `${names[k]}: ${short(value)}`)
      .join(", ");
    if (step.key === "gradient") return gradientPictures(step, j);
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

  /** delw of the chosen neuron, as its inputs lie; and of the whole layer, a row per neuron. */
  function gradientPictures({ layer }, j) {
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

  const stops = [watch([snapshots.current, view.digit, repaint], fetchSample), check.stop];
  return () => stops.forEach((stop) => stop());
}

function enlarged(image, label) {
  set(image, "class", image.width === image.height ? "lens-picture" : "lens-strip");
  if (label) {
    set(image, "role", "img");
    set(image, "aria-label", label);
  } else set(image, "aria-hidden", "true");
  return image;
}
