/** A new experiment from a run: the same settings with other seeds, or with other values of one of them. */

import { t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { duration, integer } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { throttled } from "../lib/throttled.js";
import { ApiError } from "../state/api.js";
import { refusalOf } from "../state/refusal.js";
import { read, suggested, title } from "./values.js";

const USUAL_SEEDS = { alone: 5, varied: 3 };
const MOST_SEEDS = 20;
const FIXED = new Set(["preset", "dataset", "seed"]);
const ASK_MS = 300; // between two questions what it would take, while somebody types

/** @param {HTMLElement} element that it is put into @param {Context} context @param {(id: string) => void} open */
export function addForm(element, { api, fields, store, view }, open) {
  const names = Object.keys(fields).filter((name) => !FIXED.has(name));
  const setting = /** @type {HTMLSelectElement} */ (
    h(
      "select",
      { id: "experiment-setting", onchange: suggest },
      ...names.map((name) => h("option", { value: name }, title(name))),
    )
  );
  const values = /** @type {HTMLInputElement} */ (
    h("input", { type: "text", id: "experiment-values", autocomplete: "off", oninput: plan })
  );
  const seeds = /** @type {HTMLInputElement} */ (
    h("input", { type: "number", id: "experiment-seeds", min: 1, max: MOST_SEEDS, required: true, oninput: plan })
  );
  const what = h("p", { class: "note" });
  const told = h("p", { role: "status", class: "experiment-plan" });
  const start = /** @type {HTMLButtonElement} */ (
    h("button", { type: "submit", class: "primary" }, t("experiment.start"))
  );
  const vary = h(
    "div",
    { class: "experiment-row" },
    h("label", { for: "experiment-setting" }, t("experiment.setting"), setting),
    h("label", { class: "experiment-values", for: "experiment-values" }, t("experiment.tried"), values),
  );
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet experiment-new", "aria-labelledby": "experiment-new", onclose: close },
      h(
        "form",
        { onsubmit: post },
        h(
          "header",
          { class: "column-head" },
          h("h2", { id: "experiment-new" }, t("experiment.new")),
          h(
            "button",
            { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: close },
            icon("close"),
          ),
        ),
        what,
        vary,
        h("label", { class: "experiment-row", for: "experiment-seeds" }, t("experiment.seeds.how-many"), seeds),
        told,
        h("div", { class: "experiment-row" }, start),
      ),
    )
  );

  function close() {
    view.trying.value = null;
  }

  function suggest() {
    const wish = view.trying.peek();
    if (wish) values.value = suggested(fields[setting.value], wish.run.config);
    plan();
  }

  /** What the form asks for; null if a value is none. */
  function body() {
    const wish = view.trying.peek();
    if (!wish) return null;
    const { preset: _, seed, ...settings } = wish.run.config;
    const count = Number(seeds.value);
    if (!Number.isInteger(count) || count < 1 || count > MOST_SEEDS) return null;
    const tried = wish.vary ? read(fields[setting.value], values.value, settings.shape) : [];
    if (!tried) return null;
    return {
      settings,
      vary: wish.vary ? { [setting.value]: tried } : {},
      seeds: Array.from({ length: count }, (_, k) => (seed + k) % 2 ** 32),
    };
  }

  const ask = throttled(async () => {
    const asked = body();
    if (!asked) return;
    try {
      const { runs, expected_seconds: seconds } = await api.change("POST", "/experiment-plans", asked);
      write(told, t("experiment.plan", { runs: integer(runs), time: duration(seconds) }));
      set(told, "data-kind", null);
    } catch (error) {
      complain(error);
    }
  }, ASK_MS);

  function plan() {
    start.disabled = body() === null;
    if (start.disabled) write(told, t("experiment.unclear"));
    else ask();
  }

  /** @param {unknown} error */
  function complain(error) {
    if (!(error instanceof ApiError)) throw error;
    write(told, refusalOf(error));
    set(told, "data-kind", "error");
  }

  /** @param {Event} event */
  async function post(event) {
    event.preventDefault();
    const asked = body();
    if (!asked) return;
    start.disabled = true;
    try {
      const { id } = await api.change("POST", "/experiments", asked);
      close();
      whenTold(id);
    } catch (error) {
      complain(error);
    } finally {
      start.disabled = false;
    }
  }

  /** The stream tells of it, perhaps after the answer. @param {string} id */
  function whenTold(id) {
    if (store.state.peek().experiments.has(id)) return open(id);
    const stop = store.state.subscribe(({ experiments }) => {
      if (!experiments.has(id)) return;
      stop();
      open(id);
    });
  }

  element.append(dialog);
  onFrame(() => {
    const wish = view.trying.value;
    if (!wish) return dialog.close();
    write(what, t("experiment.from", { name: wish.run.name }));
    vary.hidden = !wish.vary;
    seeds.value = String(wish.vary ? USUAL_SEEDS.varied : USUAL_SEEDS.alone);
    setting.value = "eta";
    suggest();
    if (!dialog.open) dialog.showModal();
    (wish.vary ? setting : start).focus();
  });
}
