/** Light, dark, or what the system says. */

import { signal } from "../lib/signal.js";

const STORAGE = "chalknet.theme";
const ORDER = ["system", "light", "dark"];

/** @type {Signal<string>} */
export const theme = signal(read());

/** Counts changes of what is on the screen, so that canvases and charts redraw in the new colours. */
export const repaint = signal(0);

function read() {
  try {
    return ORDER.find((name) => name === localStorage.getItem(STORAGE)) ?? "system";
  } catch {
    return "system";
  }
}

export function applyTheme() {
  const show = () => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    repaint.value += 1;
  };
  theme.subscribe(show);
  for (const setting of ["(prefers-color-scheme: dark)", "(forced-colors: active)"])
    matchMedia(setting).addEventListener("change", () => (repaint.value += 1));
  show();
}

/** Large type, thick lines, light paper: for the wall, not for the lap. @param {Signal<boolean>} projector */
export function applyProjector(projector) {
  const show = () => {
    document.documentElement.toggleAttribute("data-projector", projector.value);
    repaint.value += 1;
  };
  projector.subscribe(show);
  show();
}

export function nextTheme() {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length];
  try {
    localStorage.setItem(STORAGE, theme.value);
  } catch {
    // Forgotten at reload where storage is forbidden.
  }
}

const probe = document.createElement("span");
probe.hidden = true;
probe.style.setProperty("forced-color-adjust", "none"); // or else every colour would be that of text
/** Asking for a colour makes the browser compute styles, so each is asked for once per theme. @type {Map<string, string>} */
const known = new Map();
let knownOf = -1;

/**
 * The present colour of a custom property such as "--ink", as rgb(): canvas and Plotly cannot read light-dark(). Who draws
 * with it draws again when the theme is another.
 * @param {string} name
 */
export function colour(name) {
  if (knownOf !== repaint.value) known.clear();
  knownOf = repaint.value;
  if (!known.has(name)) {
    if (!probe.isConnected) document.body.append(probe);
    probe.style.color = `var(${name})`;
    known.set(name, getComputedStyle(probe).color);
  }
  return known.get(name) ?? "";
}
