/** The address of this view, to copy or to photograph. */

import { t } from "../i18n.js";
import { h, set, svg, write } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { qrCode } from "../lib/qr.js";
import { onFrame } from "../lib/signal.js";

const LOCAL = new Set(["localhost", "127.0.0.1", "[::1]"]);
const QUIET = 4; // light modules around a QR code, as the standard wants

export function mount(element, { view }) {
  const input = /** @type {HTMLInputElement} */ (h("input", { type: "text", readonly: true, "aria-label": t("share.address"), onfocus: () => input.select() }));
  const copy = h("button", { type: "button", onclick: take }, t("share.copy"));
  const code = svg("svg", { class: "qr", role: "img", "shape-rendering": "crispEdges" });
  const remark = h("p", { class: "note" });
  const close = () => (view.sharing.value = false);
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "sheet", "aria-label": t("share.label"), onclose: close },
    h("header", { class: "column-head" }, h("h2", {}, t("share.label")),
      h("button", { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: close }, icon("close"))),
    h("div", { class: "share" }, code, h("div", { class: "entry" }, input, copy), h("p", { class: "note" }, t("share.hint")), remark)));
  element.append(dialog);

  onFrame([view.sharing], () => {
    if (!view.sharing.value && dialog.open) dialog.close();
    if (!view.sharing.value || dialog.open) return;
    const query = view.address();
    input.value = location.origin + location.pathname + (query && `?${query}`);
    write(copy, t("share.copy"));
    const drawn = drawCode(code, input.value);
    write(remark, LOCAL.has(location.hostname) ? t("share.local") : drawn ? "" : t("share.long"));
    dialog.showModal();
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

/** @returns {boolean} whether the text fits into a code */
function drawCode(code, text) {
  const rows = qrCode(text);
  code.toggleAttribute("hidden", !rows);
  if (!rows) return false;
  const size = rows.length + 2 * QUIET;
  set(code, "viewBox", `0 0 ${size} ${size}`);
  set(code, "aria-label", t("share.qr"));
  const d = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ""))).join("");
  code.replaceChildren(svg("path", { d }));
  return true;
}
