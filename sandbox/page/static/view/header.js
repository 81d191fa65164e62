import { h, morphChildren } from "../dom.js";
import { countWrong } from "../backstage/news.js";
import { icon } from "../icons.js";
import { placeIcon } from "./place.js";

/** The line over the messages: the channel, what it is for, the switch for the member list. */
export function drawHeader(store, region, panels) {
  morphChildren(
    region,
    [
      toggle("toggle-sidebar", "menu", "Servers and channels", panels.sidebar, " only-narrow"),
      h("span", { class: "hash" }, placeIcon(store.channel, 24)),
      h("h2", { class: "channel-name" }, store.channel?.name ?? ""),
      store.channel?.nsfw ? h("span", { class: "age-badge" }, "Age-restricted") : null,
      store.channel?.topic
        ? h("span", { class: "topic", title: store.channel.topic }, store.channel.topic)
        : null,
      store.backstage ? backstageToggle(store.backstage, panels.backstage) : null,
      toggle("toggle-members", "people", "Member list", panels.members, ""),
    ].filter(Boolean),
  );
}

function backstageToggle(backstage, isOn) {
  const wrong = countWrong(backstage);
  const label = wrong ? `Backstage, ${wrong} disagreeing` : "Backstage";
  const button = toggle("toggle-backstage", "plug", label, isOn, "");
  if (wrong) button.append(h("span", { class: "header-count", "aria-hidden": "true" }, wrong));
  return button;
}

function toggle(action, drawing, label, isOn, extra) {
  return h(
    "button",
    {
      type: "button",
      class: `header-button${extra}`,
      "data-key": action,
      "data-action": action,
      "aria-label": label,
      title: label,
      "aria-pressed": String(isOn),
    },
    icon(drawing, 22),
  );
}
