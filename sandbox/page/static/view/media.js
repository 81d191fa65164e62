import { h } from "../dom.js";
import { formatSize } from "../format.js";
import { icon } from "../icons.js";

// Pictures and files of a message. A picture shows its alternative text to a screen reader, hides
// behind a blur where it is a spoiler, and opens large when pressed.

/** The address of some media: an uploaded file goes by `attachment://name`. */
export function resolve(media, message) {
  const [, name] = /^attachment:\/\/(.+)$/.exec(media.url) ?? [];
  const attachment = message.attachments.find((a) =>
    name ? a.filename === name : a.id === media.attachment_id,
  );
  return { ...media, ...attachment, url: attachment?.url ?? media.url };
}

/** One to ten pictures as Discord lays them out. */
export function gallery(pictures, context) {
  const shown = pictures.map((picture) => pictureOf(picture, context));
  return h("div", { class: `gallery gallery-${Math.min(pictures.length, 5)}` }, shown);
}

function pictureOf(picture, context) {
  const hidden = picture.spoiler && !context.isRevealed(picture.url);
  return h(
    "div",
    {
      class: `picture${hidden ? " hidden-spoiler" : ""}`,
      "data-key": picture.url,
      style: ratioOf(picture),
    },
    h("button", pictureButton(picture, hidden), image(picture, hidden)),
    hidden && h("span", { class: "spoiler-label", "aria-hidden": "true" }, "Spoiler"),
    picture.description &&
      !hidden &&
      h("span", { class: "alt-badge", title: picture.description, "aria-hidden": "true" }, "ALT"),
  );
}

function ratioOf({ width, height }) {
  return width && height ? { "--w": width, "--h": height } : {};
}

function pictureButton(picture, hidden) {
  const label = hidden
    ? "Spoiler, press to show"
    : `Open picture${picture.description ? `: ${picture.description}` : ""}`;
  return {
    type: "button",
    class: "picture-button",
    "data-action": hidden ? "reveal" : "open-picture",
    "data-url": picture.url,
    "aria-label": label,
  };
}

function image({ url, description, width, height }, hidden) {
  const alt = hidden ? "" : (description ?? "");
  return h("img", { src: url, alt, width, height, decoding: "async", draggable: "false" });
}

/** The attachments of a message without Components V2: pictures in a gallery, the rest as files. */
export function attachments(message, context) {
  const pictures = message.attachments
    .filter(isPicture)
    .map((a) => ({ ...a, spoiler: isSpoiler(a) }));
  const files = message.attachments.filter((a) => !isPicture(a));
  return [pictures.length > 0 && gallery(pictures, context), files.map((file) => fileCard(file))];
}

function isPicture(attachment) {
  return (
    /^image\/(png|jpeg|webp|gif)/.test(attachment.content_type ?? "") ||
    /\.(png|jpe?g|webp|gif)$/i.test(attachment.filename)
  );
}

function isSpoiler(attachment) {
  return attachment.is_spoiler || attachment.filename.startsWith("SPOILER_");
}

/** A file that is a spoiler, until it is pressed. */
export function coveredFile(file) {
  const attributes = { type: "button", "data-action": "reveal", "data-url": file.url };
  return h(
    "button",
    { ...attributes, class: "file-card covered", "aria-label": "Spoiler, press to show the file" },
    icon("eye", 30),
    "Spoiler",
  );
}

/** A file to download: name, size, link. */
export function fileCard(file) {
  const name = file.filename ?? file.name ?? "file";
  return h(
    "div",
    { class: "file-card", "data-key": file.url },
    icon("file", 30),
    h(
      "div",
      { class: "file-text" },
      h("a", { href: file.url, download: name }, name),
      h("span", {}, formatSize(file.size ?? 0)),
    ),
    h(
      "a",
      { href: file.url, download: name, class: "file-download", "aria-label": `Download ${name}` },
      icon("download"),
    ),
  );
}

/** The small square picture beside a section's text. */
export function thumbnail(component, message, context) {
  const media = resolve(component.media, message);
  return h(
    "div",
    { class: "thumbnail" },
    pictureOf(
      { ...media, description: component.description, spoiler: component.spoiler },
      context,
    ),
  );
}
