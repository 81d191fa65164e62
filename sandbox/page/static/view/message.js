import { h } from "../dom.js";
import { avatar, nameOf } from "../avatar.js";
import { cssColour } from "../format.js";
import { icon } from "../icons.js";
import { markdown } from "../markdown/blocks.js";
import { originOf } from "../store.js";
import { formatSent } from "../time.js";
import { components } from "./components.js";
import { dots } from "./controls.js";
import { embed } from "./embed.js";
import { attachments } from "./media.js";

export const EPHEMERAL = 1 << 6;
export const LOADING = 1 << 7;
const COMPONENTS_V2 = 1 << 15;

/** One message. `follows` says that it joins the one above it, without a heading of its own. */
export function message(data, store, follows) {
  const isPrivate = Boolean(data.flags & EPHEMERAL);
  const shape = follows ? "follows" : "starts-group";
  const isTarget = store.target === data.id;
  return h(
    "li",
    {
      id: `message-${data.id}`,
      class: `message ${shape}${isPrivate ? " private" : ""}${isTarget ? " target" : ""}`,
      tabindex: "-1",
      "data-key": data.id,
      "data-message": data.id,
    },
    !follows && [origin(data, store), avatar(data.author), heading(data, store)],
    follows &&
      h(
        "time",
        { class: "message-time", "aria-hidden": "true" },
        formatSent(Date.parse(data.timestamp)).replace("Today at ", ""),
      ),
    h("div", { class: "message-body" }, body(data, contextOf(data, store))),
    store.failed.has(data.id) &&
      h("p", { class: "failure", role: "alert" }, "This interaction failed"),
    isPrivate && privateLine(),
    toolbar(data, store),
  );
}

function contextOf(data, store) {
  return {
    message: data,
    store,
    names: store.names,
    isRevealed: (address) => store.revealed.has(address),
    isBusy: (customId) => store.busy.has(`${data.id}:${customId}`),
  };
}

/** The line over a message that says what brought it about: a command, or a reply. */
function origin(data, store) {
  const used = originOf(data);
  if (used) return commandLine(used.user, used.name, store);
  const replied = data.referenced_message;
  return replied ? replyLine(replied, store) : null;
}

export function commandLine(user, name, store) {
  return h(
    "div",
    { class: "origin" },
    avatar(user, 16),
    h("span", { class: "who", style: nameStyle(user.id, store) }, nameOf(user)),
    " used ",
    h("span", { class: "command-name" }, `/${name}`),
  );
}

function replyLine(replied, store) {
  return h(
    "div",
    { class: "origin" },
    avatar(replied.author, 16),
    h("span", { class: "who", style: nameStyle(replied.author.id, store) }, nameOf(replied.author)),
    h(
      "button",
      { type: "button", class: "snippet", "data-action": "jump", "data-id": replied.id },
      replied.content || "Click to see the message",
    ),
  );
}

function nameStyle(userId, store) {
  const colour = cssColour(store.colourOf(userId));
  return colour ? { "--name-colour": colour } : {};
}

/** Who wrote a message, and when; a command that is being sent has no moment yet. */
export function heading({ author, timestamp }, store) {
  return h(
    "h3",
    { class: "message-heading" },
    h("span", { class: "author", style: nameStyle(author.id, store) }, nameOf(author)),
    author.bot && h("span", { class: "app-badge" }, "APP"),
    timestamp && sentAt(timestamp),
  );
}

function sentAt(timestamp) {
  const sent = Date.parse(timestamp);
  const title = new Date(sent).toString();
  return h("time", { class: "message-time", datetime: timestamp, title }, formatSent(sent));
}

function body(data, context) {
  if (data.flags & LOADING) return thinking(data.author);
  if (data.flags & COMPONENTS_V2)
    return h("div", { class: "layout" }, components(data.components, context));
  return [
    data.content && markdown(data.content, context.names),
    data.content && data.edited_timestamp && h("span", { class: "edited" }, "(edited)"),
    data.embeds.map((one) => embed(one, context)),
    attachments(data, context),
    h("div", { class: "layout" }, components(data.components, context)),
  ];
}

function thinking(author) {
  return h("p", { class: "thinking" }, dots(), `${nameOf(author)} is thinking…`);
}

/** The foot of a message that only its owner sees. */
export function privateLine() {
  return h(
    "p",
    { class: "private-line" },
    icon("eye", 16),
    "Only you can see this · ",
    h(
      "button",
      { type: "button", class: "text-button", "data-action": "dismiss" },
      "Dismiss message",
    ),
  );
}

function toolbar(data, store) {
  const isPrivate = Boolean(data.flags & EPHEMERAL);
  const mayDelete = !isPrivate && store.channel?.may_delete;
  if (isPrivate) return null;
  return h(
    "div",
    { class: "toolbar", role: "group", "aria-label": "Message actions" },
    store.menus.map((name) => toolButton("choose-in-menu", "apps", `Apps: ${name}`, name)),
    toolButton("copy-link", "chain", "Copy message link"),
    mayDelete && toolButton("delete", "bin", "Delete message"),
  );
}

function toolButton(action, drawing, label, name) {
  return h(
    "button",
    { type: "button", "data-action": action, "data-name": name, title: label, "aria-label": label },
    icon(drawing),
  );
}
