/** The drawing of the network, which is also the editor of its shape. */

import { parameterCount } from "../config.js";
import { t } from "../i18n.js";
import { h, keyed, set, svg, write } from "../lib/dom.js";
import { integer, shapeText } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";

const WIDTH = 288;
const HEIGHT = 132;
const MOST = 9; // neurons drawn per layer; the rest are three dots
const FLOWING = 7; // every so manieth edge shows the flow while a run learns; all of them would be a swarm
const STEPS = [1, 2, 3, 5, 8, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000];

export function mount(element, { actions, fields, store, view }) {
  const picture = svg("svg", { class: "network-picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const layers = h("div", { class: "layers" });
  const add = h("button", { class: "quiet", type: "button", onclick: addLayer }, icon("plus"), t("network.add"));
  const count = h("span", { class: "note" });
  const error = h("p", { class: "complaint", id: "shape-complaint", role: "alert" });
  element.append(h("h3", {}, t("network.label")), picture, layers, h("div", { class: "row" }, add, count), error);

  const hidden = () => view.draft.value.shape.slice(1, -1);

  function setHidden(sizes) {
    const { shape } = view.draft.value;
    actions.edit({ shape: [shape[0], ...sizes, shape.at(-1)] });
  }

  function addLayer() {
    setHidden([...hidden(), hidden().at(-1) ?? 30]);
  }

  const resize = (index, size) => setHidden(hidden().map((old, i) => (i === index ? size : old)));

  function createLayer({ index }) {
    const layer = index + 1;
    const input = h("input", { type: "number", inputmode: "numeric", "aria-label": t("network.neurons", { layer }), "aria-describedby": "shape-complaint",
      min: fields.shape.item?.minimum, max: fields.shape.item?.maximum, onchange: () => resize(index, input.valueAsNumber) });
    const button = (name, label, onclick) => h("button", { class: "quiet icon-only", type: "button", "aria-label": t(label, { layer }), title: t(label, { layer }), onclick }, icon(name));
    const row = h("div", { class: "layer" },
      button("minus", "network.fewer", () => resize(index, STEPS.filter((size) => size < hidden()[index]).at(-1) ?? 1)),
      input,
      button("plus", "network.more", () => resize(index, STEPS.find((size) => size > hidden()[index]) ?? hidden()[index])),
      button("close", "network.remove", () => setHidden(hidden().filter((_, i) => i !== index))));
    return Object.assign(row, {
      update({ size }) {
        if (document.activeElement !== input || input.valueAsNumber !== size) input.value = Number.isFinite(size) ? String(size) : "";
      },
    });
  }

  onFrame([view.draft, actions.complaints], () => {
    const { shape } = view.draft.value;
    keyed(layers, hidden().map((size, index) => ({ size, index })), ({ index }) => String(index), createLayer);
    draw(picture, shape);
    set(picture, "aria-label", t("network.picture", { shape: shapeText(shape) }));
    const most = fields.shape.maxItems ?? Infinity;
    add.toggleAttribute("disabled", shape.length >= most);
    write(count, shape.every(Number.isInteger) ? t("network.parameters", { count: integer(parameterCount(shape)) }) : "");
    write(error, actions.complaints.value.shape ?? "");
    for (const input of layers.querySelectorAll("input")) set(input, "aria-invalid", actions.complaints.value.shape ? "true" : null);
  });

  onFrame([store.state, view.focus], () => {
    set(picture, "data-learning", store.state.value.runs.get(view.focus.value)?.status === "RUNNING");
  });
}

/** Columns of neurons; a layer too big to draw shows its ends and three dots. */
function draw(picture, shape) {
  const columns = shape.map((size, i) => ({
    x: 26 + (i * (WIDTH - 52)) / (shape.length - 1),
    ys: heights(size),
    size,
  }));
  const edges = columns.slice(1).flatMap((to, i) => columns[i].ys.flatMap((y1) => to.ys.map((y2) => `M${columns[i].x} ${y1}L${to.x} ${y2}`)));
  picture.replaceChildren(
    svg("path", { class: "edges", d: edges.join("") }),
    svg("path", { class: "edges flow", d: edges.filter((_, i) => i % FLOWING === 0).join("") }),
    ...columns.flatMap(({ x, ys, size }, i) => [
      ...ys.map((y) => svg("circle", { class: i === 0 ? "node input" : i === columns.length - 1 ? "node output" : "node", cx: x, cy: y, r: 4.5 })),
      size > MOST && svg("path", { class: "dots", d: `M${x} ${CENTRE - 5}v.01m0 5v.01m0 5v.01` }),
      svg("text", { class: "layer-size", x, y: HEIGHT - 2 }, Number.isFinite(size) ? integer(size) : "?"),
    ].filter(Boolean)),
  );
}

const PITCH = 12;
const CENTRE = 8 + ((MOST - 1) * PITCH) / 2;

function heights(size) {
  const rows = Math.min(Number.isFinite(size) ? Math.max(size, 0) : 0, MOST);
  const top = CENTRE - ((rows - 1) * PITCH) / 2;
  const all = Array.from({ length: rows }, (_, i) => top + i * PITCH);
  return size > MOST ? all.filter((_, i) => i !== (MOST - 1) / 2) : all;
}
