/** The first layer as pictures: one per hidden neuron, on a common scale; and all that belongs to the one that is chosen. */

import { spoken, t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { repaint } from "../../state/theme.js";
import { signedBars } from "../elements/bars.js";
import { greyImage } from "../elements/grey_image.js";
import { createDistributions } from "./distributions.js";
import { testInputs } from "../inputs.js";
import { forward, weightCount } from "../arithmetic/forward_pass.js";
import { decimal, short } from "../elements/numbers.js";
import { nearlyLargest, paintSharp, palette, signedImage } from "../elements/signed_image.js";
import { createTiles } from "../elements/tiles.js";
import { weights as lens } from "./lens.js";
import { watch } from "../watch.js";

const SIDE = 28;
const LARGE = SIDE * 9;
const EXCITING = 10;
const SAMPLES = 1000;
const WORK = 3e7; // weights times samples

export function mount(element, context) {
  const { api, memory, snapshots } = context;
  const tiles = createTiles({ label: t("lens.weights.list"), width: 72, onChoose: choose });
  const title = h("h3", {}, spoken(lens.title));
  const picture = /** @type {HTMLCanvasElement} */ (
    h("canvas", { class: "lens-picture", width: LARGE, height: LARGE, "aria-hidden": "true" })
  );
  const facts = h("p", { class: "lens-facts" });
  const output = h("div");
  const outputTitle = h("h4", {}, t("lens.weights.outgoing"));
  const exciting = createTiles({ label: t("lens.weights.exciting"), width: 36, onChoose: look });
  const scaleMinus = h("span");
  const scalePlus = h("span");
  const distributions = createDistributions(context);
  let inputs = /** @type {Float32Array | null} */ (null);
  let top = /** @type {number[]} */ ([]);
  let ended = false;

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
    distributions.element,
  );

  const chosen = () => Math.min(memory.get("neuron") ?? 0, (snapshots.current.value?.params.shape[1] ?? 1) - 1);

  function choose(neuron) {
    memory.set("neuron", neuron);
    draw();
  }

  function look(at) {
    context.view.digit.value = top[at];
    showExciting();
  }

  function draw() {
    const params = snapshots.current.value?.params;
    if (!params || params.shape[0] !== SIDE * SIDE) return;
    const [w, size] = [params.w[0], SIDE * SIDE];
    const scale = nearlyLargest(w);
    const colours = palette();
    const rowOf = (neuron) => w.subarray(neuron * size, (neuron + 1) * size);
    const images = Array.from({ length: params.shape[1] }, (_, neuron) =>
      signedImage(rowOf(neuron), SIDE, scale, colours),
    );
    const neuron = chosen();
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
    findExciting(params, neuron);
  }

  /** The test digits for which the chosen neuron's z is largest. */
  function findExciting(params, neuron) {
    if (!inputs) return;
    const size = params.shape[0];
    const one = {
      ...params,
      shape: [size, 1],
      w: [params.w[0].subarray(neuron * size, (neuron + 1) * size)],
      b: [params.b[0].subarray(neuron, neuron + 1)],
    };
    const count = Math.min(inputs.length / size, Math.floor(WORK / weightCount(one)));
    const z = forward(one, inputs.subarray(0, count * size)).z[0];
    top = Array.from(z.keys())
      .sort((a, b) => z[b] - z[a])
      .slice(0, EXCITING);
    showExciting();
  }

  function showExciting() {
    const images = top.map((number) => greyImage(inputs.subarray(number * SIDE * SIDE, (number + 1) * SIDE * SIDE)));
    exciting.show({
      images,
      names: top.map((number) => t("lens.digit", { number: integer(number + 1) })),
      chosen: top.indexOf(context.view.digit.value ?? -1),
    });
  }

  testInputs(api, "digits", SAMPLES).then((samples) => {
    inputs = samples;
    if (!ended) draw();
  });
  const stops = [watch([snapshots.current, repaint], draw), distributions.stop];
  return () => {
    ended = true;
    stops.forEach((stop) => stop());
  };
}
