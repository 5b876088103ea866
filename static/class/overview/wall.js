/** The wall: a small curve for each student, or for each run, with the newest news marked. For walking around the room without walking. */

import { t } from "../../i18n/translate.js";
import { contextOf } from "../../lib/canvas.js";
import { h, set } from "../../lib/dom.js";
import { percent } from "../../lib/format.js";
import { signal } from "../../lib/signal.js";
import { newestOfEach, newsOf } from "./filter.js";

const CELL = { width: 168, height: 112, gap: 12 }; // in CSS pixels
const HEAD = 22;
const MOST = 400; // curves; a canvas cannot be as high as one likes

/** @param {import("./overview.js").Overview} overview */
export function createWall({ open, ownerName }) {
  const all = signal(false);
  const each = /** @type {HTMLInputElement} */ (
    h("input", { type: "checkbox", onchange: () => (all.value = each.checked) })
  );
  /** The runs on the wall, in its order. @type {Run[]} */
  let shown = [];
  let columns = 1;
  const canvas = /** @type {HTMLCanvasElement} */ (
    h("canvas", { class: "overview-wall", role: "img", onclick: press })
  );
  const legend = h("p", { class: "note" }, t("overview.wall.about"));
  const frame = h(
    "div",
    { class: "overview-scroll", tabindex: 0, role: "group", "aria-label": t("overview.wall") },
    canvas,
  );
  const element = h(
    "div",
    { class: "overview-pane" },
    h("div", { class: "overview-row" }, h("label", { class: "switch" }, each, t("overview.wall.all")), legend),
    frame,
  );

  /** @param {MouseEvent} event */
  function press({ offsetX, offsetY }) {
    const column = Math.floor(offsetX / (CELL.width + CELL.gap));
    const row = Math.floor(offsetY / (CELL.height + CELL.gap));
    const run = column < columns ? shown[row * columns + column] : undefined;
    if (run) open(run.id);
  }

  /** @param {Run[]} runs */
  function update(runs) {
    const byNumber = [...runs].sort((one, other) => one.number - other.number);
    shown = (all.value ? byNumber : newestOfEach(byNumber)).slice(0, MOST);
    const news = newsOf(shown);
    const colours = readColours(canvas);
    columns = Math.max(1, Math.floor((frame.clientWidth - 4 + CELL.gap) / (CELL.width + CELL.gap)));
    const rows = Math.ceil(shown.length / columns);
    const [width, height] = [columns * (CELL.width + CELL.gap), Math.max(1, rows) * (CELL.height + CELL.gap)];
    const scale = Math.min(devicePixelRatio, 2);
    if (canvas.width !== width * scale || canvas.height !== height * scale) {
      canvas.width = width * scale;
      canvas.height = height * scale;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const pen = contextOf(canvas);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    shown.forEach((run, place) => {
      pen.save();
      pen.translate(
        (place % columns) * (CELL.width + CELL.gap),
        Math.floor(place / columns) * (CELL.height + CELL.gap),
      );
      drawCell(pen, run, news[place], colours, ownerName(run));
      pen.restore();
    });
    const newest = shown[news.indexOf(0)];
    const values = { count: shown.length, newest: newest ? ownerName(newest) : "–" };
    set(canvas, "aria-label", t("overview.wall.label", values));
    set(canvas, "data-newest", newest?.id);
  }

  return { element, update };
}

/** @typedef {{ink: string, faint: string, line: string, other: string, news: string, font: string}} Colours */

/** @param {HTMLCanvasElement} canvas @returns {Colours} */
function readColours(canvas) {
  const style = getComputedStyle(canvas);
  return {
    ink: style.color,
    faint: style.borderColor,
    line: style.outlineColor,
    other: style.columnRuleColor,
    news: style.textDecorationColor,
    font: style.fontFamily,
  };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Run} run
 * @param {number} news 0: the newest of all
 * @param {Colours} colours
 * @param {string} owner
 */
function drawCell(pen, run, news, colours, owner) {
  const { width, height } = CELL;
  pen.strokeStyle = news === 0 ? colours.news : colours.faint;
  pen.lineWidth = [4, 2, 1][news];
  pen.strokeRect(2, 2, width - 4, height - 4);
  pen.fillStyle = colours.ink;
  pen.font = `600 13px ${colours.font}`;
  const value = percent(run.last?.test_accuracy, 1);
  const taken = pen.measureText(value).width;
  pen.fillText(value, width - 10 - taken, HEAD - 4);
  pen.fillText(fitting(pen, news === 0 ? `★ ${owner}` : owner, width - 26 - taken), 10, HEAD - 4);
  const [left, top, w, l] = [10, HEAD + 4, width - 20, height - HEAD - 14];
  pen.strokeStyle = colours.faint;
  pen.lineWidth = 1;
  pen.strokeRect(left, top, w, l);
  curve(pen, run, run.history.train_accuracy, { left, top, w, l }, colours.other, 1, []);
  curve(pen, run, run.history.test_accuracy, { left, top, w, l }, colours.line, 2, []);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Run} run
 * @param {Series} values
 * @param {{left: number, top: number, w: number, l: number}} frame
 * @param {string} colour
 * @param {number} width
 * @param {number[]} dash
 */
function curve(pen, run, values, { left, top, w, l }, colour, width, dash) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  let begun = false;
  values.forEach((value, at) => {
    if (value === null) return;
    const x = left + (run.history.epoch[at] / run.epochs) * w;
    const y = top + (1 - value) * l;
    if (begun) pen.lineTo(x, y);
    else pen.moveTo(x, y);
    begun = true;
  });
  pen.stroke();
  pen.setLineDash([]);
}

/** A name, cut where there is no room. @param {CanvasRenderingContext2D} pen @param {string} text @param {number} room */
function fitting(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  const letters = [...text];
  while (letters.length && pen.measureText(`${letters.join("")}…`).width > room) letters.pop();
  return `${letters.join("")}…`;
}
