/** A digit as a picture, in the page's ink. */

import { channels, contextOf } from "../../lib/canvas.js";
import { colour } from "../../state/theme.js";

const SIDE = 28;

/** @param {ArrayLike<number>} values inputs from 0 to 1 @returns {HTMLCanvasElement} a pixel for each */
export function greyImage(values) {
  const image = document.createElement("canvas");
  image.width = SIDE;
  image.height = SIDE;
  const context = contextOf(image);
  const [r, g, b] = channels(colour("--digit-ink"));
  const pixels = context.createImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i += 1) pixels.data.set([r, g, b, Math.round(255 * values[i])], 4 * i);
  context.putImageData(pixels, 0, 0);
  return image;
}
