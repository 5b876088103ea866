/** The drawing of the network, which is also the editor of its shape: knobs stand below the layers they change. */

import { createLock } from "../controls/lock.js";
import { complaint, parameterCount } from "../runs/config.js";
import { helpSign } from "../controls/help.js";
import { t } from "../i18n/translate.js";
import { h, keyed, set, svg, write } from "../lib/dom.js";
import { integer, shapeText } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";

const COLUMN = 72; // width of a layer in the drawing, in its own units
const PITCH = 12;
const MOST = 9; // neurons drawn per layer; of more, the ends and three dots
const HEIGHT = 16 + (MOST - 1) * PITCH;
const FLOWING = 7; // one edge in so many shows the flow while a run learns; all of them would be a swarm
const SIZES = [1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000];
const NEW_LAYER = 30;

/** @typedef {{size: number, index: number, fixed: boolean}} Column a layer of the drawing; the ends are fixed */

/** @type {Mount} */
export function mount(element, { actions, fields, person, view }) {
  const picture = svg("svg", { class: "network-picture", role: "img", preserveAspectRatio: "none" });
  const layers = h("div", { class: "layers" });
  const count = h("span", { class: "note" });
  const depth = h("span", { class: "depth" });
  const fewer = button("minus", t("network.remove"), () => setHidden(hidden().slice(0, -1)));
  const more = button("plus", t("network.add"), () => setHidden([...hidden(), hidden().at(-1) ?? NEW_LAYER]));
  const error = h("p", { class: "complaint", id: "shape-complaint", role: "alert" });
  element.append(
    h(
      "div",
      { class: "row" },
      h("h3", { class: "with-help" }, t("network.label"), helpSign("shape", t("network.label"))),
      h("div", { class: "stepper", role: "group", "aria-label": t("network.layers") }, fewer, depth, more),
    ),
    picture,
    h("div", { "data-panel": "portrait" }),
    layers,
    count,
    error,
  );

  const lock = createLock(element);
  const hidden = () => view.draft.value.shape.slice(1, -1);

  /** @param {number[]} sizes */
  function setHidden(sizes) {
    const { shape } = view.draft.value;
    actions.edit({ shape: [shape[0], ...sizes, ...shape.slice(-1)] });
  }

  /** @param {number} index @param {number} size */
  const resize = (index, size) => setHidden(hidden().map((old, k) => (k === index ? size : old)));

  /**
   * A column below a layer: its size, and for a hidden layer the knobs.
   * @param {Column} column
   * @returns {import("../lib/dom.js").Keyed<Column>}
   */
  function createColumn({ index, fixed }) {
    const size = h("span", { class: "layer-size" });
    if (fixed)
      return Object.assign(h("div", { class: "layer" }, size), {
        update: (/** @type {Column} */ layer) => write(size, integer(layer.size)),
      });
    const layer = index;
    const input = h("input", {
      type: "number",
      inputmode: "numeric",
      "aria-label": t("network.neurons", { layer }),
      "aria-describedby": "shape-complaint",
      onchange: () => resize(index - 1, input.valueAsNumber),
    });
    /** @param {string} name @param {string} label @param {(now: number) => number} next */
    const step = (name, label, next) =>
      button(name, t(label, { layer }), () => resize(index - 1, next(hidden()[index - 1])));
    const column = h(
      "div",
      { class: "layer" },
      input,
      step("minus", "network.fewer", (now) => SIZES.filter((other) => other < now).at(-1) ?? 1),
      step("plus", "network.more", (now) => SIZES.find((other) => other > now) ?? now),
    );
    return Object.assign(column, {
      /** @param {Column} column */
      update({ size: now }) {
        if (document.activeElement !== input || input.valueAsNumber !== now)
          input.value = Number.isFinite(now) ? String(now) : "";
      },
    });
  }

  onFrame(() => {
    const { shape } = view.draft.value;
    const columns = shape.map((size, index) => ({ size, index, fixed: index === 0 || index === shape.length - 1 }));
    keyed(layers, columns, ({ index, fixed }) => `${fixed ? "fixed" : "hidden"}-${index}`, createColumn);
    lock.show(actions.lock("shape"), actions.waits.value);
    const rests = actions.lock("shape").locked || actions.waits.value;
    draw(picture, shape);
    set(picture, "aria-label", t("network.picture", { shape: shapeText(shape) }));
    write(depth, t("network.depth", { count: shape.length - 2 }));
    more.toggleAttribute(
      "disabled",
      rests ||
        (Boolean(complaint(fields.shape, [...shape, NEW_LAYER])) &&
          shape.length >= (fields.shape.maxItems ?? Infinity)),
    );
    fewer.toggleAttribute("disabled", rests || shape.length <= (fields.shape.minItems ?? 2));
    const limit = person.rules.value?.parameters;
    const front = view.front.value?.config.shape;
    const isNext = front && shapeText(front) !== shapeText(shape); // below the picture of a run of another shape
    const words = limit ? "network.parameters.most" : isNext ? "network.parameters.next" : "network.parameters";
    const values = { count: integer(parameterCount(shape)), limit: integer(limit ?? 0) };
    write(count, shape.every(Number.isInteger) ? t(words, values) : "");
    write(error, actions.complaints.value.shape ?? "");
    for (const input of layers.querySelectorAll("input"))
      set(input, "aria-invalid", actions.complaints.value.shape ? "true" : null);
  });

  onFrame(() => {
    set(picture, "data-learning", view.front.value?.status === "RUNNING");
  });
}

/** @param {string} name @param {string} label @param {() => void} onclick */
function button(name, label, onclick) {
  return h(
    "button",
    { class: "quiet icon-only", type: "button", "aria-label": label, title: label, onclick },
    icon(name),
  );
}

/** Neurons in columns, every edge faint, some of them flowing. @param {SVGElement} picture @param {number[]} shape */
function draw(picture, shape) {
  const columns = shape.map((size, k) => ({ x: COLUMN * (k + 0.5), ys: heights(size), size }));
  const edges = columns
    .slice(1)
    .flatMap((to, k) => columns[k].ys.flatMap((from) => to.ys.map((y) => `M${columns[k].x} ${from}L${to.x} ${y}`)));
  set(picture, "viewBox", `0 0 ${COLUMN * shape.length} ${HEIGHT}`);
  picture.replaceChildren(
    svg("path", { class: "edges", d: edges.join("") }),
    svg("path", { class: "edges flow", d: edges.filter((_, k) => k % FLOWING === 0).join("") }),
    ...columns.flatMap(({ x, ys }, k) => {
      const d = ys.map((y) => `M${x} ${y}v.01`).join("");
      return [svg("path", { class: "node", d }), ...(k > 0 ? [svg("path", { class: "node-core", d })] : [])];
    }),
    ...columns
      .filter(({ size }) => size > MOST)
      .map(({ x }) => svg("path", { class: "dots", d: `M${x} ${HEIGHT / 2 - 6}v.01m0 6v.01m0 6v.01` })),
  );
}

/** @param {number} size */
function heights(size) {
  const rows = Math.min(Number.isFinite(size) ? Math.max(size, 0) : 0, MOST);
  const top = (HEIGHT - (rows - 1) * PITCH) / 2;
  const all = Array.from({ length: rows }, (_, k) => top + k * PITCH);
  return size > MOST ? all.filter((_, k) => k !== (MOST - 1) / 2) : all;
}
