/** What could be better, and why: the server's rules in words, each with a button that puts its cure into the controls. */

import { t } from "../../i18n/translate.js";
import { h, write } from "../../lib/dom.js";
import { integer, percent, plain } from "../../lib/format.js";
import { onFrame } from "../../lib/signal.js";
import { ApiError } from "../../state/api.js";
import { refusalOf } from "../../state/refusal.js";
import { decimal } from "../elements/numbers.js";

/** @type {Record<string, (value: number) => string>} */
const FORMAT = {
  share: (value) => percent(value, 0),
  slope: (value) => decimal(value, 3),
  eta: plain,
  weight: (value) => plain(Number(value.toPrecision(2))),
};

/** @type {LensMount} */
export function mount(element, { actions, api, fields, resource, snapshots, store, view }) {
  const list = h("ul", { class: "lens-hints" });
  const none = h("p", { class: "lens-facts", role: "status" });
  element.append(none, list);
  // The causes change with the run; what stands after "#" is not sent.
  const asked = resource(() => {
    const run = snapshots.current.value?.run;
    return run ? `/runs/${run.id}/hints#${run.epoch} ${run.status}` : null;
  });

  onFrame(() => {
    if (!asked.latest) return;
    const { hints } = asked.latest;
    const { run } = /** @type {Snapshot} */ (snapshots.current.peek());
    write(none, hints.length ? "" : t("lens.hints.none"));
    list.replaceChildren(...hints.map((/** @type {Hint} */ hint) => card(hint, run)));
  });

  /** @param {Hint} hint @param {Run} run */
  function card({ code, values, apply, seeds }, run) {
    const words = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, (FORMAT[name] ?? integer)(value)]),
    );
    const change = Object.entries(apply)
      .map(
        ([name, value]) =>
          `${t(`field.${name}`)} ${typeof value === "number" ? plain(value) : t(`field.${name}.${value}`)}`,
      )
      .join(", ");
    return h(
      "li",
      { class: "lens-card lens-hint" },
      h("h3", {}, t(`hint.${code}`, words)),
      h("details", {}, h("summary", {}, t("lens.hints.why")), h("p", {}, t(`hint.${code}.why`, words))),
      h(
        "button",
        { class: "lens-action", type: "button", onclick: () => use(run, apply, change) },
        t("lens.hints.apply", { change }),
      ),
      seeds > 1 &&
        h(
          "button",
          {
            class: "lens-action",
            type: "button",
            onclick: (/** @type {MouseEvent} */ event) =>
              trySeeds(run, seeds, /** @type {HTMLElement} */ (event.currentTarget)),
          },
          t("lens.hints.seeds", { count: integer(seeds) }),
        ),
    );
  }

  /**
   * The same run with other seeds, drawn with it: so many curves in all show how much is chance.
   * @param {Run} run
   * @param {number} seeds
   * @param {HTMLElement} button
   */
  async function trySeeds(run, seeds, button) {
    button.setAttribute("disabled", "");
    const { preset, ...config } = run.config;
    view.compare(run.id, true);
    try {
      for (let more = 1; more < seeds; more++) {
        const other = await api.createRun({ ...config, seed: config.seed + more });
        store.insert(other);
        view.compare(other.id, true);
      }
      actions.notify(t("lens.hints.seeded", { count: integer(seeds - 1) }), { lasts: 8_000 });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      actions.notify(refusalOf(error), { kind: "error" });
      button.removeAttribute("disabled");
    }
  }

  /**
   * The cure goes into the controls, as a twin: the draws stay the same, one thing differs.
   * @param {Run} run
   * @param {Hint["apply"]} apply
   * @param {string} change
   */
  function use(run, apply, change) {
    const known = Object.fromEntries(Object.entries(apply).filter(([name]) => name in fields));
    actions.edit({ ...run.config, ...known });
    view.twinOf.value = run.id;
    actions.notify(t("lens.hints.applied", { change }), { lasts: 8_000 });
  }
}
