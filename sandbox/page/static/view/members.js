import { h, morphChildren } from "../dom.js";
import { avatar, nameOf } from "../avatar.js";
import { cssColour } from "../format.js";
import { standing } from "./sidebar.js";

const APPS = "apps";
// Names of roles aren't in this list, and so come first.
const ORDER = ["member", APPS];

/** Who is in the server, under the name of the highest role. */
export function drawMembers(store, region) {
  morphChildren(
    region,
    groupsOf(store).map(([name, users]) => group(name, users, store)),
  );
}

/** Groups of people as [name, users], those with roles first and apps last. */
function groupsOf(store) {
  const groups = new Map();
  for (const { user_id: id } of store.guild?.members ?? []) {
    const user = store.user(id);
    const name = user.bot ? APPS : standing(user, store);
    groups.set(name, [...(groups.get(name) ?? []), user]);
  }
  return [...groups].sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

function group(name, users, store) {
  return h(
    "section",
    { class: "member-group", "data-key": name },
    h("h2", { class: "group-name" }, `${name} — ${users.length}`),
    h(
      "ul",
      {},
      users.map((user) => member(user, store)),
    ),
  );
}

function member(user, store) {
  const colour = cssColour(store.colourOf(user.id));
  return h(
    "li",
    { class: "member", "data-key": user.id, style: colour ? { "--name-colour": colour } : {} },
    h("span", { class: "member-avatar" }, avatar(user, 32), h("span", { class: "presence" })),
    h("span", { class: "author" }, nameOf(user)),
    user.bot && h("span", { class: "app-badge" }, "APP"),
    user.id === store.me && h("span", { class: "member-me" }, "you"),
  );
}
