/**
 * The network in front, as it is now: the chosen digit, what each hidden neuron looks for, what flows on, and what comes out. In the
 * plane each neuron is what it says everywhere. Live, as long as somebody can see it.
 */

import { addWords, t } from "../i18n/translate.js";
import { channels } from "../lib/canvas.js";
import { createCache } from "../lib/cache.js";
import { h, keyed, set, write } from "../lib/dom.js";
import { integer, percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { resource } from "../lib/resource.js";
import { addSheet } from "../lib/sheet.js";
import { computed, effect, onFrame, signal } from "../lib/signal.js";
import { throttled } from "../lib/throttled.js";
import { forward } from "../lenses/arithmetic/forward_pass.js";
import { short } from "../lenses/elements/numbers.js";
import { nearlyLargest, palette, signedImage } from "../lenses/elements/signed_image.js";
import { createSnapshotCaches, createSnapshots, questionAbout } from "../lenses/snapshots.js";
import { colour, repaint } from "../state/theme.js";
import { arranged, mostTelling, strongest } from "./arrangement.js";
import { paint } from "./painter.js";

const PACE_MS = 2_000; // between two pictures of a run that learns
const CLASS_PACE_MS = 6_000; // the same on a student's page: two hundred ask
const TELLING = 60; // neurons of a layer that are shown unasked
const ALL = 1_000;
const WIRES = 160; // lines between two layers
const SIDE = 28; // pixels of a digit
const POINTS = 18; // of the plane, per axis
/** What of the plane is shown: as in its lens. */
const WINDOW = { x: 0.35, y: 1 };

const SHEET = new URL("./portrait.css", import.meta.url).href;

/** @typedef {{layer: number, neuron: number}} Neuron layers are counted from the first hidden one */

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);

/** What the picture needs before it is mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** @type {Mount} */
export function mount(element, context) {
  const { api, person, view } = context;
  const canvas = /** @type {HTMLCanvasElement} */ (
    h("canvas", { class: "portrait-picture", role: "listbox", tabindex: 0, "aria-label": t("portrait.label") })
  );
  const more = h("button", { class: "quiet portrait-more", type: "button", onclick: () => (all.value = !all.value) });
  const card = createCard(context, () => (chosen.value = null));
  element.append(canvas, more, card.element);
  element.classList.add("portrait");

  const size = signal({ width: 0, height: 0 });
  const near = signal(false);
  const all = signal(false);
  const chosen = signal(/** @type {Neuron | null} */ (null));
  /** The run as it was when this picture last looked. */
  const front = signal(view.front.peek());
  const look = throttled(
    () => {
      if (near.peek() && !document.hidden) front.value = view.front.peek();
    },
    person.isStudent() ? CLASS_PACE_MS * (0.75 + Math.random() / 2) : PACE_MS,
  );
  effect(() => {
    const now = view.front.value;
    if (near.value && now?.id !== front.peek()?.id) front.value = now;
    else look();
  });
  document.addEventListener("visibilitychange", look);

  const snapshots = createSnapshots({ api, view: { ...view, front } }, createSnapshotCaches());
  const which = () => view.digit.value ?? 0;
  const input = resource(
    () => {
      const run = front.value;
      return run && `/datasets/${run.config.dataset}/inputs?first=${which()}&count=1`;
    },
    async (path, abort) => new Float32Array(await api.askBytes(path, abort)),
    createCache({ entries: 100 }),
  );
  /** The network and the sample on its way through it; null until both have come and fit each other. */
  const passed = computed(() => {
    const snapshot = snapshots.current.value;
    const sample = input.latest;
    if (!snapshot || !sample || snapshot.params.shape[0] !== sample.length) return null;
    return { snapshot, sample, trace: forward(snapshot.params, sample) };
  });
  /** The neurons that are shown, by hidden layer. */
  const shown = computed(() => {
    const params = passed.value?.snapshot.params;
    if (!params) return [];
    return params.shape
      .slice(1, -1)
      .map((count, layer) => mostTelling(params.w[layer + 1], count, all.value ? ALL : TELLING));
  });
  /** Tiles change with the network, not with the digit. */
  const images = computed(() => {
    void repaint.value;
    const snapshot = passed.value?.snapshot;
    return snapshot ? shown.value.map((neurons, layer) => tilesOf(snapshot, layer, neurons)) : [];
  });
  const listed = computed(() => [
    ...shown.value.flatMap((neurons, layer) => neurons.map((neuron) => ({ layer, neuron }))),
    ...Array.from({ length: passed.value?.snapshot.params.shape.at(-1) ?? 0 }, (_, neuron) => ({
      layer: shown.value.length,
      neuron,
    })),
  ]);
  const places = computed(() =>
    arranged({
      ...size.value,
      counts: shown.value.map((neurons) => neurons.length),
      outputs: passed.value?.snapshot.params.shape.at(-1) ?? 0,
    }),
  );

  onFrame(() => {
    const now = passed.value;
    element.parentElement?.toggleAttribute("data-live", now !== null);
    const hidden = (now?.snapshot.params.shape.slice(1, -1) ?? []).reduce(
      (sum, count, layer) => sum + count - shown.value[layer].length,
      0,
    );
    more.hidden = !hidden && !all.value;
    write(more, all.value ? t("portrait.telling") : t("portrait.more", { count: integer(hidden) }));
    if (!now || !near.value || !size.value.width) return;
    paint(canvas, places.value, pictureOf(now), size.value);
    set(canvas, "data-epoch", now.snapshot.epoch);
    set(canvas, "aria-label", t("portrait.of", { run: person.title(now.snapshot.run), digit: integer(which() + 1) }));
  });

  /** @param {NonNullable<typeof passed.value>} now @returns {import("./painter.js").Picture} */
  function pictureOf({ snapshot, sample, trace }) {
    const { params } = snapshot;
    const last = params.w.length - 1;
    const chosenAt = chosen.value;
    return {
      tiles: shown.value.map((neurons, layer) => {
        const most = params.activation === "relu" ? trace.v[layer + 1].reduce((a, b) => Math.max(a, b), 0) || 1 : 1;
        return neurons.map((neuron, place) => ({
          image: images.value[layer][place],
          activity: Math.min(1, Math.abs(trace.v[layer + 1][neuron]) / most),
        }));
      }),
      wires: shown.value.map((from, layer) =>
        strongest(
          {
            w: params.w[layer + 1],
            v: trace.v[layer + 1],
            from,
            to: shown.value[layer + 1] ?? Array.from({ length: params.shape[last + 1] }, (_, k) => k),
            size: params.shape[layer + 1],
          },
          WIRES,
        ),
      ),
      outputs: Array.from(trace.v[last + 1], (share, k) => ({ name: String(k), share })),
      input:
        sample.length === SIDE * SIDE
          ? { image: inkOf(sample), mark: null }
          : !onPlane(snapshot)
            ? {
                image: signedImage(sample, Math.ceil(Math.sqrt(sample.length)), nearlyLargest(sample), palette()),
                mark: null,
              }
            : {
                image: planeImage(params, trace.v.length - 1, null),
                mark: { x: sample[0] / WINDOW.x, y: sample[1] / WINDOW.y },
              },
      chosen: chosenAt && {
        layer: chosenAt.layer,
        place: shown.value[chosenAt.layer]?.indexOf(chosenAt.neuron) ?? chosenAt.neuron,
      },
    };
  }

  onFrame(() => {
    const now = passed.value;
    keyed(
      canvas,
      listed.value.map((one) => ({ ...one, v: now?.trace.v[one.layer + 1][one.neuron] ?? 0 })),
      ({ layer, neuron }) => `${layer} ${neuron}`,
      () => {
        const option = h("div", { role: "option" });
        return Object.assign(option, {
          update(/** @type {Neuron & {v: number}} */ { layer, neuron, v }) {
            const outputs = shown.peek().length;
            set(option, "id", `portrait-${layer}-${neuron}`);
            write(option, `${nameOf({ layer, neuron }, outputs)}: ${layer === outputs ? percent(v) : short(v)}`);
            set(option, "aria-selected", String(chosen.value?.layer === layer && chosen.value.neuron === neuron));
          },
        });
      },
    );
    const there = chosen.value && listed.value.some((one) => isSame(one, chosen.value));
    set(
      canvas,
      "aria-activedescendant",
      there && chosen.value ? `portrait-${chosen.value.layer}-${chosen.value.neuron}` : null,
    );
    card.show(there && now && chosen.value ? { ...now, ...chosen.value, which: which() } : null);
  });

  canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    const at = placeAt(offsetX, offsetY);
    chosen.value = at && isSame(at, chosen.value) ? null : at;
  });

  /** @param {number} x @param {number} y @returns {Neuron | null} */
  function placeAt(x, y) {
    const { blocks, outputs } = places.value;
    for (const [layer, { tiles }] of blocks.entries()) {
      const place = tiles.findIndex(
        (tile) => x >= tile.x - 1 && x < tile.x + tile.side + 2 && y >= tile.y - 1 && y < tile.y + tile.side + 2,
      );
      if (place >= 0) return { layer, neuron: shown.value[layer][place] };
    }
    const output = outputs.findIndex((row) => x >= row.x && y >= row.y && y < row.y + row.height);
    return output >= 0 ? { layer: blocks.length, neuron: output } : null;
  }

  canvas.addEventListener("keydown", (event) => {
    const all = listed.value;
    const at = all.findIndex((one) => isSame(one, chosen.value));
    const target = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: all.length - 1,
      Escape: -1,
    }[event.key];
    if (target === undefined || (event.key === "Escape" && at < 0)) return;
    chosen.value = event.key === "Escape" ? null : (all[Math.min(Math.max(target, 0), all.length - 1)] ?? null);
    event.preventDefault();
    event.stopPropagation();
  });

  new ResizeObserver(() => {
    size.value = { width: canvas.clientWidth, height: canvas.clientHeight };
  }).observe(canvas);
  new IntersectionObserver((entries) => {
    near.value = entries.at(-1)?.isIntersecting ?? false;
  }).observe(element.parentElement ?? element); // which is there before there is a picture
}

/** @param {Neuron} one @param {Neuron | null} other */
const isSame = (one, other) => one.layer === other?.layer && one.neuron === other.neuron;

/** @param {Neuron} neuron @param {number} outputs the layer of the outputs */
function nameOf({ layer, neuron }, outputs) {
  return layer === outputs
    ? t("portrait.output", { digit: integer(neuron) })
    : t("portrait.neuron", { layer: integer(layer + 1), neuron: integer(neuron + 1) });
}

/** The numbers of a neuron for the chosen sample, as the server computes them, and the ways to what explains them. @param {Context} context @param {() => void} close */
function createCard({ api, view }, close) {
  const shown = signal(/** @type {({snapshot: Snapshot, which: number} & Neuron) | null} */ (null));
  const title = h("h4");
  const facts = h("p", { class: "portrait-facts", role: "status" });
  /** @param {string} key @param {string} lens @param {() => Record<string, unknown>} choices */
  const way = (key, lens, choices) =>
    h(
      "button",
      {
        type: "button",
        onclick: () => {
          view.choices.value = { ...view.choices.value, ...choices() };
          view.lens.value = lens;
        },
      },
      t(key),
    );
  const weights = way("portrait.weights", "weights", () => ({ neuron: shown.value?.neuron ?? 0 }));
  const plane = way("portrait.plane", "plane", () => ({}));
  const backward = way("portrait.backward", "microscope", () => ({}));
  const element = h(
    "div",
    {
      class: "portrait-card",
      hidden: true,
      onkeydown: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && close(),
    },
    h(
      "div",
      { class: "row" },
      title,
      h(
        "button",
        { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: close },
        icon("close"),
      ),
    ),
    facts,
    h("div", { class: "portrait-ways" }, weights, plane, backward),
  );
  const sample = resource(() => {
    const one = shown.value;
    return one && questionAbout(one.snapshot, "sample", `number=${one.which}`);
  }, api.ask);

  onFrame(() => {
    const one = shown.value;
    element.hidden = !one;
    if (!one) return;
    const { params } = one.snapshot;
    const outputs = params.w.length - 1;
    write(title, nameOf(one, outputs));
    weights.hidden = params.shape[0] !== SIDE * SIDE || one.layer !== 0 || one.layer === outputs;
    plane.hidden = !onPlane(one.snapshot);
    const told = sample.latest;
    const [z, v, delta] = told
      ? [told.z[one.layer], told.v[one.layer + 1], told.delta[one.layer]].map((values) => short(values[one.neuron]))
      : ["…", "…", "…"];
    const inputs = params.shape[one.layer];
    write(
      facts,
      t("portrait.facts", { inputs: integer(inputs), bias: short(params.b[one.layer][one.neuron]), z, v, delta }),
    );
  });

  return {
    element,
    /** @param {({snapshot: Snapshot, which: number} & Neuron) | null} next */
    show(next) {
      const now = shown.peek();
      if (next && now && isSame(next, now) && next.snapshot === now.snapshot && next.which === now.which) return;
      shown.value = next;
    },
  };
}

/** A digit as ink on the page. @param {Float32Array} grey from 0 to 1 */
function inkOf(grey) {
  const [paper, ink] = ["--digit-paper", "--digit-ink"].map((name) => channels(colour(name)));
  return signedImage(grey, SIDE, 1, { zero: paper, minus: paper, plus: ink });
}

/**
 * What each neuron looks for: its weights as a picture; in the plane, what it says everywhere.
 * @param {Snapshot} snapshot @param {number} layer @param {number[]} neurons
 */
function tilesOf(snapshot, layer, neurons) {
  const { params } = snapshot;
  if (onPlane(snapshot)) return neurons.map((neuron) => planeImage(params, layer + 1, neuron));
  const [size, w] = [params.shape[layer], params.w[layer]];
  const scale = nearlyLargest(w);
  const colours = palette();
  const columns = Math.ceil(Math.sqrt(size)); // 28 of a digit's
  return neurons.map((neuron) => signedImage(w.subarray(neuron * size, (neuron + 1) * size), columns, scale, colours));
}

/** Whether the inputs are the two grey values, whose plane reaches from 0 to 1. @param {Snapshot} snapshot */
const onPlane = ({ run }) => run.config.dataset === "two-features";

/** What the neurons of a layer say on the plane, kept for the picture that is being made. @type {{params: Params, v: Float32Array[]} | null} */
let overPlane = null;

/**
 * What a neuron says everywhere on the plane; without one, which of the two digits the outputs lean to.
 * @param {Params} params @param {number} at place of the layer among the values @param {number | null} neuron
 */
function planeImage(params, at, neuron) {
  if (overPlane?.params !== params) overPlane = { params, v: forward(params, gridInputs()).v };
  const values = overPlane.v[at];
  const size = params.shape[at];
  const signed = Array.from({ length: POINTS * POINTS }, (_, i) => {
    if (neuron === null) return values[i * size + 1] - values[i * size];
    const value = values[i * size + neuron];
    return params.activation === "sigmoid" ? 2 * value - 1 : value;
  });
  const scale = params.activation === "relu" && neuron !== null ? Math.max(...signed, 1e-9) : 1;
  return signedImage(signed, POINTS, scale);
}

/** The plane, row by row from the top. */
function gridInputs() {
  const grid = new Float32Array(2 * POINTS * POINTS);
  for (let row = 0; row < POINTS; row += 1)
    for (let column = 0; column < POINTS; column += 1)
      grid.set(
        [(WINDOW.x * (column + 0.5)) / POINTS, WINDOW.y * (1 - (row + 0.5) / POINTS)],
        2 * (row * POINTS + column),
      );
  return grid;
}
