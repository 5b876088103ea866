/** Predict before you run: what is asked, as cards near the top; what was put aside, as pills. */

import { addWords, t } from "../../i18n/translate.js";
import { h, keyed, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { addSheet } from "../../lib/sheet.js";
import { computed, onFrame, signal } from "../../lib/signal.js";
import { createAttempt } from "../../state/attempt.js";
import { createPresence } from "../desk/presence.js";
import { createAnswers } from "./answers.js";
import { createCard } from "./card.js";
import { createComposer } from "./composer.js";

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const SHEET = new URL("./questions.css", import.meta.url).href;

/** What the panel needs before it is mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** @type {Mount} */
export function mount(element, context) {
  const { actions, api, person, store } = context;
  const attempt = createAttempt(actions);
  const role = () => person.me.value.role;
  const room = () => store.state.value.room;
  const answers = createAnswers(context, room);
  const asking = computed(() => role() === "teacher" && [...(room()?.questions.values() ?? [])].some(isOpen));
  const presence = createPresence(api, asking);
  /** What this visitor has put aside (true) or opened (false), by question and status: news opens it again. */
  const folded = signal(/** @type {ReadonlyMap<string, boolean>} */ (new Map()));
  const live = h("p", { class: "unseen", role: "status" });
  const cards = h("div", { class: "question-cards" });
  const pills = h("ul", { class: "question-pills", "aria-label": t("questions.aside") });
  const composer = createComposer(context, attempt);
  element.setAttribute("aria-labelledby", "questions-title");
  element.classList.add("questions");
  element.append(h("h2", { id: "questions-title", class: "unseen" }, t("questions.label")), cards, pills, composer);
  element.after(live); // not inside: what is hidden says nothing
  /** @type {Map<string, Question["status"]>} */
  const said = new Map();

  /** @param {Question} question */
  const key = ({ id, status }) => `${id} ${status}`;
  /** @param {Question} question @param {boolean} on */
  const fold = (question, on) => (folded.value = new Map(folded.value).set(key(question), on));

  /** @param {Question} question @param {boolean} isNewest */
  const isFolded = (question, isNewest) => folded.value.get(key(question)) ?? !(question.status === "open" || isNewest);

  function draw() {
    const present = room();
    const questions = [...(present?.questions.values() ?? [])].reverse();
    const students = [...(present?.members.values() ?? [])].filter(({ removed }) => !removed).length;
    for (const { id, count } of questions) if (count === 0) answers.begin(id);
    const shown = questions.filter((question, at) => !isFolded(question, at === 0));
    const as = role();
    const here = asking.value ? (presence.members.value?.filter(isHere).length ?? null) : null;
    const facts = shown.map((question) => ({ question, mine: answers.of(question.id), students, here }));
    keyed(
      cards,
      facts,
      ({ question }) => `${question.id} ${as}`,
      ({ question }) => cardOf(question),
    );
    keyed(
      pills,
      questions.filter((question) => !shown.includes(question)),
      ({ id }) => id,
      pillOf,
    );
    pills.hidden = !pills.childElementCount;
    composer.hidden = as !== "teacher";
    element.hidden = !questions.length && composer.hidden;
    announce(questions);
  }

  /** @param {Question} question */
  const cardOf = (question) =>
    createCard(context, question, {
      answers,
      attempt,
      role,
      fold: () => {
        const now = room()?.questions.get(question.id);
        if (now) fold(now, true);
      },
    });

  /** @param {Question} question */
  function pillOf(question) {
    let now = question;
    const text = h("span", {}, question.spec.text);
    const count = h("span", { class: "note" });
    const button = h(
      "button",
      { type: "button", class: "question-pill", onclick: () => fold(now, false) },
      text,
      count,
    );
    return Object.assign(h("li", {}, button), {
      /** @param {Question} next */
      update(next) {
        now = next;
        write(count, t(`question.pill.${next.status}`, { answered: integer(next.count) }));
      },
    });
  }

  /** Say what is new to those who listen. @param {Question[]} questions the newest first */
  function announce(questions) {
    const [news] = questions.filter(({ id, status }) => said.get(id) !== status);
    const isFirst = said.size === 0;
    for (const { id, status } of questions) said.set(id, status);
    if (news && (news.status === "open" || !isFirst))
      write(live, t(`question.said.${news.status}`, { text: news.spec.text }));
    // Whoever asks has scrolled down to the form; on a low screen the head would hide all but a line of the card.
    if (news && !isFirst && role() === "teacher") cards.firstElementChild?.scrollIntoView({ block: "nearest" });
  }

  onFrame(draw);
}

/** @param {Question} question */
const isOpen = ({ status }) => status === "open";
/** @param {import("../desk/presence.js").PresentMember} member */
const isHere = ({ connected, removed }) => connected > 0 && !removed;
