/**
 * The lenses: one tab each, under the curves. A lens with its words and its sheet is loaded when it is opened first, and at
 * rest when closed; what all of them share comes with the first.
 */

import { addWords, spoken, t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { integer } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { createCache } from "../lib/cache.js";
import { resource } from "../lib/resource.js";
import { addSheet } from "../lib/sheet.js";
import { computed, effect, onFrame, signal, untracked } from "../lib/signal.js";
import { mount as mountSlider } from "../controls/epoch_slider.js";
import { LENSES } from "./list.js";

/** What all lenses share. @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const KEPT_BYTES = 16_000_000; // of answers other than parameters, which have a cache of their own
const SHEET = new URL("../css/lenses.css", import.meta.url).href;

/**
 * @typedef {Awaited<ReturnType<typeof equip>>} Tools
 * @typedef {{name: string, mount: LensMount, tools: Tools}} Mounted
 */

/** @type {Mount} */
export function mount(element, context) {
  const { store, view } = context;
  const tabs = LENSES.map(createTab);
  const list = h("div", { class: "lens-tabs", role: "tablist", "aria-label": t("lenses.label") }, ...tabs);
  const about = h("p", { class: "lens-about" });
  const where = h("p", { class: "lens-where", role: "status" });
  const close = h(
    "button",
    {
      class: "quiet icon-only",
      type: "button",
      "aria-label": t("lenses.close"),
      title: t("lenses.close"),
      onclick: () => (view.lens.value = null),
    },
    icon("close"),
  );
  const slider = h("div");
  const body = h("div", { class: "lens-body" });
  const panel = h(
    "div",
    { class: "lens-panel", role: "tabpanel", id: "lens-panel", tabindex: 0, hidden: true },
    h("div", { class: "lens-head" }, about, slider, close),
    where,
    body,
  );
  const title = h("h2", { id: "lenses-title" }, t("lenses.label"));
  element.setAttribute("aria-labelledby", "lenses-title");
  element.append(h("div", { class: "lens-bar" }, title, list), panel);
  mountSlider(slider, context, { lead: false });
  let opened = false;
  let common = /** @type {Promise<Tools> | null} */ (null);
  /** The lens on the screen, with what it works with. What it begins ends when another one, or none, takes its place. */
  const mounted = signal(/** @type {Mounted | null} */ (null));
  effect(() => {
    const lens = mounted.value;
    if (lens) untracked(() => begin(lens));
  });

  /** @param {Lens} lens */
  function createTab({ name, title }) {
    return h(
      "button",
      {
        class: "lens-tab",
        type: "button",
        role: "tab",
        id: `lens-tab-${name}`,
        "aria-selected": "false",
        "aria-controls": "lens-panel",
        tabindex: -1,
        onclick: () => (view.lens.value = view.lens.value === name ? null : name),
      },
      spoken(title),
    );
  }

  const shown = () => LENSES.filter((_, i) => !tabs[i].hidden);
  /** @param {string} name */
  const indexOf = (name) => LENSES.findIndex((lens) => lens.name === name);
  /** @param {string} name */
  const tabOf = (name) => tabs[indexOf(name)];

  async function show() {
    const name = view.lens.value;
    const fresh = !opened;
    opened = name !== null;
    for (const [i, lens] of LENSES.entries()) set(tabs[i], "aria-selected", String(lens.name === name));
    rove(name ?? shown()[0].name);
    panel.hidden = name === null;
    mounted.value = null;
    body.replaceChildren();
    if (name === null) return;
    set(panel, "aria-labelledby", `lens-tab-${name}`);
    write(about, "");
    write(where, "");
    if (fresh) requestAnimationFrame(() => element.scrollIntoView({ block: "start" }));
    const lens = await equipped(name);
    if (view.lens.value !== name || mounted.value) return;
    if (lens) mounted.value = lens;
    else write(where, t("lenses.failed"));
  }

  /** Draw a lens; whatever it asks for and cannot get is told in one place. @param {Mounted} lens */
  function begin({ name, mount, tools: { answers, caches, createSnapshots, memory, offerPictures } }) {
    const snapshots = createSnapshots(context, caches);
    const asked = signal(/** @type {{readonly failed: boolean}[]} */ ([snapshots]));
    write(about, t(`lens.${name}.about`));
    offerPictures(close, body, name, tabOf(name).textContent ?? "", where);
    onFrame(() => describe(snapshots.current.value, asked.value.map(({ failed }) => failed).includes(true)));
    return mount(body, {
      ...context,
      memory,
      snapshots,
      /** @param {() => string | null} keyOf @param {Load<any>} load */
      resource(keyOf, load = context.api.ask, cache = answers) {
        const one = resource(keyOf, load, cache);
        asked.value = [...asked.value, one];
        return one;
      },
    });
  }

  /**
   * A lens and what it works with; null if something did not come, which is asked for again at the next opening.
   * @param {string} name
   * @returns {Promise<Mounted | null>}
   */
  async function equipped(name) {
    const lens = LENSES[indexOf(name)];
    common ??= equip(view.choices);
    try {
      const [{ mount }, tools] = await Promise.all([lens.load(), common, addWords(lens.words), addSheet(lens.sheet)]);
      return { name, mount, tools };
    } catch {
      common = null;
      return null;
    }
  }

  /**
   * Of which epoch the picture is; it may not be the one asked for, if that was not kept.
   * @param {Snapshot | null} snapshot
   * @param {boolean} failed
   */
  function describe(snapshot, failed) {
    body.hidden = !snapshot;
    if (failed) return write(where, t("lenses.failed"));
    if (!snapshot) return write(where, t("lenses.empty"));
    const { epoch, step, asked, run } = snapshot;
    const values = {
      run: context.person.title(run),
      epoch: integer(epoch),
      asked: integer(asked),
      step: integer(step),
    };
    if (step !== null) return write(where, t("lenses.batch", values));
    return write(where, t(epoch !== asked ? "lenses.nearest" : epoch === 0 ? "lenses.start" : "lenses.where", values));
  }

  /** @param {string} name */
  function rove(name) {
    for (const [i, lens] of LENSES.entries()) set(tabs[i], "tabindex", lens.name === name ? 0 : -1);
  }

  list.addEventListener("keydown", (event) => {
    const names = shown().map(({ name }) => name);
    const at = names.findIndex((name) => tabOf(name) === document.activeElement);
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (at < 0 || target === undefined) return;
    const name = names[(target + names.length) % names.length];
    rove(name);
    tabOf(name).focus();
    event.preventDefault();
    event.stopPropagation();
  });

  onFrame(() => {
    const config = view.front.value?.config ?? view.draft.value;
    for (const [i, { fits }] of LENSES.entries()) tabs[i].hidden = !fits(config);
    const known = store.state.value.log !== null; // before that nobody can say what fits
    if (view.lens.value && known && tabOf(view.lens.value).hidden) view.lens.value = null;
    else if (!view.lens.value) rove(shown()[0].name);
  });

  if (!LENSES.some(({ name }) => name === view.lens.value)) view.lens.value = null;
  view.lens.subscribe(show);
  if (view.lens.value) show();
}

/**
 * What all lenses need and nothing else does, and what is kept from one opening to the next.
 * @param {Signal<Record<string, any>>} choices
 */
async function equip(choices) {
  const [snapshots, { offerPictures }] = await Promise.all([
    import("./snapshots.js"),
    import("./picture.js"),
    addWords(WORDS),
    addSheet(SHEET),
  ]);
  return {
    offerPictures,
    createSnapshots: snapshots.createSnapshots,
    caches: snapshots.createSnapshotCaches(),
    answers: createCache({ bytes: KEPT_BYTES, sizeOf: (answer) => answer.byteLength ?? 0 }),
    /** What was chosen in a lens, for the next opening. @template T @param {string} name @param {T} initial */
    memory(name, initial) {
      const choice = computed(() => /** @type {T} */ (choices.value[name] ?? initial));
      return {
        get value() {
          return choice.value;
        },
        set value(next) {
          choices.value = { ...choices.peek(), [name]: next };
        },
        peek: choice.peek,
        subscribe: choice.subscribe,
      };
    },
  };
}
