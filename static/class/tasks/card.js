/** The task that is on: the goal, the rules, and "Start from here". */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer, plain } from "../../lib/format.js";
import { changes } from "../../lib/signal.js";

/**
 * @param {Context} context
 * @param {{leads: () => boolean, attempt: (work: () => Promise<unknown>) => Promise<boolean>}} options
 */
export function createCard({ actions, api, view }, { leads, attempt }) {
  let now = /** @type {ClassTask | null} */ (null);
  const changed = changes();
  const title = h("h3", { id: "task-title" });
  const over = h("p", { class: "note", role: "status" });
  const rules = h("ul", { class: "task-rules" });
  const start = h("button", { type: "button", class: "task-start", onclick: begin }, t("task.start"));
  const named = h("button", { type: "button", onclick: () => now && change({ named: !now.named }) });
  const end = h("button", { type: "button", onclick: () => now && change({ ended: !now.ended }) });
  const element = h(
    "article",
    { class: "task-card", "aria-labelledby": title.id },
    title,
    over,
    rules,
    h("div", { class: "task-row" }, start, named, end),
  );

  /** @param {object} body */
  const change = (body) => now && attempt(() => api.ofClass("PATCH", `/tasks/${now?.id}`, body));

  /** The settings of the task become those of the next run, which shares no draws with another. */
  function begin() {
    if (!now) return;
    view.twinOf.value = null;
    actions.edit({ ...now.spec.base });
    actions.notify(t("task.started"), { lasts: 8_000 });
  }

  return {
    element,
    /** @param {ClassTask} task */
    update(task) {
      now = task;
      const isLeader = leads();
      if (!changed(task, isLeader)) return;
      named.hidden = end.hidden = !isLeader;
      write(title, task.spec.text);
      write(over, task.ended ? t("task.over") : "");
      over.hidden = !task.ended;
      rules.replaceChildren(...rulesOf(task.spec).map((rule) => h("li", {}, rule)));
      start.hidden = task.ended;
      write(named, t(task.named ? "task.names.hide" : "task.names.show"));
      write(end, t(task.ended ? "task.again" : "task.end"));
    },
  };
}

/** @param {TaskSpec} spec @returns {string[]} */
function rulesOf({ measure, max_parameters, max_epochs, opening }) {
  return [
    t(`task.goal.${measure}`),
    max_parameters === null ? "" : t("task.rule.parameters", { limit: integer(max_parameters) }),
    max_epochs === null ? "" : t("task.rule.epochs", { limit: integer(max_epochs) }),
    openText(opening),
  ].filter(Boolean);
}

/** @param {Opening} opening */
function openText({ which, settings }) {
  if (which !== "some") return t(`task.rule.open.${which}`);
  const names = settings.map(({ name, least, most }) => {
    const bounds =
      least === null && most === null ? "" : ` (${plain(least ?? 0)}–${most === null ? "…" : plain(most)})`;
    return t(`field.${name}`) + bounds;
  });
  return t("task.rule.open.some", { names: names.join(t("task.rule.and")) });
}
