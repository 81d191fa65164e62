import { h, morphChildren } from "../dom.js";
import { avatar, colourOf, initialsOf, nameOf } from "../avatar.js";
import { isThread, placeIcon, traitsOf } from "./place.js";

/** The rail of servers, the channels of one, and who one is. */
export function drawSidebar(store, regions) {
  morphChildren(
    regions.servers,
    store.world.guilds.map((guild) => server(guild, store)),
  );
  morphChildren(regions.serverName, [h("h1", { class: "channel-name" }, store.guild?.name ?? "")]);
  morphChildren(regions.channels, [
    h("h2", { class: "group-name" }, isDirect(store) ? "Conversations" : "Text channels"),
    ...(store.guild?.channels ?? []).map((c) => channel(c, store)),
  ]);
  morphChildren(regions.identity, identity(store));
}

function isDirect(store) {
  return store.guildId === "@me";
}

function server(guild, store) {
  const isCurrent = guild.id === store.guildId;
  const isUnread = guild.channels.some((c) => store.unread.has(c.id));
  return h(
    "div",
    {
      class: `server${isCurrent ? " current" : ""}${isUnread ? " unread" : ""}`,
      "data-key": guild.id,
    },
    h(
      "button",
      {
        type: "button",
        "data-action": "open-server",
        "data-id": guild.id,
        title: guild.name,
        "aria-label": `${guild.name}${isUnread ? ", unread messages" : ""}`,
        "aria-current": isCurrent ? "true" : null,
        style: { "--colour": colourOf(guild.id) },
      },
      initialsOf(guild.name),
    ),
  );
}

function channel(data, store) {
  const isCurrent = data.id === store.channelId;
  const isUnread = store.unread.has(data.id);
  const words = [data.name, ...traitsOf(data), isUnread && "unread messages"].filter(Boolean);
  return h(
    "button",
    {
      type: "button",
      class: `channel${isCurrent ? " current" : ""}${isUnread ? " unread" : ""}${isThread(data) ? " thread" : ""}`,
      "data-key": data.id,
      "data-action": "open-channel",
      "data-id": data.id,
      "aria-current": isCurrent ? "page" : null,
      "aria-label": words.length > 1 ? words.join(", ") : null,
    },
    placeIcon(data),
    h("span", {}, data.name),
    data.nsfw && h("span", { class: "age-badge", title: "Age-restricted" }, "18+"),
  );
}

function identity(store) {
  return [
    h("p", { class: "identity-title", id: "identity-title" }, "You are"),
    h(
      "div",
      { class: "identity-choice", role: "radiogroup", "aria-labelledby": "identity-title" },
      store.world.users.filter((user) => user.playable).map((user) => person(user, store)),
    ),
  ];
}

function person(user, store) {
  const isMe = user.id === store.me;
  return h(
    "label",
    { class: "person", "data-key": user.id },
    h("input", {
      type: "radio",
      name: "identity",
      value: user.id,
      checked: isMe,
      "aria-label": `${nameOf(user)}, ${standing(user, store)}`,
    }),
    avatar(user, 30),
    h(
      "span",
      {},
      h("span", { class: "person-name" }, nameOf(user)),
      h("span", { class: "person-role" }, standing(user, store)),
    ),
  );
}

/** What somebody is here, in a word: owner, the name of the highest role, else plain member. */
export function standing(user, store) {
  if (!store.memberOf(user.id)) return "not here";
  if (user.id === store.guild.owner_id) return "owner";
  const roles = (store.memberOf(user.id)?.roles ?? []).map((id) => store.role(id)).filter(Boolean);
  roles.sort((a, b) => b.position - a.position);
  return roles[0]?.name ?? "member";
}
