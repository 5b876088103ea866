/**
 * The same figure in Plotly, for who wants to explore it: zoom, values of all lines, legend, logarithmic axes, pictures to take
 * home. The only file that touches Plotly, which is fetched when it is asked for.
 */

import { addWords, t } from "../i18n/translate.js";
import { h, write } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { addSheet } from "../lib/sheet.js";
import { throttled } from "../lib/throttled.js";
import { FRACTIONS } from "./figure.js";

const CONFIG = { displayModeBar: false, responsive: true, doubleClick: "reset", showTips: false, scrollZoom: true };
const REDRAW_MS = 1000;
/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const SHEET = new URL("./explore.css", import.meta.url).href;
const PICTURE = { width: 1000, height: 560 };

/** @typedef {() => Plotly.Figure | null} FigureOf */
/** @typedef {{text: string, name: string}} About what a figure is called, and a file of it */

/** @type {Promise<Plotly> | null} */
let loading = null;

/** @returns {Promise<Plotly>} */
function loadPlotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name="plotly"]')).content;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = null; // the next press tries again
      reject(new Error("Plotly did not load"));
    };
    document.head.append(script);
  });
  return loading;
}

/** What it needs before it is made. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** Let the visitor explore a figure. `fail` is told when a picture cannot be made. @param {{fail: (text: string) => void}} options */
export function createExplorer({ fail }) {
  let shown = /** @type {{figureOf: FigureOf, about: About} | null} */ (null);
  const title = h("h2", { id: "explore-title" });
  const word = h("p", { class: "note", role: "status" });
  const plot = h("div", { class: "explore-plot" });
  const [logX, logY] = ["x", "y"].map(
    (axis) =>
      /** @type {HTMLInputElement} */ (
        h("input", { type: "checkbox", onchange: () => turn(axis, axis === "x" ? logX.checked : logY.checked) })
      ),
  );
  const sheet = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet explore", "aria-labelledby": title.id, onclose: () => (shown = null) },
      h(
        "header",
        { class: "column-head" },
        title,
        h(
          "button",
          { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: () => sheet.close() },
          icon("close"),
        ),
      ),
      word,
      plot,
      h(
        "div",
        { class: "explore-row" },
        h("label", { class: "switch" }, logX, t("explore.log-x")),
        h("label", { class: "switch" }, logY, t("explore.log-y")),
        h("button", { type: "button", onclick: () => reset() }, t("explore.reset")),
        ...["png", "svg"].map((format) =>
          h(
            "button",
            { type: "button", onclick: () => shown && save(shown.figureOf, format, shown.about) },
            format.toUpperCase(),
          ),
        ),
      ),
    )
  );

  /** @param {FigureOf} figureOf @param {About} about */
  async function open(figureOf, about) {
    if (!sheet.isConnected) document.body.append(sheet);
    shown = { figureOf, about };
    write(title, about.text);
    write(word, t("explore.loading"));
    sheet.showModal();
    try {
      await loadPlotly();
    } catch {
      shown = null;
      write(word, t("explore.unavailable"));
      return;
    }
    const figure = figureOf();
    [logX.checked, logY.checked] = [figure?.layout.xaxis.type === "log", figure?.layout.yaxis.type === "log"];
    draw();
    reset();
  }

  async function draw() {
    if (!shown) return;
    const figure = shown.figureOf();
    write(word, t(figure ? "explore.about" : "explore.empty"));
    if (!figure) return;
    const plotly = await loadPlotly();
    await plotly.react(plot, figure.data.map(explored), layoutOf(figure), CONFIG);
  }

  /** News of the runs; what the visitor has zoomed to stays. */
  const refresh = throttled(() => void draw(), REDRAW_MS);

  /** @param {string} axis @param {boolean} log */
  async function turn(axis, log) {
    const plotly = await loadPlotly();
    await plotly.relayout(plot, { [`${axis}axis.type`]: log ? "log" : "linear", [`${axis}axis.autorange`]: true });
  }

  async function reset() {
    const plotly = await loadPlotly();
    await plotly.relayout(plot, { "xaxis.autorange": true, "yaxis.autorange": true });
  }

  /** @param {Plotly.Figure} figure @returns {Plotly.Layout} */
  function layoutOf({ layout }) {
    // Who zooms comes to parts of epochs.
    const tickformat = layout.xaxis.tickformat === "d" ? FRACTIONS : layout.xaxis.tickformat;
    const axis = { fixedrange: false, autorange: true, showgrid: true, zeroline: false };
    const type = (/** @type {HTMLInputElement} */ box) =>
      /** @type {"log" | "linear"} */ (box.checked ? "log" : "linear");
    return {
      ...layout,
      uirevision: "the visitor's",
      hovermode: "x unified",
      dragmode: "zoom",
      showlegend: true,
      autosize: true,
      margin: { l: 60, r: 20, t: 10, b: 40 },
      hoverlabel: { bgcolor: layout.paper, font: layout.font },
      xaxis: { ...layout.xaxis, ...axis, type: type(logX), dtick: undefined, tickformat },
      yaxis: { ...layout.yaxis, ...axis, type: type(logY) },
      annotations: [], // the legend and the hand say it
      shapes: layout.shapes,
    };
  }

  /** A picture to take home. @param {FigureOf} figureOf @param {string} format @param {About} about */
  async function save(figureOf, format, { text: title, name: filename }) {
    const figure = figureOf();
    if (!figure) return;
    const stage = h("div", { class: "unseen" });
    document.body.append(stage);
    try {
      const plotly = await loadPlotly();
      const layout = {
        ...figure.layout,
        ...PICTURE,
        margin: { ...figure.layout.margin, t: 50 },
        autosize: false,
        title: { text: title },
        annotations: figure.layout.annotations.map((note) => ({ ...note, text: escaped(note.text) })),
        showlegend: true,
        paper_bgcolor: figure.layout.paper,
      };
      await plotly.react(stage, figure.data.map(explored), layout, { staticPlot: true });
      await plotly.downloadImage(stage, { format, filename, ...PICTURE, scale: format === "png" ? 2 : 1 });
      plotly.purge(stage);
    } catch {
      fail(t("explore.unavailable"));
    } finally {
      stage.remove();
    }
  }

  return { open, refresh, save };
}

/** A line with its name in the legend and its values under the hand. @param {Plotly.Trace} trace @returns {Plotly.Trace} */
function explored({ hoverinfo: _, ...trace }) {
  return { ...trace, name: escaped(trace.name), showlegend: Boolean(trace.line) && !trace.raw };
}

/**
 * Plotly reads marks of HTML in texts, some of them twice, so that no way of escaping lasts; a name is only a name, and has signs
 * that look the same.
 * @param {string} name
 */
const escaped = (name) => name.replaceAll("&", "＆").replaceAll("<", "‹").replaceAll(">", "›");
