import { h } from "../dom.js";
import { icon } from "../icons.js";

/** Show a picture large, over the page; Esc or a press beside it closes. */
export function openLightbox(picture) {
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    {
      class: "lightbox",
      "aria-label": picture.description || "Picture",
      on: { click: close, close: () => dialog.remove() },
    },
    h("img", { src: picture.url, alt: picture.description ?? "" }),
    h(
      "p",
      { class: "lightbox-foot" },
      h(
        "a",
        { href: picture.url, target: "_blank", rel: "noreferrer noopener" },
        "Open in browser",
      ),
      h("button", { type: "button", class: "text-button" }, icon("cross", 16), "Close"),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
