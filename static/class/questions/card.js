/** One question: for a student to answer, for the teacher to lead, for all to see what came of it. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { icon } from "../../lib/icons.js";
import { changes, signal } from "../../lib/signal.js";
import { ENTRIES } from "./entries.js";
import { createLead } from "./lead.js";
import { aboutText } from "./phrases.js";
import { createResults } from "./results.js";

/**
 * What the card shows of a question; here: how many are connected, null for who does not know.
 * @typedef {{question: Question, mine: Answer | null, students: number, here: number | null}} CardFacts
 */

/**
 * @param {Context} context
 * @param {Question} question as it is now
 * @param {{answers: import("./answers.js").Answers, attempt: (work: () => Promise<unknown>) => Promise<boolean>, fold: () => void, role: () => string}} parts
 */
export function createCard(context, { id, spec }, { answers, attempt, fold, role }) {
  const { person, store } = context;
  const entry = role() === "student" ? ENTRIES[spec.kind](spec, { id: `question-${id}`, onchange }) : null;
  const sending = signal(false);
  const changed = changes();
  const title = h("h3", { id: `question-${id}` }, spec.text);
  const about = h("p", { class: "note" });
  const send = h("button", { class: "send", type: "submit" });
  const state = h("span", { role: "status", class: "note" });
  const count = h("span", { class: "question-count" });
  const options = h("ol", { class: "question-asked" }, ...(spec.options ?? []).map((option) => h("li", {}, option)));
  const form = h(
    "form",
    { novalidate: true, onsubmit: submit },
    entry?.element,
    h("div", { class: "question-row" }, send, state),
  );
  const results = createResults(context);
  const lead = role() === "teacher" ? createLead(context, id, attempt) : null;
  const away = h(
    "button",
    {
      class: "quiet icon-only",
      type: "button",
      "aria-label": t("question.fold"),
      title: t("question.fold"),
      onclick: fold,
    },
    icon("minus"),
  );
  const element = h(
    "article",
    { class: "question-card", "aria-labelledby": title.id },
    h("header", { class: "column-head" }, title, away),
    h("div", { class: "question-row" }, about, count),
    entry ? form : options,
    results.element,
    lead?.element,
  );
  let last = /** @type {CardFacts | null} */ (null);
  let touched = false; // what is in the entry is newer than what was sent

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const answer = entry?.answer();
    if (!answer || sending.value) return;
    sending.value = true;
    tell();
    await attempt(() => answers.send(id, answer));
    sending.value = false;
    tell();
  }

  function onchange() {
    touched = true;
    tell();
  }

  /** What the button does now, and how far my answer is. */
  function tell() {
    if (!entry || !last) return;
    const { question, mine } = last;
    const answer = entry.answer();
    const same = Boolean(mine && answer && JSON.stringify(mine) === JSON.stringify(answer));
    const open = question.status === "open";
    send.hidden = !open;
    send.disabled = sending.value || !answer || same;
    write(send, t(mine ? "question.send.again" : "question.send"));
    const word = !open ? (mine ? "closed" : "missed") : same ? "sent" : mine ? "changed" : answer ? "ready" : "empty";
    write(state, question.status === "revealed" ? "" : t(`question.state.${word}`));
  }

  return Object.assign(element, {
    /** @param {CardFacts} facts */
    update(facts) {
      const { question, mine, students, here } = facts;
      last = facts;
      const { status } = question;
      const run = store.state.value.runs.get(question.spec.run_id);
      const runName = run && person.title(run);
      if (status === "revealed") results.update(question, mine);
      lead?.update(question);
      if (!changed(question, mine, students, here, runName)) return;
      if (mine && (!touched || status !== "open")) entry?.fill(mine);
      entry?.freeze(status !== "open");
      write(about, aboutText(question.spec, runName));
      const all = { count: question.count, answered: integer(question.count), students: integer(students) };
      const some = status === "open" && here !== null && here < students;
      write(
        count,
        t("question.count", all) + (some ? t("question.count.here", { count: here, here: integer(here) }) : ""),
      );
      form.hidden = status === "revealed";
      options.hidden = status === "revealed" || !spec.options?.length;
      results.element.hidden = status !== "revealed";
      tell();
    },
  });
}
