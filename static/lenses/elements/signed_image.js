/** Signed numbers as colours: orange below zero, blue above, the ground at zero; one scale for all that is compared. */

import { channels, contextOf } from "../../lib/canvas.js";
import { colour } from "../../state/theme.js";

/** The page's present colours. */
export function palette() {
  return { minus: channels(colour("--minus")), plus: channels(colour("--plus")), zero: channels(colour("--flat")) };
}

/**
 * Paint numbers as pixels, row by row.
 * @param {ArrayLike<number>} values
 * @param {number} columns
 * @param {number} scale the size that has the full colour
 * @returns {HTMLCanvasElement} one pixel for each value
 */
export function signedImage(values, columns, scale, { minus, plus, zero } = palette()) {
  const image = document.createElement("canvas");
  image.width = columns;
  image.height = Math.ceil(values.length / columns);
  const context = contextOf(image);
  const pixels = context.createImageData(image.width, image.height);
  for (let i = 0; i < values.length; i += 1) {
    const share = scale > 0 ? Math.min(1, Math.abs(values[i]) / scale) : 0;
    const end = values[i] < 0 ? minus : plus;
    for (let c = 0; c < 3; c += 1) pixels.data[4 * i + c] = zero[c] + (end[c] - zero[c]) * share;
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return image;
}

/**
 * Enlarge an image to its canvas without blurring.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement} image
 */
export function paintSharp(canvas, image) {
  const context = contextOf(canvas);
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
}

/** The largest size among numbers. @param {Iterable<number>} values */
export function largest(values) {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most;
}

/** The size that all but two in a thousand stay below: a few outliers must not make all others pale. @param {Float32Array} values */
export function nearlyLargest(values) {
  const sizes = values.map(Math.abs).sort();
  return sizes[Math.floor(0.998 * (sizes.length - 1))];
}
