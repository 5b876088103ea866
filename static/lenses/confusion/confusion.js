/** Which digits are taken for which, over the whole test sample; a cell opens its digits; and those that are wrong most often. */

import { spoken, t } from "../../i18n/translate.js";
import { h, set, write } from "../../lib/dom.js";
import { integer, percent } from "../../lib/format.js";
import { onFrame } from "../../lib/signal.js";
import { greyImage } from "../elements/grey_image.js";
import { fromPixels } from "../inputs.js";
import { scroller } from "../elements/scroller.js";
import { createTiles } from "../elements/tiles.js";
import { confusion as lens } from "./lens.js";
import { questionAbout } from "../snapshots.js";

const SIDE = 28;
const SHOWN = 48;
const DEEPEST = 55; // per cent of the colour: the figures must stay readable

/** @type {LensMount} */
export function mount(element, context) {
  const { api, memory, resource, snapshots } = context;
  const caption = h("caption", { class: "lens-facts" });
  const table = h("table", { class: "confusion" }, caption);
  const title = h("h3", {}, t("lens.confusion.cell.digits"));
  const note = h("p", { class: "note" });
  const stubbornNote = h("p", { class: "note" }, t("lens.confusion.looking"));

  const chosen = memory("confusion", { actual: 4, predicted: 9 });
  const runPath = () => `/runs/${snapshots.current.value?.run.id}`;
  const counted = resource(
    () => snapshots.current.value && questionAbout(snapshots.current.value, "confusion"),
    async (/** @type {string} */ path, /** @type {AbortSignal} */ abort) => {
      const of = /** @type {Snapshot} */ (snapshots.current.value);
      return { ...(await api.ask(path, abort)), of };
    },
  );

  /** The chosen cell, or another if this table has fewer. */
  function cell() {
    const { actual, predicted } = chosen.value;
    const classes = counted.latest?.counts.length ?? 0;
    return actual < classes && predicted < classes ? { actual, predicted } : { actual: 0, predicted: 1 };
  }

  const samples = resource(() => {
    if (!counted.latest || !snapshots.current.value) return null;
    const { actual, predicted } = cell();
    const which = `actual=${actual}&predicted=${predicted}&limit=${SHOWN}`;
    return questionAbout(counted.latest.of, "confusion/samples", which);
  });
  // What is told of a run grows with it; what stands after "#" is not sent.
  const stubborn = resource(() =>
    snapshots.current.value ? `${runPath()}/stubborn?limit=24#${snapshots.current.value.run.epoch}` : null,
  );

  function draw() {
    if (!counted.latest) return;
    const { counts, accuracy, of } = counted.latest;
    const { actual, predicted } = cell();
    const count = counts[actual][predicted];
    fill(counts);
    const numbers = { accuracy: percent(accuracy), epoch: integer(of.epoch), step: integer(of.step) };
    write(caption, t(of.step === null ? "lens.confusion.caption" : "lens.confusion.caption.batch", numbers));
    write(
      title,
      t(actual === predicted ? "lens.confusion.right" : "lens.confusion.taken", {
        actual,
        predicted,
        count: integer(count),
      }),
    );
    if (samples.value) write(note, remark(count));
  }

  /** @param {number} count digits of the cell */
  function remark(count) {
    if (count === 0) return t("lens.confusion.none");
    return count > SHOWN ? t("lens.confusion.first", { shown: integer(SHOWN), count: integer(count) }) : "";
  }

  /** @param {number[][]} counts */
  function fill(counts) {
    const most = Math.max(...counts.flatMap((row, a) => row.filter((_, p) => p !== a)), 1);
    if (table.rows.length !== counts.length + 1) build(counts.length);
    counts.forEach((row, actual) =>
      row.forEach((count, predicted) => {
        const button = /** @type {HTMLElement} */ (table.rows[actual + 1].cells[predicted + 1].firstElementChild);
        const total = row.reduce((sum, value) => sum + value, 0);
        write(button, integer(count));
        set(
          button,
          "aria-label",
          t("lens.confusion.cell", {
            actual,
            predicted,
            count: integer(count),
            share: percent(total ? count / total : 0, 1),
          }),
        );
        set(button, "title", button.getAttribute("aria-label"));
        set(button, "aria-pressed", String(actual === cell().actual && predicted === cell().predicted));
        button.style.setProperty("--share", `${Math.round((actual === predicted ? 0 : count / most) * DEEPEST)}%`);
        button.onclick = () => (chosen.value = { actual, predicted });
      }),
    );
  }

  /** @param {number} classes */
  function build(classes) {
    const names = Array.from({ length: classes }, (_, k) => k);
    table.replaceChildren(
      caption,
      h("thead", {}, h("tr", {}, h("td"), ...names.map((name) => h("th", { scope: "col" }, String(name))))),
      h(
        "tbody",
        {},
        ...names.map((actual) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, String(actual)),
            ...names.map((predicted) =>
              h("td", { "data-right": actual === predicted }, h("button", { type: "button" })),
            ),
          ),
        ),
      ),
    );
  }

  function drawStubborn() {
    if (!stubborn.latest) return;
    const { epochs, samples: worst } = stubborn.latest;
    const words = { wrong: integer(worst[0]?.wrong), epochs: integer(epochs.length) };
    write(stubbornNote, t(worst.length ? "lens.confusion.stubborn.note" : "lens.confusion.none", words));
  }

  const nameOfStubborn = (/** @type {{number: number, label: number, wrong: number}} */ { number, label, wrong }) =>
    t("lens.confusion.stubborn.digit", {
      number: integer(number + 1),
      label,
      wrong: integer(wrong),
      epochs: integer(stubborn.latest.epochs.length),
    });

  const digits = createGallery(context, t("lens.confusion.cell.digits"), () =>
    samples.latest?.numbers.map((/** @type {number} */ number) => ({
      number,
      name: t("lens.digit", { number: integer(number + 1) }),
    })),
  );
  const worst = createGallery(context, t("lens.confusion.stubborn"), () =>
    stubborn.latest?.samples.map((/** @type {any} */ one) => ({ number: one.number, name: nameOfStubborn(one) })),
  );

  element.append(
    h(
      "div",
      { class: "lens-grid lens-halves" },
      h(
        "div",
        { class: "lens-part" },
        scroller(spoken(lens.title), table),
        h("p", { class: "note" }, t("lens.confusion.legend")),
      ),
      h(
        "div",
        { class: "lens-part" },
        title,
        note,
        digits,
        h("h3", {}, t("lens.confusion.stubborn")),
        stubbornNote,
        worst,
      ),
    ),
  );
  onFrame(draw);
  onFrame(drawStubborn);
}

/**
 * Digits by their numbers; the chosen one opens beside the grid of the page.
 * @param {LensContext} context
 * @param {string} label
 * @param {() => {number: number, name: string}[] | undefined} wanted
 */
function createGallery({ api, datasets, resource, snapshots, view }, label, wanted) {
  const caption = h("p", { class: "lens-facts", role: "status" });
  const tiles = createTiles({
    label,
    width: 40,
    onChoose: (at, pressed) => view.openDigit(shown[at].number, pressed),
  });
  const pixels = resource(
    () => {
      const numbers = wanted()?.map(({ number }) => number) ?? [];
      const { dataset } = snapshots.current.value?.run.config ?? {};
      // Pictures of other sizes, or none, are named without being shown.
      const shows = String(datasets.find(dataset)?.picture) === `${SIDE},${SIDE}`;
      return numbers.length && shows ? `/datasets/${dataset}/chosen-images?numbers=${numbers}` : null;
    },
    async (/** @type {string} */ path, /** @type {AbortSignal} */ abort) =>
      new Uint8Array(await api.askBytes(path, abort)),
  );
  let shown = /** @type {{number: number, name: string}[]} */ ([]);
  let images = /** @type {HTMLCanvasElement[]} */ ([]);

  onFrame(() => {
    const [now, found] = [wanted(), pixels.value];
    const size = SIDE * SIDE;
    if (now?.length === 0) [shown, images] = [[], []];
    else if (now && found) {
      shown = now;
      images = now.map((_, at) => greyImage(fromPixels(found.subarray(at * size, (at + 1) * size))));
    }
    const chosen = shown.findIndex(({ number }) => number === view.digit.value);
    tiles.element.hidden = shown.length === 0;
    tiles.show({ images, names: shown.map(({ name }) => name), chosen });
    write(caption, shown[chosen]?.name ?? "");
  });

  return h("div", {}, tiles.element, caption);
}
