import { h, morphChildren } from "../dom.js";
import { icon } from "../icons.js";
import { entry } from "./entry.js";
import { POWER } from "./words.js";

const HINTS = {
  absent: "Only make demo starts one that it can kill.",
  starting: "It connects to the local Discord.",
  running: "Try it while a picture is being made.",
  killed: "Its data folder stays as it was.",
  ended: "The demo ends with it.",
};
const CHOICES = [
  ["with_ids", "Streams carry an id", "Not documented. With it a lost picture can be asked for."],
  ["slow", "Slow pictures", "20 seconds instead of 4: time to pull the plug."],
];

/** The panel beside the chat: the bot's power, the image API's manner, the ledger of both sides. */
export function drawBackstage({ backstage }, region) {
  if (!backstage) return;
  morphChildren(region, [
    h("h2", { class: "visually-hidden" }, "Backstage"),
    power(backstage.power),
    manner(),
    ledger(backstage.entries),
  ]);
  for (const [name] of CHOICES) {
    region.querySelector(`input[name=${name}]`).checked = backstage.manner[name];
  }
}

function power(state) {
  const isOn = state === "running" || state === "starting";
  return h(
    "section",
    { class: `power ${state}`, "aria-label": "The bot's power" },
    h("p", { class: "power-state" }, icon(isOn ? "bolt" : "plug", 20), h("strong", {}, POWER[state])),
    h("p", { class: "hint", id: "power-hint" }, HINTS[state]),
    h(
      "div",
      { class: "power-buttons" },
      powerButton("pull-plug", "danger", "Pull the plug", isOn),
      powerButton("start-bot", "success", "Start it again", state === "killed"),
    ),
  );
}

// Not `disabled`: whoever has pressed it keeps the focus, and hears that it can't be used now.
function powerButton(action, style, label, isUsable) {
  return h(
    "button",
    {
      type: "button",
      class: `button button-${style}`,
      "data-action": action,
      "data-key": action,
      "aria-disabled": isUsable ? null : "true",
      "aria-describedby": "power-hint",
    },
    label,
  );
}

function manner() {
  return h(
    "fieldset",
    { class: "manner" },
    h("legend", { class: "group-name" }, "The image API from now on"),
    CHOICES.map(([name, label, hint]) =>
      h(
        "label",
        { class: "manner-choice" },
        h("input", { type: "checkbox", name, "data-key": name, "aria-describedby": `hint-${name}` }),
        h(
          "span",
          {},
          h("span", { class: "manner-label" }, label),
          h("span", { class: "hint", id: `hint-${name}` }, hint),
        ),
      ),
    ),
  );
}

function ledger(entries) {
  return h(
    "section",
    { class: "ledger", "aria-label": "Ledger" },
    h("h3", { class: "group-name" }, "Ledger: the API and the message"),
    entries.length
      ? h("ol", { class: "ledger-entries", reversed: true }, entries.toReversed().map(entry))
      : h("p", { class: "hint" }, "Nothing has been asked of the image API yet."),
  );
}
