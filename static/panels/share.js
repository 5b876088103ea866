/** The address of this view, to copy or to photograph; in a class, the invitation to it. */

import { addWords, t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { addSheet } from "../lib/sheet.js";
import { onFrame } from "../lib/signal.js";

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);
const LONGEST = 1000; // characters that the server puts into a code

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const SHEET = new URL("../css/share.css", import.meta.url).href;

/** What the address to share needs before it is mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** @type {Mount} */
export function mount(element, { view, api, person, store }) {
  const input = /** @type {HTMLInputElement} */ (
    h("input", { type: "text", readonly: true, "aria-label": t("share.address"), onfocus: () => input.select() })
  );
  const copy = h("button", { type: "button", onclick: take }, t("share.copy"));
  const code = h("img", { class: "qr", alt: t("share.qr"), width: 240, height: 240 });
  const joining = h("p", { class: "class-code" });
  const remark = h("p", { class: "note" });
  const title = t(person.inClass ? "share.join" : "share.label");
  const close = () => (view.sharing.value = false);
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet", "aria-label": title, onclose: close },
      h(
        "header",
        { class: "column-head" },
        h("h2", {}, title),
        h(
          "button",
          { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: close },
          icon("close"),
        ),
      ),
      h(
        "div",
        { class: "share" },
        code,
        person.inClass && joining,
        h("div", { class: "entry" }, input, copy),
        h("p", { class: "note" }, t(person.inClass ? "share.join.hint" : "share.hint")),
        remark,
      ),
    )
  );
  element.append(dialog);
  /** The class's code that is shown. @type {string | undefined} */
  let shown;

  onFrame(() => {
    if (!view.sharing.value && dialog.open) dialog.close();
    const { room } = store.state.value;
    if (!view.sharing.value || (dialog.open && shown === room?.code)) return;
    shown = room?.code;
    const query = view.address();
    input.value = location.origin + location.pathname + (query && `?${query}`) + (room ? `#join=${room.code}` : "");
    if (person.inClass) write(joining, room ? t("share.joining", { code: room.code }) : "");
    write(copy, t("share.copy"));
    const fits = input.value.length - location.origin.length <= LONGEST;
    code.toggleAttribute("hidden", !fits);
    if (fits) set(code, "src", api.qrUrl(input.value.slice(location.origin.length)));
    write(remark, LOCAL.has(location.hostname) ? t("share.local") : fits ? "" : t("share.long"));
    if (!dialog.open) dialog.showModal();
  });

  /** The clipboard is closed to pages over plain http; selecting and copying works there too. */
  async function take() {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      document.execCommand("copy");
    }
    write(copy, t("share.copied"));
  }
}
