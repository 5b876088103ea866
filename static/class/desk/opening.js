/** What students may set: everything, some settings within bounds, or nothing; against the settings that are prepared on this page. */

import { t } from "../../i18n/translate.js";
import { h, set, write } from "../../lib/dom.js";
import { plain } from "../../lib/format.js";
import { same } from "../../runs/config.js";
import { fieldName, summary } from "../../runs/phrases.js";
import { currentTask } from "../../state/room.js";
import { boundOf, hasBounds, openable, openingOf, wrongWith } from "./opening_form.js";

/** @type {Opening["which"][]} */
const WHICH = ["all", "some", "none"];

/** @param {Context} context @param {import("./desk.js").Desk} desk @returns {import("./desk.js").DeskPart} */
export function createOpening({ api, fields, store, view }, { attempt }) {
  let which = /** @type {Opening["which"]} */ ("all");
  /** What the class has, as the form has shown it last: the form follows the class, not the other way round. */
  let shown = /** @type {Opening | null} */ (null);
  const radios = WHICH.map(
    (value) =>
      /** @type {HTMLInputElement} */ (
        h("input", { type: "radio", name: "desk-opening", value, onchange: () => turn(value) })
      ),
  );
  const lines = openable(fields).map(createLine);
  const table = h("div", { class: "desk-settings", role: "group", "aria-label": t("desk.opening.which") });
  table.append(...lines.map(({ element }) => element));
  const base = h("p", { class: "note" });
  const now = h("p", { class: "note", role: "status" });
  const wrong = h("p", { class: "complaint", role: "alert" });
  const apply = h("button", { class: "desk-command", type: "submit" }, t("desk.opening.apply"));
  const element = h(
    "form",
    { class: "desk-part", "aria-labelledby": "desk-opening-title", novalidate: true, onsubmit: send },
    h("h3", { id: "desk-opening-title" }, t("desk.opening")),
    now,
    h(
      "fieldset",
      { class: "desk-row" },
      h("legend", { class: "unseen" }, t("desk.opening")),
      ...WHICH.map((value, at) => h("label", { class: "switch" }, radios[at], t(`desk.opening.${value}`))),
    ),
    table,
    base,
    wrong,
    apply,
  );

  /** @param {Field} field */
  function createLine(field) {
    const open = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", onchange: draw }));
    const [least, most] = ["least", "most"].map(
      (name) =>
        /** @type {HTMLInputElement} */ (
          h("input", {
            type: "text",
            inputmode: "decimal",
            "aria-label": t(`desk.opening.${name}`, { name: fieldName(field) }),
            placeholder: t(`desk.opening.${name}.short`),
          })
        ),
    );
    const bounds = hasBounds(field) ? h("span", { class: "desk-bounds" }, least, most) : null;
    return {
      name: field.name,
      element: h("div", { class: "desk-setting" }, h("label", { class: "switch" }, open, fieldName(field)), bounds),
      read: () => ({
        name: field.name,
        open: open.checked,
        least: bounds && boundOf(least.value),
        most: bounds && boundOf(most.value),
      }),
      /** @param {OpenSetting | undefined} setting */
      fill(setting) {
        open.checked = Boolean(setting);
        least.value = numberText(setting?.least);
        most.value = numberText(setting?.most);
      },
      draw: () => bounds?.toggleAttribute("hidden", !open.checked),
    };
  }

  /** @param {Opening["which"]} next */
  function turn(next) {
    which = next;
    draw();
  }

  function draw() {
    for (const radio of radios) radio.checked = radio.value === which;
    table.hidden = which !== "some";
    base.hidden = which === "all";
    for (const line of lines) line.draw();
    write(wrong, "");
  }

  /** @param {Opening} opening */
  function fill(opening) {
    shown = opening;
    for (const line of lines) line.fill(opening.settings.find(({ name }) => name === line.name));
    turn(opening.which);
  }

  /** @param {SubmitEvent} event */
  async function send(event) {
    event.preventDefault();
    const choices = lines.map((line) => line.read());
    const key = wrongWith(which, choices);
    write(wrong, key ? t(key) : "");
    if (!key) await attempt(() => api.ofClass("PATCH", "", { opening: openingOf(which, choices, view.draft.value) }));
  }

  return {
    element,
    update() {
      const opening = store.state.value.room?.opening;
      if (!opening) return;
      if (!same(opening, shown)) fill(opening);
      const task = currentTask(store.state.value.room);
      write(now, task ? t("desk.opening.now.task", { rules: phrase(task.spec.opening) }) : phrase(opening));
      write(base, t("desk.opening.base", { settings: summary(view.draft.value, fields) }));
      set(element, "data-which", which);
    },
  };

  /** What is open now. @param {Opening} opening */
  function phrase({ which: open, settings, base: usual }) {
    if (open === "all" || !usual) return t("desk.opening.now.all");
    const names = settings.map(({ name }) => (fields[name] ? fieldName(fields[name]) : name)).join(", ");
    return t(`desk.opening.now.${open}`, { names, settings: summary(usual, fields) });
  }
}

/** @param {number | null | undefined} value */
const numberText = (value) => (typeof value === "number" ? plain(value) : "");
