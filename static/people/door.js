/** What only a server that others can reach has: who comes in, who follows whom. All of it is fetched where it is needed. */

import { addWords } from "../i18n/translate.js";
import { addSheet } from "../lib/sheet.js";

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const SHEET = new URL("../css/people.css", import.meta.url).href;

/** @typedef {{secret: string | null, code: string | null}} Invitation what the address that was opened has said */

/**
 * The words before the panels that speak them; what is needed here and not before is on its way meanwhile.
 * @returns {Promise<(context: Context, invitation: Invitation) => Promise<void>>} puts it on the page
 */
export async function prepare() {
  const [people] = await Promise.all([import("./people.js"), addWords(WORDS), addSheet(SHEET)]);
  return people.mount;
}
