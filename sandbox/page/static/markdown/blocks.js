import { h } from "../dom.js";
import { inline } from "./inline.js";

// The block marks of Discord's Markdown: fenced code, quotes, headings, subtext, lists. A line
// break in the text is a line break on the page.

const FENCE = /^```(?:([\w+#.-]+)\n)?(.*?)```/s;
const QUOTE = /^> ?/;
const LIST = /^( *)([-*]|\d{1,9}\.) (?=\S)/;
const LINE_RULES = [
  [/^(#{1,3}) +(?=\S)/, (m, rest, names) => h(`h${m[1].length + 2}`, {}, inline(rest, names))],
  [/^-# +(?=\S)/, (m, rest, names) => h("small", {}, inline(rest, names))],
];

/** A text of Discord's Markdown as nodes; `names` turns ids into names. */
export function markdown(text, names) {
  return h("div", { class: "markdown" }, blocks(text, names));
}

function blocks(text, names) {
  const nodes = [];
  let rest = text;
  while (rest) {
    const [node, length] = nextBlock(rest, names);
    nodes.push(node);
    rest = rest.slice(length);
  }
  return nodes;
}

function nextBlock(rest, names) {
  return (
    fence(rest) ??
    openQuote(rest, names) ??
    quote(rest, names) ??
    list(rest, names) ??
    singleLine(rest, names) ??
    paragraph(rest, names)
  );
}

function fence(rest) {
  const match = FENCE.exec(rest);
  if (!match || !match[2].trim()) return null;
  const block = h(
    "pre",
    { tabindex: 0 },
    h("code", { "data-language": match[1] }, match[2].replace(/^\n|\n$/g, "")),
  );
  return [block, withBreak(rest, match[0].length)];
}

function openQuote(rest, names) {
  if (!rest.startsWith(">>> ")) return null;
  return [h("blockquote", {}, blocks(rest.slice(4), names)), rest.length];
}

function quote(rest, names) {
  const lines = leading(rest, (line) => QUOTE.test(line));
  if (!lines.length) return null;
  const inner = lines.map((line) => line.replace(QUOTE, "")).join("\n");
  return [h("blockquote", {}, blocks(inner, names)), lengthOf(lines, rest)];
}

function list(rest, names) {
  const isNumbered = /^\d/.test(rest);
  const lines = leading(
    rest,
    (line) => LIST.test(line) && (line.startsWith(" ") || /^\d/.test(line) === isNumbered),
  );
  if (!lines.length) return null;
  return [listOf(lines.map((line) => item(line, names))), lengthOf(lines, rest)];
}

function item(line, names) {
  const [mark, indent, bullet] = LIST.exec(line);
  const level = Math.min(Math.floor(indent.length / 2), 4);
  return { level, bullet, node: h("li", {}, inline(line.slice(mark.length), names)) };
}

/** Nest items by their level: a deeper one goes into a list inside the item before it. */
function listOf(items) {
  const root = listFor(items[0].bullet);
  const open = [{ level: items[0].level, node: root }];
  for (const { level, bullet, node } of items) {
    while (open.length > 1 && open.at(-1).level > level) open.pop();
    if (level > open.at(-1).level) open.push({ level, node: openInner(open.at(-1).node, bullet) });
    open.at(-1).node.append(node);
  }
  return root;
}

function openInner(outer, bullet) {
  const inner = listFor(bullet);
  outer.lastElementChild.append(inner);
  return inner;
}

function listFor(bullet) {
  return /\d/.test(bullet) ? h("ol", { start: parseInt(bullet, 10) }) : h("ul");
}

function singleLine(rest, names) {
  const line = rest.split("\n", 1)[0];
  for (const [pattern, build] of LINE_RULES) {
    const match = pattern.exec(line);
    if (match)
      return [build(match, line.slice(match[0].length), names), withBreak(rest, line.length)];
  }
  return null;
}

function paragraph(rest, names) {
  const lines = rest.split("\n");
  let count = 1;
  while (count < lines.length && !startsBlock(lines.slice(count).join("\n"))) count += 1;
  const text = cutBeforeFence(lines.slice(0, count).join("\n"), rest);
  return [h("div", { class: "text" }, inline(text, names)), withBreak(rest, text.length)];
}

/** Code may open in the middle of a line: the text before it is a paragraph of its own. */
function cutBeforeFence(text, rest) {
  const at = text.indexOf("```", 1);
  return at > 0 && FENCE.test(rest.slice(at)) ? text.slice(0, at) : text;
}

function startsBlock(rest) {
  const line = rest.split("\n", 1)[0];
  return (
    QUOTE.test(line) ||
    LIST.test(line) ||
    LINE_RULES.some(([pattern]) => pattern.test(line)) ||
    FENCE.test(rest)
  );
}

function leading(rest, test) {
  const lines = rest.split("\n");
  const end = lines.findIndex((line) => !test(line));
  return end === -1 ? lines : lines.slice(0, end);
}

function lengthOf(lines, rest) {
  return withBreak(rest, lines.join("\n").length);
}

/** The length of a block together with the line break that ends it. */
function withBreak(rest, length) {
  return rest[length] === "\n" ? length + 1 : length;
}
