import { formatSize } from "../format.js";

// What happens behind the stage, as a person reads it.

export const POWER = {
  absent: "No bot was started from here",
  starting: "The bot is starting",
  running: "The bot is running",
  killed: "The bot was killed",
  ended: "The bot ended by itself",
};

export const FATES = {
  refused: ["cross", "Refused"],
  working: ["clock", "Working"],
  completed: ["check", "Completed"],
  failed: ["cross", "Failed"],
  cancelled: ["cross", "Cancelled"],
};

export const VERDICTS = {
  wrong: ["warning", "Disagree"],
  note: ["info", "Note"],
  agree: ["check", "Agree"],
};

/** Whether a task was charged, and what: `charged $0.025`. */
export function chargeOf({ charged, fate, price_usd: usd }) {
  if (charged) return usd === null ? "charged" : `charged $${usd}`;
  return fate === "working" ? "not charged yet" : "not charged";
}

/** How the bot was told: by a stream with or without an id, by polls, or both. */
export function wayOf({ streamed, tells_id: tellsId, n_polls: polls, fate }) {
  if (fate === "refused") return "never a task";
  const asked = polls && `polled ${times(polls)}`;
  if (!streamed) return asked || "to be polled";
  return [`stream ${tellsId ? "with" : "without"} an id`, asked].filter(Boolean).join(", ");
}

/** How the connection stands: `open, 3 events`, `left by the bot after 3 events`. */
export function connectionOf({ connection, streamed, n_events: events }) {
  if (!streamed) return connection;
  const joint = /left|cut/.test(connection) ? " after" : ",";
  return `${connection}${joint} ${events} ${events === 1 ? "event" : "events"}`;
}

/** What was sent of the picture itself. */
export function servedOf({ n_served: fetches, n_bytes: bytes }) {
  if (!bytes) return "nothing";
  return fetches > 1 ? `${formatSize(bytes)}, ${times(fetches)}` : formatSize(bytes);
}

/** When a task was decided, and whether the bot heard of it. */
export function endOf({ fate, took_s: seconds, told }) {
  if (seconds === null) return "not yet";
  const unheard = fate === "completed" && !told ? ", the bot wasn't told" : "";
  return `after ${seconds.toFixed(1)} s${unheard}`;
}

/** A model's short name, as the bot's messages have it. */
export function shortModel(model) {
  return model.split("/").at(-1);
}

function times(count) {
  return count === 1 ? "once" : `${count} times`;
}
