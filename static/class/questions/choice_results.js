/** How often each option was chosen: bars, the right one marked. */

import { t } from "../../i18n/translate.js";
import { h, svg } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { icon } from "../../lib/icons.js";
import { countsOf } from "./statistics.js";

/** @param {QuestionSpec} spec @returns {import("./results.js").Results} */
export function choiceResults({ options = [] }) {
  const element = h("ul", { class: "question-bars" });
  return {
    element,
    update({ question: { correct }, answers, mine }) {
      const counts = countsOf(answers, options.length);
      const most = Math.max(1, ...counts);
      element.replaceChildren(
        ...options.map((option, at) => {
          const right = at === correct;
          return h(
            "li",
            { class: right ? "right" : null },
            h(
              "span",
              { class: "question-bar-label" },
              right && icon("check"),
              option,
              right && h("span", { class: "note" }, t("question.right")),
              mine?.option === at && h("span", { class: "note" }, t("question.mine")),
            ),
            svg(
              "svg",
              { viewBox: `0 0 ${most} 1`, preserveAspectRatio: "none", "aria-hidden": "true" },
              svg("rect", { width: counts[at], height: 1 }),
            ),
            h("span", { class: "question-bar-count" }, integer(counts[at])),
          );
        }),
      );
      const wrong = correct === null ? null : answers.length - counts[correct];
      const values = { count: answers.length, right: correct === null ? null : counts[correct] };
      return { summary: t(wrong === null ? "question.summary.choice" : "question.summary.right", values) };
    },
  };
}
