/**
 * All drawn curves as one cloud, the darker the more of them go the same way; into it the true curve grows, epoch by epoch. The
 * true one is told by thickness and mine by dashes too, not by colour alone.
 */

import { t } from "../../i18n/translate.js";
import { h, set, svg } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { createChart, valueText } from "./chart.js";
import { farText, truthText } from "./phrases.js";
import { distanceOf, medianCurve, trueCurve } from "./statistics.js";

const INK = 2.5; // of all curves together where they meet, until it is too thin to see one alone
const THINNEST = 0.03;
const THICKEST = 0.5;

/** @param {QuestionSpec} spec @returns {import("./results.js").Results} */
export function curveResults(spec) {
  const { epochs = 20, metric } = spec;
  const chart = createChart(spec);
  const cloud = svg("g", { class: "answer-cloud" });
  const middleLine = svg("polyline", { class: "middle-line" });
  const mineLine = svg("polyline", { class: "mine-line" });
  const truthLine = svg("polyline", { class: "truth-line" });
  const truthDots = svg("g", { class: "truth-dots" });
  chart.root.append(cloud, middleLine, mineLine, truthLine, truthDots);
  const rows = h("tbody");
  const element = h(
    "div",
    {},
    chart.root,
    h(
      "ul",
      { class: "question-legend" },
      ...["cloud", "middle", "mine", "truth"].map((name) =>
        h("li", { class: `key-${name}` }, h("span", { "aria-hidden": "true" }), t(`question.key.${name}`)),
      ),
    ),
    h(
      "details",
      {},
      h("summary", {}, t("question.table")),
      h(
        "table",
        { class: "question-table" },
        h("caption", {}, t(`question.measure.${metric}`)),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ...["epoch", "middle", "mine", "truth"].map((name) => h("th", { scope: "col" }, t(`question.key.${name}`))),
          ),
        ),
        rows,
      ),
    ),
  );
  let middle = /** @type {number[] | null} */ (null);

  return {
    element,
    update({ answers, run, mine }) {
      const curves = answers.flatMap(({ curve }) => (curve ? [curve] : []));
      if (!cloud.childElementCount && curves.length) {
        const opacity = Math.min(Math.max(INK / curves.length, THINNEST), THICKEST);
        cloud.append(
          ...curves.map((curve) => svg("polyline", { points: chart.corners(curve), "stroke-opacity": opacity })),
        );
        middle = medianCurve(curves, epochs);
        set(middleLine, "points", chart.corners(middle));
      }
      const truth = trueCurve(run, spec);
      set(mineLine, "points", mine?.curve ? chart.corners(mine.curve) : "");
      for (const key of element.querySelectorAll(".key-mine")) key.toggleAttribute("hidden", !mine);
      set(truthLine, "points", chart.corners(truth));
      truthDots.replaceChildren(
        ...truth.flatMap((value, epoch) =>
          value === null ? [] : svg("circle", { r: 4, cx: chart.x(epoch), cy: chart.y(value) }),
        ),
      );
      rows.replaceChildren(
        ...truth.map((value, epoch) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, integer(epoch)),
            ...[middle?.[epoch], mine?.curve?.[epoch], value].map((one) =>
              h("td", {}, typeof one === "number" ? valueText(spec, one, 1) : "–"),
            ),
          ),
        ),
      );
      const last = truth.findLastIndex((value) => value !== null);
      const final = last >= Math.min(epochs, run?.epochs ?? epochs);
      const said = last < 0 ? "" : truthText(valueText(spec, truth[last] ?? 0, 2), last, final);
      return {
        summary: t("question.summary.curve", { count: curves.length }) + said,
        distance: ({ curve }) => (curve ? distanceOf(curve, truth) : null),
        far: (distance) => farText(spec, distance),
      };
    },
  };
}
