/** Tasks: settings to start from, a goal, rules, and the board that ranks what counts. */

import { addWords, t } from "../../i18n/translate.js";
import { h } from "../../lib/dom.js";
import { addSheet } from "../../lib/sheet.js";
import { onFrame } from "../../lib/signal.js";
import { currentTask } from "../../state/room.js";
import { createAttempt } from "../../state/attempt.js";
import { createBoard } from "./board.js";
import { createCard } from "./card.js";
import { createComposer } from "./composer.js";

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const SHEET = new URL("./tasks.css", import.meta.url).href;

/** What the panel needs before it is mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** @type {Mount} */
export function mount(element, context) {
  const { actions, person, store } = context;
  const attempt = createAttempt(actions);
  /** The task that is on, or else the last one, so that its board can be looked at. */
  const task = () => {
    const { room } = store.state.value;
    return currentTask(room) ?? [...(room?.tasks.values() ?? [])].at(-1) ?? null;
  };
  const leads = () => person.me.value.role === "teacher";
  const board = createBoard(context, task);
  const card = createCard(context, { leads, attempt });
  card.element.append(board.element);
  const composer = createComposer(context, attempt);
  element.classList.add("tasks");
  element.setAttribute("aria-labelledby", "tasks-title");
  element.append(h("h2", { id: "tasks-title", class: "unseen" }, t("tasks.label")), card.element, composer);

  /** The task that this page knows of; a new one is told, wherever on the page its visitor is. */
  let known = /** @type {string | null} */ (null);
  /** @param {ClassTask | null} now */
  function announce(now) {
    const { log } = store.state.value;
    const news = now && !now.ended && known !== null && now.id !== known && person.isStudent();
    if (log) known = now?.id ?? "";
    if (!news) return;
    const look = { label: t("task.look"), run: () => card.element.scrollIntoView({ block: "start" }) };
    actions.notify(t("task.news", { text: now.spec.text }), { action: look, lasts: 20_000 });
  }

  onFrame(() => {
    const now = task();
    announce(now);
    composer.hidden = !leads();
    element.hidden = !now && composer.hidden;
    card.element.hidden = !now;
    if (now) card.update(now);
  });
}
