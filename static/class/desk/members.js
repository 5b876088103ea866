/** Who is here: connected, following, doing what, how good; and what the teacher can do about it. */

import { t } from "../../i18n/translate.js";
import { h, keyed, set, write } from "../../lib/dom.js";
import { integer, percent } from "../../lib/format.js";
import { icon } from "../../lib/icons.js";
import { openMenu } from "../../lib/menu.js";
import { effect, signal } from "../../lib/signal.js";
import { statusWord } from "../../runs/phrases.js";
import { newestFirst } from "../../state/store.js";
import { createPresence } from "./presence.js";
import { ORDERS, ordered } from "./sorting.js";

/** @typedef {import("./presence.js").PresentMember} PresentMember */

/** @param {Context} context @param {import("./desk.js").Desk} desk @returns {import("./desk.js").DeskPart} */
export function createMembers({ api, store, view }, { attempt, opened }) {
  const presence = createPresence(api, opened);
  const order = signal(ORDERS[0]);
  const choice = h(
    "select",
    { id: "desk-order", onchange: () => (order.value = choice.value) },
    ...ORDERS.map((name) => h("option", { value: name }, t(`desk.order.${name}`))),
  );
  const total = h("p", { class: "note" });
  const stale = h("p", { class: "note desk-stale", role: "status" });
  const list = h("ul", { class: "desk-members" });
  const element = h(
    "section",
    { class: "desk-part", "aria-labelledby": "desk-members-title" },
    h(
      "div",
      { class: "column-head" },
      h("h3", { id: "desk-members-title" }, t("desk.members")),
      h("label", { class: "switch", for: "desk-order" }, t("desk.order"), choice),
    ),
    total,
    stale,
    list,
  );

  // Somebody who has just come or was renamed is asked about at once.
  effect(() => {
    if (store.state.value.room?.members && opened.value) presence.ask();
  });

  /** @param {PresentMember} member */
  function createRow({ id }) {
    let member = /** @type {PresentMember | null} */ (null);
    const sign = h("span", { class: "desk-sign", "aria-hidden": "true" });
    const name = h("span", { class: "desk-name" });
    const doing = h("span", { class: "note desk-doing" });
    const value = h("span");
    const best = h("span", { class: "desk-best" }, h("span", { class: "unseen" }, t("desk.best")), value);
    const show = h(
      "button",
      { class: "quiet", type: "button", onclick: () => look(newestOf(id)) },
      icon("projector"),
      t("desk.show"),
    );
    const more = h(
      "button",
      { class: "quiet icon-only", type: "button", "aria-haspopup": "true", onclick: () => openMenu(more, commands()) },
      icon("more"),
    );
    const row = /** @type {import("../../lib/dom.js").Keyed<PresentMember>} */ (
      h("li", { class: "desk-member" }, sign, h("div", { class: "desk-who" }, name, doing), best, show, more)
    );

    function commands() {
      const removed = Boolean(member?.removed);
      return [
        { label: t("desk.rename"), run: rename },
        {
          label: t(removed ? "desk.let-in" : "desk.send-out"),
          run: () => change(id, { removed: !removed }),
        },
      ];
    }

    function rename() {
      const input = /** @type {HTMLInputElement} */ (
        h("input", {
          type: "text",
          maxlength: 40,
          "aria-label": t("desk.new-name", { name: member?.name ?? "" }),
          onkeydown: (/** @type {KeyboardEvent} */ event) => {
            if (event.key !== "Enter" && event.key !== "Escape") return;
            event.preventDefault();
            end(event.key === "Enter");
          },
          onblur: () => end(true),
        })
      );
      input.value = member?.name ?? "";
      name.replaceWith(input);
      input.select();
      let ended = false;
      /** @param {boolean} keep */
      function end(keep) {
        if (ended) return;
        ended = true;
        const wish = input.value.trim();
        input.replaceWith(name);
        more.focus();
        if (keep && wish && wish !== member?.name) change(id, { name: wish });
      }
    }

    row.update = (now) => {
      member = now;
      const run = newestOf(id);
      set(row, "data-connected", now.connected > 0);
      set(row, "data-removed", now.removed);
      write(name, now.name);
      write(doing, [presenceWord(now), run ? doingWord(run) : t("desk.no-run")].join(" · "));
      write(value, percent(now.best, 1));
      show.toggleAttribute("disabled", !run);
      set(show, "aria-label", t("desk.show.of", { name: now.name }));
      set(more, "aria-label", t("desk.more", { name: now.name }));
    };
    return row;
  }

  /** @param {string} id */
  const newestOf = (id) => newestFirst(store.state.value).find(({ owner }) => owner === id) ?? null;
  /** @param {Run | null} run */
  const look = (run) => run && view.look(run.id);

  /** @param {string} id @param {object} body */
  async function change(id, body) {
    await attempt(() => api.ofClass("PATCH", `/members/${id}`, body));
    presence.ask();
  }

  return {
    element,
    update() {
      const members = presence.members.value ?? [];
      const present = members.filter(({ removed }) => !removed);
      const connected = present.filter((member) => member.connected);
      write(
        total,
        t("desk.total", {
          count: present.length,
          connected: integer(connected.length),
          following: integer(connected.filter(({ following }) => following).length),
        }),
      );
      write(stale, presence.stale.value ? t("desk.stale") : "");
      keyed(list, ordered(members, order.value), ({ id }) => id, createRow);
    },
  };
}

/** @param {PresentMember} member */
function presenceWord({ removed, connected, following }) {
  if (removed) return t("desk.out");
  if (!connected) return t("desk.away");
  return t(following ? "desk.following" : "desk.around");
}

/** @param {Run} run */
function doingWord(run) {
  const values = { run: run.name, status: statusWord(run), epoch: integer(run.epoch), epochs: integer(run.epochs) };
  return t("desk.doing", values);
}
