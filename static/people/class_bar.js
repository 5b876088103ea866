/** In the header: who I am in the class, whether I follow, and what is told to me alone; in the open mode, that it is open. */

import { t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { openMenu } from "../lib/menu.js";
import { onFrame } from "../lib/signal.js";
import { ApiError } from "../state/api.js";
import { refusalOf } from "../state/refusal.js";
import { showCode } from "./code_sheet.js";

/**
 * @param {HTMLElement} header
 * @param {Context} context
 * @param {ReturnType<typeof import("./following.js").createFollowing> | null} following
 */
export function mount(header, { actions, api, person, store, view }, following) {
  if (!following) {
    header.append(h("p", { class: "class-bar note" }, t("class.open")));
    return;
  }
  const state = h("span");
  const pill = h(
    "span",
    { class: "pill follow-pill", role: "status" },
    h("span", { class: "pill-sign", "aria-hidden": "true" }),
    state,
  );
  const turn = h("button", {
    class: "quiet follow-turn",
    type: "button",
    onclick: () => following.set(!following.on.value),
  });
  const code = h("button", { class: "quiet class-code", type: "button", onclick: () => (view.sharing.value = true) });
  const name = h("span", { class: "class-name" });
  const more = h(
    "button",
    { class: "quiet class-me", type: "button", "aria-haspopup": "true", onclick: () => openMenu(more, commands()) },
    name,
    icon("more"),
  );
  const bar = h("div", { class: "class-bar" }, pill, turn, code, more);
  header.append(bar);

  onFrame(() => {
    const { room } = store.state.value;
    const { role, member, name: told } = person.me.value;
    const isStudent = role === "student";
    bar.hidden = role === "visitor";
    pill.hidden = turn.hidden = !isStudent;
    code.hidden = isStudent || !room;
    set(pill, "data-following", following.on.value);
    write(state, t(following.on.value ? "class.following" : "class.around"));
    write(turn, t(following.on.value ? "class.look-around" : "class.follow"));
    write(code, room ? t("class.code", { code: room.code }) : "");
    set(code, "aria-label", room ? t("class.invite", { code: room.code }) : "");
    write(name, isStudent ? (room?.members.get(member ?? "")?.name ?? told ?? "") : t("class.teacher"));
    set(more, "aria-label", t("class.me", { name: name.textContent }));
  });

  /** What the header has no room for on a phone. */
  function hiddenTools() {
    const tools = [...header.querySelectorAll(".masthead-tools button:not(.wide-only)")];
    return tools
      .filter((tool) => !tool.checkVisibility())
      .map((tool) => ({
        label: tool.ariaLabel ?? tool.textContent ?? "",
        run: () => /** @type {HTMLElement} */ (tool).click(),
      }));
  }

  function commands() {
    return [...commandsOfMine(), ...hiddenTools()];
  }

  function commandsOfMine() {
    const token = { label: t("class.new-token"), run: () => attempt(newToken) };
    const leave = { label: t("class.leave"), run: () => attempt(signOut) };
    if (!person.isStudent()) return [token, leave];
    return [{ label: t("class.new-return-code"), run: () => attempt(newReturnCode) }, token, leave];
  }

  async function newReturnCode() {
    showCode({ kind: "return", code: (await api.ofClass("POST", "/return-code")).return_code });
  }

  async function newToken() {
    showCode({ kind: "token", code: (await api.ofClass("POST", "/tokens")).token });
  }

  async function signOut() {
    await api.ofClass("DELETE", "/session");
    person.leave();
    person.wasIn.value = false;
  }

  /** @param {() => Promise<void>} work */
  async function attempt(work) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      actions.notify(refusalOf(error), { kind: "error" });
    }
  }
}
