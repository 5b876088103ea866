/** Draw a digit of one's own: what the network sees of it, its ten outputs while the pen moves, and what every drawn run takes it for. */

import { contextOf } from "../../lib/canvas.js";
import { series } from "../../runs/colours.js";
import { t } from "../../i18n/translate.js";
import { h, set, write } from "../../lib/dom.js";
import { integer, percent } from "../../lib/format.js";
import { createCache } from "../../lib/cache.js";
import { onFrame } from "../../lib/signal.js";
import { colour } from "../../state/theme.js";
import { signedBars } from "../elements/bars.js";
import { SIDE, inputOf, isEmpty } from "./strokes.js";
import { greyImage } from "../elements/grey_image.js";
import { argmax, forward, outputsOf } from "../arithmetic/forward_pass.js";
import { decimal } from "../elements/numbers.js";
import { paintSharp, signedImage } from "../elements/signed_image.js";

const PAPER = 560;
const RUNS = 8; // as many predictions beside the run in front

/** @typedef {import("./strokes.js").Stroke} Stroke */

/** @type {LensMount} */
export function mount(element, context) {
  const { memory, resource, snapshots, store, view } = context;
  const strokes = memory("strokes", /** @type {Stroke[]} */ ([]));
  const centred = memory("centred", true);
  const others = resource(
    () => (rivals().length ? `rivals?${rivals().map(({ run, epoch }) => `${run.id} ${epoch}`)}` : null),
    (/** @type {string} */ _, /** @type {AbortSignal} */ abort) =>
      Promise.all(rivals().map(({ run, epoch }) => snapshots.at(run, epoch, abort).catch(unlessPassing))),
    createCache({ entries: 1 }), // the parameters have a cache of their own
  );
  const paper = /** @type {HTMLCanvasElement} */ (
    h("canvas", { class: "draw-paper", width: PAPER, height: PAPER, role: "img", "aria-label": t("lens.draw.paper") })
  );
  const preview = /** @type {HTMLCanvasElement} */ (
    h("canvas", { class: "lens-digit draw-preview", width: SIDE * 6, height: SIDE * 6, "aria-hidden": "true" })
  );
  const undo = h(
    "button",
    { type: "button", onclick: () => (strokes.value = strokes.value.slice(0, -1)) },
    t("lens.draw.undo"),
  );
  const clear = h("button", { type: "button", onclick: () => (strokes.value = []) }, t("lens.draw.clear"));
  const box = /** @type {HTMLInputElement} */ (
    h("input", { type: "checkbox", onchange: () => (centred.value = box.checked) })
  );
  const answer = h("p", { class: "draw-answer", role: "status" });
  const outputs = h("div");
  const hidden = h("div", { class: "lens-part" });
  const inside = h("div", { class: "lens-part" }, h("h3", {}, t("lens.draw.hidden")), hidden);
  const rows = h("tbody");
  const predictions = h("div", {}, h("h3", {}, t("lens.draw.predictions")), h("table", { class: "lens-table" }, rows));
  element.append(
    h(
      "div",
      { class: "lens-grid draw-grid" },
      h(
        "div",
        { class: "lens-part" },
        paper,
        h("div", { class: "lens-pair" }, undo, clear),
        h("p", { class: "note" }, t("lens.draw.hint")),
      ),
      h(
        "div",
        { class: "lens-part" },
        h("h3", {}, t("lens.draw.seen")),
        preview,
        h("label", { class: "switch" }, box, t("lens.draw.centred")),
      ),
      h("div", { class: "lens-part" }, h("h3", {}, t("lens.draw.outputs")), answer, outputs, inside, predictions),
    ),
  );
  box.checked = centred.value;
  let pen = /** @type {number | null} */ (null);

  /** @param {PointerEvent} event */
  const pointOf = ({ clientX, clientY }) => {
    const { left, top, width, height } = paper.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  };
  /** @param {Stroke} points */
  const extend = (points) =>
    (strokes.value = [...strokes.value.slice(0, -1), [...(strokes.value.at(-1) ?? []), ...points]]);

  paper.addEventListener("pointerdown", (event) => {
    if (pen !== null || event.button !== 0) return;
    pen = event.pointerId;
    paper.setPointerCapture(pen);
    strokes.value = [...strokes.value, [pointOf(event)]];
    event.preventDefault();
  });
  paper.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen) return;
    const moves = event.getCoalescedEvents();
    extend((moves.length ? moves : [event]).map(pointOf));
  });
  /** @param {PointerEvent} event */
  function lift({ pointerId }) {
    if (pointerId === pen) pen = null;
  }
  paper.addEventListener("pointerup", lift);
  paper.addEventListener("pointercancel", lift);

  function draw() {
    const input = inputOf(strokes.value, centred.value);
    const empty = isEmpty(strokes.value);
    drawPaper();
    paintSharp(preview, greyImage(input));
    undo.toggleAttribute("disabled", empty);
    clear.toggleAttribute("disabled", empty);
    const snapshot = snapshots.current.value;
    if (!snapshot || snapshot.params.shape[0] !== SIDE * SIDE) return;
    inside.hidden = empty;
    if (empty) {
      write(answer, t("lens.draw.empty"));
      for (const part of [outputs, hidden, rows]) part.replaceChildren();
      predictions.hidden = true;
      return;
    }
    const { v } = forward(snapshot.params, input);
    const values = Array.from(v[v.length - 1]);
    const best = argmax(values);
    write(answer, t("lens.draw.answer", { digit: best, output: percent(values[best], 0) }));
    outputs.replaceChildren(
      signedBars(values, {
        scale: 1,
        label: values.map((value, k) => `${k}: ${decimal(value)}`).join(", "),
        roles: (k) => (k === best ? "chosen" : ""),
      }),
    );
    hidden.replaceChildren(...v.slice(1, -1).map(activationsOf));
    const seen = [snapshot, ...(others.latest ?? []).filter((one) => one !== null)];
    rows.replaceChildren(...seen.map((one) => rowOf(one, input)));
    predictions.hidden = false;
  }

  function drawPaper() {
    const pencil = contextOf(paper);
    pencil.clearRect(0, 0, PAPER, PAPER);
    Object.assign(pencil, {
      lineCap: "round",
      lineJoin: "round",
      lineWidth: PAPER * 0.09,
      strokeStyle: colour("--digit-ink"),
    });
    for (const stroke of strokes.value) {
      pencil.beginPath();
      stroke.forEach(({ x, y }) => pencil.lineTo(x * PAPER, y * PAPER));
      if (stroke.length === 1) pencil.lineTo(stroke[0].x * PAPER + 0.1, stroke[0].y * PAPER);
      pencil.stroke();
    }
  }

  /** The compared runs at the same epoch, as far as they are networks of pictures. */
  function rivals() {
    const { runs } = store.state.value;
    return [...view.compared.value]
      .filter((id) => id !== snapshots.current.value?.run.id)
      .flatMap((id) => runs.get(id) ?? [])
      .filter((run) => run.config.dataset === "digits")
      .slice(0, RUNS)
      .map((run) => ({ run, epoch: Math.min(run.epoch, view.hover.value ?? run.epoch) }));
  }

  onFrame(draw);
}

/** A run that is gone has nothing to say; one that cannot be reached now is asked again. @param {any} error */
function unlessPassing(error) {
  if (error.passing !== false) throw error;
  return null;
}

/** @param {Float32Array} values */
function activationsOf(values) {
  const columns = Math.min(values.length, 30);
  const image = signedImage(values, columns, 1);
  set(image, "class", "draw-hidden");
  set(image, "role", "img");
  set(
    image,
    "aria-label",
    t("lens.draw.activations", {
      on: integer(values.filter((value) => value > 0.5).length),
      count: integer(values.length),
    }),
  );
  return image;
}

/** @param {Snapshot} snapshot @param {Float32Array} input */
function rowOf({ run, epoch, params }, input) {
  const values = outputsOf(params, input);
  const best = argmax(values);
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      h("span", { class: "swatch", "data-series": series(run), "aria-hidden": "true" }),
      " ",
      run.name,
    ),
    h("td", {}, t("lens.draw.epoch", { epoch: integer(epoch) })),
    h("td", { class: "draw-verdict" }, String(best)),
    h("td", {}, percent(values[best], 0)),
  );
}
