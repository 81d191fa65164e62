// Where one is, as an address that can be copied: /channels/{server}/{channel}/{message}. A script may
// write names instead, and who it is: /#/lantern-bay/mod-log?as=carol.

const PATTERN = /^\/channels\/(\d+|@me)(?:\/(\d+))?(?:\/(\d+))?\/?$/;
const NAMED = /^#\/([^/?]+)(?:\/([^/?]+))?(?:\?(.*))?$/;

export function parse(path) {
  const [, guildId = null, channelId = null, messageId = null] = PATTERN.exec(path) ?? [];
  return { guildId, channelId, messageId };
}

/** What an address asks for: the place, and as whom to see it. */
export function asked({ pathname, search, hash }) {
  const [isNamed, server, channel, query] = NAMED.exec(hash) ?? [];
  return {
    person: new URLSearchParams(query ?? search).get("as"),
    place: isNamed ? { serverName: slugOf(server), channelName: slugOf(channel) } : parse(pathname),
  };
}

/** A name as it stands in an address: "Lantern Bay" as `lantern-bay`. */
function slugOf(name) {
  return decodeURIComponent(name ?? "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-");
}

function byNames({ serverName, channelName }, world) {
  const guild = world.guilds.find(({ name }) => slugOf(name) === serverName);
  const channel = guild?.channels.find(({ name }) => slugOf(name) === channelName);
  return { guildId: guild?.id, channelId: channel?.id };
}

/** The place in the page that a link leads to, if it is one of Discord's or of the page's own. */
export function placeOf(href) {
  const url = new URL(href, location.href);
  const isOurs = url.origin === location.origin || /(^|\.)discord(app)?\.com$/.test(url.hostname);
  return isOurs && PATTERN.test(url.pathname) ? parse(url.pathname) : null;
}

export function pathOf({ guildId, channelId, messageId }) {
  return ["/channels", guildId, channelId, messageId].filter(Boolean).join("/");
}

/** Complete a place with what exists: the server of the channel, the first channel of a server. */
export function settle(wanted, world, current) {
  const place = wanted.serverName ? byNames(wanted, world) : wanted;
  const byChannel = world.guilds.find((guild) => holds(guild, place.channelId));
  const guild =
    byChannel ??
    guildOf(world, place.guildId) ??
    guildOf(world, current.guildId) ??
    world.guilds[0];
  if (!guild) return { guildId: null, channelId: null, messageId: null };
  const channelId = byChannel ? place.channelId : defaultChannel(guild, place, current);
  return { guildId: guild.id, channelId, messageId: place.messageId ?? null };
}

/** Where a message alone is named, one stays where one is. */
function defaultChannel(guild, place, current) {
  const stays = !place.guildId && holds(guild, current.channelId);
  return stays ? current.channelId : (guild.channels[0]?.id ?? null);
}

function guildOf(world, id) {
  return world.guilds.find((guild) => guild.id === id);
}

function holds(guild, channelId) {
  return guild.channels.some((channel) => channel.id === channelId);
}
