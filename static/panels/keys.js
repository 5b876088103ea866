/** Keys for what is done often. They rest while somebody types. */

const TYPING = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]";
const OWN_SPACE = "button, a, summary, input, [role=listbox]"; // Space already means something there
const OWN_ARROWS =
  "input, select, [role=listbox], [role=tablist], [role=radiogroup], [role=slider], .runs-scroll:focus";

/** @type {Mount} */
export function mount(_, { actions, view }) {
  /** @param {string} name */
  const toggle = (name) => (view.options.value = { ...view.options.value, [name]: !view.options.value[name] });

  /** Look at the epoch before or after the one on the screen. @param {number} step */
  function look(step) {
    const newest = view.front.value?.epoch ?? 0;
    if (!newest) return;
    const next = Math.min(Math.max((view.hover.value ?? newest) + step, 0), newest);
    view.held.value = next === newest ? null : next;
  }

  /** @type {Record<string, (event: KeyboardEvent) => void>} */
  const KEYS = {
    " ": actions.toggle,
    ArrowLeft: () => look(-1),
    ArrowRight: () => look(1),
    b: () => actions.step("batch"),
    e: () => actions.step("epoch"),
    Escape: () => {
      if (view.held.value === null) view.projector.value = false;
      else view.held.value = null;
    },
    r: actions.again,
    l: () => toggle("log"),
    w: () => (view.grid.value = { ...view.grid.value, wrongOnly: !view.grid.value.wrongOnly }),
    p: () => (view.projector.value = !view.projector.value),
    f: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
    "?": () => (view.helping.value = true),
  };

  /** What a presentation clicker sends; elsewhere these keys scroll. @type {typeof KEYS} */
  const CLICKER = { PageUp: KEYS.ArrowLeft, PageDown: KEYS.ArrowRight };

  /** The same with Ctrl, or with the key that stands for it. @type {Record<string, (event: KeyboardEvent) => void>} */
  const MODIFIED = { z: actions.undo };

  /** @param {boolean} modified */
  function keysFor(modified) {
    if (modified) return MODIFIED;
    return view.projector.value ? { ...KEYS, ...CLICKER } : KEYS;
  }

  document.addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.metaKey;
    const one = event.key.length === 1;
    if (one && event.key !== " " && !modified && !view.letterKeys.value) return;
    const action = keysFor(modified)[one ? event.key.toLowerCase() : event.key];
    if (!action || event.altKey || event.repeat || rests(event)) return;
    event.preventDefault();
    action(event);
  });
}

/** Whether the key belongs to what has the focus, or a sheet is open. @param {KeyboardEvent} event */
function rests({ key, target }) {
  const at = /** @type {Element} */ (target);
  if (document.querySelector("dialog[open]") || at.closest(TYPING)) return true;
  if (document.querySelector(":popover-open:not(#help-card)")) return true;
  return (
    (key === " " && at.closest(OWN_SPACE) !== null) || (/^(Arrow|Page)/.test(key) && at.closest(OWN_ARROWS) !== null)
  );
}
