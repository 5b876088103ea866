/** Draw the curve you expect: with a finger, the mouse, or keys. */

import { t } from "../../i18n/translate.js";
import { h, set, svg } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { createChart, isShare, rangeOf, valueText } from "./chart.js";
import { completed, isBlank, moved, noPoints, stroked } from "./points.js";

const KEPT = 50; // steps that can be undone
const STEPS = 100; // of the arrow keys from the bottom of the chart to its top
const LEAP = 10; // of them with Page Up and Page Down

/** @type {import("./entries.js").CreateEntry} */
export function curveEntry(spec, { id, onchange }) {
  const { epochs = 20 } = spec;
  const { least, most } = rangeOf(spec);
  const chart = createChart(spec);
  const line = svg("polyline", { class: "drawn-line" });
  const dots = svg("g", { class: "drawn-dots" });
  const cursor = svg("circle", { class: "drawn-cursor", r: 9 });
  chart.root.append(line, dots, cursor);
  const paper = h(
    "div",
    {
      class: "curve-paper",
      tabindex: 0,
      role: "slider",
      "aria-label": t("question.curve.label", { measure: t(`question.measure.${spec.metric}`) }),
      "aria-describedby": `${id}-hint`,
      "aria-orientation": "vertical",
      "aria-valuemin": least,
      "aria-valuemax": most,
    },
    chart.root,
  );
  const scale = isShare(spec) ? 100 : 1;
  const start = /** @type {HTMLInputElement} */ (
    h("input", {
      type: "number",
      id: `${id}-start`,
      inputmode: "decimal",
      step: "any",
      min: least * scale,
      max: most * scale,
      onchange: () => Number.isFinite(start.valueAsNumber) && move(0, start.valueAsNumber / scale),
    })
  );
  const undoButton = h("button", { type: "button", onclick: undo }, t("question.curve.undo"));
  const clearButton = h(
    "button",
    { type: "button", onclick: () => change(noPoints(epochs)) },
    t("question.curve.clear"),
  );
  const element = h(
    "div",
    { class: "curve-entry" },
    h("p", { class: "note", id: `${id}-hint` }, t("question.curve.hint")),
    paper,
    h(
      "div",
      { class: "question-row" },
      h("label", { for: `${id}-start` }, t("question.curve.start")),
      h("span", { class: "question-number" }, start, isShare(spec) && "%"),
      undoButton,
      clearButton,
    ),
  );
  let points = noPoints(epochs);
  let at = 0; // the epoch that the keys move
  let frozen = false;
  /** @type {import("./points.js").Points[]} */
  const before = [];
  /** @type {{pointer: number, from: {epoch: number, value: number}} | null} */
  let pen = null;

  /** @param {import("./points.js").Points} next */
  function change(next) {
    if (frozen) return;
    before.push(points);
    if (before.length > KEPT) before.shift();
    show(next);
  }

  function undo() {
    const last = before.pop();
    if (last && !frozen) show(last);
  }

  /** @param {number} epoch @param {number} value */
  const move = (epoch, value) => change(moved(points, epoch, rounded(value)));

  /** @param {number} value */
  const rounded = (value) => Math.min(Math.max(Math.round(value * 1e4) / 1e4, least), most);

  /** @param {import("./points.js").Points} next */
  function show(next) {
    points = next;
    draw();
    onchange();
  }

  function draw() {
    const curve = completed(points);
    set(line, "points", curve ? chart.corners(curve) : "");
    dots.replaceChildren(
      ...points.flatMap((value, epoch) =>
        value === null ? [] : svg("circle", { r: 3.5, cx: chart.x(epoch), cy: chart.y(value) }),
      ),
    );
    const here = curve?.[at] ?? null;
    set(cursor, "cx", chart.x(at));
    set(cursor, "cy", chart.y(here ?? least));
    set(paper, "aria-valuenow", here ?? least);
    const value = here === null ? t("question.curve.nothing") : valueText(spec, here);
    set(paper, "aria-valuetext", t("question.curve.place", { epoch: integer(at), value }));
    if (document.activeElement !== start) start.value = points[0] === null ? "" : String(round(points[0] * scale));
    undoButton.disabled = frozen || !before.length;
    clearButton.disabled = frozen || isBlank(points);
  }

  paper.addEventListener("pointerdown", (event) => {
    if (pen || frozen || event.button !== 0) return;
    const from = chart.under(event);
    pen = { pointer: event.pointerId, from };
    paper.setPointerCapture(event.pointerId);
    at = Math.round(from.epoch);
    change(stroked(points, from, { ...from, value: rounded(from.value) }));
    paper.focus({ preventScroll: true });
    event.preventDefault();
  });
  paper.addEventListener("pointermove", (event) => {
    if (pen?.pointer !== event.pointerId) return;
    const all = event.getCoalescedEvents?.() ?? [];
    let next = points;
    for (const one of all.length ? all : [event]) {
      const to = chart.under(one);
      next = stroked(next, pen.from, to).map((value) => (value === null ? null : rounded(value)));
      pen.from = to;
    }
    at = Math.round(pen.from.epoch);
    show(next);
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    if (pen?.pointer === event.pointerId) pen = null;
  };
  paper.addEventListener("pointerup", lift);
  paper.addEventListener("pointercancel", lift);

  paper.addEventListener("keydown", (event) => {
    if (event.altKey) return;
    const step = (most - least) / STEPS;
    /** @param {number} by */
    const raise = (by) => move(at, (completed(points)?.[at] ?? least) + by);
    /** @param {number} epoch */
    const go = (epoch) => {
      at = Math.min(Math.max(epoch, 0), epochs);
      draw();
    };
    /** @type {Record<string, () => void>} */
    const keys =
      event.ctrlKey || event.metaKey
        ? { z: undo }
        : {
            ArrowUp: () => raise(step),
            ArrowDown: () => raise(-step),
            PageUp: () => raise(step * LEAP),
            PageDown: () => raise(-step * LEAP),
            ArrowLeft: () => go(at - 1),
            ArrowRight: () => go(at + 1),
            Home: () => go(0),
            End: () => go(epochs),
          };
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation(); // the page's own keys would step the run, or undo a removal
    action();
  });

  draw();
  return {
    element,
    answer() {
      const curve = completed(points);
      return curve ? { curve: curve.map(rounded) } : null;
    },
    fill({ curve }) {
      before.length = 0;
      if (curve) show([...curve]);
    },
    freeze(on) {
      frozen = on;
      start.disabled = on;
      set(paper, "aria-disabled", on ? "true" : null);
      draw();
    },
  };
}

/** @param {number} value */
const round = (value) => Math.round(value * 1e4) / 1e4;
