/** What all have answered, once it is revealed, beside what the run says. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { plain } from "../../lib/format.js";
import { changes } from "../../lib/signal.js";
import { choiceResults } from "./choice_results.js";
import { curveResults } from "./curve_results.js";
import { numberResults } from "./number_results.js";
import { closest } from "./statistics.js";

/**
 * What is drawn: a revealed question, the run that tells, my own answer, and names by member.
 * @typedef {{question: Question, answers: Answer[], run: Run | undefined, mine: Answer | null}} Facts
 * @typedef {{element: HTMLElement, update: (facts: Facts) => Outcome}} Results
 * What there is to say: a sentence, and how far an answer was from what the run says, with the text of such a distance.
 * @typedef {{summary: string, distance?: (answer: Answer) => number | null, far?: (distance: number) => string}} Outcome
 */

const KINDS = { number: numberResults, choice: choiceResults, curve: curveResults };

/** @param {Context} context */
export function createResults({ store }) {
  const summary = h("p", { class: "question-summary" });
  const own = h("p", {});
  const place = h("div", { class: "question-picture" });
  const leaders = h("ol", { class: "question-leaders" });
  const nearest = h("div", { hidden: true }, h("h4", {}, t("question.closest")), leaders);
  const given = h("tbody");
  const names = h(
    "details",
    { hidden: true },
    h("summary", {}, t("question.who")),
    h("table", { class: "question-table" }, given),
  );
  const element = h("div", { class: "question-results" }, summary, place, own, nearest, names);
  const changed = changes();
  let drawn = /** @type {Results | null} */ (null);
  let of = /** @type {unknown} */ (null);

  return {
    element,
    /** @param {Question} question @param {Answer | null} mine */
    update(question, mine) {
      const { runs, room } = store.state.value;
      const run = runs.get(question.spec.run_id);
      const { answers, named } = question;
      if (!answers || !changed(answers, run?.history, run?.epochs, mine, room?.members)) return;
      if (of !== answers) {
        drawn = KINDS[question.spec.kind](question.spec);
        of = answers;
        place.replaceChildren(drawn.element);
      }
      const { summary: text, distance, far } = /** @type {Results} */ (drawn).update({ question, answers, run, mine });
      write(summary, text);
      const mineFar = mine && distance?.(mine);
      write(own, typeof mineFar === "number" && far ? t("question.mine.far", { distance: far(mineFar) }) : "");
      own.hidden = !own.textContent;
      const best = named && distance ? closest(answers, distance) : [];
      const nameOf = (/** @type {string | undefined} */ id) => room?.members.get(id ?? "")?.name ?? t("question.gone");
      leaders.replaceChildren(
        ...best.map((one) => h("li", {}, nameOf(one.member), " ", h("span", { class: "note" }, far?.(one.distance)))),
      );
      nearest.hidden = !best.length;
      names.hidden = !named || question.spec.kind === "curve";
      if (!names.hidden) given.replaceChildren(...answers.map((answer) => rowOf(answer, question.spec, nameOf)));
    },
  };
}

/** @param {Answer} answer @param {QuestionSpec} spec @param {(id: string | undefined) => string} nameOf */
function rowOf(answer, { options = [], unit = "" }, nameOf) {
  const text = answer.option === undefined ? `${plain(answer.number)} ${unit}` : options[answer.option];
  return h("tr", {}, h("th", { scope: "row" }, nameOf(answer.member)), h("td", {}, text));
}
