/** Every layer's weights, sums, values and deltas as small histograms, and the size of its gradient: nncore's own figures. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { onFrame, signal } from "../../lib/signal.js";
import { short } from "../elements/numbers.js";
import { createPlot } from "../elements/plot.js";
import { scroller } from "../elements/scroller.js";
import { questionAbout } from "../snapshots.js";

/** @type {("w" | "z" | "v" | "delta")[]} */
const KINDS = ["w", "z", "v", "delta"];

/** @param {LensContext} context */
export function createDistributions({ resource, snapshots }) {
  const body = h("tbody");
  const note = h("p", { class: "note" });
  const element = h(
    "details",
    { class: "lens-details" },
    h("summary", {}, t("lens.distributions")),
    scroller(
      t("lens.distributions"),
      h(
        "table",
        { class: "lens-table lens-plots" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, t("lens.distributions.layer")),
            ...KINDS.map((kind) => h("th", { scope: "col" }, t(`lens.distributions.${kind}`))),
            h("th", { scope: "col" }, t("lens.distributions.gradient")),
          ),
        ),
        body,
      ),
    ),
    note,
  );
  /** @type {{plots: Record<string, ReturnType<typeof createPlot>>, size: HTMLElement}[]} */
  let rows = [];
  const open = signal(false);
  const answer = resource(() => {
    const snapshot = snapshots.current.value;
    return snapshot && open.value ? questionAbout(snapshot, "layers") : null;
  });

  function draw() {
    if (!answer.latest) return;
    const { layers, samples } = answer.latest;
    if (rows.length !== layers.length) build(layers.length);
    layers.forEach((/** @type {LayerView} */ layer, /** @type {number} */ l) => {
      for (const kind of KINDS) drawOne(rows[l].plots[kind], layer[kind], t(`lens.distributions.${kind}`));
      write(rows[l].size, short(layer.gradient_size));
    });
    write(note, t("lens.distributions.note", { samples: integer(samples) }));
  }

  /** @param {number} count */
  function build(count) {
    rows = Array.from({ length: count }, () => ({
      plots: Object.fromEntries(KINDS.map((kind) => [kind, createPlot("small")])),
      size: h("td", { class: "lens-number" }),
    }));
    body.replaceChildren(
      ...rows.map(({ plots, size }, l) =>
        h(
          "tr",
          {},
          h(
            "th",
            { scope: "row" },
            l === count - 1 ? t("lens.layer.output") : t("lens.layer.hidden", { layer: l + 1 }),
          ),
          ...KINDS.map((kind) => h("td", {}, plots[kind].element)),
          size,
        ),
      ),
    );
  }

  /**
   * @param {ReturnType<typeof createPlot>} plot
   * @param {Histogram} histogram
   * @param {string} name
   */
  function drawOne(plot, { edges, counts }, name) {
    const [low, high] = [edges[0], edges[edges.length - 1]];
    const ticks = [low, high].map((at) => ({ at, text: short(at, 2) }));
    plot.draw({
      x: [low, high],
      y: [0, Math.max(...counts)],
      bars: [{ edges, counts }],
      ticks,
      label: t("lens.distributions.alt", { name, low: short(low), high: short(high) }),
    });
  }

  element.addEventListener("toggle", () => (open.value = element.hasAttribute("open")));
  onFrame(draw);
  return element;
}
