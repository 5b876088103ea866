/** What to draw with on a canvas. */

/** @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas to draw on");
  return context;
}

/** Red, green and blue of "rgb(1, 2, 3)". @param {string} color @returns {number[]} */
export const channels = (color) => (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
