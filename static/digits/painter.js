/** Paints the grid of test digits on one canvas: pictures, captions, and the signs of right, wrong and changed. */

import { channels, contextOf } from "../lib/canvas.js";

const CAPTION = 0.2; // height of a caption, in widths of a cell

/** Height of a cell in widths of a cell. */
export const CELL_RATIO = 1 + CAPTION;

/**
 * The pictures in one colour, each in a square, side by side, the rest transparent.
 * @param {Uint8Array} images grey values
 * @param {[number, number]} size height and width of each
 * @param {number} count
 * @param {string} ink as "rgb(r, g, b)"
 */
export function createSpriteSheet(images, [height, width], count, ink) {
  const side = Math.max(height, width);
  const [top, left] = [(side - height) >> 1, (side - width) >> 1];
  const sprites = document.createElement("canvas");
  sprites.width = side * count;
  sprites.height = side;
  const context = contextOf(sprites);
  const [r, g, b] = channels(ink);
  const pixels = context.createImageData(sprites.width, side);
  const { data } = pixels;
  let from = 0;
  for (let digit = 0; digit < count; digit += 1) {
    for (let row = 0; row < height; row += 1) {
      let to = 4 * ((top + row) * sprites.width + digit * side + left);
      for (let column = 0; column < width; column += 1, from += 1, to += 4) {
        data[to] = r;
        data[to + 1] = g;
        data[to + 2] = b;
        data[to + 3] = images[from];
      }
    }
  }
  context.putImageData(pixels, 0, 0);
  return sprites;
}

/**
 * One digit as large as its canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement} sprites
 * @param {number} at
 */
export function paintOne(canvas, sprites, at) {
  const context = contextOf(canvas);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  const side = sprites.height;
  context.drawImage(sprites, at * side, 0, side, side, 0, 0, canvas.width, canvas.height);
}

/**
 * @param {HTMLCanvasElement} canvas already sized in device pixels
 * @param {HTMLCanvasElement} sprites
 * @param {DigitCell[]} cells
 * @param {{columns: number, look: Record<string, string>, font: string, selected: number | null}} style `selected` is a cell's `at`
 */
export function paint(canvas, sprites, cells, { columns, look, font, selected }) {
  const context = contextOf(canvas);
  const w = canvas.width / columns;
  context.clearRect(0, 0, canvas.width, canvas.height);
  cells.forEach((cell, i) => {
    context.save();
    context.translate((i % columns) * w, Math.floor(i / columns) * w * CELL_RATIO);
    paintCell(context, w, sprites, cell, look, font);
    if (cell.at === selected) frame(context, w, look.focus, w * 0.08, 0.04);
    context.restore();
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} w
 * @param {HTMLCanvasElement} sprites
 * @param {DigitCell} cell
 * @param {Record<string, string>} look
 * @param {string} font
 */
function paintCell(context, w, sprites, cell, look, font) {
  const judged = cell.predicted !== null;
  if (judged && !cell.right) {
    context.fillStyle = look.wrongSoft;
    fillRound(context, w);
    frame(context, w, look.wrong, w * 0.05, 0.045);
  } else if (cell.flip === "gained") {
    frame(context, w, look.right, w * 0.04, 0.045);
  }
  const inset = w * 0.1;
  context.imageSmoothingQuality = "high";
  const side = sprites.height;
  context.drawImage(sprites, cell.at * side, 0, side, side, inset, inset * 0.6, w - 2 * inset, w - 2 * inset);
  if (judged && !cell.right) {
    caption(context, w, `${cell.label}→${cell.predicted}`, look.wrong, font);
    cross(context, w, look.wrong);
  }
  if (cell.flip) arrow(context, w, cell.flip === "gained", cell.flip === "gained" ? look.right : look.wrong);
}

/**
 * What a wrong digit was taken for; a right one needs no words.
 * @param {CanvasRenderingContext2D} context
 * @param {number} w
 * @param {string} text
 * @param {string} color
 * @param {string} font
 */
function caption(context, w, text, color, font) {
  context.font = `700 ${w * 0.27}px ${font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = color;
  context.fillText(text, w / 2, w * 1.01);
}

/** @param {CanvasRenderingContext2D} context @param {number} w */
function fillRound(context, w) {
  context.beginPath();
  context.roundRect(w * 0.03, w * 0.03, w * 0.94, w * (CELL_RATIO - 0.06), w * 0.1);
  context.fill();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} w
 * @param {string} color
 * @param {number} width
 * @param {number} inset
 */
function frame(context, w, color, width, inset) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  context.roundRect(w * inset, w * inset, w * (1 - 2 * inset), w * (CELL_RATIO - 2 * inset), w * 0.1);
  context.stroke();
}

/**
 * The sign of a wrong digit, in its upper right corner.
 * @param {CanvasRenderingContext2D} context
 * @param {number} w
 * @param {string} color
 */
function cross(context, w, color) {
  const [x, y, r] = [w * 0.83, w * 0.17, w * 0.075];
  context.strokeStyle = color;
  context.lineWidth = w * 0.055;
  context.lineCap = "round";
  context.beginPath();
  context.moveTo(x - r, y - r);
  context.lineTo(x + r, y + r);
  context.moveTo(x + r, y - r);
  context.lineTo(x - r, y + r);
  context.stroke();
}

/**
 * The sign of a change since the epoch before, in the upper left corner: up is gained, down is lost.
 * @param {CanvasRenderingContext2D} context
 * @param {number} w
 * @param {boolean} up
 * @param {string} color
 */
function arrow(context, w, up, color) {
  const [x, y, r] = [w * 0.18, w * 0.18, w * 0.085];
  const tip = up ? -r : r;
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(x - r, y - tip * 0.8);
  context.lineTo(x + r, y - tip * 0.8);
  context.lineTo(x, y + tip);
  context.fill();
}
