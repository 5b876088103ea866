/** The signs on the buttons, drawn here so that no image file is needed. */

import { svg } from "./dom.js";

/** An icon, drawn with the text's colour. @param {string} name */
export function icon(name) {
  const shape = ICONS[name];
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    ...shape.map(([tag, props]) => svg(tag, props)),
  );
}

const line = {
  fill: "none",
  stroke: "currentColor",
  "stroke-width": 2,
  "stroke-linecap": "round",
  "stroke-linejoin": "round",
};
const solid = { fill: "currentColor" };

/** @type {Record<string, ["path" | "circle" | "rect", Record<string, any>][]>} */
const ICONS = {
  play: [["path", { ...solid, d: "M7 4.5v15a1 1 0 0 0 1.5.86l12-7.5a1 1 0 0 0 0-1.72l-12-7.5A1 1 0 0 0 7 4.5z" }]],
  pause: [["path", { ...solid, d: "M6 4h4v16H6zM14 4h4v16h-4z" }]],
  step: [["path", { ...solid, d: "M6 5v14l9-7zM17 5h2.5v14H17z" }]],
  leap: [["path", { ...solid, d: "M3 5v14l8-7zM11 5v14l8-7zM19.5 5H22v14h-2.5z" }]],
  stop: [["rect", { ...solid, x: 5, y: 5, width: 14, height: 14, rx: 1.5 }]],
  again: [["path", { ...line, d: "M4 4v5h5M4.6 15a8 8 0 1 0 1-8.5L4 9" }]],
  plus: [["path", { ...line, d: "M12 5v14M5 12h14" }]],
  minus: [["path", { ...line, d: "M5 12h14" }]],
  close: [["path", { ...line, d: "M6 6l12 12M18 6L6 18" }]],
  left: [["path", { ...line, d: "M15 5l-7 7 7 7" }]],
  right: [["path", { ...line, d: "M9 5l7 7-7 7" }]],
  check: [["path", { ...line, d: "M5 12.5l4.5 4.5L19 7.5" }]],
  dice: [
    ["rect", { ...line, x: 4, y: 4, width: 16, height: 16, rx: 3 }],
    ["path", { ...line, "stroke-width": 3, d: "M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01" }],
  ],
  theme: [
    ["circle", { ...line, cx: 12, cy: 12, r: 8 }],
    ["path", { ...solid, d: "M12 4a8 8 0 0 1 0 16z" }],
  ],
  more: [["path", { ...line, "stroke-width": 3, d: "M5 12h.01M12 12h.01M19 12h.01" }]],
  lock: [["path", { ...line, d: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" }]],
  down: [["path", { ...line, d: "M12 4v12M7 11.5l5 5 5-5M5 20h14" }]],
  explore: [
    ["path", { ...line, d: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21M10.5 7.5v6M7.5 10.5h6" }],
  ],
  link: [
    [
      "path",
      {
        ...line,
        d: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1-1",
      },
    ],
  ],
  projector: [["path", { ...line, d: "M3 5h18v11H3zM12 16v4M8 20h8" }]],
  settings: [["path", { ...line, d: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5" }]],
  help: [["path", { ...line, d: "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18.5h.01" }]],
  eye: [["path", { ...line, d: "M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z" }]],
  bin: [["path", { ...line, d: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5" }]],
  edit: [["path", { ...line, d: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3" }]],
  people: [
    [
      "path",
      {
        ...line,
        d: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14a6.5 6.5 0 0 1 3.5 6",
      },
    ],
  ],
  points: [["path", { ...line, "stroke-width": 3, d: "M6 17h.01M10 10h.01M13 15h.01M17 7h.01M18 13h.01" }]],
  copy: [["path", { ...line, d: "M9 9h11v11H9zM5 15H4V4h11v1" }]],
};
