/** The end of the lesson: what is kept as a file, and a new class that knows nobody. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";

const TABLES = ["runs", "answers", "boards"];

/** @param {Context} context @param {import("./desk.js").Desk} desk @returns {import("./desk.js").DeskPart} */
export function createClosing({ api, bootstrap, store }, { attempt }) {
  const report = `${bootstrap.api}/class/report`;
  const links = [
    h("a", { class: "button", href: `${report}?format=html`, download: true }, t("desk.report.html")),
    ...TABLES.map((table) =>
      h(
        "a",
        { class: "button", href: `${report}?format=csv&table=${table}`, download: true },
        t(`desk.report.${table}`),
      ),
    ),
    h("a", { class: "button", href: `${bootstrap.api}/archive`, download: true }, t("desk.archive")),
  ];
  const forget = h(
    "button",
    { class: "desk-command", type: "button", onclick: () => sheet.showModal() },
    t("desk.new"),
  );
  const what = h("p", {});
  const remove = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox" }));
  const sheet = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet desk-new", "aria-labelledby": "desk-new-title" },
      h("h2", { id: "desk-new-title" }, t("desk.new.title")),
      what,
      h("p", {}, t("desk.new.report")),
      h("label", { class: "switch" }, remove, t("desk.new.runs")),
      h(
        "div",
        { class: "desk-row" },
        h("button", { type: "button", autofocus: true, onclick: () => sheet.close() }, t("desk.new.cancel")),
        h("button", { class: "desk-danger", type: "button", onclick: begin }, t("desk.new.confirm")),
      ),
    )
  );
  const element = h(
    "section",
    { class: "desk-part", "aria-labelledby": "desk-closing-title" },
    h("h3", { id: "desk-closing-title" }, t("desk.closing")),
    h("div", { class: "desk-row" }, ...links),
    forget,
    sheet,
  );

  async function begin() {
    const done = await attempt(() => api.ofClass("DELETE", `?runs=${remove.checked ? "delete" : "keep"}`));
    if (done) sheet.close();
  }

  return {
    element,
    update() {
      const { room, runs } = store.state.value;
      const values = { count: room?.members.size ?? 0, questions: room?.questions.size ?? 0, runs: runs.size };
      write(what, t("desk.new.what", values));
    },
  };
}
