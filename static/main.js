/** Starts the page: builds the store, the feed and the view, and mounts the panels. The only file that knows them all. */

import { createActions } from "./state/actions.js";
import { createApi } from "./state/api.js";
import { readSchema } from "./runs/config.js";
import { createDatasets } from "./state/datasets.js";
import { createFeed } from "./state/feed.js";
import { preferredLanguage, setLanguage, t } from "./i18n/translate.js";
import { createPerson } from "./state/person.js";
import { createQueue } from "./state/queue.js";
import { createSamples } from "./digits/samples.js";
import { createShownDigits } from "./digits/shown.js";
import { createStore } from "./state/store.js";
import { applyProjector, applyTheme } from "./state/theme.js";
import { createView } from "./state/view.js";
import { createWholeRuns } from "./state/whole_runs.js";
import { effect, untracked } from "./lib/signal.js";
import { mount as cards } from "./panels/cards.js";
import { mount as curves } from "./panels/curves.js";
import { mount as digits } from "./panels/digit_grid.js";
import { mount as slider } from "./controls/epoch_slider.js";
import { mount as keys } from "./panels/keys.js";
import { mount as lessons } from "./panels/lessons.js";
import { mount as network } from "./panels/network.js";
import { mount as notices } from "./panels/notice_list.js";
import { mount as settings } from "./panels/settings.js";
import { mount as setup } from "./panels/setup.js";
import { mount as bar } from "./panels/run_bar.js";
import { mount as tools } from "./panels/tools.js";
import { mount as buttons } from "./panels/run_buttons.js";

const PATIENCE_MS = 600;
const BREATH_MS = 10; // of building the page before a slow phone may do something else
/**
 * What is below the fold, or only speaks, comes after what is seen first.
 * @type {Record<string, () => Promise<{mount: Mount}>>}
 */
const LATER = {
  runs: () => import("./panels/run_list.js"),
  lenses: () => import("./lenses/panel.js"),
  announcer: () => import("./panels/announcer.js"),
};
/** What opens when it is asked for comes when it opens, the picture of a network with the first run. @type {typeof LATER} */
const ON_DEMAND = {
  portrait: () => import("./network/portrait.js").then(prepared),
  digit: () => import("./panels/digit_card.js").then(prepared),
  compare: () => import("./panels/compare.js").then(prepared),
  share: () => import("./panels/share.js").then(prepared),
  experiments: () => import("./experiments/panel.js").then(prepared),
  key_list: () => import("./panels/key_list.js").then(prepared),
  bring: () => import("./data/sheet.js").then(prepared),
};
/** The same of what only a class has; it brings words and sheets of its own. @type {typeof LATER} */
const OF_A_CLASS = {
  doors: () => import("./class/desk/door.js").then(prepared),
  turns: () => import("./class/turns/turns.js").then(prepared),
  questions: () => import("./class/questions/panel.js").then(prepared),
  tasks: () => import("./class/tasks/panel.js").then(prepared),
};

const bootstrap = readBootstrap();
const invitation = takeInvitation();
// The link of a class opened in a tab that shows the page already changes the fragment alone: begin with it.
addEventListener("hashchange", () => /^#(teacher|join)=/.test(location.hash) && location.reload());
/** What a laboratory of this machine alone never needs. */
const door = bootstrap.me.mode === "laboratory" ? null : import("./people/door.js");
const fields = readSchema(bootstrap.schema);
const language = setLanguage(preferredLanguage(bootstrap.languages));
applyTheme();

const store = createStore();
const person = createPerson(bootstrap.me, store);
const api = createApi(bootstrap.api, (code) => code === "not-joined" && person.leave());
const datasets = createDatasets({ api, bootstrap });
const view = createView(store, bootstrap, fields, person);
applyProjector(view.projector);
const feed = createFeed({
  urls: { socket: api.socketUrl, stream: api.streamUrl },
  after: store.seq,
  begin: async (abort) => store.begin(await api.firstState(abort)),
  learning: () => [...store.state.value.runs.values()].some(({ status }) => status === "RUNNING"),
  receive,
  unanswered: () => person.inClass && askWhoIAm(),
  sentOut: person.leave,
});
effect(() => {
  const out = person.isVisitor();
  untracked(out ? feed.stop : feed.start);
});

/**
 * A message from another log (another data folder) empties the store, so everything is asked for again.
 * @param {FeedMessage} message
 */
function receive(message) {
  if (store.receive(message)) feed.restart();
}

/** A connection that does not come about may be one that the server refuses: only an answer can tell. */
async function askWhoIAm() {
  const me = await api.ofClass("GET", "/me").catch(() => null);
  if (me?.role === "visitor") person.leave();
}

createWholeRuns({ api, store, view });
const samples = createSamples({ api, datasets, view });
const shared = {
  api,
  bootstrap,
  datasets,
  feed,
  fields,
  person,
  store,
  view,
  samples,
  shownDigits: createShownDigits({ samples, view }),
  queue: createQueue({ api, view }),
};
const context = { ...shared, actions: createActions(shared) };
document.documentElement.lang = await language;
const people = await door?.then(({ prepare }) => prepare());
const panels = { slider, tools, buttons, bar, setup, lessons, settings, cards, network, curves, digits, keys, notices };
let since = performance.now();
for (const [name, mount] of Object.entries(panels)) {
  mountAt(name, mount);
  if (performance.now() - since < BREATH_MS) continue;
  await new Promise((resolve) => setTimeout(resolve));
  since = performance.now();
}

/** @param {string} name @param {Mount} mount */
function mountAt(name, mount) {
  try {
    mount(/** @type {HTMLElement} */ (document.querySelector(`[data-panel="${name}"]`)), context);
  } catch (error) {
    reportError(error); // one broken panel must not take the others with it
  }
}

/** The page is shown when it knows what there is, so that nothing jumps; a server that is slow to tell is not waited for. */
function show() {
  if (document.documentElement.hasAttribute("data-ready")) return;
  document.documentElement.setAttribute("data-ready", "");
  if (bootstrap.me.mode === "class") Object.assign(LATER, OF_A_CLASS);
  mountLater(Object.keys(LATER), { label: t("notice.again"), run: mountLater });
  onceOpened("portrait", () => view.front.value !== null);
  onceOpened("digit", () => view.digit.value !== null);
  onceOpened("compare", () => view.comparing.value);
  onceOpened("share", () => view.sharing.value);
  onceOpened("experiments", () => view.trying.value !== null || store.state.value.experiments.size > 0);
  onceOpened("key_list", () => view.helping.value);
  onceOpened("bring", () => view.bringing.value);
}

/** @param {string} name @param {() => boolean} opened */
function onceOpened(name, opened) {
  let asked = false;
  effect(() => {
    if (asked || !opened()) return;
    asked = true;
    LATER[name] = ON_DEMAND[name];
    untracked(() => mountLater([name], { label: t("notice.again"), run: mountLater }));
  });
}

/** @template {{prepare: () => Promise<unknown>}} Part @param {Part} part */
async function prepared(part) {
  await part.prepare();
  return part;
}

/**
 * What does not come is told, with a way to try again; after that a reload, for a browser may remember the failure.
 * @param {string[]} names
 * @param {{label: string, run: (names: string[]) => void}} [remedy]
 */
async function mountLater(names, remedy = { label: t("notice.reload"), run: () => location.reload() }) {
  /** @type {string[]} */
  const missing = [];
  /** @param {string} name */
  const bring = async (name) => {
    const module = await LATER[name]().catch(() => null);
    if (module) mountAt(name, module.mount);
    else missing.push(name);
  };
  await Promise.all(names.map(bring));
  if (!missing.length) return;
  const action = { label: remedy.label, run: () => remedy.run(missing) };
  context.actions.notify(t("notice.missing"), { kind: "error", action });
}

await people?.(context, invitation);
if (person.isVisitor()) show(); // nothing will come before one is in
const stop = store.state.subscribe(() => {
  stop();
  requestAnimationFrame(show);
});
if (store.state.value.log) show();
setTimeout(show, PATIENCE_MS);

/**
 * The teacher's secret or the class's code, which stand in the fragment of the address: there no log sees them, and here they
 * leave the address and the history at once.
 * @returns {import("./people/door.js").Invitation}
 */
function takeInvitation() {
  const fragment = new URLSearchParams(location.hash.slice(1).replaceAll("+", "%2B"));
  const query = new URLSearchParams(location.search);
  const found = { secret: fragment.get("teacher"), code: fragment.get("join") ?? query.get("code") };
  query.delete("code");
  const rest = query.size ? `?${query}` : "";
  if (found.secret !== null || found.code !== null) history.replaceState(null, "", location.pathname + rest);
  return found;
}

/** The facts the server put into the page; a preset is completed with the schema's defaults. @returns {Bootstrap} */
function readBootstrap() {
  /** @type {Bootstrap} */
  const facts = JSON.parse(document.getElementById("bootstrap")?.textContent ?? "");
  const defaults = Object.fromEntries(
    Object.entries(facts.schema.properties ?? {}).flatMap(([name, spec]) =>
      "default" in spec ? [[name, spec.default]] : [],
    ),
  );
  const presets = facts.presets.map((preset) => ({
    ...preset,
    config: { ...defaults, ...preset.config, preset: preset.name },
  }));
  return { ...facts, presets };
}
