/** The slider of epochs: what it holds is what every picture shows; "live", or "latest" after the end, lets go. */

import { t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { integer } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { ENDED } from "../runs/run.js";

const FRAME_MS = 100; // ten epochs a second when played

/**
 * @param {HTMLElement} element
 * @param {Context} context
 * @param {{lead?: boolean}} options `lead`: with a button that leads down to the lenses
 */
export function mount(element, { view }, { lead = true } = {}) {
  const label = h("span", { class: "scrubber-label" });
  const range = /** @type {HTMLInputElement} */ (
    h("input", { type: "range", min: 0, max: 1, step: 1, "aria-label": t("slider.label") })
  );
  const sign = h("span", { class: "scrubber-sign" }, icon("play"));
  const play = h(
    "button",
    {
      class: "quiet icon-only",
      type: "button",
      "aria-pressed": "false",
      "aria-label": t("slider.play"),
      title: t("slider.play"),
      onclick: () => (timer ? halt() : go()),
    },
    sign,
  );
  const now = h("span");
  const live = h(
    "button",
    { class: "quiet scrubber-live", type: "button", onclick: () => hold(null) },
    h("span", { class: "scrubber-dot", "aria-hidden": "true" }),
    now,
  );
  const inside = h(
    "button",
    { class: "scrubber-inside", type: "button", onclick: descend },
    icon("eye"),
    t("lenses.label"),
  );
  const bar = h(
    "div",
    { class: "scrubber", role: "group", "aria-label": t("slider.group") },
    play,
    range,
    label,
    live,
    lead && inside,
  );
  element.append(bar);
  let timer = 0;

  /** @param {number | null} epoch */
  function hold(epoch) {
    halt();
    view.held.value = epoch;
  }

  /** From the first weights to the end, or on from where the slider stands. */
  function go() {
    if (view.held.value === null || view.held.value >= (view.front.value?.epoch ?? 0)) view.held.value = 0;
    timer = window.setInterval(() => {
      const next = (view.held.value ?? 0) + 1;
      if (!view.front.value || next > view.front.value.epoch) halt();
      else view.held.value = next;
    }, FRAME_MS);
    showPlaying();
  }

  function halt() {
    clearInterval(timer);
    timer = 0;
    showPlaying();
  }

  function showPlaying() {
    set(play, "aria-pressed", String(timer !== 0));
    sign.replaceChildren(icon(timer ? "pause" : "play"));
  }

  range.addEventListener("input", () => hold(Number(range.value)));
  view.focus.subscribe(halt);

  onFrame(() => {
    const run = view.front.value;
    bar.hidden = !run || run.epoch === 0;
    if (!run) return;
    const epoch = Math.min(view.hover.value ?? run.epoch, run.epoch);
    range.max = String(run.epoch);
    range.value = String(epoch);
    set(
      range,
      "aria-valuetext",
      epoch === 0 ? t("slider.start") : t("slider.value", { epoch: integer(epoch), total: integer(run.epoch) }),
    );
    write(
      label,
      epoch === 0 ? t("slider.start") : t("slider.value", { epoch: integer(epoch), total: integer(run.epoch) }),
    );
    write(now, t(ENDED.has(run.status) ? "slider.latest" : "slider.live"));
    set(live, "aria-pressed", String(view.held.value === null));
  });
}

/** Down to the lenses; the first is opened if none is. Pressed before they have come, it is done when they do. */
function descend() {
  const lenses = /** @type {HTMLElement} */ (document.querySelector(".lenses"));
  /** @type {HTMLElement | null} */
  const first = lenses.querySelector('[role="tab"]:not([hidden])');
  if (lenses.querySelector('[role="tab"][aria-selected="true"]')) lenses.scrollIntoView({ block: "start" });
  else if (first) first.click();
  else if (!awaited) {
    awaited = new MutationObserver(() => {
      awaited?.disconnect();
      awaited = null;
      descend();
    });
    awaited.observe(lenses, { childList: true });
  }
}

/** Waits for the lenses. @type {MutationObserver | null} */
let awaited = null;
