/** Style sheets that come with the part of the page that needs them. */

import { h } from "./dom.js";

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/** A style sheet on the page, once; one that does not come is asked for again the next time. @param {string} href */
export function addSheet(href) {
  const asked = sheets.get(href) ?? loadSheet(href);
  sheets.set(href, asked);
  return asked.catch((error) => {
    sheets.delete(href);
    throw error;
  });
}

/** @param {string} href @returns {Promise<void>} */
function loadSheet(href) {
  return new Promise((resolve, reject) => {
    const link = h("link", {
      rel: "stylesheet",
      href,
      onload: () => resolve(),
      onerror: () => {
        link.remove();
        reject(new Error(`${href} did not load`));
      },
    });
    document.head.append(link);
  });
}
