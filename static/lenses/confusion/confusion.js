/** Which digits are taken for which, over the whole test sample; a cell opens its digits; and those that are wrong most often. */

import { spoken, t } from "../../i18n/translate.js";
import { h, set, write } from "../../lib/dom.js";
import { integer, percent } from "../../lib/format.js";
import { repaint } from "../../state/theme.js";
import { greyImage } from "../elements/grey_image.js";
import { fromPixels } from "../inputs.js";
import { scroller } from "../elements/scroller.js";
import { createTiles } from "../elements/tiles.js";
import { confusion as lens } from "./lens.js";
import { watch } from "../watch.js";

const SIDE = 28;
const SHOWN = 48;
const DEEPEST = 55; // per cent of the colour: the figures must stay readable

export function mount(element, context) {
  const { api, memory, snapshots, view } = context;
  const caption = h("caption", { class: "lens-facts" });
  const table = h("table", { class: "confusion" }, caption);
  const title = h("h3", {}, t("lens.confusion.cell.digits"));
  const note = h("p", { class: "note" });
  const digits = createGallery(context, t("lens.confusion.cell.digits"));
  const stubborn = createGallery(context, t("lens.confusion.stubborn"));
  const stubbornNote = h("p", { class: "note" }, t("lens.confusion.looking"));
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
        digits.element,
        h("h3", {}, t("lens.confusion.stubborn")),
        stubbornNote,
        stubborn.element,
      ),
    ),
  );
  let asked = "";
  let askedCell = "";
  let askedStubborn = "";

  const cell = () => memory.get("confusion") ?? { actual: 4, predicted: 9 };

  async function draw() {
    const snapshot = snapshots.current.value;
    if (!snapshot) return;
    drawStubborn(snapshot.run);
    const path = `/runs/${snapshot.run.id}/confusion?epoch=${snapshot.epoch}`;
    if (path === asked) return;
    asked = path;
    const { counts, accuracy } = await api.ask(path);
    if (asked !== path) return;
    fill(counts);
    write(caption, t("lens.confusion.caption", { accuracy: percent(accuracy), epoch: integer(snapshot.epoch) }));
    drawCell(counts);
  }

  function fill(counts) {
    const most = Math.max(...counts.flatMap((row, a) => row.filter((_, p) => p !== a)), 1);
    if (table.rows.length !== counts.length + 1) build(counts.length);
    counts.forEach((row, actual) =>
      row.forEach((count, predicted) => {
        const button = table.rows[actual + 1].cells[predicted + 1].firstElementChild;
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
        button.onclick = () => {
          memory.set("confusion", { actual, predicted });
          fill(counts);
          drawCell(counts);
        };
      }),
    );
  }

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

  async function drawCell(counts) {
    const { actual, predicted } = cell();
    const { run, epoch } = snapshots.current.value;
    if (actual >= counts.length || predicted >= counts.length)
      return memory.set("confusion", { actual: 0, predicted: 1 });
    const count = counts[actual][predicted];
    write(
      title,
      t(actual === predicted ? "lens.confusion.right" : "lens.confusion.taken", {
        actual,
        predicted,
        count: integer(count),
      }),
    );
    const path = `/runs/${run.id}/confusion/samples?epoch=${epoch}&actual=${actual}&predicted=${predicted}&limit=${SHOWN}`;
    askedCell = path;
    const { numbers } = await api.ask(path);
    if (askedCell !== path) return undefined;
    write(
      note,
      count > SHOWN
        ? t("lens.confusion.first", { shown: integer(SHOWN), count: integer(count) })
        : count
          ? ""
          : t("lens.confusion.none"),
    );
    return digits.show(run.config.dataset, numbers, (number) => t("lens.digit", { number: integer(number + 1) }));
  }

  async function drawStubborn(run) {
    const path = `/runs/${run.id}/stubborn?limit=24`;
    const key = `${path} ${run.epoch}`;
    if (key === askedStubborn) return;
    askedStubborn = key;
    const { epochs, samples } = await api.ask(path);
    if (askedStubborn !== key) return;
    write(
      stubbornNote,
      samples.length
        ? t("lens.confusion.stubborn.note", { wrong: integer(samples[0].wrong), epochs: integer(epochs.length) })
        : t("lens.confusion.none"),
    );
    const facts = new Map(samples.map((sample) => [sample.number, sample]));
    stubborn.show(run.config.dataset, [...facts.keys()], (number) =>
      t("lens.confusion.stubborn.digit", {
        number: integer(number + 1),
        label: facts.get(number).label,
        wrong: integer(facts.get(number).wrong),
        epochs: integer(epochs.length),
      }),
    );
  }

  const stop = watch([snapshots.current, repaint], draw);
  const stopDigit = watch([view.digit, repaint], () => [digits, stubborn].forEach((gallery) => gallery.redraw()));
  return () => {
    stop();
    stopDigit();
  };
}

/** Digits by their numbers; the chosen one opens beside the grid of the page. */
function createGallery({ api, view }, label) {
  const caption = h("p", { class: "lens-facts", role: "status" });
  const tiles = createTiles({ label, width: 40, onChoose: (at) => (view.digit.value = numbers[at]) });
  let numbers = /** @type {number[]} */ ([]);
  let names = /** @type {string[]} */ ([]);
  let pixels = new Uint8Array();
  let asked = "";

  async function show(dataset, next, nameOf) {
    const path = next.length ? `/datasets/${dataset}/chosen-images?numbers=${next.join(",")}` : "";
    asked = path;
    const found = path ? new Uint8Array(await api.askBytes(path)) : new Uint8Array();
    if (asked !== path) return;
    [numbers, names, pixels] = [next, next.map(nameOf), found];
    redraw();
  }

  function redraw() {
    const size = SIDE * SIDE;
    const images = numbers.map((_, at) => greyImage(fromPixels(pixels.subarray(at * size, (at + 1) * size))));
    const chosen = numbers.indexOf(view.digit.value ?? -1);
    tiles.element.hidden = numbers.length === 0;
    tiles.show({ images, names, chosen });
    write(caption, chosen >= 0 ? names[chosen] : "");
  }

  return { element: h("div", {}, tiles.element, caption), show, redraw };
}
