// Moments as Discord writes them: <t:unix:style>. Relative ones count by themselves.

const LOCALE = "en-GB";
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const UNITS = [
  ["year", 31557600],
  ["month", 2629800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "always" });

let skewMs = 0;

/** Take over the sandbox's clock: what it said the time was when it answered. */
export function setServerTime(serverMs) {
  skewMs = serverMs - Date.now();
}

export function nowMs() {
  return Date.now() + skewMs;
}

export function formatMoment(unixS, style = "f") {
  if (style === "R") return formatRelative(unixS - nowMs() / 1000);
  return new Intl.DateTimeFormat(LOCALE, STYLES[style] ?? STYLES.f).format(unixS * 1000);
}

function formatRelative(deltaS) {
  const size = Math.abs(deltaS);
  const [unit, unitS] = UNITS.find(([, seconds]) => size >= seconds) ?? UNITS.at(-1);
  return relative.format(Math.trunc(deltaS / unitS), unit);
}

/** The time in a message's heading: short for today, with the date before that. */
export function formatSent(timestampMs) {
  const sent = new Date(timestampMs);
  const isToday = sent.toDateString() === new Date(nowMs()).toDateString();
  const time = formatMoment(timestampMs / 1000, "t");
  return isToday ? `Today at ${time}` : `${formatMoment(timestampMs / 1000, "d")} ${time}`;
}

/** Rewrite all relative moments in the page. */
export function tick(root = document) {
  for (const node of root.querySelectorAll("time[data-style=R]")) {
    const text = formatMoment(Number(node.dataset.unix), "R");
    if (node.textContent !== text) node.textContent = text;
  }
}

/** Keep relative moments right from now on; answers how to stop. */
export function startTicking() {
  const timer = setInterval(tick, 500);
  return () => clearInterval(timer);
}
