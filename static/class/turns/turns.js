/** At the buttons: the place of an own run in the line, and how many more runs one may start, before the server has to refuse one. */

import { addWords, t } from "../../i18n/translate.js";
import { set, write } from "../../lib/dom.js";
import { duration, integer } from "../../lib/format.js";
import { computed, onFrame } from "../../lib/signal.js";
import { createQueue } from "../../state/queue.js";
import { runsLeft, waitingRun } from "./left.js";

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);

/** What the line needs before it is mounted. */
export const prepare = () => addWords(WORDS);

/** @type {Mount} */
export function mount(element, { api, bootstrap, person, store, view }) {
  const waiting = computed(() => waitingRun(store.state.value.runs.values(), person.me.value.member, view.focus.value));
  const queue = createQueue({ api, view: { front: waiting } });

  onFrame(() => {
    const { member } = person.me.value;
    const left = runsLeft(store.state.value.runs.values(), member, bootstrap.max_runs_each);
    const run = waiting.value;
    const place = queue.value;
    const line = [];
    if (run && place)
      line.push(
        t("turns.place", {
          run: run.name,
          place: integer(place.place),
          time: duration(place.expected_wait_seconds),
        }),
      );
    if (left !== null && member)
      line.push(left ? t("turns.left", { count: left }) : t("turns.none", { limit: bootstrap.max_runs_each }));
    element.hidden = !line.length;
    set(element, "data-none", left === 0);
    write(element, line.join(" "));
  });
}
