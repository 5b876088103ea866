/** Who is how good under the rules: the server ranks, and is asked again when a run has got on, while somebody looks. */

import { t } from "../../i18n/translate.js";
import { h, keyed, set, write } from "../../lib/dom.js";
import { integer, loss, percent } from "../../lib/format.js";
import { resource } from "../../lib/resource.js";
import { computed, onFrame, signal } from "../../lib/signal.js";
import { throttled } from "../../lib/throttled.js";
import { ENDED } from "../../runs/run.js";

const PAUSE_MS = 2_000; // between two questions

/**
 * @typedef {{place: number, member: string | null, mine: boolean, run_id: string | null, value: number, runs: number}} Place
 * @typedef {{key: string, place: Place, who: string, value: string, run: Run | undefined}} Line
 */

/** @param {Context} context @param {() => ClassTask | null} task */
export function createBoard({ api, store, view }, task) {
  const seen = signal(false);
  const caption = h("caption");
  const rows = h("tbody");
  const empty = h("p", { class: "note" });
  const table = h(
    "table",
    { class: "task-board" },
    caption,
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...["place", "name", "value", "runs"].map((name) => h("th", { scope: "col", class: name }, t(`board.${name}`))),
      ),
    ),
    rows,
  );
  const element = h("div", { class: "task-board-frame" }, table, empty);
  const board = resource(
    () => {
      const now = task();
      return now && seen.value ? `/class/tasks/${now.id}/board#${now.named}` : null;
    },
    async (path, abort) => /** @type {Place[]} */ ((await api.ask(path.split("#")[0], abort)).places),
  );
  /** Changes when the board may: with an epoch, an end, a run that has come or gone. */
  const progress = computed(() => {
    const runs = [...store.state.value.runs.values()];
    return runs.map(({ epoch, status }) => epoch + (ENDED.has(status) ? 0.5 : 0)).join(" ");
  });
  const ask = throttled(() => seen.value && !document.hidden && board.reload(), PAUSE_MS);
  progress.subscribe(ask);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  new IntersectionObserver(([{ isIntersecting }]) => (seen.value = isIntersecting)).observe(element);

  /** What was shown last: it stays while nobody looks. @type {{task: string, places: Place[]} | null} */
  let last = null;

  onFrame(() => {
    const now = task();
    if (!now) return;
    if (board.latest) last = { task: now.id, places: board.latest };
    const places = last?.task === now.id ? last.places : [];
    const { room, runs } = store.state.value;
    write(caption, t(`task.measure.${now.spec.measure}`));
    table.hidden = !places.length;
    empty.hidden = places.length > 0;
    write(empty, t(board.failed ? "board.failed" : board.value ? "board.empty" : "board.waits"));
    const lines = places.map((place, at) => ({
      key: place.member ?? `${at}`,
      place,
      who: place.mine ? t("board.mine") : (room?.members.get(place.member ?? "")?.name ?? t("board.somebody")),
      value: now.spec.measure.endsWith("loss") ? loss(place.value) : percent(place.value),
      run: runs.get(place.run_id),
    }));
    keyed(rows, lines, ({ key }) => key, createRow);
  });

  /** A line of the board. @param {Line} first */
  function createRow(first) {
    let line = first;
    const name = h("span");
    const look = () => line.run && view.look(line.run.id);
    const open = h("button", { type: "button", class: "quiet", onclick: look }, name);
    const [place, value, count] = ["place", "value", "runs"].map((part) => h("td", { class: part }));
    const row = h("tr", {}, place, h("th", { scope: "row" }, open), value, count);
    return Object.assign(row, {
      /** @param {Line} next */
      update(next) {
        line = next;
        write(place, integer(next.place.place));
        write(name, next.who);
        write(value, next.value);
        write(count, integer(next.place.runs));
        open.disabled = !next.run;
        set(open, "title", next.run ? t("board.open", { run: next.run.name }) : null);
        set(row, "class", next.place.mine ? "mine" : null);
      },
    });
  }

  return { element };
}
