/** A chart in an element: drawn when it is in sight and something is new, with a cross-hair that others may move. */

import { throttled } from "../lib/throttled.js";
import { createDrawing } from "./drawing.js";

const REDRAW_MS = 200; // at most five drawings a second and chart
const NEAR = "15%"; // so far out of sight a chart is drawn already: who scrolls finds it

/**
 * `figureOf` is asked for the figure only when it is time to draw.
 * @param {HTMLElement} element
 * @param {{figureOf: () => Plotly.Figure | null, onHover: (x: number | null) => void}} options
 */
export function createChart(element, { figureOf, onHover }) {
  const drawing = createDrawing();
  const cross = document.createElement("div");
  cross.className = "chart-cross";
  cross.hidden = true;
  element.append(drawing.element, cross);
  let near = false;
  let drawnAxis = "";
  let marked = /** @type {{x: number | null, axis: string}} */ ({ x: null, axis: "" });

  function draw() {
    const { clientWidth: width, clientHeight: height } = element;
    if (document.hidden || !near || !width) return;
    const figure = figureOf();
    if (!figure) return;
    drawing.draw(figure, width, height);
    drawnAxis = figure.axis;
    mark(marked.x, marked.axis);
  }

  /** Ask for a drawing; several requests within a short time become one. */
  const request = throttled(draw, REDRAW_MS);

  /** Put the cross-hair at a place on a horizontal axis, if that is drawn; null takes it away. @param {number | null} x @param {string} axis */
  function mark(x, axis) {
    marked = { x, axis };
    const frame = drawing.frame();
    cross.hidden = x === null || !frame || axis !== drawnAxis;
    if (cross.hidden || !frame || x === null) return;
    cross.style.left = `${frame.x(x)}px`;
    cross.style.top = `${frame.top}px`;
    cross.style.height = `${frame.height}px`;
  }

  element.addEventListener("pointermove", ({ clientX }) => {
    const frame = drawing.frame();
    if (frame) onHover(frame.valueAt(clientX - element.getBoundingClientRect().left));
  });
  element.addEventListener("pointerleave", () => onHover(null));
  document.addEventListener("visibilitychange", request);
  new ResizeObserver(request).observe(element);
  new IntersectionObserver(
    (entries) => {
      near = entries.at(-1)?.isIntersecting ?? false;
      if (near) request();
    },
    { rootMargin: NEAR },
  ).observe(element);

  return { request, mark };
}
