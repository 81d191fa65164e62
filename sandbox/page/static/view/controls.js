import { h } from "../dom.js";
import { icon } from "../icons.js";
import { nameOf } from "../avatar.js";

// Buttons and selects of a message. They carry what they do in data attributes, which one
// listener on the message list reads, so drawing a message anew never loses a listener.

const BUTTON_STYLES = {
  1: "primary",
  2: "secondary",
  3: "success",
  4: "danger",
  5: "link",
  6: "primary",
};
const SELECT_WORDS = {
  3: "Make a selection",
  5: "Select a user",
  6: "Select a role",
  7: "Select a user or role",
  8: "Select a channel",
};

export function button(component, context) {
  const style = BUTTON_STYLES[component.style] ?? "secondary";
  const content = [emoji(component.emoji), component.label && h("span", {}, component.label)];
  if (component.url) return linkButton(component, content);
  const isBusy = context.isBusy(component.custom_id);
  return h("button", buttonAttributes(component, style, isBusy), isBusy ? dots() : content);
}

function buttonAttributes(component, style, isBusy) {
  return {
    type: "button",
    class: `button button-${style}`,
    "data-key": component.custom_id,
    "data-action": "press",
    "data-custom-id": component.custom_id,
    // A busy button keeps the focus, so it isn't disabled; a second press does nothing.
    disabled: component.disabled === true,
    "aria-busy": isBusy ? "true" : null,
    "aria-label": component.label ? null : component.emoji?.name,
  };
}

function linkButton(component, content) {
  const common = { class: "button button-link", "data-key": component.url };
  if (component.disabled)
    return h("span", { ...common, "aria-disabled": "true" }, content, icon("link", 16));
  return h(
    "a",
    { ...common, href: component.url, target: "_blank", rel: "noreferrer noopener" },
    content,
    icon("link", 16),
  );
}

export function emoji(value) {
  if (!value) return null;
  return h(
    "span",
    { class: "emoji", "aria-hidden": "true" },
    value.id ? `:${value.name}:` : value.name,
  );
}

/** Three dots that say "at work". */
export function dots() {
  return h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}

export function select(component, context) {
  const chosen = chosenOf(component, context);
  const isBusy = context.isBusy(component.custom_id);
  const words = component.placeholder || SELECT_WORDS[component.type];
  return h(
    "button",
    {
      type: "button",
      class: `select${chosen.length ? " has-value" : ""}`,
      "data-key": component.custom_id,
      "data-action": "open-select",
      "data-custom-id": component.custom_id,
      "aria-haspopup": "listbox",
      "aria-label": chosen.length
        ? `${words}: ${chosen.map((option) => option.label).join(", ")}`
        : words,
      disabled: component.disabled === true,
      "aria-busy": isBusy ? "true" : null,
    },
    h("span", { class: "select-value" }, chosen.length ? chosen.map(chosenLabel) : words),
    isBusy ? dots() : icon("chevron"),
  );
}

function chosenLabel(option) {
  return h("span", { class: "select-chosen" }, emoji(option.emoji), option.label);
}

/** The options now chosen: the defaults that the bot set. */
export function chosenOf(component, context) {
  const options = optionsOf(component, context.store);
  if (component.type === 3) return options.filter((option) => option.default);
  const ids = new Set((component.default_values ?? []).map((value) => value.id));
  return options.filter((option) => ids.has(option.value));
}

/** Everything a select offers, as {value, label, description, emoji, default}. */
export function optionsOf(component, store) {
  const kinds = {
    3: () => component.options,
    5: users,
    6: roles,
    7: () => [...users(store), ...roles(store)],
    8: channels,
  };
  const options = kinds[component.type](store);
  return component.type === 8
    ? options.filter((option) => isOfTypes(option, component.channel_types))
    : options;
}

function users(store) {
  const members = store.guild?.members ?? [];
  return members
    .map(({ user_id: id }) => store.user(id))
    .map((user) => ({
      value: user.id,
      label: nameOf(user),
      description: `@${user.username}`,
      user,
    }));
}

function roles(store) {
  const named = (store.guild?.roles ?? []).filter((role) => role.id !== store.guildId);
  return named.map((role) => ({
    value: role.id,
    label: `@${role.name}`,
    colour: role.color,
    role,
  }));
}

function channels(store) {
  return (store.guild?.channels ?? []).map((channel) => ({
    value: channel.id,
    label: channel.name,
    channel,
  }));
}

function isOfTypes(option, types) {
  return !types?.length || types.includes(option.channel.type);
}
