/** The picture: every run a point over two of its settings, with a sign for its test accuracy; a press opens the run. */

import { t } from "../../i18n/translate.js";
import { h, keyed, set, svg, write } from "../../lib/dom.js";
import { percent, plain } from "../../lib/format.js";
import { signal } from "../../lib/signal.js";
import { choice } from "../../runs/phrases.js";
import { AXES, BANDS, bandOf, outline, scaleOf, spread } from "./points.js";

const [WIDTH, HEIGHT] = [960, 520]; // in the drawing's own units, which the page scales
const ROOM = { left: 84, right: 28, top: 24, bottom: 56 };
const RADIUS = 8;
const NONE = "circle"; // hollow, while there is no accuracy
const FIRST = ["eta", "hidden"];

/** @param {import("./overview.js").Overview} overview */
export function createPicture({ open, ownerName }) {
  const chosen = FIRST.map((name) => signal(name));
  const selects = ["x", "y"].map((side, at) => {
    const select = h(
      "select",
      { id: `overview-${side}`, onchange: () => (chosen[at].value = select.value) },
      ...Object.keys(AXES).map((name) =>
        h("option", { value: name, selected: name === FIRST[at] }, t(`overview.axis.${name}`)),
      ),
    );
    return h("label", { class: "switch", for: select.id }, t(`overview.${side}`), select);
  });
  const grid = svg("g", { class: "overview-grid", "aria-hidden": "true" });
  const points = svg("g", { class: "overview-points" });
  const drawing = svg(
    "svg",
    { class: "overview-picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group" },
    grid,
    points,
  );
  const about = h("p", { class: "overview-about note", "aria-hidden": "true" });
  const element = h(
    "div",
    { class: "overview-pane" },
    h("div", { class: "overview-row" }, ...selects, createLegend()),
    h("div", { class: "overview-scroll" }, drawing),
    about,
  );

  /** @typedef {{run: Run, x: number, y: number}} Point */

  /** @param {Point} point @returns {import("../../lib/dom.js").Keyed<Point>} */
  function createPoint({ run: { id } }) {
    const shape = svg("path");
    const name = svg("title");
    const mark = /** @type {SVGGElement & {update?: (point: Point) => void}} */ (
      svg("g", { class: "overview-point", onclick: () => open(id) }, name, shape)
    );
    let text = "";
    mark.addEventListener("pointerenter", () => write(about, text));
    mark.update = ({ run, x, y }) => {
      const band = bandOf(run);
      set(mark, "transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      if (mark.getAttribute("data-band") !== String(band)) {
        set(mark, "data-band", band);
        set(shape, "d", outline(BANDS[band]?.shape ?? NONE, RADIUS));
      }
      text = t("overview.point", {
        owner: ownerName(run),
        run: run.name,
        accuracy: percent(run.best?.test_accuracy),
      });
      write(name, text);
    };
    return mark;
  }

  /** @param {Run[]} runs */
  function update(runs) {
    const [x, y] = chosen.map(({ value }) => AXES[value]);
    const [across, up] = [x, y].map((axis) => scaleOf(runs.map(axis)));
    const [w, l] = [WIDTH - ROOM.left - ROOM.right, HEIGHT - ROOM.top - ROOM.bottom];
    const placed = runs.map((run) => ({
      run,
      x: ROOM.left + across.place(x(run)) * w,
      y: ROOM.top + (1 - up.place(y(run))) * l,
    }));
    keyed(points, spread(placed, RADIUS * 2), ({ run }) => run.id, createPoint);
    const names = chosen.map(({ value }) => value);
    grid.replaceChildren(
      ...across.ticks.map(({ at, value }) => column(ROOM.left + at * w, tickText(names[0], value))),
      ...up.ticks.map(({ at, value }) => line(ROOM.top + (1 - at) * l, tickText(names[1], value))),
      svg("text", { x: ROOM.left + w / 2, y: HEIGHT - 8, "text-anchor": "middle" }, axisText(names[0], across.log)),
      svg(
        "text",
        { x: 0, y: 0, transform: `translate(18 ${ROOM.top + l / 2}) rotate(-90)`, "text-anchor": "middle" },
        axisText(names[1], up.log),
      ),
    );
    set(
      drawing,
      "aria-label",
      t("overview.picture.label", {
        count: runs.length,
        x: t(`overview.axis.${names[0]}`),
        y: t(`overview.axis.${names[1]}`),
      }),
    );
  }

  return { element, update };
}

/** What the signs mean. */
function createLegend() {
  const entries = [{ band: -1, shape: NONE, text: t("overview.band.none") }].concat(
    BANDS.map(({ from, shape }, band) => {
      const next = BANDS[band + 1]?.from ?? 1;
      return { band, shape, text: t("overview.band", { from: percent(from, 0), to: percent(next, 0) }) };
    }),
  );
  return h(
    "ul",
    { class: "overview-legend", "aria-label": t("overview.legend") },
    ...entries.map(({ band, shape, text }) =>
      h(
        "li",
        {},
        svg(
          "svg",
          { viewBox: "-12 -12 24 24", "aria-hidden": "true" },
          svg("g", { class: "overview-point", "data-band": band }, svg("path", { d: outline(shape, RADIUS) })),
        ),
        text,
      ),
    ),
  );
}

/** @param {number} x @param {string} text */
const column = (x, text) =>
  svg(
    "g",
    {},
    svg("path", { d: `M${x} ${ROOM.top}V${HEIGHT - ROOM.bottom}` }),
    svg("text", { x, y: HEIGHT - ROOM.bottom + 20, "text-anchor": "middle" }, text),
  );

/** @param {number} y @param {string} text */
const line = (y, text) =>
  svg(
    "g",
    {},
    svg("path", { d: `M${ROOM.left} ${y}H${WIDTH - ROOM.right}` }),
    svg("text", { x: ROOM.left - 8, y: y + 5, "text-anchor": "end" }, text),
  );

/** @param {string} name @param {number | string} value */
const tickText = (name, value) => (typeof value === "number" ? plain(value) : choice(name, value));

/** @param {string} name @param {boolean} log */
const axisText = (name, log) => t(`overview.axis.${name}`) + (log ? ` (${t("overview.log")})` : "");
