/** What a visitor sees instead of the lab: the code and a name, or the return code of who was here before. */

import { t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { ApiError } from "../state/api.js";
import { complaintOf, refusalOf } from "../state/refusal.js";
import { showCode } from "./code_sheet.js";

const STORAGE = "chalknet.code";
/** Which entry a refusal is about. @type {Record<string, string>} */
const AT = { "wrong-code": "code", "name-taken": "name" };

/** @param {Context} context @param {string | null} invited the code in the address */
export function mount({ api, person }, invited) {
  const known = recall(invited);
  const word = h("p", { class: "join-word", role: "status" });
  const title = h("h1", { id: "join-title" }, t("join.title"));
  const join = createForm("join", ["code", "name"], async ({ code, name }) => {
    const { return_code, ...me } = await api.ofClass("POST", "/members", { code, name });
    person.enter(me);
    if (return_code) showCode({ kind: "return", code: return_code });
  });
  const back = createForm("back", ["return-code"], async (values) => {
    person.enter(await api.ofClass("POST", "/returns", { return_code: values["return-code"] }));
  });
  const other = h("button", { class: "quiet", type: "button", onclick: () => turn(!returns) });
  let returns = false;
  const card = h(
    "main",
    { class: "join-card", "aria-labelledby": "join-title", hidden: true },
    title,
    word,
    join.element,
    back.element,
    other,
  );
  document.querySelector("main")?.before(card);
  if (known) join.fill("code", known);
  turn(false, false);

  /** @param {boolean} returning */
  function turn(returning, focus = true) {
    returns = returning;
    back.element.hidden = !returning;
    join.element.hidden = returning;
    write(other, t(returning ? "join.new" : "join.returning"));
    if (focus) (returning ? back : join).focus();
  }

  return {
    /** @param {boolean} on */
    show(on) {
      card.hidden = !on;
      // Of a class that is over, or that one was sent out of, neither the code nor the name is worth anything here.
      if (on && person.wasIn.value) {
        for (const form of [join, back]) form.clear();
        forget();
      }
      write(word, t(person.wasIn.value ? "join.sent-out" : "join.welcome"));
      set(word, "data-sent-out", person.wasIn.value);
      if (on) (returns ? back : join).focus();
    },
  };
}

/**
 * @param {string} name
 * @param {string[]} fields
 * @param {(values: Record<string, string>) => Promise<void>} send
 */
function createForm(name, fields, send) {
  const inputs = Object.fromEntries(fields.map((field) => [field, createInput(field)]));
  const complaints = Object.fromEntries(
    fields.map((field) => [field, h("p", { class: "complaint", id: `join-${field}-complaint`, role: "alert" })]),
  );
  const general = h("p", { class: "complaint", role: "alert" });
  const go = h("button", { class: "primary", type: "submit" }, t(`join.${name}`));
  const element = h(
    "form",
    {
      class: "join-form",
      novalidate: true,
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        submit();
      },
    },
    ...fields.map((field) =>
      h(
        "div",
        { class: "join-field" },
        h("label", { for: inputs[field].id }, t(`join.${field}`)),
        inputs[field],
        complaints[field],
      ),
    ),
    general,
    go,
  );

  async function submit() {
    tell({});
    const empty = fields.find((field) => !inputs[field].value.trim());
    if (empty) return tell({ [empty]: t("join.empty") });
    const values = Object.fromEntries(fields.map((field) => [field, inputs[field].value.trim()]));
    go.toggleAttribute("disabled", true);
    try {
      await send(values);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(error);
    } finally {
      go.toggleAttribute("disabled", false);
    }
    return undefined;
  }

  /** @param {ApiError} error */
  function refuse(error) {
    const about = error.errors.filter(({ field }) => field in inputs);
    const field = AT[error.code] === "code" ? fields[0] : AT[error.code];
    if (about.length) tell(Object.fromEntries(about.map((wrong) => [wrong.field, complaintOf(wrong)])));
    else if (field) tell({ [field]: complaintOf({ field, code: error.code, message: error.message }) });
    else write(general, refusalOf(error));
  }

  /** @param {Record<string, string>} wrong by field; the first has the focus */
  function tell(wrong) {
    write(general, "");
    for (const field of fields) {
      write(complaints[field], wrong[field] ?? "");
      set(inputs[field], "aria-invalid", field in wrong ? "true" : null);
      set(inputs[field], "aria-describedby", field in wrong ? complaints[field].id : null);
    }
    const first = fields.find((field) => field in wrong);
    if (first) inputs[first].focus();
  }

  return {
    element,
    /** Where there is still something to say. */
    focus: () => inputs[fields.find((field) => !inputs[field].value) ?? fields[0]].focus(),
    /** @param {string} field @param {string} value */
    fill: (field, value) => (inputs[field].value = value),
    clear() {
      for (const input of Object.values(inputs)) input.value = "";
    },
  };
}

/** @param {string} field */
function createInput(field) {
  const isName = field === "name";
  return h("input", {
    id: `join-${field}`,
    type: "text",
    class: isName ? "" : "code-entry",
    required: true,
    maxlength: isName ? 40 : 200,
    autocomplete: isName ? "nickname" : "off",
    autocapitalize: isName ? "words" : "characters",
    spellcheck: "false",
    enterkeyhint: isName ? "go" : "next",
  });
}

function forget() {
  try {
    sessionStorage.removeItem(STORAGE);
  } catch {
    // It was not remembered either.
  }
}

/** The code of the address: it leaves the address, and must outlast a change of the language. @param {string | null} invited */
function recall(invited) {
  try {
    if (invited) sessionStorage.setItem(STORAGE, invited);
    return sessionStorage.getItem(STORAGE);
  } catch {
    return invited;
  }
}
