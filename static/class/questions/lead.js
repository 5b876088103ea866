/** What the teacher does with a question: close it, reveal it, name the run that tells, take it back. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { openMenu } from "../../lib/menu.js";

/**
 * @param {Context} context
 * @param {string} id
 * @param {(work: () => Promise<unknown>) => Promise<boolean>} attempt
 */
export function createLead({ api, person, view }, id, attempt) {
  const path = `/questions/${id}`;
  /** @param {object} body */
  const change = (body) => attempt(() => api.ofClass("PATCH", path, body));
  const close = button("question.close", () => change({ status: "closed" }));
  /** The run that tells if nobody names another: the one in front, when it was started after the question. @param {Question} question */
  function tells({ asked_at, spec, status }) {
    const front = view.front.value;
    const isNew = status !== "revealed" && spec.metric && !spec.run_id && (front?.created_at ?? "") > asked_at;
    return isNew ? front : null;
  }
  let now = /** @type {Question | null} */ (null);
  /** @param {object} more */
  function revealed(more) {
    const run = now && tells(now);
    return change({ status: "revealed", ...more, ...(run ? { run_id: run.id } : {}) });
  }
  const reveal = button("", () => revealed({}));
  const named = button("question.reveal.named", () => revealed({ named: true }));
  const told = button("", () => view.front.value && change({ status: "revealed", run_id: view.front.value.id }));
  const more = h(
    "button",
    {
      class: "quiet icon-only",
      type: "button",
      "aria-label": t("question.more"),
      title: t("question.more"),
      onclick: () =>
        openMenu(more, [{ label: t("question.back"), run: () => attempt(() => api.ofClass("DELETE", path)) }]),
    },
    icon("more"),
  );
  const element = h("div", { class: "question-row question-lead" }, close, reveal, named, told, more);

  return {
    element,
    /** @param {Question} question */
    update(question) {
      const { status, named: isNamed, spec } = question;
      now = question;
      const run = tells(question);
      write(reveal, run ? t("question.reveal.by", { run: person.title(run) }) : t("question.reveal"));
      const front = view.front.value;
      close.hidden = status !== "open";
      reveal.hidden = status === "revealed";
      named.hidden = status === "revealed" && isNamed;
      write(named, t(status === "revealed" ? "question.names" : "question.reveal.named"));
      told.hidden = status !== "revealed" || !spec.metric || !front || front.id === spec.run_id;
      write(told, front ? t("question.told.by", { run: person.title(front) }) : "");
    },
  };
}

/** @param {string} key @param {() => unknown} onclick */
const button = (key, onclick) => h("button", { type: "button", onclick }, key && t(key));
