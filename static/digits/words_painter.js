/** What stands in the grid for samples that have no pictures: the names of their classes. */

import { contextOf } from "../lib/canvas.js";

const WORD_SIDE = 96; // of a square with a word in it, in pixels
const LETTERS = 6; // of a class's name that fit into a square

/**
 * Words in one colour, each in a square, side by side.
 * @param {string[]} words
 * @param {string} ink
 */
export function createWordSheet(words, ink) {
  const sprites = document.createElement("canvas");
  sprites.width = WORD_SIDE * words.length;
  sprites.height = WORD_SIDE;
  const context = contextOf(sprites);
  context.fillStyle = ink;
  context.textAlign = "center";
  context.textBaseline = "middle";
  words.forEach((word, at) => {
    const text = word.length > LETTERS ? `${word.slice(0, LETTERS - 1)}…` : word;
    context.font = `600 ${WORD_SIDE / Math.max(2, 0.75 * text.length)}px system-ui, sans-serif`;
    context.fillText(text, (at + 0.5) * WORD_SIDE, WORD_SIDE / 2, WORD_SIDE);
  });
  return sprites;
}
