/** All runs: state, settings, last and best; which one is in front, and whose curves are drawn with it. */

import { series } from "../runs/colours.js";
import { t } from "../i18n/translate.js";
import { h, keyed, set, write } from "../lib/dom.js";
import { integer, percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { openMenu } from "../lib/menu.js";
import { batch, changes, onFrame, signal } from "../lib/signal.js";
import { majority, nextSorting, notable, sorted } from "../runs/table.js";
import { ENDED } from "../runs/run.js";
import { runSetting, statusWord } from "../runs/phrases.js";

const COLUMNS = ["show", "name", "status", "last", "best"];
const PAGE = 50; // rows before the list is asked for the rest
const UNSORTED = new Set(["show"]);

/** @typedef {import("../lib/dom.js").Keyed<Run>} Row */

/** @type {Mount} */
export function mount(element, { actions, api, person, store, view }) {
  const rows = h("tbody");
  const empty = h("p", { class: "note" }, t("runs.empty"));
  const heads = Object.fromEntries(COLUMNS.map((name) => [name, createHead(name)]));
  const table = h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...Object.values(heads),
        h("th", { class: "runs-more" }, h("span", { class: "unseen" }, t("runs.more"))),
      ),
    ),
    rows,
  );
  const compare = h(
    "button",
    { class: "quiet", type: "button", onclick: () => (view.comparing.value = true) },
    t("runs.compare"),
  );
  const hidden = h("button", { class: "quiet", type: "button", onclick: () => (view.hidden.value = new Set()) });
  const limit = signal(PAGE);
  const rest = h("button", { class: "quiet", type: "button", onclick: () => (limit.value = Infinity) });
  const newest = h("input", { type: "checkbox", onchange: () => followNewest(newest.checked) });
  const follow = person.inClass && h("label", { class: "switch" }, newest, t("runs.newest"));
  const scroll = h(
    "div",
    { class: "runs-scroll", tabindex: 0, role: "group", "aria-label": t("runs.label") },
    table,
    rest,
  );
  element.setAttribute("aria-label", t("runs.label"));
  element.classList.add("runs");
  element.append(
    h(
      "header",
      { class: "column-head" },
      h("h2", {}, t("runs.label")),
      h("div", { class: "row" }, follow, hidden, compare),
    ),
    empty,
    scroll,
  );
  /** What most runs have in common. @type {Partial<RunConfig>} */
  let shared = {};
  const worth = changes();

  onFrame(() => {
    // An experiment has a line of its own (experiments/panel.js); of its runs those are here that somebody has chosen.
    const runs = [...store.state.value.runs.values()].filter(
      ({ id, experiment }) =>
        !view.leaving.value.has(id) && (!experiment || id === view.focus.value || view.compared.value.has(id)),
    );
    const shown = runs.filter(({ id }) => !view.hidden.value.has(id));
    if (worth(shown.map(({ id }) => id).join())) shared = majority(shown);
    newest.checked = view.newest.value;
    empty.hidden = runs.length > 0;
    table.hidden = shown.length === 0;
    hidden.hidden = shown.length === runs.length;
    write(hidden, t("runs.hidden", { count: runs.length - shown.length }));
    compare.hidden = shown.filter(({ id }) => id === view.focus.value || view.compared.value.has(id)).length < 2;
    for (const [name, head] of Object.entries(heads)) {
      set(
        head,
        "aria-sort",
        view.sorting.value.by === name ? (view.sorting.value.falling ? "descending" : "ascending") : null,
      );
    }
    const ordered = sorted(shown, view.sorting.value);
    rest.hidden = ordered.length <= limit.value;
    write(rest, t("runs.rest", { count: ordered.length - limit.value }));
    keyed(rows, ordered.slice(0, limit.value), ({ id }) => id, createRow);
  });

  /** @param {boolean} on */
  function followNewest(on) {
    batch(() => {
      if (on) view.chosen.value = null;
      view.newest.value = on;
    });
  }

  /** @param {string} name */
  function createHead(name) {
    const sort = () => (view.sorting.value = nextSorting(view.sorting.value, name));
    const label = UNSORTED.has(name)
      ? t(`runs.${name}`)
      : h("button", { class: "sort", type: "button", onclick: sort }, t(`runs.${name}`));
    return h("th", { scope: "col", class: `runs-${name}` }, label);
  }

  /** @param {Run} run @returns {Row} */
  function createRow({ id }) {
    /** @param {(run: Run) => void} work with the run as it is then, if it is still there */
    const withRun = (work) => {
      const run = store.state.value.runs.get(id);
      if (run) work(run);
    };
    const box = h("input", { type: "checkbox", onchange: () => view.compare(id, box.checked) });
    const name = h("span");
    const owner = h("span", { class: "run-owner", hidden: true });
    const settings = h("span", { class: "run-settings" });
    const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
    const look = h(
      "button",
      {
        class: "run-name",
        type: "button",
        onclick: () => view.look(id),
        ondblclick: () => withRun((run) => person.owns(run) && rename(run, look)),
      },
      swatch,
      name,
      owner,
    );
    const more = h(
      "button",
      {
        class: "quiet icon-only",
        type: "button",
        "aria-haspopup": "true",
        "aria-expanded": "false",
        onclick: () => withRun((run) => openMenu(more, commands(run, look))),
      },
      icon("more"),
    );
    const [status, last, best] = COLUMNS.slice(2).map((column) => h("td", { class: `runs-${column}` }));
    const other = changes();
    const row = h(
      "tr",
      {},
      h("td", { class: "runs-show" }, h("label", { class: "tick" }, box)),
      h("th", { scope: "row", class: "runs-name" }, look, settings),
      status,
      last,
      best,
      h("td", { class: "runs-more" }, more),
    );
    return Object.assign(row, {
      /** The focus of a run that goes stays in the list. */
      leave() {
        if (!row.contains(document.activeElement)) return;
        const beside = /** @type {HTMLElement | null} */ (row.nextElementSibling ?? row.previousElementSibling);
        (beside?.querySelector("button") ?? scroll).focus();
      },
      /** @param {Run} now */
      update(now) {
        const front = view.focus.value === id;
        const sibling = store.state.value.runs.get(now.twin_of);
        const title = person.title(now);
        if (!other(now, front, view.compared.value.has(id), shared, sibling?.name, title, person.me.value)) return;
        const whose = person.whose(now);
        set(row, "data-front", front);
        set(row, "data-status", now.status);
        set(swatch, "data-series", series(now));
        set(swatch, "data-whose", whose);
        set(owner, "data-whose", whose);
        owner.hidden = whose === null;
        write(owner, whose === "mine" ? t("runs.mine") : (person.ownerName(now) ?? ""));
        set(look, "aria-pressed", String(front));
        box.checked = front || view.compared.value.has(id);
        box.toggleAttribute("disabled", front);
        set(box, "aria-label", t("runs.draw", { name: title }));
        set(more, "aria-label", t("runs.commands", { name: title }));
        write(name, now.name);
        describe(settings, now, sibling);
        const share = `${integer(now.epoch)}/${integer(now.epochs)}`;
        write(
          status,
          ["RUNNING", "PAUSED", "STOPPED"].includes(now.status) ? `${statusWord(now)} ${share}` : statusWord(now),
        );
        write(last, percent(now.last?.test_accuracy));
        write(best, percent(now.best?.test_accuracy));
      },
    });
  }

  /**
   * The settings as a line; what the other runs have otherwise is bold.
   * @param {HTMLElement} line
   * @param {Run} run
   * @param {Run | undefined} sibling
   */
  function describe(line, run, sibling) {
    const parts = notable(run, shared).map(({ field, odd }) => ({ odd, text: runSetting(run, field) }));
    if (sibling) parts.push({ odd: false, text: t("runs.twin", { name: person.title(sibling) }) });
    const mark = JSON.stringify(parts);
    if (line.dataset.mark === mark) return;
    line.dataset.mark = mark;
    line.replaceChildren(
      ...parts.flatMap(({ odd, text }, k) => [...(k > 0 ? [" · "] : []), h(odd ? "b" : "span", {}, text)]),
    );
  }

  /** @param {Run} run @param {HTMLElement} look */
  function commands(run, look) {
    const owned = person.owns(run) && !actions.waits.value;
    const strange = !person.isMine(run);
    const drawn = view.compared.value.has(run.id);
    return [
      ...(owned ? [{ label: t("runs.rename"), run: () => rename(run, look) }] : []),
      ...(strange ? [{ label: t("runs.look"), run: () => view.look(run.id) }] : []),
      ...(strange && !drawn ? [{ label: t("runs.with"), run: () => view.compare(run.id, true) }] : []),
      { label: t("runs.duplicate"), run: () => actions.duplicate(run) },
      ...(actions.waits.value ? [] : [false, true]).map((vary) => ({
        label: t(vary ? "runs.vary" : "runs.seeds"),
        run: () => (view.trying.value = { run, vary }),
      })),
      { label: t("runs.hide"), run: () => (view.hidden.value = new Set([...view.hidden.value, run.id])) },
      { label: t("runs.csv"), href: api.csvUrl(run.id), run: () => {} },
      ...(strange ? [{ label: t("runs.weights"), href: api.weightsUrl(run.id), run: () => {} }] : []),
      ...(strange && owned && !ENDED.has(run.status)
        ? [{ label: t("runs.stop"), run: () => actions.want(run.id, "stopped") }]
        : []),
      ...(owned && !run.experiment ? [{ label: t("runs.delete"), run: () => actions.removeWithUndo(run) }] : []),
    ];
  }

  /**
   * An entry takes the name's place until Enter, Escape, or a look elsewhere.
   * @param {Run} run
   * @param {HTMLElement} look
   */
  function rename(run, look) {
    const input = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "text",
        class: "run-rename",
        maxlength: 80,
        "aria-label": t("runs.new-name", { name: run.name }),
      })
    );
    input.value = run.name;
    let ended = false; // taking the entry away makes it lose the focus, which would end it again
    const row = /** @type {Row} */ (look.closest("tr"));
    const leave = row.leave;
    row.leave = () => {
      ended = true; // the run is gone, or out of sight: nobody has finished this name
      leave?.();
    };
    /** @param {boolean} keep */
    const end = (keep) => {
      if (ended) return;
      ended = true;
      const name = input.value.trim();
      input.replaceWith(look);
      look.focus();
      if (keep && name && name !== run.name) actions.rename(run.id, name);
    };
    input.addEventListener("keydown", ({ key }) => (key === "Enter" ? end(true) : key === "Escape" && end(false)));
    input.addEventListener("blur", () => end(true));
    look.replaceWith(input);
    input.select();
  }
}
