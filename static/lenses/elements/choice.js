/** A row of radio buttons in the page's look. */

import { h } from "../../lib/dom.js";

let groups = 0;

/**
 * @param {string} label for those who hear the page
 * @param {(value: number) => void} onChange
 * @returns {{element: HTMLElement, show: (texts: string[], chosen: number) => void}} values are positions in the list
 */
export function createChoice(label, onChange) {
  groups += 1;
  const name = `lens-choice-${groups}`;
  const element = h("div", { class: "choice-row lens-choice", role: "radiogroup", "aria-label": label });
  let before = "";

  /** @param {string[]} texts @param {number} chosen */
  function show(texts, chosen) {
    if (before !== texts.join("|")) {
      before = texts.join("|");
      element.replaceChildren(
        ...texts.map((text, i) =>
          h(
            "label",
            { class: "choice" },
            h("input", { type: "radio", name, value: i, onchange: () => onChange(i) }),
            h("span", {}, text),
          ),
        ),
      );
    }
    for (const [i, input] of [...element.querySelectorAll("input")].entries()) input.checked = i === chosen;
  }

  return { element, show };
}
