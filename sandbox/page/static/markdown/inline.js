import { h } from "../dom.js";
import { formatMoment } from "../time.js";

// Inline marks of Discord's Markdown. At each place the rules are tried in order; what none of
// them takes is plain text. `names` turns ids into names: {user, role, channel, command}.

const MAX_DEPTH = 8;

const RULES = [
  [/\\([^0-9A-Za-z\s])/y, (m) => m[1]],
  [/``(.+?)``(?!`)/sy, (m) => h("code", {}, m[1].trim())],
  [/`([^`\n]+)`/y, (m) => h("code", {}, m[1])],
  [/<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y, (m) => moment(Number(m[1]), m[2])],
  [/<@!?(\d+)>/y, (m, names) => mention(`@${names.user(m[1])}`, "user", m[1])],
  [/<@&(\d+)>/y, (m, names) => mention(`@${names.role(m[1])}`, "role", m[1])],
  [/<#(\d+)>/y, (m, names) => mention(`#${names.channel(m[1])}`, "channel", m[1])],
  [/<\/([-_\p{L}\p{N} ]{1,96}):(\d+)>/uy, (m) => mention(`/${m[1]}`, "command", m[1])],
  [/<a?:(\w{2,32}):\d+>/y, (m) => `:${m[1]}:`],
  [/@(everyone|here)\b/y, (m) => mention(m[0], "everyone", m[1])],
  [
    /\[([^[\]]+)\]\((?:<)?(https?:\/\/[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)>?\)/y,
    (m, n, d) => link(m[2], inline(m[1], n, d)),
  ],
  [/<(https?:\/\/[^\s<>]+)>/y, (m) => link(m[1], m[1])],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;"'\])!?*_~|]/y, (m) => link(m[0], m[0])],
  [/\*\*\*(?=\S)(.+?)\*\*\*/sy, (m, n, d) => h("strong", {}, h("em", {}, inline(m[1], n, d)))],
  [/\*\*(?=\S)(.+?)\*\*(?!\*)/sy, (m, n, d) => h("strong", {}, inline(m[1], n, d))],
  [/__(?=\S)(.+?)__(?!_)/sy, (m, n, d) => h("u", {}, inline(m[1], n, d))],
  [/~~(?=\S)(.+?)~~/sy, (m, n, d) => h("s", {}, inline(m[1], n, d))],
  [/\|\|(.+?)\|\|/sy, (m, n, d) => spoiler(inline(m[1], n, d))],
  [
    /\*(?=[^\s*])((?:[^*\\]|\\.|\*\*[^*]+\*\*)+?)\*(?!\*)/sy,
    (m, n, d) => h("em", {}, inline(m[1], n, d)),
  ],
  [
    /(?<!\w)_(?=[^\s_])((?:[^_\\]|\\.|__[^_]+__)+?)_(?!\w)/sy,
    (m, n, d) => h("em", {}, inline(m[1], n, d)),
  ],
];

/** The nodes of one stretch of text. */
export function inline(text, names, depth = 0) {
  if (depth >= MAX_DEPTH) return [text];
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const hit = firstRule(text, at, names, depth);
    if (!hit) {
      plain += text[at++];
      continue;
    }
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(hit.node);
    at = hit.end;
  }
  return plain ? [...nodes, plain] : nodes;
}

function firstRule(text, at, names, depth) {
  if (!/[\\`<@[*_~|h]/.test(text[at])) return null;
  for (const [pattern, build] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { end: at + match[0].length, node: build(match, names, depth + 1) };
  }
  return null;
}

function moment(unixS, style) {
  const shown = formatMoment(unixS, style);
  const title = formatMoment(unixS, "F");
  return h(
    "time",
    { class: "moment", "data-unix": unixS, "data-style": style ?? "f", title },
    shown,
  );
}

function mention(text, kind, id) {
  const action = kind === "channel" || kind === "command" ? `open-${kind}` : null;
  const attributes = {
    class: `mention mention-${kind}`,
    "data-action": action,
    "data-id": action && id,
  };
  return h(action ? "button" : "span", { ...attributes, type: action && "button" }, text);
}

function link(address, children) {
  return h("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, children);
}

function spoiler(children) {
  return h(
    "button",
    {
      type: "button",
      class: "spoiler-text",
      "data-action": "reveal-text",
      "aria-label": "Spoiler, press to show",
    },
    children,
  );
}
