/** The only file that touches Plotly. It is fetched after the page is on the screen and everything else works without it. */

import { createPreview } from "./preview.js";

const REDRAW_MS = 500; // at most two redraws a second and chart
const REST_MS = 6_000;
const NEAR = "15%"; // so far out of sight a chart is drawn already; on a phone the curves are below the digits
const LOOK_MS = 100; // how often a page without charts looks whether it needs them
const CONFIG = { displayModeBar: false, responsive: false, staticPlot: true, doubleClick: false, showTips: false };

/** @type {Promise<Plotly> | null} */
let loading = null;

/** @returns {Promise<Plotly>} */
function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.defer = true;
    script.src = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name="plotly"]')).content;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error("Plotly did not load"));
    document.head.append(script);
  });
  return loading;
}

/**
 * Resolves when a chart is in sight, or almost, and its curves are growing, a hand has moved, or the page has long been at
 * rest: evaluating five megabytes of code before that would only make the first curves and the first click wait.
 * @param {{needed: () => boolean, near: () => boolean}} questions
 */
function whenNeeded({ needed, near }) {
  return new Promise((resolve) => {
    const signs = ["pointermove", "pointerdown", "keydown", "scroll"];
    const since = performance.now();
    let moved = false;
    const look = () => {
      if (!near() || !(moved || needed() || performance.now() - since > REST_MS)) return;
      clearInterval(timer);
      signs.forEach((sign) => removeEventListener(sign, note));
      resolve(undefined);
    };
    const note = () => {
      moved = true;
      look();
    };
    const timer = setInterval(look, LOOK_MS);
    signs.forEach((sign) => addEventListener(sign, note, { passive: true, once: true }));
  });
}

/**
 * A chart in an element. `figureOf` is asked for the figure only when it is time to draw.
 * @param {HTMLElement} element
 * @param {{figureOf: () => Plotly.Figure | null, needed: () => boolean, onHover: (x: number | null) => void, onFail: () => void}} options
 */
export function createChart(element, { figureOf, needed, onHover, onFail }) {
  const plot = /** @type {Plotly.Chart} */ (document.createElement("div"));
  plot.className = "chart-plot";
  const cross = document.createElement("div");
  cross.className = "chart-cross";
  cross.hidden = true;
  const preview = createPreview();
  element.append(preview.element, plot, cross);
  let plotly = /** @type {Plotly | null} */ (null);
  let near = false;
  let drawn = false;
  let drawnAt = -Infinity;
  let timer = 0;
  let drawnAxis = "";
  let marked = /** @type {{x: number | null, axis: string}} */ ({ x: null, axis: "" });

  /** @returns {void} */
  function draw() {
    timer = 0;
    if (document.hidden || (drawn && !near)) return;
    const figure = sized();
    if (!figure) return;
    drawnAt = performance.now();
    if (!plotly || !near) return preview.draw(figure);
    const { data, layout } = figure;
    // Runs that have ended stay lines of the preview, below: ten of them would be most of what a redraw costs.
    plotly
      .react(
        plot,
        data.filter(({ still }) => !still),
        layout,
        CONFIG,
      )
      .then(() => {
        drawn = true;
        drawnAxis = figure.axis;
        preview.draw({ ...figure, data: data.filter(({ still }) => still) });
        mark(marked.x, marked.axis);
      });
  }

  /** The figure in the chart's size, or null if there is nothing to see. */
  function sized() {
    const figure = plot.clientWidth ? figureOf() : null;
    if (figure) Object.assign(figure.layout, { width: plot.clientWidth, height: plot.clientHeight });
    return figure;
  }

  /** Ask for a redraw; several requests within half a second become one. */
  function request() {
    if (!timer) timer = window.setTimeout(draw, Math.max(0, drawnAt + REDRAW_MS - performance.now()));
  }

  /** Put the cross-hair at a place on a horizontal axis, if that is drawn; null takes it away. @param {number | null} x @param {string} axis */
  function mark(x, axis) {
    marked = { x, axis };
    const axes = plot._fullLayout;
    cross.hidden = true;
    if (x === null || !axes || axis !== drawnAxis) return;
    cross.hidden = false;
    const { xaxis, yaxis } = axes;
    cross.style.left = `${xaxis._offset + xaxis.d2p(x)}px`;
    cross.style.top = `${yaxis._offset}px`;
    cross.style.height = `${yaxis._length}px`;
  }

  element.addEventListener("pointermove", ({ clientX }) => {
    const { xaxis } = plot._fullLayout ?? {};
    if (xaxis) onHover(xaxis.p2d(clientX - plot.getBoundingClientRect().left - xaxis._offset));
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
  whenNeeded({ needed, near: () => near })
    .then(loadPlotly)
    .then((global) => {
      plotly = global;
      request();
    }, onFail);
  /** @param {"png" | "svg"} format @param {string} filename */
  async function download(format, filename) {
    const figure = sized();
    if (!plotly || !figure) return;
    const { width, height } = figure.layout;
    await plotly.react(plot, figure.data, figure.layout, CONFIG); // with the lines that are still
    await plotly.downloadImage(plot, { format, filename, width, height, scale: format === "png" ? 3 : 1 });
    request();
  }

  return { request, mark, download };
}
