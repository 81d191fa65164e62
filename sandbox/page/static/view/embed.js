import { h } from "../dom.js";
import { cssColour } from "../format.js";
import { markdown } from "../markdown/blocks.js";
import { gallery, resolve } from "./media.js";

/** A classic embed, as far as a bot without Components V2 needs it. */
export function embed(data, context) {
  return h(
    "article",
    { class: "embed", style: { "--accent": cssColour(data.color) ?? "#1e1f22" } },
    data.author && h("div", { class: "embed-author" }, data.author.name),
    data.title && h("div", { class: "embed-title" }, title(data)),
    data.description && markdown(data.description, context.names),
    data.fields?.length > 0 &&
      h(
        "div",
        { class: "embed-fields" },
        data.fields.map((f) => field(f, context)),
      ),
    data.image && gallery([resolve(data.image, context.message)], context),
    data.footer && h("div", { class: "embed-footer" }, data.footer.text),
  );
}

function title(data) {
  return data.url
    ? h("a", { href: data.url, target: "_blank", rel: "noreferrer noopener" }, data.title)
    : data.title;
}

function field({ name, value, inline }, context) {
  return h(
    "div",
    { class: `embed-field${inline ? " inline" : ""}` },
    h("strong", {}, name),
    markdown(value, context.names),
  );
}
