/** Grey pictures of a file that somebody has brought. */

import { h } from "../lib/dom.js";
import { contextOf } from "../lib/canvas.js";

/** @param {number[][]} rows grey values, 255 is white @returns {HTMLCanvasElement} */
export function pictureOf(rows) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { width: rows[0].length, height: rows.length }));
  const context = contextOf(canvas);
  const pixels = context.createImageData(canvas.width, canvas.height);
  rows.flat().forEach((grey, at) => pixels.data.set([grey, grey, grey, 255], 4 * at));
  context.putImageData(pixels, 0, 0);
  return canvas;
}
