/** Top right: what may be said about the connection, and the theme. */

import { changeLanguage, t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { nextTheme, theme } from "../state/theme.js";

/** @type {Mount} */
export function mount(element, { bootstrap, feed, view }) {
  const word = h("span");
  const pill = h(
    "span",
    { class: "pill", role: "status" },
    h("span", { class: "pill-sign", "aria-hidden": "true" }),
    word,
  );
  const themeButton = h("button", { class: "quiet icon-only", type: "button", onclick: nextTheme }, icon("theme"));
  /** @param {string} sign @param {string} label @param {() => void} onclick */
  const button = (sign, label, onclick, where = "") =>
    h(
      "button",
      { class: `quiet icon-only ${where}`, type: "button", "aria-label": label, title: label, onclick },
      icon(sign),
    );
  const projector = button(
    "projector",
    t("tools.projector"),
    () => (view.projector.value = !view.projector.value),
    "wide-only",
  );
  const link = button("link", t("tools.link"), () => (view.sharing.value = true));
  const keys = button("help", t("tools.keys"), () => (view.helping.value = true), "wide-only");
  const languages = Object.keys(bootstrap.languages);
  const other = languages[(languages.indexOf(document.documentElement.lang) + 1) % languages.length];
  const language = h(
    "button",
    { class: "quiet", type: "button", lang: other, onclick: () => changeLanguage(other) },
    bootstrap.languages[other],
  );
  element.append(pill, keys, language, link, projector, themeButton);

  onFrame(() => {
    set(projector, "aria-pressed", String(view.projector.value));
    // Without the key that opens the sheet, its button must be there, or else nobody could turn the keys on again.
    keys.classList.toggle("wide-only", view.letterKeys.value);
    set(pill, "data-link", feed.word.value);
    write(word, t(`connection.${feed.word.value}`));
    const label = t("tools.theme", { name: t(`tools.theme.${theme.value}`) });
    set(themeButton, "aria-label", label);
    set(themeButton, "title", label);
  });
}
