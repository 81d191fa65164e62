// Small texts made from values.

const UNITS = ["bytes", "kB", "MB", "GB"];

/** A size in bytes as a person reads it: `1.4 MB`. */
export function formatSize(bytes) {
  const power = bytes > 0 ? Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1) : 0;
  const value = bytes / 1000 ** power;
  return `${power ? value.toFixed(value < 10 ? 1 : 0) : value} ${UNITS[power]}`;
}

/** A text as one would read it out: without marks and bars; `momentOf(unixS, style)` says moments. */
export function spokenText(text, names, momentOf) {
  return text
    .replace(/<t:(-?\d+)(?::(\w))?>/g, (_, unixS, style) => momentOf(Number(unixS), style))
    .replace(/<@!?(\d+)>/g, (_, id) => names.user(id))
    .replace(/[▰▱█░]+/g, "")
    .replace(/^(?:> |-# |#{1,3} )/gm, "")
    .replace(/(?<!\\)(?:\*{1,3}|__|~~|`)/g, "")
    .replace(/\\([^\w\s])/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}

/** Snowflakes in the order in which they were made. */
export function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : Number(a > b));
}

/** A component's colour (an integer) as CSS. */
export function cssColour(value) {
  return value === null || value === undefined ? null : `#${value.toString(16).padStart(6, "0")}`;
}
