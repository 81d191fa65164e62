// Small DOM toolkit. Text only ever enters the page as text nodes or attribute values, never as
// markup, so that nothing a person or a bot writes can become part of the page's own code.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: `h("p", {class: "x", on: {click}}, "text", child)`. Empty children are left out. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for drawings. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, { on = {}, style = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  for (const [name, value] of Object.entries(style)) node.style.setProperty(name, value);
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  node.append(...children.flat(Infinity).filter(isPresent));
  return node;
}

function isPresent(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  node.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Make `before` look like `after` with as few changes as possible, so that an edit of a message
 * keeps focus, hover, scroll position and pictures that have loaded.
 */
export function morph(before, after) {
  if (before === after) return;
  if (!isSameKind(before, after)) return void before.replaceWith(after);
  if (before.nodeType === Node.TEXT_NODE) return void morphText(before, after);
  morphAttributes(before, after);
  morphChildren(before, [...after.childNodes]);
}

function isSameKind(a, b) {
  return a.nodeName === b.nodeName && a.dataset?.key === b.dataset?.key;
}

function morphText(before, after) {
  if (before.data !== after.data) before.data = after.data;
}

// `style` goes through its own object: as an attribute the page's security policy refuses it.
function morphAttributes(before, after) {
  if (before.style.cssText !== after.style.cssText) before.style.cssText = after.style.cssText;
  for (const { name } of [...before.attributes]) {
    if (name !== "style" && !after.hasAttribute(name)) before.removeAttribute(name);
  }
  for (const { name, value } of after.attributes) {
    if (name !== "style" && before.getAttribute(name) !== value) before.setAttribute(name, value);
  }
}

/** Make the children of `parent` read as `wanted`; a child with a `data-key` is found by it. */
export function morphChildren(parent, wanted) {
  const keyed = new Map(
    [...parent.children].filter((c) => c.dataset.key).map((c) => [c.dataset.key, c]),
  );
  let cursor = parent.firstChild;
  for (const after of wanted) {
    const before = partnerOf(after, keyed, cursor);
    if (!before) {
      parent.insertBefore(after, cursor);
    } else {
      if (before === cursor) cursor = cursor.nextSibling;
      else parent.insertBefore(before, cursor);
      morph(before, after);
    }
  }
  removeFrom(cursor);
}

function partnerOf(after, keyed, cursor) {
  const key = after.dataset?.key;
  if (key) return take(keyed, key);
  return cursor && isSameKind(cursor, after) ? cursor : null;
}

/** A key names one child once: a second child of the same key is made anew. */
function take(keyed, key) {
  const node = keyed.get(key);
  keyed.delete(key);
  return node;
}

function removeFrom(node) {
  while (node) {
    const next = node.nextSibling;
    node.remove();
    node = next;
  }
}

/** A name that can be used as an element's id: unique within the page. */
export function uniqueId(prefix) {
  uniqueId.last = (uniqueId.last ?? 0) + 1;
  return `${prefix}-${uniqueId.last}`;
}

/** Keep `menu` beside `anchor`: below it, or above where there is more room. */
export function placeBeside(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const below = innerHeight - box.bottom;
  const fitsBelow = below > Math.min(menu.offsetHeight + 12, 320) || below > box.top;
  menu.style.setProperty(
    "left",
    `${Math.max(8, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`,
  );
  menu.style.setProperty("width", `${Math.max(box.width, 220)}px`);
  menu.style.setProperty("top", fitsBelow ? `${box.bottom + 4}px` : "auto");
  menu.style.setProperty("bottom", fitsBelow ? "auto" : `${innerHeight - box.top + 4}px`);
}
