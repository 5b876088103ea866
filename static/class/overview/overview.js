/** The whole class over the page: a picture, a wall of curves, and a table, of all runs or of those that a filter lets through. */

import { settingText } from "../../runs/phrases.js";
import { addWords, t } from "../../i18n/translate.js";
import { h, keyed, set, write } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { addSheet } from "../../lib/sheet.js";
import { effect, signal } from "../../lib/signal.js";
import { throttled } from "../../lib/throttled.js";
import { filtered, STATES } from "./filter.js";
import { createPicture } from "./picture.js";
import { createTable } from "./table.js";
import { createWall } from "./wall.js";

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const SHEET = new URL("./overview.css", import.meta.url).href;
const DRAWN_MS = 250; // between two pictures: a class at work has news a hundred times a second
const TEACHER = "teacher"; // the owner of the teacher's runs: app/classroom/state.py

/** What the overview needs before it is mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** @typedef {{open: (id: string) => void, ownerName: (run: Run) => string}} Overview what its parts get */

/** @type {Record<string, (overview: Overview) => {element: HTMLElement, update: (runs: Run[]) => void}>} */
const PANES = { picture: createPicture, wall: createWall, table: createTable };

/** @param {Context} context @param {import("../desk/door.js").Door} door */
export function mount({ store, view }, { opened, button }) {
  /** @param {Run} run */
  const ownerName = ({ owner = "" }) =>
    owner === TEACHER
      ? t("overview.teacher")
      : (store.state.value.room?.members.get(owner)?.name ?? t("overview.nobody"));
  /** @param {string} id */
  function open(id) {
    view.look(id);
    opened.value = false;
  }
  const panes = Object.entries(PANES).map(([name, create]) => ({ name, ...create({ open, ownerName }) }));
  const chosen = signal(panes[0].name);
  const tabs = panes.map(createTab);
  const filter = createFilter({
    tasks: () => [...(store.state.value.room?.tasks.values() ?? [])],
    runs: () => [...store.state.value.runs.values()],
    usual: () => view.front.value?.config.dataset ?? view.draft.value.dataset,
  });
  const count = h("p", { class: "note", role: "status" });
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet overview", "aria-labelledby": "overview-title", onclose: () => (opened.value = false) },
      h(
        "header",
        { class: "column-head" },
        h("h2", { id: "overview-title" }, t("door.overview")),
        h("div", { class: "overview-tabs", role: "tablist", "aria-labelledby": "overview-title" }, ...tabs),
        h(
          "button",
          {
            class: "quiet icon-only",
            type: "button",
            "aria-label": t("sheet.close"),
            onclick: () => (opened.value = false),
          },
          icon("close"),
        ),
      ),
      filter.element,
      count,
      ...panes.map(({ name, element }) => {
        set(element, "role", "tabpanel");
        set(element, "id", `overview-${name}`);
        set(element, "aria-labelledby", `overview-tab-${name}`);
        return element;
      }),
    )
  );
  document.body.append(dialog);

  /** @param {{name: string}} pane */
  function createTab({ name }) {
    return h(
      "button",
      {
        class: "quiet",
        type: "button",
        role: "tab",
        id: `overview-tab-${name}`,
        "aria-controls": `overview-${name}`,
        onclick: () => (chosen.value = name),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (!step) return;
          event.preventDefault();
          event.stopPropagation();
          const at = (panes.findIndex((pane) => pane.name === name) + step + panes.length) % panes.length;
          chosen.value = panes[at].name;
          tabs[at].focus();
        },
      },
      t(`overview.${name}`),
    );
  }

  effect(() => {
    if (opened.value && !dialog.open) dialog.showModal();
    if (!opened.value && dialog.open) {
      dialog.close();
      button.focus();
    }
  });
  effect(() => {
    for (const [at, { name, element }] of panes.entries()) {
      const on = name === chosen.value;
      element.hidden = !on;
      set(tabs[at], "aria-selected", String(on));
      set(tabs[at], "tabindex", on ? 0 : -1);
    }
  });

  const tick = signal(0);
  const redraw = throttled(() => (tick.value += 1), DRAWN_MS);
  effect(() => {
    void store.state.value;
    if (opened.value) redraw();
  });
  // Reads what the picture depends on besides the runs, which come at their own pace.
  effect(() => {
    void tick.value;
    if (!opened.value) return;
    const { runs, room } = store.state.peek();
    filter.update();
    const shown = filtered([...runs.values()], filter.now.value, ownerName, [...(room?.tasks.values() ?? [])]);
    write(count, t("overview.count", { count: shown.length, all: runs.size }));
    panes.find(({ name }) => name === chosen.value)?.update(shown);
  });
  addEventListener("resize", () => opened.peek() && redraw());
}

/** @param {{tasks: () => ClassTask[], runs: () => Run[], usual: () => string}} options `usual` is the data that the page is about */
function createFilter({ tasks, runs, usual }) {
  const now = signal({ name: "", status: "", task: "", data: "" });
  const name = /** @type {HTMLInputElement} */ (
    h("input", { type: "text", id: "overview-name", autocomplete: "off", oninput: read })
  );
  const status = h(
    "select",
    { id: "overview-status", onchange: read },
    h("option", { value: "" }, t("overview.status.any")),
    ...Object.entries(STATES).map(([state, [first]]) => h("option", { value: state }, t(`status.${first}`))),
  );
  const task = h("select", { id: "overview-task", onchange: turn }, h("option", { value: "" }, t("overview.task.any")));
  const data = h("select", { id: "overview-data", onchange: read });
  /** @param {string} key @param {HTMLElement} control */
  const field = (key, control) => h("label", { class: "switch", for: control.id }, t(key), control);
  const ofTask = field("overview.task", task);
  const ofData = field("overview.data", data);
  const element = h(
    "div",
    { class: "overview-row", role: "search" },
    field("overview.name", name),
    field("overview.status", status),
    ofTask,
    ofData,
  );

  /** A task is about one kind of data. */
  function turn() {
    data.value = tasks().find(({ id }) => id === task.value)?.spec.base.dataset ?? data.value;
    read();
  }

  function read() {
    now.value = { name: name.value, status: status.value, task: task.value, data: data.value };
  }

  return {
    element,
    now,
    update() {
      const known = tasks();
      ofTask.hidden = !known.length;
      keyed(
        task,
        [{ id: "", text: t("overview.task.any") }, ...known.map(({ id, spec }) => ({ id, text: spec.text }))],
        ({ id }) => id,
        ({ id, text }) => h("option", { value: id }, text),
      );
      // Accuracies of different data say nothing about each other: one kind of data at a time.
      const kinds = [...new Set(runs().map(({ config }) => config.dataset))];
      ofData.hidden = kinds.length < 2;
      keyed(
        data,
        kinds,
        (kind) => kind,
        (kind) => h("option", { value: kind }, settingText("dataset", kind)),
      );
      if (!kinds.includes(now.peek().data) && kinds.includes(usual())) data.value = usual();
      if (task.value !== now.peek().task || data.value !== now.peek().data) read();
    },
  };
}
