/** The first layer as pictures: one per hidden neuron, on a common scale; and all that belongs to the one that is chosen. */

import { spoken, t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { computed, onFrame } from "../../lib/signal.js";
import { signedBars } from "../elements/bars.js";
import { greyImage } from "../elements/grey_image.js";
import { createDistributions } from "./distributions.js";
import { testInputs } from "../inputs.js";
import { forward, weightCount } from "../arithmetic/forward_pass.js";
import { decimal, short } from "../elements/numbers.js";
import { nearlyLargest, paintSharp, palette, signedImage } from "../elements/signed_image.js";
import { createTiles } from "../elements/tiles.js";
import { weights as lens } from "./lens.js";

const SIDE = 28;
const LARGE = SIDE * 9;
const EXCITING = 10;
const SAMPLES = 1000;
const WORK = 3e7; // weights times samples

/** @type {LensMount} */
export function mount(element, context) {
  const { memory, snapshots, view } = context;
  const tiles = createTiles({ label: t("lens.weights.list"), width: 72, onChoose: (at) => (chosen.value = at) });
  const title = h("h3", {}, spoken(lens.title));
  const picture = /** @type {HTMLCanvasElement} */ (
    h("canvas", { class: "lens-picture", width: LARGE, height: LARGE, "aria-hidden": "true" })
  );
  const facts = h("p", { class: "lens-facts" });
  const output = h("div");
  const outputTitle = h("h4", {}, t("lens.weights.outgoing"));
  const exciting = createTiles({
    label: t("lens.weights.exciting"),
    width: 36,
    onChoose: (at, pressed) => view.openDigit(top.value[at], pressed),
  });
  const scaleMinus = h("span");
  const scalePlus = h("span");
  const inputs = testInputs(context, () => "digits", SAMPLES);
  const chosen = memory("neuron", 0);

  element.append(
    h(
      "div",
      { class: "lens-grid lens-wide-left" },
      h(
        "div",
        { class: "lens-part" },
        h(
          "div",
          { class: "lens-row" },
          h("h3", {}, t("lens.weights.list")),
          h(
            "p",
            { class: "lens-scale" },
            scaleMinus,
            h("span", { class: "lens-ramp", "aria-hidden": "true" }),
            scalePlus,
          ),
        ),
        tiles.element,
      ),
      h(
        "div",
        { class: "lens-part" },
        title,
        h("div", { class: "lens-neuron" }, picture, h("div", { class: "lens-part" }, facts, outputTitle, output)),
        h("h4", {}, t("lens.weights.exciting")),
        exciting.element,
      ),
    ),
    createDistributions(context),
  );

  function draw() {
    const params = snapshots.current.value?.params;
    if (!params || params.shape[0] !== SIDE * SIDE) return;
    const [w, size] = [params.w[0], SIDE * SIDE];
    const scale = nearlyLargest(w);
    const colours = palette();
    /** @param {number} neuron */
    const rowOf = (neuron) => w.subarray(neuron * size, (neuron + 1) * size);
    const images = Array.from({ length: params.shape[1] }, (_, neuron) =>
      signedImage(rowOf(neuron), SIDE, scale, colours),
    );
    const neuron = Math.min(chosen.value, params.shape[1] - 1);
    tiles.show({
      images,
      names: images.map((_, k) => t("lens.weights.neuron", { neuron: integer(k + 1) })),
      chosen: neuron,
    });
    write(scaleMinus, `−${decimal(scale, 2)}`);
    write(scalePlus, `+${decimal(scale, 2)}`);
    write(title, t("lens.weights.neuron", { neuron: integer(neuron + 1) }));
    paintSharp(picture, images[neuron]);
    const outgoing = Array.from(
      { length: params.shape[2] },
      (_, j) => params.w[1]?.[j * params.shape[1] + neuron] ?? 0,
    );
    write(
      facts,
      t("lens.weights.facts", {
        bias: decimal(params.b[0][neuron], 3),
        least: decimal(Math.min(...rowOf(neuron)), 2),
        most: decimal(Math.max(...rowOf(neuron)), 2),
      }),
    );
    const last = params.w.length === 2;
    write(outputTitle, t(last ? "lens.weights.outgoing" : "lens.weights.onward"));
    output.replaceChildren(
      outgoing.length <= 40
        ? signedBars(outgoing, {
            label: outgoing.map((weight, j) => `${last ? j : j + 1}: ${short(weight)}`).join(", "),
            names: outgoing.map((_, j) => String(last ? j : j + 1)),
          })
        : h("p", { class: "note" }, t("lens.weights.many", { count: integer(outgoing.length) })),
    );
  }

  /** The test digits for which the chosen neuron's z is largest. */
  const top = computed(() => {
    const params = snapshots.current.value?.params;
    const samples = inputs.value;
    if (!samples || params?.shape[0] !== SIDE * SIDE) return [];
    const size = SIDE * SIDE;
    const neuron = Math.min(chosen.value, params.shape[1] - 1);
    const one = {
      ...params,
      shape: [size, 1],
      w: [params.w[0].subarray(neuron * size, (neuron + 1) * size)],
      b: [params.b[0].subarray(neuron, neuron + 1)],
    };
    const count = Math.min(samples.length / size, Math.floor(WORK / weightCount(one)));
    const z = forward(one, samples.subarray(0, count * size)).z[0];
    return Array.from(z.keys())
      .sort((a, b) => z[b] - z[a])
      .slice(0, EXCITING);
  });

  function drawExciting() {
    const samples = inputs.value;
    if (!samples || !top.value.length) return;
    const size = SIDE * SIDE;
    exciting.show({
      images: top.value.map((number) => greyImage(samples.subarray(number * size, (number + 1) * size))),
      names: top.value.map((number) => t("lens.digit", { number: integer(number + 1) })),
      chosen: top.value.indexOf(view.digit.value ?? -1),
    });
  }

  onFrame(draw);
  onFrame(drawExciting);
}
