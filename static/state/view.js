/** What this visitor looks at and prepares: nothing here is known to the server. */

import { CHART_DEFAULTS, readView, writeView } from "./address.js";
import { fromQuery, toQuery } from "../runs/config.js";
import { batch, computed, signal } from "../lib/signal.js";
import { createLookingBack } from "./looking_back.js";
import { newestFirst } from "./store.js";
import { throttled } from "../lib/throttled.js";

const STORAGE = "chalknet.view";
const ADDRESS_MS = 500; // between two changes of the address; browsers refuse more than a hundred in thirty seconds

/**
 * @param {Store} store
 * @param {Bootstrap} bootstrap
 * @param {Record<string, Field>} fields
 */
export function createView(store, bootstrap, fields) {
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

  /** The run in front: the chosen one, or else what is learning, or else the newest. */
  const focus = computed(() => {
    const { runs } = store.state.value;
    /** @param {string} id */
    const stays = (id) => !leaving.value.has(id);
    if (chosen.value && runs.has(chosen.value) && stays(chosen.value)) return chosen.value;
    const newest = newestFirst(store.state.value).filter(({ id }) => stays(id));
    return (newest.find(({ status }) => status === "RUNNING") ?? newest[0])?.id ?? null;
  });

  const front = computed(() => store.state.value.runs.get(focus.value) ?? null);
  /** The data set of what is on the screen. */
  const dataset = computed(() => (front.value?.config ?? draft.value).dataset);

  /** The epoch of the address belongs to the first run in front, and to no other. */
  let askedEpoch = asked.epoch;
  focus.subscribe(() => {
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

  const remembered = computed(() =>
    JSON.stringify({
      compared: [...compared.value],
      hidden: [...hidden.value],
      options: options.value,
      sorting: sorting.value,
      letterKeys: letterKeys.value,
    }),
  );
  remembered.subscribe(remember);
  /** A slider changes ten times a second; browsers refuse an address that is written so often. */
  computed(address).subscribe(
    throttled(() => {
      const text = address();
      history.replaceState(null, "", text ? `?${text}` : location.pathname);
    }, ADDRESS_MS),
  );

  return {
    draft,
    focus,
    front,
    dataset,
    chosen,
    compared,
    comparing,
    sharing,
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
