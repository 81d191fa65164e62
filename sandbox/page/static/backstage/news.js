import { POWER } from "./words.js";

// What is said aloud of what happens behind the stage: how the bot's power changes, and each thing
// that begins to disagree. Seconds that go by in a sentence make no news of it.

/** The sentences that are news in `after`; nothing is news when one has just arrived. */
export function newsOf(before, after) {
  if (!before) return [];
  const power = before.power === after.power ? [] : [`${POWER[after.power]}.`];
  const known = new Set(wrongs(before).map(([key]) => key));
  const fresh = wrongs(after).filter(([key]) => !known.has(key));
  return [...power, ...fresh.map(([, words]) => words)];
}

/** How many pictures there are about which message and API disagree. */
export function countWrong({ entries }) {
  return entries.filter(({ flags }) => flags.some(({ level }) => level === "wrong")).length;
}

function wrongs({ entries }) {
  return entries.flatMap(({ id, prompt, flags }) =>
    flags
      .filter(({ level }) => level === "wrong")
      .map(({ words }) => [`${id} ${words.replace(/\d+/g, "")}`, `Ledger, “${prompt}”: ${words}`]),
  );
}
