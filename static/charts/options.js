/** The card behind the three dots: how the curves are drawn, and what can be taken home. */

import { AXES } from "./figure.js";
import { addWords, t } from "../i18n/translate.js";
import { h, set } from "../lib/dom.js";
import { onFrame } from "../lib/signal.js";

/** @param {string} language */
const WORDS = (language) => import(`./words/${language}.js`);
/** What a run can be written down as; `neurons.py` is the lecture's file. */
const PROGRAMS = { python: "Python", notebook: "Jupyter", class: "neurons.py", curl: "curl" };
const SHOWN = 12; // figures of a fingerprint; the rest is in its title

export const prepare = () => addWords(WORDS);

/** @param {Context} context @param {{button: HTMLElement, save: (format: string) => void}} options `button` opens it; `save` makes pictures of the charts */
export function createOptions({ actions, api, bootstrap, person, store, view }, { button, save }) {
  /** @param {Partial<ChartOptions>} changes */
  const change = (changes) => (view.options.value = { ...view.options.value, ...changes });
  /** @param {string} name */
  const check = (name) => {
    const box = h("input", { type: "checkbox", onchange: () => change({ [name]: box.checked }) });
    return box;
  };
  const [log, logX] = ["log", "logX"].map(check);
  const smooth = h("input", {
    type: "range",
    min: 0,
    max: 0.95,
    step: 0.05,
    id: "smoothing",
    oninput: () => change({ smooth: smooth.valueAsNumber }),
  });
  const axes = AXES.map((axis) =>
    h("input", { type: "radio", name: "axis", value: axis, onchange: () => change({ axis }) }),
  );
  const pictures = ["png", "svg"].map((format) =>
    h("button", { type: "button", onclick: () => save(format) }, format.toUpperCase()),
  );
  const csv = h("a", { class: "button", download: true }, "CSV");
  const weights = h("a", { class: "button", download: true }, t("curves.weights"));
  const onnx = h("a", { class: "button", download: true }, "ONNX");
  // The run as a program, in each way that the server can write it. Names, the same in every language.
  const programs = Object.entries(PROGRAMS).map(([format, name]) => ({
    format,
    link: h("a", { class: "button", download: true }, name),
  }));
  const file = h("input", {
    type: "file",
    accept: ".npz",
    hidden: true,
    onchange: () => {
      if (file.files?.[0]) actions.open(file.files[0]);
      file.value = ""; // the same one can be chosen again
      card.hidePopover();
    },
  });
  const open = h(
    "button",
    { type: "button", title: t("curves.open.title"), onclick: () => file.click() },
    t("curves.open"),
  );
  // In a class it is the teacher's, and stands where the lesson ends.
  const archive = person.inClass
    ? null
    : h("a", { class: "button", href: `${bootstrap.api}/archive`, download: true }, t("curves.archive"));
  const fingerprint = h("p", { class: "note" });
  const kernels = h("p", { class: "note" });
  const card = h(
    "div",
    { class: "menu", id: "curves-menu", popover: "auto" },
    h("span", { class: "label", id: "axis-label" }, t("curves.axis")),
    h(
      "div",
      { class: "choice-row", role: "radiogroup", "aria-labelledby": "axis-label" },
      ...axes.map((input) => h("label", { class: "choice" }, input, h("span", {}, t(`curves.axis.${input.value}`)))),
    ),
    h("label", { for: "smoothing" }, t("curves.smooth")),
    smooth,
    h("label", { class: "switch" }, log, t("curves.log")),
    h("label", { class: "switch" }, logX, t("curves.log-x")),
    h("span", { class: "label" }, t("curves.save")),
    h("div", { class: "menu-row" }, ...pictures, csv, weights, onnx, ...programs.map(({ link }) => link)),
    h("div", { class: "menu-row" }, open, file, archive),
    fingerprint,
    kernels,
  );
  card.addEventListener("beforetoggle", () => {
    const { right, bottom } = button.getBoundingClientRect();
    card.style.right = `${Math.max(8, document.documentElement.clientWidth - right)}px`;
    card.style.top = `${bottom + 4}px`;
  });
  // Under its button, as far as the window reaches.
  card.addEventListener("toggle", () => {
    card.style.maxHeight = "calc(100dvh - 16px)";
    const lowest = document.documentElement.clientHeight - card.offsetHeight - 8;
    card.style.top = `${Math.max(8, Math.min(button.getBoundingClientRect().bottom + 4, lowest))}px`;
  });
  onFrame(() => {
    const { options } = view;
    open.disabled = actions.waits.value;
    log.checked = options.value.log;
    logX.checked = options.value.logX;
    smooth.value = String(options.value.smooth);
    for (const input of axes) input.checked = input.value === options.value.axis;
    const id = view.focus.value;
    set(csv, "href", id && api.csvUrl(id));
    set(weights, "href", id && api.weightsUrl(id));
    set(onnx, "href", id && `${bootstrap.api}/runs/${id}/onnx`);
    const script = id && `${bootstrap.api}/runs/${id}/script`;
    for (const { format, link } of programs) set(link, "href", script && `${script}?format=${format}`);
    const run = store.state.value.runs.get(id ?? "");
    fingerprint.textContent = run?.fingerprint
      ? t("curves.fingerprint", { fingerprint: run.fingerprint.slice(0, SHOWN) })
      : "";
    fingerprint.title = run?.fingerprint ?? "";
    const computed = run?.kernels ?? []; // none: nothing was computed, or by a server of before
    const words = computed.length > 1 ? "curves.kernels.several" : "curves.kernels";
    kernels.textContent = computed.length ? t(words, { kernels: computed.join(t("curves.kernels.then")) }) : "";
  });
  return card;
}
