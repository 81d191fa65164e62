import { h, morphChildren } from "../dom.js";
import { avatar } from "../avatar.js";
import { originOf } from "../store.js";
import { formatMoment } from "../time.js";
import { placeIcon, titleOf } from "./place.js";
import { EPHEMERAL, commandLine, heading, message, privateLine } from "./message.js";

const GROUP_MS = 7 * 60 * 1000;

/** The messages of the channel. An edit redraws only the message that it changes. */
export class MessageList {
  /** `leave()` takes the focus when the message that had it is gone. */
  constructor(list, scroller, leave) {
    Object.assign(this, { list, scroller, leave });
    this.drawn = new Map();
    this.channelId = null;
  }

  draw(store) {
    const isOther = this.channelId !== store.channelId;
    const wasAtEnd = isOther || this.isAtEnd() || this.hasNewSend(store);
    const held = document.activeElement?.closest(".message");
    if (isOther) this.forget(store.channelId);
    morphChildren(this.list, this.rows(store));
    if (held && document.activeElement === document.body) this.keepFocus(held);
    if (wasAtEnd && !(isOther && store.target))
      this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Whoever pressed a button that isn't there any more goes on from its message. */
  keepFocus(message) {
    if (message.isConnected) message.focus({ preventScroll: true });
    else this.leave();
  }

  /** One's own command is always brought into view. */
  hasNewSend(store) {
    const last = store.sends.at(-1)?.id;
    const isNew = last !== undefined && last !== this.lastSend;
    this.lastSend = last;
    return isNew;
  }

  forget(channelId) {
    this.channelId = channelId;
    this.drawn.clear();
    this.list.replaceChildren();
  }

  isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < 80;
  }

  rows(store) {
    if (!store.channel) return [];
    const rows = [welcome(store.channel)];
    let previous = null;
    for (const data of store.visible(store.channelId)) {
      const isNewDay = !previous || dayOf(previous) !== dayOf(data);
      if (isNewDay) rows.push(day(data));
      rows.push(this.row(data, store, !isNewDay && joins(data, previous)));
      previous = data;
    }
    return [
      ...rows,
      ...store.sends
        .filter((send) => send.channelId === store.channelId)
        .map((send) => sending(send, store)),
    ];
  }

  row(data, store, follows) {
    const stamp = stampOf(data, store, follows);
    const before = this.drawn.get(data.id);
    const live = document.getElementById(`message-${data.id}`);
    if (live && before?.data === data && before.stamp === stamp) return live;
    this.drawn.set(data.id, { data, stamp });
    return message(data, store, follows);
  }
}

/** What, besides the message itself, its drawing depends on. */
function stampOf(data, store, follows) {
  const busy = [...store.busy].filter((key) => key.startsWith(data.id));
  return [
    follows,
    store.revision,
    store.menus.join(),
    store.revealed.size,
    store.failed.has(data.id),
    store.target === data.id,
    busy,
  ].join();
}

/** Whether a message goes under the heading of the one above. */
function joins(data, previous) {
  return (
    previous.author.id === data.author.id &&
    !originOf(data) &&
    !data.referenced_message &&
    (previous.flags & EPHEMERAL) === (data.flags & EPHEMERAL) &&
    Date.parse(data.timestamp) - Date.parse(previous.timestamp) < GROUP_MS
  );
}

function dayOf(data) {
  return new Date(data.timestamp).toDateString();
}

function day(data) {
  return h(
    "li",
    { class: "day", role: "separator", "data-key": `day-${dayOf(data)}` },
    formatMoment(Date.parse(data.timestamp) / 1000, "D"),
  );
}

function welcome(channel) {
  return h(
    "li",
    { class: "welcome", "data-key": "welcome" },
    h("div", { class: "welcome-badge" }, placeIcon(channel, 42)),
    h("h2", {}, `Welcome to ${titleOf(channel)}`),
    h(
      "p",
      {},
      `This is the start of ${titleOf(channel)}. Type `,
      h("kbd", {}, "/"),
      " to use a command.",
    ),
  );
}

/** A command on its way to the bot, or one that the bot never answered. */
function sending(send, store) {
  const words = send.failed ?? "Sending command…";
  const author = store.world.application.bot;
  return h(
    "li",
    {
      class: `message starts-group sending${send.failed ? " private" : ""}`,
      "data-key": send.id,
      "data-send": send.id,
    },
    commandLine(store.user(send.userId), send.command, store),
    avatar(author),
    heading({ author }, store),
    h(
      "p",
      { class: send.failed ? "failure" : "thinking", role: send.failed ? "alert" : null },
      words,
    ),
    send.failed && privateLine(),
  );
}
