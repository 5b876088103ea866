/** Making elements. Text is always a text node; nothing on the page is ever parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} Child a number 0 is shown; what is false is left out */

/**
 * h("button", { class: "primary", onclick: start, disabled: false }, "Start")
 * Names that start with "on" are listeners; true and false set and leave out an attribute.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Record<string, any>} props
 * @param {Child[]} children
 * @returns {E}
 */
function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  for (const child of children)
    if (child || child === 0) element.append(typeof child === "number" ? String(child) : child);
  return element;
}

/**
 * Set one attribute or listener. Inline styles are forbidden by the page's security policy.
 * @param {Element} element
 * @param {string} name
 * @param {any} value a listener for a name that starts with "on"
 */
export function set(element, name, value) {
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Change a text only if it differs, so that selections and screen readers are left in peace.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @template T
 * @typedef {Element & {update?: (item: T) => void, leave?: () => void}} Keyed `leave` is called before it is taken away
 */

/**
 * Keep a container's children equal to a list, moving and keeping elements by key. What has the focus is not moved, for that
 * would take the focus away: others go out of its way.
 * @template T
 * @param {Element} container
 * @param {T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => Keyed<T>} create
 */
export function keyed(container, items, keyOf, create) {
  const known = new Map(
    [...container.children].map((child) => [child.getAttribute("data-key"), /** @type {Keyed<T>} */ (child)]),
  );
  const wanted = new Set(items.map(keyOf));
  for (const [key, element] of known) {
    if (key !== null && wanted.has(key)) continue;
    element.leave?.();
    element.remove();
  }
  const held = [...container.children].find((child) => child.contains(document.activeElement));
  let at = container.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const element = known.get(key) ?? create(item);
    element.setAttribute("data-key", key);
    while (element === held && at && at !== held) {
      const other = at;
      at = at.nextElementSibling;
      container.append(other);
    }
    if (element === at) at = element.nextElementSibling;
    else container.insertBefore(element, at);
    element.update?.(item);
  }
}
