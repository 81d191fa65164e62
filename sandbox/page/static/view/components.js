import { h } from "../dom.js";
import { cssColour } from "../format.js";
import { markdown } from "../markdown/blocks.js";
import { button, select } from "./controls.js";
import { coveredFile, fileCard, gallery, resolve, thumbnail } from "./media.js";

// Components V2, by their type number. A type that isn't known here says so instead of vanishing.

const RENDERERS = {
  1: (c, x) => h("div", { class: "action-row" }, components(c.components, x)),
  2: button,
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: section,
  10: (c, x) => markdown(c.content, x.names),
  11: (c, x) => thumbnail(c, x.message, x),
  12: (c, x) =>
    gallery(
      c.items.map((item) => galleryItem(item, x)),
      x,
    ),
  13: file,
  14: (c) =>
    h(
      "div",
      {
        class: `separator separator-${c.spacing ?? 1}`,
        role: c.divider === false ? null : "separator",
      },
      c.divider !== false && h("hr"),
    ),
  17: container,
};

export function components(list, context) {
  return list.map((component) => one(component, context));
}

function one(component, context) {
  const render = RENDERERS[component.type] ?? unknown;
  return render(component, context);
}

function section(component, context) {
  return h(
    "div",
    { class: "section" },
    h("div", { class: "section-text" }, components(component.components, context)),
    h("div", { class: "section-accessory" }, one(component.accessory, context)),
  );
}

function galleryItem(item, context) {
  const { description, spoiler } = item;
  return { ...resolve(item.media, context.message), description, spoiler };
}

function container(component, context) {
  const colour = cssColour(component.accent_color);
  const hidden = component.spoiler && !context.isRevealed(context.message.id);
  return h(
    "div",
    {
      class: `container${colour ? " has-accent" : ""}${hidden ? " hidden-spoiler" : ""}`,
      style: colour ? { "--accent": colour } : {},
    },
    h(
      "div",
      { class: "container-content", inert: hidden },
      components(component.components, context),
    ),
    hidden &&
      h(
        "button",
        {
          type: "button",
          class: "container-cover",
          "data-action": "reveal",
          "data-url": context.message.id,
        },
        "Spoiler",
      ),
  );
}

function file(component, context) {
  const shown = resolve(component.file, context.message);
  return component.spoiler && !context.isRevealed(shown.url) ? coveredFile(shown) : fileCard(shown);
}

function unknown(component) {
  return h(
    "p",
    { class: "unknown" },
    `The sandbox can't show components of type ${component.type}.`,
  );
}
