/** A small list of commands that floats beside the button that opened it. */

import { h, set } from "./dom.js";

/** The card of a button, until it is closed and gone. @type {WeakMap<HTMLElement, HTMLElement>} */
const open = new WeakMap();

/**
 * @param {HTMLElement} button
 * @param {{label: string, run: () => void, href?: string}[]} items
 */
export function openMenu(button, items) {
  const former = open.get(button);
  if (former?.isConnected) return former.hidePopover(); // the second press, which may have closed it already

  const close = () => card.hidePopover();
  const entries = items.map(({ label, run, href }) =>
    href
      ? h("a", { class: "menu-item", href, download: true, onclick: close }, label)
      : h(
          "button",
          {
            class: "menu-item",
            type: "button",
            onclick: () => {
              close();
              run();
            },
          },
          label,
        ),
  );
  const card = h("div", { class: "menu menu-list", popover: "auto" }, ...entries);
  card.addEventListener("toggle", ({ newState }) => {
    if (newState !== "closed") return;
    card.remove();
    set(button, "aria-expanded", "false");
  });
  card.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = entries.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    entries[(at + step + entries.length) % entries.length].focus();
  });
  button.after(card);
  open.set(button, card);
  card.showPopover();
  set(button, "aria-expanded", "true");
  const { right, bottom, top } = button.getBoundingClientRect();
  const below = bottom + card.offsetHeight + 8 < innerHeight;
  card.style.left = `${Math.max(8, right - card.offsetWidth)}px`;
  card.style.top = `${below ? bottom + 4 : Math.max(8, top - card.offsetHeight - 4)}px`;
  entries[0].focus();
}
