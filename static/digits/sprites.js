/** Pages of digits drawn once in the present ink, for all canvases that show them. */

import { createSpriteSheet } from "./painter.js";
import { SHOWN } from "./samples.js";
import { colour } from "../state/theme.js";

let latest = { of: null, ink: "", image: null };

/** @param {import("./samples.js").Samples} digits @returns {HTMLCanvasElement} */
export function spriteSheetOf(digits) {
  const ink = colour("--digit-ink");
  const count = Math.min(SHOWN, digits.labels.length);
  if (latest.of !== digits || latest.ink !== ink)
    latest = { of: digits, ink, image: createSpriteSheet(digits.images, count, ink) };
  return latest.image;
}
