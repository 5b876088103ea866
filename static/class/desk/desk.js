/** The teacher's desk: who is here and how far, what is open, all runs at once, and the end of the lesson. Beside the page, not over all of it. */

import { t } from "../../i18n/translate.js";
import { h } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { effect, onFrame } from "../../lib/signal.js";
import { createAttempt } from "../../state/attempt.js";
import { createClosing } from "./closing.js";
import { createEverybody } from "./everybody.js";
import { createMembers } from "./members.js";
import { createOpening } from "./opening.js";

/** @param {Context} context @param {import("./door.js").Door} door */
export function mount(context, { opened, button }) {
  const attempt = createAttempt(context.actions);
  const parts = [createEverybody, createMembers, createOpening, createClosing].map((create) =>
    create(context, { attempt, opened }),
  );
  const close = h(
    "button",
    { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: () => (opened.value = false) },
    icon("close"),
  );
  const title = h("h2", { id: "desk-title", tabindex: -1 }, t("door.desk"));
  const element = h(
    "aside",
    {
      class: "desk",
      "aria-labelledby": "desk-title",
      hidden: true,
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === "Escape" && !event.defaultPrevented) opened.value = false;
      },
    },
    h("header", { class: "desk-head" }, title, close),
    ...parts.map(({ element }) => element),
  );
  document.body.append(element);
  const place = createPlace(element);

  effect(() => {
    const hadFocus = element.contains(document.activeElement);
    element.hidden = !opened.value;
    document.documentElement.toggleAttribute("data-desk", opened.value);
    place();
    if (opened.value) title.focus();
    else if (hadFocus) button.focus();
  });
  onFrame(() => {
    if (opened.value) for (const part of parts) part.update();
  });
}

/** Keep the desk off the header and, where they are at the lower edge, off the buttons. @param {HTMLElement} desk */
function createPlace(desk) {
  const header = /** @type {HTMLElement} */ (document.querySelector(".masthead"));
  const buttons = /** @type {HTMLElement} */ (document.querySelector(".transport"));
  function place() {
    if (desk.hidden) return;
    const below = getComputedStyle(buttons).position === "fixed" ? buttons.offsetHeight : 0;
    desk.style.top = `${Math.max(0, header.getBoundingClientRect().bottom)}px`;
    desk.style.bottom = `${below}px`;
  }
  addEventListener("scroll", place, { passive: true });
  addEventListener("resize", place);
  const sizes = new ResizeObserver(place);
  for (const part of [header, buttons]) sizes.observe(part);
  return place;
}

/** @typedef {{attempt: import("../../state/attempt.js").Attempt, opened: ReadonlySignal<boolean>}} Desk what the parts of the desk get */
/** @typedef {{element: HTMLElement, update: () => void}} DeskPart */
