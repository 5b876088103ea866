/** What this visitor looks at and prepares. The server knows nothing of it, but where the teacher looks. */

import { CHART_DEFAULTS, readView, writeView } from "./address.js";
import { fromQuery, toQuery } from "../runs/config.js";
import { batch, computed, signal } from "../lib/signal.js";
import { createLookingBack } from "./looking_back.js";
import { ENDED } from "../runs/run.js";
import { newestFirst } from "./store.js";
import { keepVisits } from "./visits.js";

const STORAGE = "chalknet.view";

/**
 * @param {Store} store
 * @param {Bootstrap} bootstrap
 * @param {Record<string, Field>} fields
 * @param {Person} person
 */
export function createView(store, bootstrap, fields, person) {
  const query = new URLSearchParams(location.search);
  const kept = recall();
  const asked = readView(query);
  const draft = signal(fromQuery(query, bootstrap.presets, fields, bootstrap.datasets));
  const chosen = signal(asked.run);
  const compared = signal(new Set(asked.compared ?? kept.compared ?? []));
  const options = signal({ ...CHART_DEFAULTS, ...kept.options, ...asked.options });
  const hidden = signal(new Set(kept.hidden ?? []));
  const sorting = signal({ by: "number", falling: true, ...kept.sorting });
  const comparing = signal(false);
  const { hover, held } = createLookingBack();
  /** The lens that is open, by its name. */
  const lens = signal(/** @type {string | null} */ (asked.lens));
  const sharing = signal(false);
  /** What is to be an experiment: a run's settings, with other seeds or with other values of one of them. */
  const trying = signal(/** @type {{run: Run, vary: boolean} | null} */ (null));
  const bringing = signal(false);
  const helping = signal(false);
  /** The page of the digit grid, its filter, and the digit that is open (its number in the test sample). */
  const grid = signal({ first: 0, wrongOnly: false, ...asked.grid });
  const digit = signal(/** @type {number | null} */ (asked.digit));
  /** The digit that this visitor has pressed last, until its card has been brought to where it can be seen. */
  const pressed = signal(/** @type {number | null} */ (null));
  const projector = signal(asked.projector);
  /** Whether keys of one letter or sign do something: who dictates may say one by mistake. */
  const letterKeys = signal(kept.letterKeys ?? true);
  /** The run whose draws the next one shall share. */
  const twinOf = signal(/** @type {string | null} */ (null));
  const ghost = signal(/** @type {string | null} */ (null));
  /** Runs on their way out, which can still be called back. */
  const leaving = signal(/** @type {Set<string>} */ (new Set()));

  /** Whether the newest run of all comes to the front, whoever starts it; where there is no class it always does. */
  const newest = signal(!person.inClass);
  /** How often this visitor has chosen a run to look at. */
  const acts = signal(0);
  /** Whether this page shows what the teacher looks at: then that is neither this visitor's address nor memory. */
  const following = signal(false);
  /** What was chosen in the lenses, by name: a neuron, a step. */
  const choices = signal(/** @type {Record<string, any>} */ ({}));

  /** The run in front: the chosen one, or else what is learning, or else the newest; in a class my newest. */
  const focus = computed(() => {
    const { runs } = store.state.value;
    /** @param {string} id */
    const stays = (id) => !leaving.value.has(id);
    if (chosen.value && runs.has(chosen.value) && stays(chosen.value)) return chosen.value;
    // Those of an experiment come to the front when somebody chooses one: they are many.
    const there = newestFirst(store.state.value).filter((run) => stays(run.id) && !run.experiment);
    if (!newest.value) return there.find(person.isMine)?.id ?? null;
    return (there.find(({ status }) => status === "RUNNING") ?? there[0])?.id ?? null;
  });

  const front = computed(() => store.state.value.runs.get(focus.value) ?? null);
  /** The run that buttons and keys act on: the one in front if it is mine, or else mine that goes on. */
  const own = computed(() => {
    if (!front.value || person.isMine(front.value)) return front.value;
    const runs = newestFirst(store.state.value);
    return runs.find((run) => person.isMine(run) && !run.experiment && !ENDED.has(run.status)) ?? null;
  });
  /** The data set of what is on the screen. */
  const dataset = computed(() => (front.value?.config ?? draft.value).dataset);

  /** The epoch of the address belongs to its run, which may be told of after others, or else to the first in front. */
  let askedEpoch = asked.epoch;
  focus.subscribe(() => {
    if (asked.run && asked.run !== focus.value) {
      held.value = null;
      return;
    }
    const there = (front.value?.epoch ?? 0) >= (askedEpoch ?? 0);
    held.value = there ? askedEpoch : null;
    askedEpoch = null;
  });

  /**
   * Look at a run. The one before stays behind it as a ghost when a new one starts.
   * @param {string} id
   * @param {{asGhost?: string | null}} [options]
   */
  function look(id, { asGhost = null } = {}) {
    batch(() => {
      ghost.value = asGhost;
      hover.value = null;
      newest.value &&= !person.inClass;
      acts.value += 1;
      chosen.value = id;
    });
  }

  /** Open a digit that this visitor has chosen; one that was pressed is brought to where it can be seen. @param {number | null} number */
  function openDigit(number, isPressed = true) {
    batch(() => {
      digit.value = number;
      pressed.value = isPressed ? number : null;
    });
  }

  /** @param {string} id @param {boolean} on */
  function compare(id, on) {
    const next = new Set(compared.value);
    if (on) next.add(id);
    else next.delete(id);
    compared.value = next;
  }

  /** The address of what is on the screen now. */
  function address() {
    const run = chosen.value ?? (held.value === null ? null : focus.value);
    if (following.value) {
      const mine = { run: null, compared: [], options: CHART_DEFAULTS, digit: null, epoch: null, lens: null };
      const open = { ...mine, grid: grid.value, projector: projector.value };
      return writeView(toQuery(draft.value, bootstrap.presets), open).toString();
    }
    const open = {
      run,
      compared: [...compared.value],
      options: options.value,
      grid: grid.value,
      digit: digit.value,
      epoch: held.value,
      lens: lens.value,
      projector: projector.value,
    };
    return writeView(toQuery(draft.value, bootstrap.presets), open).toString();
  }

  /** A run that is gone is not compared any more. */
  let before = store.state.value.runs;
  store.state.subscribe(({ runs }) => {
    const gone = [...compared.value].filter((id) => before.has(id) && !runs.has(id));
    before = runs;
    if (gone.length) compared.value = new Set([...compared.value].filter((id) => !gone.includes(id)));
  });

  let mine = { compared: [...compared.value], options: options.value };
  const remembered = computed(() => {
    if (!following.value) mine = { compared: [...compared.value], options: options.value };
    return JSON.stringify({
      ...mine,
      hidden: [...hidden.value],
      sorting: sorting.value,
      letterKeys: letterKeys.value,
    });
  });
  remembered.subscribe(remember);
  keepVisits({ address, chosen, lens, held, following });

  return {
    draft,
    focus,
    front,
    own,
    newest,
    acts,
    following,
    choices,
    /** Whether the address that was opened asked for a view. */
    asked: Boolean(asked.run ?? asked.lens) || asked.digit !== null || asked.epoch !== null,
    dataset,
    chosen,
    compared,
    comparing,
    sharing,
    trying,
    bringing,
    helping,
    hidden,
    options,
    sorting,
    hover,
    held,
    leaving,
    lens,
    ghost,
    grid,
    digit,
    pressed,
    openDigit,
    projector,
    letterKeys,
    twinOf,
    address,
    look,
    compare,
  };
}

/** @param {string} text */
function remember(text) {
  try {
    localStorage.setItem(STORAGE, text);
  } catch {
    // A browser that forbids storage forgets the choice; the page works all the same.
  }
}

function recall() {
  try {
    return JSON.parse(localStorage.getItem(STORAGE) ?? "{}");
  } catch {
    return {};
  }
}
