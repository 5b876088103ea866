/** A hundred test digits and what the run in front takes them for, at this epoch. */

import { CELL_RATIO, createAtlas, paint } from "../digit_painter.js";
import { t } from "../i18n.js";
import { h, set, write } from "../lib/dom.js";
import { integer } from "../lib/format.js";
import { onFrame } from "../lib/signal.js";
import { SHOWN } from "../samples.js";
import { colour, repaint } from "../theme.js";
import { momentOf, verdicts } from "../verdict.js";

export function mount(element, { samples, store, view }) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { class: "digit-grid", role: "img" }));
  const count = h("p", { class: "digits-count" });
  const list = h("p", { class: "unseen", id: "digits-list" });
  const key = h("ul", { class: "digit-key" }, ...["wrong", "gained", "lost"].map((name) => h("li", { "data-sign": name }, t(`digits.${name}`))));
  set(canvas, "aria-describedby", list.id);
  element.setAttribute("aria-label", t("digits.label"));
  element.append(
    h("header", { class: "column-head" }, h("h2", {}, t("digits.label")), count),
    canvas,
    list,
    h("footer", { class: "digits-foot" }, h("span", { class: "note" }, t("digits.caption")), key),
  );
  const size = observeWidth(canvas);
  let atlas = { of: null, ink: "", image: null };

  onFrame([store.state, view.focus, view.hover, view.draft, samples.changed, repaint, size], () => {
    const run = store.state.value.runs.get(view.focus.value);
    const dataset = (run?.config ?? view.draft.value).dataset;
    const digits = samples.first(dataset);
    const moment = momentOf(run, view.hover.value);
    if (!digits) return write(count, t("digits.loading"));
    const cells = moment ? verdicts(digits.labels, moment.predictions, moment.before) : unjudged(digits.labels);
    describe(cells, moment);
    draw(digits, cells);
  });

  function draw(digits, cells) {
    const ink = colour("--digit-ink");
    if (atlas.of !== digits || atlas.ink !== ink) atlas = { of: digits, ink, image: createAtlas(digits.images, SHOWN, ink) };
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(width * CELL_RATIO);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const names = { wrong: "--wrong", wrongSoft: "--wrong-soft", right: "--right", caption: "--ink-3", focus: "--focus" };
    const look = Object.fromEntries(Object.entries(names).map(([name, property]) => [name, colour(property)]));
    paint(canvas, atlas.image, cells, { look, font: getComputedStyle(canvas).fontFamily });
  }

  function describe(cells, moment) {
    const wrong = cells.flatMap((cell, i) => (moment && !cell.right ? [{ ...cell, position: i + 1 }] : []));
    const total = integer(cells.length);
    write(count, moment ? t("digits.count", { count: wrong.length, total }) : t("digits.none"));
    set(count, "data-judged", moment !== null);
    set(canvas, "aria-label", moment ? t("digits.alt", { count: wrong.length, total, epoch: integer(moment.epoch) }) : t("digits.alt.empty"));
    const entries = wrong.map(({ position, label, predicted }) => t("digits.entry", { position, label, predicted }));
    write(list, moment ? (wrong.length ? t("digits.list", { list: entries.join("; ") }) : t("digits.list.none")) : "");
  }
}

const unjudged = (labels) => labels.map((label) => ({ label, predicted: null, right: false, flip: null }));

/** A signal of the canvas's width, so that it is painted anew in the right number of device pixels. */
function observeWidth(canvas) {
  const listeners = new Set();
  new ResizeObserver(() => listeners.forEach((listener) => listener())).observe(canvas);
  return { value: 0, subscribe: (listener) => listeners.add(listener) };
}
