/** Messages that float: refusals without a control of their own, a new version, a restarted server. */

import { t } from "../i18n/translate.js";
import { h, keyed } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

/** @type {Mount} */
export function mount(element, { actions, bootstrap, store }) {
  const list = h("ul", { "aria-label": t("notice.label") });
  element.append(h("div", { role: "alert" }, list));
  actions.notices.subscribe((notices) => keyed(list, notices, ({ id }) => String(id), create));

  let log = /** @type {string | null} */ (null);
  /** @param {State} state */
  const look = (state) => {
    if (log && state.log !== log) actions.notify(t("notice.log"));
    log = state.log;
    if (state.version && state.version !== bootstrap.version && !actions.notices.value.some(({ action }) => action)) {
      actions.notify(t("notice.version"), { action: { label: t("notice.reload"), run: () => location.reload() } });
    }
  };
  store.state.subscribe(look);
  if (bootstrap.loss) actions.notify(bootstrap.loss, { kind: "error" });
  look(store.state.value); // the server's first message may have come before

  /** @param {Notice} notice */
  function create({ id, text, kind, action }) {
    const hold = () => actions.hold(id);
    const release = () => actions.release(id);
    // A pointer that moves, not one that is merely there: the message may come up under a hand at rest.
    return h(
      "li",
      {
        class: "notice",
        "data-kind": kind,
        onpointermove: hold,
        onpointerleave: release,
        onfocusin: hold,
        onfocusout: release,
      },
      h("p", {}, text),
      action &&
        h(
          "button",
          {
            type: "button",
            onclick: () => {
              actions.dismiss(id);
              action.run();
            },
          },
          action.label,
        ),
      h(
        "button",
        {
          class: "quiet icon-only",
          type: "button",
          "aria-label": t("notice.dismiss"),
          onclick: () => actions.dismiss(id),
        },
        icon("close"),
      ),
    );
  }
}
