import { h } from "../dom.js";
import { icon } from "../icons.js";
import { formatMoment } from "../time.js";
import {
  FATES,
  VERDICTS,
  chargeOf,
  connectionOf,
  endOf,
  servedOf,
  shortModel,
  wayOf,
} from "./words.js";

/** One picture: what the API did beside what the message says, and where they disagree. */
export function entry(data) {
  return h(
    "li",
    { class: `ledger-entry ${worst(data)}`, "data-key": data.id },
    h(
      "h4",
      { class: "ledger-prompt" },
      h("q", {}, data.prompt),
      data.person && h("span", { class: "ledger-person" }, data.person),
    ),
    h("h5", { class: "ledger-side" }, "The image API"),
    data.tasks.length ? data.tasks.map(task) : h("p", { class: "ledger-none" }, "Not asked yet"),
    h("h5", { class: "ledger-side" }, "The message"),
    data.message ? message(data.message) : h("p", { class: "ledger-none" }, "No message"),
    h("ul", { class: "verdicts", "aria-label": "Comparison" }, verdicts(data)),
  );
}

/** How bad the worst is of what doesn't agree. */
function worst({ flags }) {
  if (flags.some(({ level }) => level === "wrong")) return "wrong";
  return flags.length ? "note" : "agree";
}

function task(data) {
  const [drawing, word] = FATES[data.fate];
  const facts = [
    ["Submitted", formatMoment(data.submitted_ms / 1000, "T")],
    ["Ended", endOf(data)],
    ["Told by", wayOf(data)],
    ["Connection", connectionOf(data)],
    ["Served", servedOf(data)],
  ];
  return h(
    "div",
    { class: "ledger-task" },
    h(
      "p",
      { class: `ledger-state ${data.fate}` },
      icon(drawing, 16),
      h("strong", {}, word),
      h("span", {}, `${chargeOf(data)} · ${shortModel(data.model)}`),
    ),
    h(
      "dl",
      { class: "ledger-facts" },
      facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    ),
  );
}

function message({ headline, changed_ms: changedMs, link }) {
  const unixS = Math.floor(changedMs / 1000);
  return h(
    "div",
    { class: "ledger-message" },
    h("p", { class: "ledger-headline" }, headline),
    h(
      "p",
      { class: "ledger-changed" },
      "changed ",
      h("time", { "data-style": "R", "data-unix": unixS }, formatMoment(unixS, "R")),
      link && h("a", { href: link }, "Show the message"),
    ),
  );
}

function verdicts(data) {
  if (data.flags.length) return data.flags.map(({ level, words }) => verdict(level, words));
  return data.tasks.length && data.message ? verdict("agree", "Nothing contradicts the API.") : [];
}

function verdict(level, words) {
  const [drawing, word] = VERDICTS[level];
  return h(
    "li",
    { class: `verdict ${level}` },
    icon(drawing, 18),
    h("span", {}, h("strong", {}, `${word}: `), words),
  );
}
