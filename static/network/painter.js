/** The picture of a network on a canvas. Knows where things stand (arrangement.js) and what numbers they have, not where those come from. */

import { contextOf } from "../lib/canvas.js";
import { largest } from "../lenses/elements/signed_image.js";
import { colour } from "../state/theme.js";

const THICKEST = 3.5; // pixels of a line
const FAINTEST = 0.12;
const LIT = 2.5; // pixels of the frame of a neuron that is fully active

/**
 * @typedef {import("./arrangement.js").Arrangement} Arrangement
 * @typedef {{image: CanvasImageSource | null, mark: {x: number, y: number} | null}} Input `mark`: a place on it, as shares of its side
 * @typedef {{tiles: {image: CanvasImageSource, activity: number}[][], wires: {from: number, to: number, value: number}[][],
 *   outputs: {name: string, share: number}[], input: Input, chosen: {layer: number, place: number} | null}} Picture
 *   tiles by hidden layer; `activity` from 0 to 1; wires from each hidden layer to the next, the last to the outputs
 */

/** @param {HTMLCanvasElement} canvas @param {Arrangement} places @param {Picture} picture @param {{width: number, height: number}} size */
export function paint(canvas, places, picture, { width, height }) {
  const ratio = devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.imageSmoothingEnabled = false;
  const ink = colour("--ink");
  wedge(context, places);
  places.blocks.forEach(({ tiles }, layer) => {
    const next = places.blocks[layer + 1]?.tiles.map(({ x, y, side }) => ({ x, y: y + side / 2 }));
    const ends = next ?? places.outputs.map(({ x, y, height }) => ({ x, y: y + height / 2 }));
    const starts = tiles.map(({ x, y, side }) => ({ x: x + side, y: y + side / 2 }));
    lines(context, picture.wires[layer] ?? [], starts, ends);
  });
  places.blocks.forEach(({ tiles }, layer) => {
    tiles.forEach(({ x, y, side }, place) => {
      const neuron = picture.tiles[layer]?.[place];
      if (!neuron) return;
      context.drawImage(neuron.image, x, y, side, side);
      frame(context, x, y, side, { color: colour("--edge"), width: 1, alpha: 0.5 });
      frame(context, x, y, side, { color: ink, width: LIT * neuron.activity, alpha: neuron.activity });
      if (picture.chosen?.layer === layer && picture.chosen.place === place)
        frame(context, x - 2, y - 2, side + 4, { color: colour("--focus"), width: 3, alpha: 1 });
    });
  });
  inputs(context, places.input, picture.input);
  outputs(context, places, picture);
}

/** @param {CanvasRenderingContext2D} context @param {Arrangement} places */
function wedge(context, { input, blocks }) {
  const [first] = blocks;
  if (!first?.tiles.length) return;
  const last = first.tiles[first.tiles.length - 1];
  context.fillStyle = colour("--hairline");
  context.globalAlpha = 0.5;
  context.beginPath();
  context.moveTo(input.x + input.side, input.y);
  context.lineTo(first.x, first.tiles[0].y);
  context.lineTo(first.x, last.y + last.side);
  context.lineTo(input.x + input.side, input.y + input.side);
  context.fill();
  context.globalAlpha = 1;
}

/**
 * What flows on: blue adds, orange and dashed takes away.
 * @param {CanvasRenderingContext2D} context
 * @param {{from: number, to: number, value: number}[]} wires
 * @param {{x: number, y: number}[]} starts
 * @param {{x: number, y: number}[]} ends
 */
function lines(context, wires, starts, ends) {
  const most = largest(wires.map(({ value }) => value)) || 1;
  for (const { from, to, value } of wires) {
    const [start, end] = [starts[from], ends[to]];
    if (!start || !end) continue;
    const share = Math.abs(value) / most;
    context.strokeStyle = colour(value < 0 ? "--minus" : "--plus");
    context.globalAlpha = FAINTEST + (0.9 - FAINTEST) * share;
    context.lineWidth = 0.5 + (THICKEST - 0.5) * share;
    context.setLineDash(value < 0 ? [5, 3] : []);
    context.beginPath();
    context.moveTo(start.x, start.y);
    const bend = (end.x - start.x) / 2;
    context.bezierCurveTo(start.x + bend, start.y, end.x - bend, end.y, end.x, end.y);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} side @param {{color: string, width: number, alpha: number}} look */
function frame(context, x, y, side, { color, width, alpha }) {
  if (width <= 0) return;
  context.strokeStyle = color;
  context.globalAlpha = alpha;
  context.lineWidth = width;
  context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  context.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} context @param {import("./arrangement.js").Tile} tile @param {Input} input */
function inputs(context, { x, y, side }, { image, mark }) {
  if (image) context.drawImage(image, x, y, side, side);
  frame(context, x, y, side, { color: colour("--ink"), width: 1.5, alpha: 1 });
  if (!mark) return;
  context.fillStyle = colour("--ink");
  context.beginPath();
  context.arc(x + mark.x * side, y + (1 - mark.y) * side, Math.max(3, side / 24), 0, 2 * Math.PI);
  context.fill();
}

/** Each output's name and how strongly it speaks; the strongest is the answer. @param {CanvasRenderingContext2D} context @param {Arrangement} places @param {Picture} picture */
function outputs(context, { outputs: rows, blocks }, { outputs: values, chosen }) {
  const answer = values.reduce((best, { share }, k) => (share > values[best].share ? k : best), 0);
  rows.forEach(({ x, y, width, height }, k) => {
    const value = values[k];
    if (!value) return;
    const [size, bar] = [Math.min(22, height * 0.8), Math.min(16, height * 0.62)];
    const [left, top] = [x + size * 1.2, y + (height - bar) / 2];
    context.font = `${k === answer ? 700 : 400} ${size}px ${getComputedStyle(document.body).fontFamily}`;
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.fillStyle = colour(k === answer ? "--ink" : "--ink-2");
    context.fillText(value.name, x + size * 0.6, y + height / 2 + 1);
    context.fillStyle = colour("--hairline");
    context.fillRect(left, top, x + width - left, bar);
    context.fillStyle = colour(k === answer ? "--ink" : "--ink-3");
    context.fillRect(left, top, (x + width - left) * Math.max(0, Math.min(1, value.share)), bar);
    if (chosen?.layer === blocks.length && chosen.place === k) {
      context.strokeStyle = colour("--focus");
      context.lineWidth = 3;
      context.strokeRect(x + 1, y + 1, width - 2, height - 2);
    }
  });
}
