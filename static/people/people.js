/** The people on the page: a visitor's card, and the bar that says who one is and whom one follows. */

import { ApiError } from "../state/api.js";
import { refusalOf } from "../state/refusal.js";
import { computed, effect } from "../lib/signal.js";
import { mount as mountBar } from "./class_bar.js";
import { closeCode } from "./code_sheet.js";
import { currentTask } from "../state/room.js";
import { createFollowing } from "./following.js";
import { mount as mountCard } from "./join_card.js";
import { rulesOf } from "./opening.js";

/** @param {Context} context @param {import("./door.js").Invitation} invitation */
export async function mount(context, { secret, code }) {
  const { actions, api, person, store } = context;
  const following = person.inClass ? createFollowing(context) : null;
  mountBar(/** @type {HTMLElement} */ (document.querySelector(".masthead")), context, following);
  if (!person.inClass) return;
  const opening = computed(() => store.state.value.room?.opening ?? null);
  const task = computed(() => currentTask(store.state.value.room));
  effect(() => {
    person.rules.value = opening.value && person.isStudent() ? rulesOf(opening.value, task.value) : null;
  });
  if (secret && person.me.value.role !== "teacher") await lead(secret);
  const card = mountCard(context, code);
  effect(() => {
    const out = person.isVisitor();
    document.documentElement.toggleAttribute("data-visitor", out);
    if (out) closeCode();
    card.show(out);
  });

  /** @param {string} secret */
  async function lead(secret) {
    try {
      person.enter(await api.ofClass("POST", "/lead", { secret }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      actions.notify(refusalOf(error), { kind: "error" });
    }
  }
}
