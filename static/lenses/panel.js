/**
 * The lenses: one tab each, under the curves. A lens is loaded when it is opened first, and at rest when closed; what all of
 * them need, their words and their style sheet, comes with the first.
 */

import { ApiError } from "../state/api.js";
import { addLensWords, t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { integer } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { mount as mountSlider } from "../controls/epoch_slider.js";
import { watch } from "./watch.js";

const anything = () => true;
const pictures = ({ dataset }) => dataset === "digits";

/** Name, for which runs, and the module, which nobody loads before the tab is opened. */
const LENSES = [
  { name: "initialization", fits: anything, load: () => import("./initialization/initialization.js") },
  { name: "weights", fits: pictures, load: () => import("./weights/weights.js") },
  { name: "microscope", fits: anything, load: () => import("./microscope/microscope.js") },
  { name: "confusion", fits: anything, load: () => import("./confusion/confusion.js") },
  { name: "plane", fits: ({ shape }) => shape[0] === 2, load: () => import("./plane/plane.js") },
  { name: "draw", fits: pictures, load: () => import("./draw/draw.js") },
  { name: "hints", fits: anything, load: () => import("./hints/hints.js") },
];

export function mount(element, context) {
  const { store, view } = context;
  const tabs = LENSES.map(({ name }) => createTab(name));
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
  let common = /** @type {Promise<any> | null} */ (null);
  let rest = () => {};

  function createTab(name) {
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
      t(`lens.${name}`),
    );
  }

  const shown = () => LENSES.filter((_, i) => !tabs[i].hidden);
  const tabOf = (name) => tabs[LENSES.findIndex((lens) => lens.name === name)];

  async function show() {
    rest();
    rest = () => {};
    const name = view.lens.value;
    const fresh = !opened;
    opened = name !== null;
    for (const [i, lens] of LENSES.entries()) set(tabs[i], "aria-selected", String(lens.name === name));
    rove(name ?? shown()[0].name);
    panel.hidden = name === null;
    body.replaceChildren();
    if (name === null) return;
    set(panel, "aria-labelledby", `lens-tab-${name}`);
    write(about, "");
    write(where, "");
    if (fresh) requestAnimationFrame(() => element.scrollIntoView({ block: "start" }));
    const [lens, inside] = await equipped(name);
    if (view.lens.value !== name || body.hasChildNodes()) return;
    if (!lens) return write(where, t("lenses.failed"));
    const { snapshots } = inside;
    const stops = [
      snapshots.follow(),
      watch([snapshots.current, snapshots.failed, view.focus], () => describe(snapshots)),
    ];
    rest = () => stops.forEach((stop) => stop());
    write(about, t(`lens.${name}.about`));
    stops.push(lens.mount(body, inside));
  }

  /** A lens and what it works with; neither if something did not come, which is asked for again at the next opening. */
  async function equipped(name) {
    const { load } = LENSES.find((candidate) => candidate.name === name);
    common ??= equip(context);
    return Promise.all([load(), common]).catch(() => {
      common = null;
      return [null, null];
    });
  }

  /** Of which epoch the picture is; it may not be the one asked for, if that was not kept. */
  function describe(snapshots) {
    const snapshot = snapshots.current.value;
    body.hidden = !snapshot;
    if (snapshots.failed.value) return write(where, t("lenses.failed"));
    if (!snapshot) return write(where, t("lenses.empty"));
    const { epoch, asked, run } = snapshot;
    const values = { run: run.name, epoch: integer(epoch), asked: integer(asked) };
    return write(where, t(epoch !== asked ? "lenses.nearest" : epoch === 0 ? "lenses.start" : "lenses.where", values));
  }

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

  onFrame([store.state, view.focus, view.draft], () => {
    const config = store.state.value.runs.get(view.focus.value)?.config ?? view.draft.value;
    for (const [i, { fits }] of LENSES.entries()) tabs[i].hidden = !fits(config);
    const known = store.state.value.log !== null; // before that nobody can say what fits
    if (view.lens.value && known && tabOf(view.lens.value).hidden) view.lens.value = null;
    else if (!view.lens.value) rove(shown()[0].name);
  });

  if (!LENSES.some(({ name }) => name === view.lens.value)) view.lens.value = null;
  view.lens.subscribe(show);
  if (view.lens.value) show();
}

/** What all lenses need and nothing else does. */
async function equip(context) {
  const [{ createSnapshots }] = await Promise.all([import("./snapshots.js"), addLensWords(), addSheet()]);
  const snapshots = createSnapshots(context);
  return { ...context, api: forgiving(context.api, snapshots.failed), snapshots, memory: new Map() };
}

function addSheet() {
  return new Promise((onload, onerror) => {
    document.head.append(
      h("link", { rel: "stylesheet", href: new URL("../css/lenses.css", import.meta.url).href, onload, onerror }),
    );
  });
}

/**
 * The questions a lens asks while it draws: one that is refused (a run deleted meanwhile, a server that is away) is said
 * once above the picture and gets no answer; the next epoch asks anew.
 */
function forgiving(api, failed) {
  const quietly =
    (question) =>
    (...args) =>
      question(...args).catch((error) => {
        if (!(error instanceof ApiError)) throw error;
        failed.value = true;
        return new Promise(() => {});
      });
  const questions = ["ask", "askBytes", "images", "labels"].map((name) => [name, quietly(api[name])]);
  return { ...api, ...Object.fromEntries(questions) };
}
