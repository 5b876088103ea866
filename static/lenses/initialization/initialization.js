/** The square root of N: how wide the weighted sums are, what the board predicts, what real pixels give, and what sigma makes of it. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer, percent } from "../../lib/format.js";
import { onFrame } from "../../lib/signal.js";
import { createChoice } from "../elements/choice.js";
import { canTurn, positionOf, turned, widthAt } from "./first_weights.js";
import { testInputs } from "../inputs.js";
import { activationOf, forward, weightCount } from "../arithmetic/forward_pass.js";
import { decimal } from "../elements/numbers.js";
import { createPlot, sampled } from "../elements/plot.js";
import { scroller } from "../elements/scroller.js";
import { bell, histogram, layerStatistics } from "../arithmetic/statistics.js";
import { createTwins } from "./twins.js";

const BINS = 81;
const WORK = 3e7; // weights times samples that one picture may cost
const FLAT = Math.log(99); // sigma is 0.01 or 0.99 here

/**
 * @typedef {{layer: number, position: number | null}} Wish null: as the run's own weights are
 * @typedef {ReturnType<typeof layerStatistics>} Facts of a layer
 */

/** @type {LensMount} */
export function mount(element, context) {
  const { memory, snapshots, view } = context;
  const choice = createChoice(t("lens.initialization.layer"), (layer) => remember({ layer }));
  const sums = createPlot("tall");
  const bends = createPlot("low");
  const dial = /** @type {HTMLInputElement} */ (
    h("input", { type: "range", min: 0, max: 1, step: 0.01, "aria-label": t("lens.initialization.dial") })
  );
  const reading = h("output", { class: "lens-reading" });
  const restore = h(
    "button",
    { class: "quiet", type: "button", onclick: () => remember({ position: null }) },
    t("lens.initialization.restore"),
  );
  const rows = h("tbody");
  const counted = h("p", { class: "note" });
  /** The layer on the screen, and where the dial was turned to. */
  const wish = memory("initialization", /** @type {Wish} */ ({ layer: 0, position: null }));
  const inputs = testInputs(context, () => snapshots.current.value?.run.config.dataset);

  element.append(
    h(
      "div",
      { class: "lens-grid lens-wide-left" },
      h(
        "div",
        { class: "lens-part" },
        h("div", { class: "lens-row" }, h("h3", {}, t("lens.initialization.sums")), choice.element),
        sums.element,
        h(
          "ul",
          { class: "lens-key" },
          ...["bars", "board", "real"].map((name) =>
            h("li", { "data-key": name }, t(`lens.initialization.key.${name}`)),
          ),
        ),
        bends.element,
        h(
          "ul",
          { class: "lens-key" },
          ...["bend", "slope", "flat"].map((name) =>
            h("li", { "data-key": name }, t(`lens.initialization.key.${name}`)),
          ),
        ),
      ),
      h(
        "div",
        { class: "lens-part" },
        h("h3", {}, t("lens.initialization.dial")),
        h(
          "div",
          { class: "slider" },
          dial,
          h(
            "p",
            { class: "slider-ends", "aria-hidden": "true" },
            h("span", {}, t("lens.initialization.wide")),
            h("span", {}, t("lens.initialization.narrow")),
          ),
        ),
        h("div", { class: "lens-row" }, reading, restore),
        scroller(
          t("lens.initialization.sums"),
          h(
            "table",
            { class: "lens-table" },
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                ...["layer", "width", "board", "real", "saturated", "slope"].map((name) =>
                  h("th", { scope: "col" }, t(`lens.initialization.column.${name}`)),
                ),
              ),
            ),
            rows,
          ),
        ),
        counted,
        createTwins(context),
      ),
    ),
  );

  /** @param {Partial<Wish>} change */
  function remember(change) {
    wish.value = { ...wish.value, ...change };
  }

  dial.addEventListener("input", () => {
    view.held.value = 0; // the first weights are those before the first step
    remember({ position: Number(dial.value) });
  });

  function draw() {
    const snapshot = snapshots.current.value;
    const { value: samples } = inputs;
    if (!snapshot || !samples) return;
    const { run, epoch, params: trained } = snapshot;
    const { initialization } = run.config;
    const usual = canTurn(initialization) ? positionOf(initialization, run.config.shape) : null;
    const position = epoch === 0 && usual !== null ? wish.value.position : null;
    const params = position === null ? trained : turned(trained, initialization, position);
    const count = Math.max(50, Math.min(samples.length / params.shape[0], Math.floor(WORK / weightCount(params))));
    const trace = forward(params, samples.subarray(0, count * params.shape[0]));
    const layers = params.w.map((_, l) => layerStatistics(params, trace, l));
    const layer = Math.min(wish.value.layer, layers.length - 1);
    choice.show(
      layers.map((_, l) => layerName(l, layers.length)),
      layer,
    );
    showDial(run.config.shape[0], position, usual);
    drawSums(trace.z[layer], layers[layer]);
    drawBends(params, layer, layers[layer]);
    rows.replaceChildren(...layers.map((facts, l) => rowOf(facts, layerName(l, layers.length), l === layer)));
    const words = [
      t("lens.initialization.counted", { samples: integer(count) }),
      epoch > 0 && t("lens.initialization.trained"),
    ];
    write(counted, words.filter(Boolean).join(" "));
  }

  /** @param {number} fanIn @param {number | null} position turned to @param {number | null} usual null: there is nothing to turn */
  function showDial(fanIn, position, usual) {
    dial.disabled = usual === null;
    restore.hidden = position === null;
    if (usual === null) return write(reading, t("lens.initialization.fixed"));
    if (position === null) dial.value = String(usual);
    const width = widthAt(position ?? usual, fanIn);
    write(reading, t("lens.initialization.reading", { width: decimal(width, 3) }));
  }

  /** @param {Facts} facts */
  const reach = (facts) => Math.max(5, 2.6 * Math.max(facts.unitWidth, facts.dataWidth, facts.width));

  /** @param {Float32Array} z @param {Facts} facts */
  function drawSums(z, facts) {
    const limit = reach(facts);
    const counts = histogram(z, -limit, limit, BINS).map((count) => count / z.length / ((2 * limit) / BINS));
    const edges = Array.from({ length: BINS + 1 }, (_, i) => -limit + (2 * limit * i) / BINS);
    const curves = [
      { name: "plot-board", curve: bell(facts.unitWidth) },
      { name: "plot-real", curve: bell(facts.dataWidth) },
    ];
    const top =
      1.15 *
      Math.max(
        ...curves.map(({ curve }) => curve(0)),
        ...counts
          .filter((_, i) => Math.abs(edges[i]) < limit)
          .sort()
          .slice(-3, -2),
      );
    sums.draw({
      x: [-limit, limit],
      y: [0, top],
      bars: [{ edges, counts: counts.map((count) => Math.min(count, top)) }],
      lines: curves.map(({ name, curve }) => ({ name, points: sampled(curve, -limit, limit) })),
      label: t("lens.initialization.alt", {
        width: decimal(facts.width, 2),
        board: decimal(facts.unitWidth, 2),
        real: decimal(facts.dataWidth, 2),
      }),
    });
  }

  /** @param {Params} params @param {number} layer @param {Facts} facts */
  function drawBends(params, layer, facts) {
    const limit = reach(facts);
    const activation = activationOf(params, layer);
    bends.element.toggleAttribute("hidden", !activation);
    if (!activation) return;
    const sigmoid = activation.steepest === 0.25;
    const low = params.activation === "tanh" && layer < params.w.length - 1 ? -1 : 0;
    bends.draw({
      x: [-limit, limit],
      y: [low, sigmoid || low ? 1 : Math.min(limit, 2)],
      bands: sigmoid
        ? [
            { from: -limit, to: -FLAT },
            { from: FLAT, to: limit },
          ]
        : [],
      lines: [
        { name: "plot-bend", points: sampled(activation.value, -limit, limit).map(([x, y]) => [x, Math.min(y, 2)]) },
        { name: "plot-slope", points: sampled((z) => activation.slope(z, activation.value(z)), -limit, limit) },
      ],
      label: t("lens.initialization.bends", {
        saturated: percent(facts.saturated, 1),
        slope: decimal(facts.meanSlope ?? 0, 3),
      }),
    });
  }

  onFrame(draw);
}

/** @param {number} layer @param {number} layers */
function layerName(layer, layers) {
  return layer === layers - 1 ? t("lens.layer.output") : t("lens.layer.hidden", { layer: layer + 1 });
}

/** @param {Facts} facts @param {string} name @param {boolean} chosen */
function rowOf(facts, name, chosen) {
  const cells = [
    decimal(facts.width, 2),
    decimal(facts.unitWidth, 2),
    decimal(facts.dataWidth, 2),
    facts.saturated === null ? "–" : percent(facts.saturated, 1),
    facts.meanSlope === null ? "–" : decimal(facts.meanSlope, 3),
  ];
  return h("tr", { "data-chosen": chosen }, h("th", { scope: "row" }, name), ...cells.map((text) => h("td", {}, text)));
}
