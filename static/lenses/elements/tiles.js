/** A listbox of small pictures on one canvas: chosen by a click, a tap or the arrow keys. */

import { contextOf } from "../../lib/canvas.js";
import { h, keyed, set, write } from "../../lib/dom.js";
import { colour } from "../../state/theme.js";

const GAP = 4; // CSS pixels between tiles
let boxes = 0;

/**
 * @param {{label: string, width: number, onChoose: (at: number, pressed: boolean) => void}} options `width` is the
 *   least width of a tile; `pressed`: by a click or a tap, not by a key
 */
export function createTiles({ label, width, onChoose }) {
  boxes += 1;
  const id = `tiles-${boxes}`;
  const canvas = /** @type {HTMLCanvasElement} */ (
    h("canvas", { class: "tiles", role: "listbox", tabindex: 0, "aria-label": label })
  );
  let shown = { images: /** @type {HTMLCanvasElement[]} */ ([]), names: /** @type {string[]} */ ([]), chosen: -1 };
  let columns = 1;
  let before = 0;
  new ResizeObserver(() => {
    if (canvas.clientWidth !== before) draw();
  }).observe(canvas);

  /** @param {{images: HTMLCanvasElement[], names: string[], chosen: number}} next */
  function show(next) {
    shown = next;
    draw();
    set(canvas, "aria-activedescendant", next.chosen >= 0 ? `${id}-${next.chosen}` : null);
    keyed(
      canvas,
      next.names.map((name, at) => ({ name, at })),
      ({ at }) => String(at),
      ({ at }) => {
        const option = h("div", { role: "option", id: `${id}-${at}` });
        return Object.assign(option, {
          update(/** @type {{name: string, at: number}} */ item) {
            write(option, item.name);
            set(option, "aria-selected", String(item.at === shown.chosen));
          },
        });
      },
    );
  }

  function draw() {
    before = canvas.clientWidth;
    if (!before) return;
    columns = Math.max(1, Math.min(shown.images.length, Math.floor((before + GAP) / (width + GAP))));
    const rows = Math.max(1, Math.ceil(shown.images.length / columns));
    const pitch = pitchOf();
    canvas.width = Math.round(before * devicePixelRatio);
    canvas.height = Math.round(rows * pitch * devicePixelRatio);
    const context = contextOf(canvas);
    context.scale(devicePixelRatio, devicePixelRatio);
    context.imageSmoothingEnabled = false;
    const side = pitch - GAP;
    shown.images.forEach((image, at) => {
      const [x, y] = [(at % columns) * pitch + GAP / 2, Math.floor(at / columns) * pitch + GAP / 2];
      context.drawImage(image, x, y, side, side);
      if (at !== shown.chosen) return;
      context.strokeStyle = colour("--focus");
      context.lineWidth = 3;
      context.strokeRect(x - 0.5, y - 0.5, side + 1, side + 1);
    });
  }

  const pitchOf = () => Math.min(before / columns, 2 * width);

  canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    const at = Math.floor(offsetY / pitchOf()) * columns + Math.floor(offsetX / pitchOf());
    if (offsetX < columns * pitchOf() && at < shown.images.length) onChoose(at, true);
  });

  canvas.addEventListener("keydown", (event) => {
    const at = shown.chosen;
    const target = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at + columns,
      ArrowUp: at - columns,
      Home: 0,
      End: shown.images.length - 1,
    }[event.key];
    if (target === undefined) return;
    onChoose(Math.min(Math.max(target, 0), shown.images.length - 1), false);
    event.preventDefault();
    event.stopPropagation();
  });

  return { element: canvas, show };
}
