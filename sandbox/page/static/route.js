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
  const guilds = world.guilds;
  const byChannel = guilds.find((guild) => guild.channels.some((channel) => channel.id === place.channelId));
  const guild = byChannel ?? guilds.find(({ id }) => id === place.guildId) ?? guilds.find(({ id }) => id === current.guildId) ?? guilds[0];
  const stays = guild?.id === current.guildId && !place.guildId ? current.channelId : null;
  const channelId = byChannel ? place.channelId : (stays ?? guild?.channels[0]?.id ?? null);
  return { guildId: guild?.id ?? null, channelId, messageId: place.messageId ?? null };
}
