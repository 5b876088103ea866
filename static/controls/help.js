/** One floating card that explains a control in words and shows the equation where it enters; equations come with the first. */

import { addWords, t } from "../i18n/translate.js";
import { h, set } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

const HOVER_MS = 350; // a pointer that only passes by opens nothing
const LEAVE_MS = 200; // for the way from the sign to its card
const GAP = 10;

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
/** Fetched with the first card that opens. @type {Promise<void> | null} */
let worded = null;

const text = h("p");
const equations = h("div", { class: "help-equations" });
const card = h("div", { class: "help-card", id: "help-card", role: "tooltip", popover: "manual" }, text, equations);
let owner = /** @type {HTMLElement | null} */ (null);
let timer = 0;
card.addEventListener("pointerenter", () => clearTimeout(timer));
card.addEventListener("pointerleave", leave);

/**
 * The small sign beside a label. Hover, focus or a tap opens the card; leaving, Escape or another tap closes it.
 * @param {string} topic "help.<topic>" is its text
 * @param {string} name what is explained, for those who hear the page
 */
export function helpSign(topic, name) {
  const sign = h(
    "button",
    { class: "help-sign", type: "button", "aria-label": t("help.about", { name }), "aria-describedby": "help-card" },
    icon("help"),
  );
  const show = () => open(sign, topic);
  sign.addEventListener("pointerenter", ({ pointerType }) => {
    if (pointerType !== "mouse") return;
    clearTimeout(timer);
    timer = window.setTimeout(show, HOVER_MS);
  });
  sign.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && leave());
  sign.addEventListener("focus", () => sign.matches(":focus-visible") && show());
  sign.addEventListener("blur", close);
  sign.addEventListener("click", () => (owner === sign ? close() : show()));
  sign.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  return sign;
}

/** @param {HTMLElement} sign @param {string} topic */
function open(sign, topic) {
  clearTimeout(timer);
  if (!card.isConnected) document.querySelector("main")?.append(card);
  owner = sign;
  text.replaceChildren();
  equations.replaceChildren();
  set(card, "data-topic", topic);
  card.showPopover();
  const stand = () => place(sign.getBoundingClientRect(), sign.closest(".column")?.getBoundingClientRect().right ?? 0);
  worded ??= addWords(WORDS);
  worded.then(
    () => {
      if (owner !== sign) return;
      text.replaceChildren(t(`help.${topic}`));
      stand();
    },
    () => (worded = null), // asked for again with the next card
  );
  import("./equations.js").then(({ EQUATIONS }) => {
    if (owner !== sign) return;
    equations.replaceChildren(...(EQUATIONS[topic]?.() ?? []));
    stand();
  });
}

/** The card can be gone to and read, and stays as long as the pointer is on it. */
function leave() {
  clearTimeout(timer);
  timer = window.setTimeout(close, LEAVE_MS);
}

function close() {
  clearTimeout(timer);
  owner = null;
  if (card.isConnected) card.hidePopover();
}

/**
 * To the right of the sign's column if there is room, or else below the sign; never outside the window.
 * @param {DOMRect} sign
 * @param {number} columnRight
 */
function place({ left, right, top, bottom }, columnRight) {
  const { offsetWidth: width, offsetHeight: height } = card;
  const edge = columnRight + GAP + width < innerWidth ? columnRight : right;
  const beside = edge + GAP + width < innerWidth;
  const x = beside ? edge + GAP : Math.min(Math.max(GAP, left - width / 2), innerWidth - width - GAP);
  const y = beside ? top - 12 : bottom + GAP + height < innerHeight ? bottom + GAP : top - GAP - height;
  card.style.left = `${x}px`;
  card.style.top = `${Math.min(Math.max(GAP, y), innerHeight - height - GAP)}px`;
}
