/** A code or token that is told once: to copy, or to write down. */

import { t } from "../i18n/translate.js";
import { h, write } from "../lib/dom.js";

/** A class that is over knows its codes no more. */
export function closeCode() {
  /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog.code-sheet"))?.close();
}

/** @param {{kind: "return" | "token", code: string}} options */
export function showCode({ kind, code }) {
  const shown = kind === "return" ? grouped(code) : code;
  const entry = h("input", {
    type: "text",
    class: "code-entry",
    readonly: true,
    "aria-label": t(`code.${kind}.title`),
  });
  entry.value = shown;
  const copy = h("button", { type: "button", onclick: take }, t("code.copy"));
  const done = h(
    "button",
    { class: "primary", type: "button", autofocus: true, onclick: () => sheet.close() },
    t("code.done"),
  );
  const sheet = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet code-sheet", "aria-labelledby": "code-title", onclose: () => sheet.remove() },
      h("h2", { id: "code-title" }, t(`code.${kind}.title`)),
      h("p", {}, t(`code.${kind}.about`)),
      h("div", { class: "entry" }, entry, copy),
      done,
    )
  );
  document.body.append(sheet);
  sheet.showModal();

  /** The clipboard is closed to pages over plain http; selecting and copying works there too. */
  async function take() {
    entry.select();
    try {
      await navigator.clipboard.writeText(shown);
    } catch {
      document.execCommand("copy");
    }
    write(copy, t("share.copied"));
  }
}

/** In groups of four, as one reads it aloud; the server does not mind the spaces. @param {string} code */
const grouped = (code) => code.replace(/(.{4})(?=.)/g, "$1 ");
