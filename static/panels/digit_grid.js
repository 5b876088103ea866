/** A hundred test digits and what the run in front takes them for, at this epoch; a listbox drawn on one canvas. */

import { spriteSheetOf } from "../digits/sprites.js";
import { CELL_RATIO, paint } from "../digits/painter.js";
import { t } from "../i18n/translate.js";
import { h, keyed, set, write } from "../lib/dom.js";
import { integer } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { changes, onFrame, signal } from "../lib/signal.js";
import { SHOWN } from "../digits/samples.js";
import { colour, repaint } from "../state/theme.js";

const LOOK = { wrong: "--wrong", wrongSoft: "--wrong-soft", right: "--right", focus: "--focus" };

/** @typedef {DigitCell & {number: number}} NumberedCell `number` in the whole test sample */

/** @type {Mount} */
export function mount(element, context) {
  const { datasets, shownDigits, view } = context;
  const canvas = /** @type {HTMLCanvasElement} */ (
    h("canvas", {
      class: "digit-grid",
      role: "listbox",
      tabindex: 0,
      width: 1000,
      height: 1000 * CELL_RATIO,
      "aria-orientation": "horizontal",
    })
  );
  const count = h("p", { class: "digits-count" });
  const none = h("p", { class: "note", hidden: true }, t("digits.list.none"));
  const key = h(
    "ul",
    { class: "digit-key" },
    ...["wrong", "gained", "lost"].map((name) => h("li", { "data-sign": name }, t(`digits.${name}`))),
  );
  const total = () => datasets.find(view.dataset.value)?.test ?? 0;
  element.setAttribute("aria-label", t("digits.label"));
  element.append(
    h("header", { class: "column-head" }, h("h2", {}, t("digits.label")), count),
    canvas,
    none,
    h("footer", { class: "digits-foot" }, h("span", { class: "note" }, t("digits.caption")), key),
    createBar(context, total),
  );
  const width = observeWidth(canvas);
  /** @type {DigitCell[]} */
  let cells = [];
  let columns = 10;
  const worth = changes();

  onFrame(() => {
    const { first, wrongOnly } = view.grid.value;
    if (first >= total()) {
      view.grid.value = { first: 0, wrongOnly };
      return;
    }
    const shown = shownDigits.value;
    if (!worth(shown, view.grid.value, view.digit.value, repaint.value, width.value)) return;
    const { digits, judged, epoch, step } = shown;
    if (!digits || !judged) return write(count, t("digits.loading"));
    const all = judged.map((cell, at) => ({ ...cell, at }));
    cells = wrongOnly && epoch !== null ? all.filter(({ right }) => !right) : all;
    columns = cells.length > 50 ? 10 : cells.length > 12 ? 7 : 5;
    none.hidden = cells.length > 0;
    describe(all, epoch, step, first);
    draw(digits, first);
  });

  /** @param {DigitPage} digits @param {number} first */
  function draw(digits, first) {
    if (!width.value) return;
    const rows = Math.max(1, Math.ceil(cells.length / columns));
    const across = Math.round(width.value * devicePixelRatio);
    const down = Math.round((across / columns) * CELL_RATIO * rows);
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    const look = Object.fromEntries(Object.entries(LOOK).map(([name, property]) => [name, colour(property)]));
    const selected = view.digit.value === null ? null : view.digit.value - first;
    paint(canvas, spriteSheetOf(digits), cells, { columns, look, font: getComputedStyle(canvas).fontFamily, selected });
  }

  /**
   * The same in words: a name with the count, and one option per digit.
   * @param {DigitCell[]} all
   * @param {number | null} epoch
   * @param {number | null} step
   * @param {number} first
   */
  function describe(all, epoch, step, first) {
    const wrong = all.filter(({ right }) => !right).length;
    const shown = integer(all.length);
    const when = step === null ? "epoch" : step === 0 ? "start" : "batch";
    const numbers = { count: wrong, total: shown, epoch: integer(epoch), step: integer(step) };
    write(count, epoch === null ? t("digits.none") : t(`digits.${when}`, numbers));
    set(count, "data-judged", epoch !== null);
    set(
      canvas,
      "aria-label",
      epoch === null ? t("digits.alt.empty") : t(when === "epoch" ? "digits.alt" : `digits.alt.${when}`, numbers),
    );
    const open = cells.find(({ at }) => first + at === view.digit.value);
    set(canvas, "aria-activedescendant", open ? `digit-${first + open.at}` : null);
    keyed(
      canvas,
      cells.map((cell) => ({ ...cell, number: first + cell.at })),
      ({ number }) => String(number),
      createOption,
    );
  }

  /** @param {NumberedCell} cell */
  function createOption({ number }) {
    const option = h("div", { role: "option", id: `digit-${number}` });
    return Object.assign(option, {
      /** @param {NumberedCell} cell */
      update({ label, predicted, right }) {
        const position = number + 1;
        const key_ = predicted === null ? "digits.entry.new" : right ? "digits.entry.right" : "digits.entry";
        write(option, t(key_, { position, label, predicted: predicted ?? "" }));
        set(option, "aria-selected", String(view.digit.value === number));
      },
    });
  }

  canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    const w = canvas.clientWidth / columns;
    open(Math.floor(offsetY / (w * CELL_RATIO)) * columns + Math.floor(offsetX / w));
  });

  canvas.addEventListener("keydown", (event) => {
    const at = cells.findIndex((cell) => view.grid.value.first + cell.at === view.digit.value);
    const target = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at < 0 ? 0 : at + columns,
      ArrowUp: at - columns,
      Home: 0,
      End: cells.length - 1,
    }[event.key];
    if (event.key === "Escape") view.digit.value = null;
    else if (target === undefined) return;
    else open(Math.min(Math.max(target, 0), cells.length - 1));
    event.preventDefault();
    event.stopPropagation();
  });

  /** @param {number} position */
  function open(position) {
    const cell = cells[position];
    const number = cell ? view.grid.value.first + cell.at : null;
    view.openDigit(number === view.digit.value ? null : number);
  }
}

/**
 * Filter to the wrong ones, and pages through the whole test sample.
 * @param {Context} context
 * @param {() => number} total
 */
function createBar({ view }, total) {
  const wrongOnly = h("input", {
    type: "checkbox",
    onchange: () => (view.grid.value = { ...view.grid.value, wrongOnly: wrongOnly.checked }),
  });
  const where = h("span");
  /** @param {number} step */
  const turn = (step) => {
    view.digit.value = null;
    view.grid.value = {
      ...view.grid.value,
      first: Math.min(Math.max(0, view.grid.value.first + step), Math.floor((total() - 1) / SHOWN) * SHOWN),
    };
  };
  const back = h(
    "button",
    {
      class: "quiet icon-only",
      type: "button",
      "aria-label": t("digits.back"),
      title: t("digits.back"),
      onclick: () => turn(-SHOWN),
    },
    icon("left"),
  );
  const on = h(
    "button",
    {
      class: "quiet icon-only",
      type: "button",
      "aria-label": t("digits.on"),
      title: t("digits.on"),
      onclick: () => turn(SHOWN),
    },
    icon("right"),
  );
  onFrame(() => {
    const { first } = view.grid.value;
    wrongOnly.checked = view.grid.value.wrongOnly;
    write(
      where,
      t("digits.range", {
        from: integer(first + 1),
        to: integer(Math.min(first + SHOWN, total())),
        total: integer(total()),
      }),
    );
    back.toggleAttribute("disabled", first === 0);
    on.toggleAttribute("disabled", first + SHOWN >= total());
  });
  return h(
    "div",
    { class: "digits-bar" },
    h("label", { class: "switch" }, wrongOnly, t("digits.only")),
    h("div", { class: "pager", role: "group", "aria-label": t("digits.pages") }, back, where, on),
  );
}

/**
 * The canvas's width, so that it is painted in the right number of device pixels; 0 until the page has been laid out.
 * @param {HTMLCanvasElement} canvas
 */
function observeWidth(canvas) {
  const width = signal(0);
  new ResizeObserver(([{ contentRect }]) => (width.value = Math.round(contentRect.width))).observe(canvas);
  return width;
}
