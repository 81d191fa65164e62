import { icon } from "../icons.js";

// What kind of place a channel is, as a drawing and as words.

const DIRECT = 1;
const THREAD = 11;

export function isThread(channel) {
  return channel.type === THREAD;
}

export function placeIcon(channel, size = 20) {
  return icon(drawingOf(channel), size);
}

function drawingOf(channel) {
  if (channel?.type === DIRECT) return "at";
  if (channel?.type === THREAD) return "thread";
  return channel?.is_private ? "lock" : "hash";
}

/** What is special about a channel: "thread", "private", "age-restricted". */
export function traitsOf(channel) {
  return [
    channel.type === THREAD && "thread",
    channel.is_private && "private",
    channel.nsfw && "age-restricted",
  ].filter(Boolean);
}

/** A channel's name in a sentence: `#general`, and a person's without the mark. */
export function titleOf(channel) {
  return channel?.type === DIRECT ? channel.name : `#${channel?.name ?? ""}`;
}
