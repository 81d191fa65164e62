// Where one is, as an address that can be copied: /channels/{server}/{channel}/{message}.

const PATTERN = /^\/channels\/(\d+)(?:\/(\d+))?(?:\/(\d+))?\/?$/;

export function parse(path) {
  const [, guildId = null, channelId = null, messageId = null] = PATTERN.exec(path) ?? [];
  return { guildId, channelId, messageId };
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
export function settle(place, world, current) {
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
