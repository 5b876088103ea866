/** Pages of digits drawn once in the present ink, for all canvases that show them. */

import { createSpriteSheet } from "./painter.js";
import { SHOWN } from "./samples.js";
import { colour } from "../state/theme.js";

/** The page that was asked for last, in the ink of that time. @type {{of: DigitPage, ink: string, image: HTMLCanvasElement} | null} */
let latest = null;

/** @param {DigitPage} digits @returns {HTMLCanvasElement} */
export function spriteSheetOf(digits) {
  const ink = colour("--digit-ink");
  const count = Math.min(SHOWN, digits.labels.length);
  if (latest?.of !== digits || latest.ink !== ink)
    latest = {
      of: digits,
      ink,
      image: digits.sheet?.(count, ink) ?? createSpriteSheet(digits.images, digits.picture, count, ink),
    };
  return latest.image;
}
