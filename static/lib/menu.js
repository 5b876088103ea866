/** A small list of commands that floats beside the button that opened it. */

import { h } from "./dom.js";

/**
 * @param {HTMLElement} button
 * @param {{label: string, run: () => void, href?: string}[]} items
 */
export function openMenu(button, items) {
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
  card.addEventListener("toggle", ({ newState }) => newState === "closed" && card.remove());
  card.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = entries.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    entries[(at + step + entries.length) % entries.length].focus();
  });
  button.after(card);
  card.showPopover();
  const { right, bottom, top } = button.getBoundingClientRect();
  const below = bottom + card.offsetHeight + 8 < innerHeight;
  card.style.left = `${Math.max(8, right - card.offsetWidth)}px`;
  card.style.top = `${below ? bottom + 4 : Math.max(8, top - card.offsetHeight - 4)}px`;
  entries[0].focus();
}
