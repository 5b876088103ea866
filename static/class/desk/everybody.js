/** What is done to the whole class with one press: the door, everybody's eyes, all runs. */

import { t } from "../../i18n/translate.js";
import { h, set, write } from "../../lib/dom.js";
import { integer } from "../../lib/format.js";
import { icon } from "../../lib/icons.js";
import { openMenu } from "../../lib/menu.js";
import { ENDED } from "../../runs/run.js";

/** @param {Context} context @param {import("./desk.js").Desk} desk @returns {import("./desk.js").DeskPart} */
export function createEverybody({ api, store }, { attempt }) {
  const room = () => store.state.value.room;
  const unfinished = () => [...store.state.value.runs.values()].filter(({ status }) => !ENDED.has(status));
  /** @param {object} body */
  const change = (body) => attempt(() => api.ofClass("PATCH", "", body));
  /** @param {Wanted} wanted */
  const want = (wanted) => attempt(() => api.ofClass("PATCH", "/runs", { wanted }));

  const eyes = h(
    "button",
    {
      class: "large desk-eyes",
      type: "button",
      "aria-pressed": "false",
      onclick: () => change({ attention: !room()?.attention }),
    },
    icon("eye"),
    t("desk.eyes"),
  );
  const eyesNote = h("p", { class: "note", role: "status" });
  const door = /** @type {HTMLInputElement} */ (
    h("input", { type: "checkbox", onchange: () => change({ door_open: door.checked }) })
  );
  const code = h("p", { class: "desk-code", role: "status" });
  const other = h(
    "button",
    { class: "desk-command", type: "button", onclick: () => attempt(() => api.ofClass("POST", "/code")) },
    t("desk.code.new"),
  );
  const pause = command("pause", t("desk.pause"), () => want("paused"));
  const resume = command("play", t("desk.resume"), () => want("running"));
  const stop = command("stop", t("desk.stop"), () =>
    openMenu(stop, [{ label: t("desk.stop.really", { count: unfinished().length }), run: () => want("stopped") }]),
  );
  const count = h("p", { class: "note" });
  const element = h(
    "section",
    { class: "desk-part" },
    h("h3", { class: "unseen" }, t("desk.everybody")),
    eyes,
    eyesNote,
    h("div", { class: "desk-row", role: "group", "aria-label": t("desk.runs") }, pause, resume, stop),
    count,
    h("div", { class: "desk-row" }, h("label", { class: "switch" }, door, t("desk.door")), code, other),
  );

  return {
    element,
    update() {
      const now = room();
      if (!now) return;
      const going = unfinished();
      set(eyes, "aria-pressed", String(now.attention));
      write(eyesNote, now.attention ? t("desk.eyes.on") : "");
      door.checked = now.door_open;
      write(code, t("desk.code", { code: now.code }));
      pause.toggleAttribute("disabled", !going.some(({ wanted }) => wanted === "running"));
      resume.toggleAttribute("disabled", !going.some(({ wanted }) => wanted === "paused"));
      stop.toggleAttribute("disabled", !going.length);
      const waiting = going.filter(({ status }) => status === "SCHEDULED").length;
      write(count, t("desk.count", { count: going.length, waiting: integer(waiting) }));
    },
  };
}

/** @param {string} sign @param {string} label @param {() => void} onclick */
function command(sign, label, onclick) {
  return h("button", { class: "desk-command", type: "button", onclick }, icon(sign), label);
}
