import { h, s } from "./dom.js";

const COLOURS = [
  "#5865f2",
  "#3ba55c",
  "#d8833b",
  "#c9477e",
  "#8e6bd6",
  "#3b9fc4",
  "#b5533c",
  "#4b8f8c",
];
const BOT_COLOUR = "#5865f2";

/** A round portrait: initials on a colour of one's own; a bot gets a painter's palette. */
export function avatar(user, size = 40) {
  const drawing = user.bot ? palette() : initials(nameOf(user));
  return h(
    "span",
    {
      class: "avatar",
      style: { "--size": `${size}px`, "--colour": user.bot ? BOT_COLOUR : colourOf(user.id) },
      "aria-hidden": "true",
    },
    s("svg", { viewBox: "0 0 40 40", width: size, height: size }, drawing),
  );
}

/** What a person is called where nothing else is said. */
export function nameOf(user) {
  return user.display_name || user.global_name || user.username;
}

/** The initials of a server or a person, at most two letters. */
export function initialsOf(name) {
  const words = name.split(/\s+/u).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");
}

export function colourOf(id) {
  let sum = 0;
  for (const digit of String(id)) sum = (sum * 31 + digit.charCodeAt(0)) % 9973;
  return COLOURS[sum % COLOURS.length];
}

function initials(name) {
  return s(
    "text",
    { x: 20, y: 26, "text-anchor": "middle", class: "avatar-text" },
    initialsOf(name),
  );
}

function palette() {
  const blobs = [
    [14, 15, "#f2c14e"],
    [21.5, 12.5, "#f78154"],
    [27.5, 17.5, "#5fad56"],
    [12.5, 22.5, "#4d9de0"],
  ];
  return s(
    "g",
    {},
    s("path", {
      class: "palette",
      d: "M20 6.5c8 0 14 5 14 11.5 0 5-4 7-8 6.5-3-.4-4 1.5-3.2 3.5.9 2.5-.3 5-3.3 5C12 33 6 27 6 19.5S12 6.5 20 6.5z",
    }),
    blobs.map(([cx, cy, fill]) => s("circle", { cx, cy, r: 2.7, fill })),
  );
}
