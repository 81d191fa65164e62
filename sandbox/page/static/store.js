import { compareIds } from "./format.js";
import { nameOf } from "./avatar.js";

// All that the page knows. Views read it, actions change it and say `changed()`; then the page is
// drawn anew once, however many changes there were in between.

export class Store extends EventTarget {
  me = null;
  guildId = null;
  channelId = null;
  world = { application: null, users: [], guilds: [] };
  messages = new Map();
  sends = [];
  busy = new Set();
  failed = new Set();
  revealed = new Set();
  dismissed = new Set();
  gone = new Set();
  unread = new Set();
  target = null;
  commands = [];
  menus = [];
  backstage = null;
  revision = 0;

  get guild() {
    return this.world.guilds.find((guild) => guild.id === this.guildId);
  }

  get channel() {
    return this.guild?.channels.find((channel) => channel.id === this.channelId);
  }

  get member() {
    return this.guild?.members.find((member) => member.user_id === this.me);
  }

  user(id) {
    return this.world.users.find((user) => user.id === id);
  }

  memberOf(userId) {
    return this.guild?.members.find((member) => member.user_id === userId);
  }

  role(id) {
    return this.guild?.roles.find((role) => role.id === id);
  }

  /** The colour of a member's name: that of the highest role which has one. */
  colourOf(userId) {
    const roles = (this.memberOf(userId)?.roles ?? [])
      .map((id) => this.role(id))
      .filter((role) => role?.color);
    roles.sort((a, b) => b.position - a.position);
    return roles[0]?.color ?? null;
  }

  /** How ids in a text become names. */
  get names() {
    return {
      user: (id) => (this.user(id) ? nameOf(this.user(id)) : "unknown-user"),
      role: (id) => this.role(id)?.name ?? "unknown-role",
      channel: (id) => this.guild?.channels.find((channel) => channel.id === id)?.name ?? "unknown",
    };
  }

  /** See with the eyes of `userId`: what the one before saw is forgotten. */
  become(userId) {
    this.me = userId;
    this.messages.clear();
    this.sends = [];
    this.commands = [];
    this.menus = [];
    this.changed();
  }

  enter(guildId, channelId, messageId) {
    Object.assign(this, { guildId, channelId, target: messageId });
    this.unread.delete(channelId);
    this.changed();
  }

  message(id) {
    return this.messages.get(this.channelId)?.get(id);
  }

  /** What is to be seen in a channel now, oldest first. */
  visible(channelId) {
    const all = [...(this.messages.get(channelId)?.values() ?? [])];
    return all
      .filter((message) => !this.dismissed.has(message.id))
      .sort((a, b) => compareIds(a.id, b.id));
  }

  setWorld(world) {
    this.world = world;
    this.revision += 1;
    this.changed();
  }

  /**
   * Take in what a channel was read to show. The stream may have been faster: a newer state stays,
   * what is gone stays gone, and of what was `known` before the reading the rest is gone too.
   */
  setMessages(channelId, messages, known) {
    const channel = this.messages.get(channelId) ?? new Map();
    const shown = new Set(messages.map((message) => message.id));
    known.filter((id) => !shown.has(id)).forEach((id) => channel.delete(id));
    messages
      .filter((message) => this.isNews(channel, message))
      .forEach((message) => channel.set(message.id, message));
    this.messages.set(channelId, channel);
    this.changed();
  }

  isNews(channel, message) {
    return !this.gone.has(message.id) && !(channel.get(message.id)?.version >= message.version);
  }

  /** Take in a new or edited message; answers whether it was new. */
  put(message) {
    const channel = this.messages.get(message.channel_id) ?? new Map();
    const isNew = !channel.has(message.id);
    if (!this.isNews(channel, message)) return false;
    this.messages.set(message.channel_id, channel.set(message.id, message));
    if (isNew && message.channel_id !== this.channelId) this.unread.add(message.channel_id);
    if (isNew) this.settleSend(message);
    this.changed();
    return isNew;
  }

  remove(channelId, messageId) {
    this.gone.add(messageId);
    this.messages.get(channelId)?.delete(messageId);
    this.changed();
  }

  /** The bot's message has come: the line that said "sending" gives way to it. */
  settleSend(message) {
    const { user, name } = originOf(message) ?? {};
    const at = this.sends.findIndex(
      (send) => user?.id === send.userId && name === send.command && !send.failed,
    );
    if (at >= 0) this.sends.splice(at, 1);
  }

  add(set, value) {
    set.add(value);
    this.changed();
  }

  drop(set, value) {
    if (set.delete(value)) this.changed();
  }

  changed() {
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      this.dispatchEvent(new Event("change"));
    });
  }
}

/** Who used which command to bring this message about, if anybody did. */
export function originOf(message) {
  if (message.interaction) return message.interaction;
  const metadata = message.interaction_metadata;
  return metadata?.name ? { user: metadata.user, name: metadata.name } : null;
}
