import { h, uniqueId } from "../dom.js";
import { avatar, nameOf } from "../avatar.js";
import { icon } from "../icons.js";
import { makeField, still } from "./modal-fields.js";

const LABEL = 18;
const ACTION_ROW = 1;

/** Open the form that the bot asked for; `submit(fields)` gets [{custom_id, value}] and may refuse. */
export function openModal(modal, store, submit) {
  const context = { store, names: store.names };
  const parts = modal.components.flatMap((component) => partsOf(component, context));
  const dialog = frame(modal, store, parts);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (isValid(parts)) send(dialog, parts, submit);
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("form :is(input, textarea, button.select)")?.focus();
}

function partsOf(component, context) {
  if (component.type === LABEL) return [labelled(component, context)];
  if (component.type === ACTION_ROW)
    return component.components.map((inner) =>
      labelled({ label: inner.label, component: inner }, context),
    );
  return [{ root: still(component, context), field: null }];
}

/** A label with its description, its field and the place where its error is told. */
function labelled({ label, description, component }, context) {
  const field = makeField(component, { ...context, label });
  const error = h("p", { class: "field-error", id: uniqueId("error"), role: "alert" });
  const isRequired = component.required !== false && component.type !== 23;
  const mark = isRequired && h("span", { class: "required", "aria-hidden": "true" }, " *");
  const words = field.id
    ? h("label", { class: "field-label", for: field.id }, label, mark)
    : h("span", { class: "field-label" }, label, mark);
  const group = h(
    "div",
    {
      class: "field-group",
      role: field.id ? null : "group",
      "aria-label": field.id ? null : label,
    },
    words,
    description && h("p", { class: "field-description" }, description),
    field.root,
    error,
  );
  return { root: group, field, error };
}

function frame(modal, store, parts) {
  const bot = store.world.application.bot;
  const titleId = uniqueId("title");
  const close = () => dialog.close();
  const note = `This form goes to ${nameOf(bot)}. Don't write passwords or other secrets into it.`;
  const fields = [h("p", { class: "modal-note" }, note), parts.map((part) => part.root)];
  const dialog = h(
    "dialog",
    { class: "modal", "aria-labelledby": titleId },
    h("form", { method: "dialog", novalidate: true }, [
      head(bot, modal.title, titleId, close),
      h("div", { class: "modal-fields" }, fields),
      foot(close),
    ]),
  );
  return dialog;
}

function head(bot, title, titleId, close) {
  const attributes = { type: "button", class: "header-button", "aria-label": "Close" };
  const button = h("button", { ...attributes, on: { click: close } }, icon("cross"));
  return h(
    "header",
    { class: "modal-head" },
    avatar(bot, 24),
    h("h2", { id: titleId }, title),
    button,
  );
}

function foot(close) {
  return h(
    "footer",
    { class: "modal-foot" },
    h("p", { class: "failure", role: "alert" }),
    h("button", { type: "button", class: "button", on: { click: close } }, "Cancel"),
    h("button", { type: "submit", class: "button button-primary" }, "Submit"),
  );
}

function isValid(parts) {
  const wrong = parts
    .filter((part) => part.field)
    .filter((part) => {
      part.error.textContent = part.field.check() ?? "";
      return part.error.textContent;
    });
  wrong[0]?.root.querySelector("input, textarea, button")?.focus();
  return !wrong.length;
}

/** Send; the form stays open with a line when the bot doesn't answer. */
async function send(dialog, parts, submit) {
  const button = dialog.querySelector("[type=submit]");
  button.disabled = true;
  const fields = parts
    .filter((part) => part.field)
    .map(({ field }) => ({ custom_id: field.customId, value: field.value() }));
  const failure = await submit(fields);
  button.disabled = false;
  dialog.querySelector(".modal-foot .failure").textContent = failure ?? "";
  if (!failure) dialog.close();
}
