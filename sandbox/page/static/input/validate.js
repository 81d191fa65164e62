// What Discord checks before a command or a form leaves the box. Each check answers a sentence for
// the person, or null.

export const OptionType = {
  SUBCOMMAND: 1,
  GROUP: 2,
  STRING: 3,
  INTEGER: 4,
  BOOLEAN: 5,
  USER: 6,
  CHANNEL: 7,
  ROLE: 8,
  MENTIONABLE: 9,
  NUMBER: 10,
  ATTACHMENT: 11,
};

export function checkOption(option, text, choice) {
  if (!text.trim() && !choice)
    return option.required ? "This option is required. Give it a value." : null;
  if (isClosedList(option)) return choice ? null : "Choose one of the list.";
  if (option.type === OptionType.INTEGER)
    return checkNumber(option, text, /^[+-]?\d{1,16}$/, "Give a whole number.");
  if (option.type === OptionType.NUMBER)
    return checkNumber(option, text, /^[+-]?(\d+\.?\d*|\.\d+)$/, "Give a number.");
  return checkLength(text, option.min_length, option.max_length);
}

/** Whether only what the list offers may be given. */
export function isClosedList(option) {
  const { BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE } = OptionType;
  return (
    Boolean(option.choices?.length) ||
    [BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE].includes(option.type)
  );
}

function checkNumber({ min_value: min, max_value: max }, text, pattern, words) {
  if (!pattern.test(text.trim())) return words;
  const value = Number(text);
  if (isGiven(min) && value < min) return `Give ${min} or more.`;
  if (isGiven(max) && value > max) return `Give ${max} or less.`;
  return null;
}

export function checkLength(text, min, max) {
  const { length } = text.trim();
  if (isGiven(min) && length < min)
    return `Write at least ${min} character${min === 1 ? "" : "s"}.`;
  if (isGiven(max) && length > max) return `Write at most ${max} characters; these are ${length}.`;
  return null;
}

export function checkCount(count, min, max, noun) {
  if (count < min) return `Choose at least ${min} ${noun}.`;
  if (count > max) return `Choose at most ${max} ${noun}.`;
  return null;
}

function isGiven(limit) {
  return limit !== null && limit !== undefined;
}

/** The value of an option as Discord sends it. */
export function valueOf(option, text, choice) {
  if (choice) return choice.value;
  return [OptionType.INTEGER, OptionType.NUMBER].includes(option.type) ? Number(text) : text.trim();
}
