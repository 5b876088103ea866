/**
 * What a lens shows, as a picture to take home: with its title, of which run and epoch it is, and its legend. The part of the
 * page goes into an SVG as it is, with the style sheets it has here; a PNG is that, drawn.
 */

import { t } from "../i18n/translate.js";
import { h } from "../lib/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 16;
const SHARP = 2; // pixels of a PNG for each of the page's

const row = h("div", { class: "row" }); // of the lens that is open

/**
 * Two buttons for what is in `body`.
 * @param {HTMLElement} next before which they stand
 * @param {HTMLElement} body
 * @param {string} name of the lens, for the file
 * @param {string} title
 * @param {HTMLElement} where says of which run and epoch it is
 */
export function offerPictures(next, body, name, title, where) {
  /** @param {string} format */
  const save = async (format) => {
    const { text, width, height } = drawing(body, title, where.textContent ?? "");
    const type = "image/svg+xml";
    const blob = format === "svg" ? new Blob([text], { type }) : await painted(text, width, height);
    const url = URL.createObjectURL(blob);
    h("a", { href: url, download: `chalknet-${name}.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const buttons = ["png", "svg"].map((format) => {
    const label = t("lenses.save", { format: format.toUpperCase() });
    return h(
      "button",
      { class: "quiet", type: "button", "aria-label": label, onclick: () => save(format) },
      format.toUpperCase(),
    );
  });
  row.replaceChildren(...buttons);
  next.before(row);
}

/** @param {HTMLElement} body @param {string} title @param {string} where */
function drawing(body, title, where) {
  const root = document.documentElement;
  const content = h(
    "div",
    { class: "lens-panel" },
    h("h2", {}, title),
    h("p", { class: "lens-where" }, where),
    copyOf(body),
  );
  const page = h("body", { xmlns: "http://www.w3.org/1999/xhtml" }, content);
  const width = Math.ceil(body.scrollWidth) + 2 * MARGIN;
  const height = Math.ceil(body.scrollHeight) + 120;
  const { color } = getComputedStyle(document.body);
  page.style.cssText = `margin:0;padding:${MARGIN}px;box-sizing:border-box;width:${width}px;min-height:${height}px;background:var(--page);color:${color}`; // not as an attribute: the page allows no inline styles
  const svg = document.createElementNS(SVG, "svg");
  // A picture does not turn dark when its viewer does.
  const { colorScheme } = getComputedStyle(root);
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  svg.style.colorScheme = colorScheme.includes(" ") ? (isDark ? "dark" : "light") : colorScheme;
  for (const { name, value } of root.attributes)
    if (name.startsWith("data-") || name === "lang") svg.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` }))
    svg.setAttribute(name, String(value));
  const heading = document.createElementNS(SVG, "title");
  heading.textContent = `${title}. ${where}`;
  const style = document.createElementNS(SVG, "style");
  style.textContent = [...document.styleSheets]
    .flatMap(({ cssRules }) => [...cssRules])
    .map(({ cssText }) => cssText)
    .join("\n");
  const frame = document.createElementNS(SVG, "foreignObject");
  for (const [name, value] of Object.entries({ width, height })) frame.setAttribute(name, String(value));
  frame.append(page);
  svg.append(heading, style, frame);
  return { text: new XMLSerializer().serializeToString(svg), width, height };
}

/** Pixels and what was chosen are no part of the markup: they are written into the copy. @param {HTMLElement} body */
function copyOf(body) {
  const copy = /** @type {HTMLElement} */ (body.cloneNode(true));
  const canvases = copy.querySelectorAll("canvas");
  for (const [i, canvas] of body.querySelectorAll("canvas").entries()) {
    const { width, height } = getComputedStyle(canvas);
    const image = h("img", { class: canvas.className, src: canvas.toDataURL(), alt: "" });
    image.style.cssText = `width:${width};height:${height}`;
    canvases[i].replaceWith(image);
  }
  const inputs = copy.querySelectorAll("input");
  for (const [i, input] of body.querySelectorAll("input").entries()) {
    inputs[i].setAttribute("value", input.value);
    inputs[i].toggleAttribute("checked", input.checked);
  }
  return copy;
}

/** @param {string} text @param {number} width @param {number} height @returns {Promise<Blob>} */
async function painted(text, width, height) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { width: SHARP * width, height: SHARP * height }));
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
  );
}
