/** Two features: the samples, what the network says everywhere between them, the hidden neurons' lines, and both outputs' distributions. */

import { t } from "../../i18n/translate.js";
import { h, svg, write } from "../../lib/dom.js";
import { integer, percent } from "../../lib/format.js";
import { onFrame } from "../../lib/signal.js";
import { createChoice } from "../elements/choice.js";
import { testInputs } from "../inputs.js";
import { argmax, outputsOf } from "../arithmetic/forward_pass.js";
import { decimal } from "../elements/numbers.js";
import { createPlot } from "../elements/plot.js";
import { scroller } from "../elements/scroller.js";
import { palette, signedImage } from "../elements/signed_image.js";
import { histogram } from "../arithmetic/statistics.js";

const POINTS = 96; // of the surface, per axis
const SAMPLES = 1000;
const DRAWN = 400; // samples as marks
const BINS = 40;
/** What of the plane is shown: both means of all samples lie inside. */
const WINDOW = { x: [0, 0.35], y: [0, 1] };
const BOX = { width: 640, height: 480, left: 44, foot: 40 };

/** @type {LensMount} */
export function mount(element, context) {
  const { memory, resource, snapshots } = context;
  const choice = createChoice(t("lens.plane.surface"), (at) => (chosen.value = at));
  const surface = svg("image", {
    x: BOX.left,
    y: 0,
    width: BOX.width - BOX.left,
    height: BOX.height - BOX.foot,
    preserveAspectRatio: "none",
  });
  const lines = svg("svg", { class: "plane-lines", x: 0, y: 0, width: BOX.width, height: BOX.height - BOX.foot });
  const marks = svg("g");
  const frame = svg(
    "svg",
    { class: "plane", viewBox: `0 0 ${BOX.width} ${BOX.height}`, "aria-label": t("lens.plane.map"), role: "img" },
    surface,
    lines,
    marks,
    axes(),
  );
  const sentence = h("p", { class: "lens-facts" });
  const plots = [0, 1].map(() => createPlot("mid"));
  const weights = h("tbody");
  element.append(
    h(
      "div",
      { class: "lens-grid lens-halves" },
      h(
        "div",
        { class: "lens-part" },
        h("div", { class: "lens-row" }, h("h3", {}, t("lens.plane.map")), choice.element),
        frame,
        h(
          "ul",
          { class: "lens-key" },
          h("li", { "data-key": "zero" }, t("lens.plane.zero")),
          h("li", { "data-key": "one" }, t("lens.plane.one")),
          h("li", { "data-key": "lines" }, t("lens.plane.lines")),
        ),
        sentence,
      ),
      h(
        "div",
        { class: "lens-part" },
        ...plots.flatMap((plot, k) => [h("h3", {}, t("lens.plane.output", { digit: k })), plot.element]),
        h("p", { class: "note" }, t("lens.plane.distributions")),
        h("h3", {}, t("lens.plane.neurons")),
        scroller(
          t("lens.plane.neurons"),
          h(
            "table",
            { class: "lens-table" },
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                ...["neuron", "first", "second", "bias"].map((name) =>
                  h("th", { scope: "col" }, t(`lens.plane.column.${name}`)),
                ),
              ),
            ),
            weights,
          ),
        ),
      ),
    ),
  );
  const grid = gridInputs();
  const inputs = testInputs(context, () => "two-features", SAMPLES);
  const truth = resource(() => `/datasets/two-features/labels?split=test&first=0&count=${SAMPLES}`);
  /** The surface on the screen: the difference of the outputs, or one of them. */
  const chosen = memory("plane", 0);

  function draw() {
    const params = snapshots.current.value?.params;
    if (params?.shape[0] !== 2 || !inputs.value || !truth.value) return;
    const surfaces = [t("lens.plane.difference"), t("lens.plane.v", { digit: 0 }), t("lens.plane.v", { digit: 1 })];
    choice.show(surfaces, chosen.value);
    const out = outputsOf(params, grid);
    const values = Array.from({ length: POINTS * POINTS }, (_, i) =>
      chosen.value === 0 ? out[2 * i + 1] - out[2 * i] : 2 * out[2 * i + chosen.value - 1] - 1,
    );
    surface.setAttribute("href", signedImage(values, POINTS, 1, faded()).toDataURL());
    lines.replaceChildren(boundary(out), ...Array.from({ length: params.shape[1] }, (_, j) => neuronLine(params, j)));
    const judged = outputsOf(params, inputs.value);
    drawSamples(judged, inputs.value, truth.value.labels);
    plots.forEach((plot, k) => drawOutput(plot, judged, truth.value.labels, k));
    weights.replaceChildren(
      ...Array.from({ length: params.shape[1] }, (_, j) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, String(j + 1)),
          ...[params.w[0][2 * j], params.w[0][2 * j + 1], params.b[0][j]].map((value) => h("td", {}, decimal(value))),
        ),
      ),
    );
  }

  /** @param {Float32Array} judged @param {Float32Array} samples @param {number[]} labels */
  function drawSamples(judged, samples, labels) {
    let right = 0;
    const shapes = labels.map((label, s) => {
      const said = argmax(judged.subarray(2 * s, 2 * s + 2));
      right += Number(said === label);
      const [x, y] = place(samples[2 * s], samples[2 * s + 1]);
      const wrong = said === label ? "" : " wrong";
      return label === 0
        ? svg("circle", { class: `plane-zero${wrong}`, cx: x, cy: y, r: 3.2 })
        : svg("rect", { class: `plane-one${wrong}`, x: x - 2.9, y: y - 2.9, width: 5.8, height: 5.8 });
    });
    marks.replaceChildren(...shapes.filter((_, s) => s < DRAWN));
    const text = t("lens.plane.right", { share: percent(right / labels.length, 1), count: integer(labels.length) });
    write(sentence, text);
    frame.setAttribute("aria-label", text);
  }

  /**
   * How one output is spread over the samples of either class.
   * @param {ReturnType<typeof createPlot>} plot
   * @param {Float32Array} judged
   * @param {number[]} labels
   * @param {number} k
   */
  function drawOutput(plot, judged, labels, k) {
    const edges = Array.from({ length: BINS + 1 }, (_, i) => i / BINS);
    const bars = [0, 1].map((label) => {
      const values = labels.flatMap((one, s) => (one === label ? [Math.min(judged[2 * s + k], 1 - 1e-9)] : []));
      return {
        edges,
        counts: Array.from(histogram(values, 0, 1, BINS), (count) => count / values.length),
        name: label === 0 ? "bars-zero" : "bars-one",
      };
    });
    plot.draw({
      x: [0, 1],
      y: [0, Math.max(...bars.flatMap(({ counts }) => counts))],
      bars,
      label: t("lens.plane.output", { digit: k }),
    });
  }

  onFrame(draw);
}

/** The colours of the classes, pale enough for the marks to stand out: orange is 0, blue is 1. */
function faded() {
  const { minus, plus, zero } = palette();
  /** @param {number[]} end */
  const pale = (end) => end.map((value, c) => zero[c] + (value - zero[c]) * 0.6);
  return { minus: pale(minus), plus: pale(plus), zero };
}

function gridInputs() {
  const inputs = new Float32Array(2 * POINTS * POINTS);
  for (let row = 0; row < POINTS; row += 1) {
    for (let column = 0; column < POINTS; column += 1) {
      const i = 2 * (row * POINTS + column);
      inputs[i] = mix(WINDOW.x, (column + 0.5) / POINTS);
      inputs[i + 1] = mix(WINDOW.y, 1 - (row + 0.5) / POINTS);
    }
  }
  return inputs;
}

/** @param {number[]} range @param {number} share */
const mix = ([low, high], share) => low + (high - low) * share;
/** @param {number} x */
const across = (x) => BOX.left + ((x - WINDOW.x[0]) / (WINDOW.x[1] - WINDOW.x[0])) * (BOX.width - BOX.left);
/** @param {number} y */
const down = (y) => (1 - (y - WINDOW.y[0]) / (WINDOW.y[1] - WINDOW.y[0])) * (BOX.height - BOX.foot);
/** @param {number} x @param {number} y */
const place = (x, y) => [Math.round(across(x) * 10) / 10, Math.round(down(y) * 10) / 10];

/** Where a hidden neuron's z is zero: w1 x + w2 y + b = 0. @param {Params} params @param {number} j */
function neuronLine(params, j) {
  const [a, b, c] = [params.w[0][2 * j], params.w[0][2 * j + 1], params.b[0][j]];
  const ends = Math.abs(b) > 1e-9 ? WINDOW.x.map((x) => [x, -(a * x + c) / b]) : WINDOW.y.map((y) => [-c / a, y]);
  return svg("path", { class: "plane-neuron", d: `M${ends.map(([x, y]) => place(x, y).join(" ")).join("L")}` });
}

/**
 * Where both outputs are equal: in every cell of the grid, a line between the points where its edges are crossed.
 * @param {Float32Array} out
 */
function boundary(out) {
  /** @param {number} row @param {number} column */
  const lead = (row, column) => out[2 * (row * POINTS + column) + 1] - out[2 * (row * POINTS + column)];
  const [w, tall] = [(BOX.width - BOX.left) / POINTS, (BOX.height - BOX.foot) / POINTS];
  /** @param {number} row @param {number} column */
  const px = (row, column) => `${(BOX.left + (column + 0.5) * w).toFixed(1)} ${((row + 0.5) * tall).toFixed(1)}`;
  let d = "";
  for (let row = 0; row + 1 < POINTS; row += 1) {
    for (let column = 0; column + 1 < POINTS; column += 1) {
      const corners = [
        [row, column],
        [row, column + 1],
        [row + 1, column + 1],
        [row + 1, column],
      ];
      const crossed = corners.flatMap(([r0, c0], k) => {
        const [r1, c1] = corners[(k + 1) % 4];
        const [a, b] = [lead(r0, c0), lead(r1, c1)];
        const share = a / (a - b);
        return a < 0 === b < 0 ? [] : [px(r0 + (r1 - r0) * share, c0 + (c1 - c0) * share)];
      });
      for (let k = 0; k + 1 < crossed.length; k += 2) d += `M${crossed[k]}L${crossed[k + 1]}`;
    }
  }
  return svg("path", { class: "plane-boundary", d });
}

function axes() {
  /** @param {number} x @param {number} y @param {string} words */
  const text = (x, y, words, anchor = "middle") =>
    svg("text", { class: "plot-tick", x, y, "text-anchor": anchor }, words);
  const ticksX = [0, 0.1, 0.2, 0.3].map((x) =>
    text(Math.max(across(x), BOX.left + 6), BOX.height - BOX.foot + 16, String(x)),
  );
  const ticksY = [0, 0.5, 1].map((y) => text(BOX.left - 6, Math.max(12, down(y)), String(y), "end"));
  const name = text(0, 0, t("lens.plane.second"));
  name.setAttribute("transform", `translate(12 ${(BOX.height - BOX.foot) / 2}) rotate(-90)`);
  return svg(
    "g",
    {},
    ...ticksX,
    ...ticksY,
    text((BOX.width + BOX.left) / 2, BOX.height - 4, t("lens.plane.first")),
    name,
  );
}
