/**
 * The teacher's view, told and followed. The page that the teacher acts on tells what it shows; every other page shows what
 * it is told, until its visitor does something with the view: a student then looks around, another page of the teacher's
 * leads from there on.
 */

import { ApiError } from "../state/api.js";
import { CHART_DEFAULTS } from "../state/address.js";
import { batch, computed, effect, signal, untracked } from "../lib/signal.js";

const TOLD_MS = 100; // between two tellings: the newest is enough
const STORAGE = "chalknet.following";
const GESTURES = ["pointerdown", "keydown", "input"];
const UNTOLD = new Set(["strokes"]); // what is drawn by hand is large, and nobody else's
const MOST_COMPARED = 20;
const HERE = new Set(["live", "streaming"]); // words of a connection that brings something

/** @param {Context} context */
export function createFollowing({ api, feed, person, store, view }) {
  const page = crypto.getRandomValues(new Uint32Array(2)).join("-");
  /** Whether a student wants to follow. */
  const on = signal(recall());
  const shared = computed(() => store.state.value.shared);
  const follows = computed(() => person.isStudent() && on.value && shared.value !== null);
  let leads = view.asked && !reloaded();
  /** Whether the visitor has done something since the view was last applied. */
  let acted = false;
  let applied = "";
  let taken = /** @type {SharedView | null} */ (null);
  let waiting = "";
  let telling = false;

  const eyes = computed(() => store.state.value.room?.attention === true);
  effect(() => {
    if (eyes.value && person.isStudent()) untracked(() => on.value || set(true));
  });

  const own = computed(() => JSON.stringify(present()));
  for (const name of GESTURES)
    addEventListener(name, ({ isTrusted }) => (acted ||= isTrusted), { capture: true, passive: true });

  view.acts.subscribe(() => (acted = true));
  effect(() => {
    view.following.value = follows.value;
  });
  effect(() => {
    const told = shared.value;
    const role = person.me.value.role;
    const wanted = role === "student" ? on.value : role === "teacher";
    void view.focus.value; // the run may come after the view
    if (told && wanted && told.options.by !== page) untracked(() => take(told));
  });
  effect(() => {
    const now = own.value;
    untracked(() => now !== applied && changed());
  });
  const here = computed(() => HERE.has(feed.word.value) && store.state.value.log !== null);
  effect(() => {
    if (here.value) untracked(begin);
  });

  /** What this page shows, as others are told. @returns {SharedView} */
  function present() {
    const choices = Object.entries(view.choices.value).filter(([name]) => !UNTOLD.has(name));
    return {
      run: view.focus.value,
      compared: [...view.compared.value].slice(0, MOST_COMPARED),
      epoch: view.held.value,
      lens: view.lens.value,
      digit: view.digit.value,
      options: { ...view.options.value, choices: Object.fromEntries(choices), by: page },
    };
  }

  /** What was heard from another page; once more when what it is about has come, unless the visitor has gone on. @param {SharedView} told */
  function take(told) {
    if (told === taken && acted) return;
    taken = told;
    leads = false;
    show(told);
    acted = false;
    applied = own.peek();
  }

  /** @param {SharedView} told */
  function show({ run, compared, epoch, lens, digit, options: { choices, by, ...options } }) {
    batch(() => {
      view.ghost.value = null;
      view.chosen.value = run;
      if ([...view.compared.value].join() !== compared.join()) view.compared.value = new Set(compared);
      const next = { ...CHART_DEFAULTS, ...options };
      if (JSON.stringify(next) !== JSON.stringify(view.options.value)) view.options.value = next;
      view.choices.value = { ...view.choices.value, .../** @type {object} */ (choices ?? {}) };
      view.lens.value = lens;
      if (view.digit.value !== digit) view.openDigit(digit, false);
    });
    view.held.value = epoch;
  }

  /** The view is another than the one applied. What only followed from that is nobody's act. */
  function changed() {
    if (person.isStudent() && follows.value && acted) set(false);
    if (person.me.value.role !== "teacher" || !(leads || acted)) return;
    leads = true;
    applied = own.peek();
    tell();
  }

  /** The connection stands: a page of the teacher's tells what nobody has told, a student's whether it follows. */
  function begin() {
    const { role } = person.me.value;
    if (role === "teacher" && (leads || !shared.value)) {
      leads = true;
      tell();
    }
    if (role === "student" && !on.value) send("/following", { on: false });
  }

  async function tell() {
    waiting = own.peek();
    if (telling) return;
    telling = true;
    while (waiting) {
      const text = waiting;
      waiting = "";
      await send("/view", JSON.parse(text));
      await new Promise((resolve) => setTimeout(resolve, TOLD_MS));
    }
    telling = false;
  }

  /** What does not arrive is told again when the connection is back. @param {string} path @param {object} body */
  async function send(path, body) {
    try {
      await api.ofClass("PUT", path, body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Follow, or look around. @param {boolean} wanted */
  function set(wanted) {
    if (wanted) acted = false;
    on.value = wanted;
    remember(wanted);
    send("/following", { on: wanted });
  }

  return { on, follows, set };
}

/** Whether this page was here before: then the teacher's view is newer than its address. */
function reloaded() {
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return entry?.type !== "navigate";
}

/** @param {boolean} on */
function remember(on) {
  try {
    sessionStorage.setItem(STORAGE, String(on));
  } catch {
    // Forgotten at reload where storage is forbidden.
  }
}

function recall() {
  try {
    return sessionStorage.getItem(STORAGE) !== "false";
  } catch {
    return true;
  }
}
