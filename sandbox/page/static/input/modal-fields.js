import { h, uniqueId } from "../dom.js";
import { formatSize } from "../format.js";
import { markdown } from "../markdown/blocks.js";
import { emoji } from "../view/controls.js";
import { MenuField } from "./menu-field.js";
import { checkCount, checkLength } from "./validate.js";

// The inputs of a pop-up form. Each maker answers {root, id?, value(), check()}; `id` is the element
// that a label names, `check` a sentence on what is wrong or null.

const MAKERS = {
  3: menuField,
  4: textField,
  5: menuField,
  6: menuField,
  7: menuField,
  8: menuField,
  19: fileField,
  21: radioField,
  22: checksField,
  23: checkField,
};

/** The field of one input component, or null for what takes no input. */
export function makeField(component, context) {
  const make = MAKERS[component.type];
  return make ? { customId: component.custom_id, ...make(component, context) } : null;
}

/** What a component without input shows. */
export function still(component, context) {
  return component.type === 10 ? markdown(component.content, context.names) : null;
}

function textField({
  style,
  value,
  placeholder,
  required = true,
  min_length: min,
  max_length: max = 4000,
}) {
  const id = uniqueId("field");
  const input = h(style === 2 ? "textarea" : "input", {
    id,
    class: "field",
    type: style === 2 ? null : "text",
    rows: style === 2 ? 4 : null,
    placeholder,
    "aria-required": String(required),
  });
  input.value = value ?? "";
  const count = h("span", { class: "field-count", "aria-hidden": "true" });
  const draw = () => {
    count.textContent = `${input.value.length} / ${max}`;
  };
  input.addEventListener("input", draw);
  draw();
  return {
    id,
    root: h("div", { class: "field-box" }, input, count),
    value: () => input.value,
    check: () => checkText(input.value, required, min, max),
  };
}

function checkText(text, required, min, max) {
  if (!text) return required ? "This field is required." : null;
  return checkLength(text, min, max);
}

function menuField(component, context) {
  const menu = new MenuField(component, context);
  return { id: menu.id, root: menu.root, value: () => [...menu.chosen], check: () => menu.check() };
}

function radioField({ options, required = true }) {
  const name = uniqueId("radio");
  const rows = options.map((option) => choiceRow("radio", option, name));
  const value = () => rows.find((row) => row.input.checked)?.input.value ?? null;
  return {
    root: h(
      "div",
      { class: "choices", role: "radiogroup" },
      rows.map((row) => row.root),
    ),
    value,
    check: () => (required && value() === null ? "Choose one of these." : null),
  };
}

function checksField({
  options,
  required = true,
  min_values: min = 1,
  max_values: max = options.length,
}) {
  const rows = options.map((option) => choiceRow("checkbox", option, uniqueId("check")));
  const value = () => rows.filter((row) => row.input.checked).map((row) => row.input.value);
  return {
    root: h(
      "div",
      { class: "choices", role: "group" },
      rows.map((row) => row.root),
    ),
    value,
    check: () =>
      value().length || required
        ? checkCount(value().length, required ? Math.max(1, min) : min, max, "of these")
        : null,
  };
}

function checkField({ default: isOn }) {
  const id = uniqueId("field");
  const input = h("input", { id, type: "checkbox", checked: isOn });
  return {
    id,
    root: h("div", { class: "choices" }, input),
    value: () => input.checked,
    check: () => null,
  };
}

function choiceRow(type, option, name) {
  const input = h("input", { type, name, value: option.value, checked: option.default });
  const words = h(
    "span",
    {},
    h("span", { class: "list-label" }, emoji(option.emoji), option.label),
    option.description && h("span", { class: "list-description" }, option.description),
  );
  return { input, root: h("label", { class: "choice" }, input, words) };
}

function fileField({ required = true, min_values: min = 1, max_values: max = 1 }) {
  const id = uniqueId("field");
  const input = h("input", { id, type: "file", class: "field", multiple: max > 1 });
  const list = h("ul", { class: "field-files" });
  input.addEventListener("change", () =>
    list.replaceChildren(
      ...[...input.files].map((file) => h("li", {}, `${file.name}, ${formatSize(file.size)}`)),
    ),
  );
  const check = () =>
    input.files.length || required
      ? checkCount(
          input.files.length,
          required ? Math.max(1, min) : 0,
          max,
          max === 1 ? "file" : "files",
        )
      : null;
  return { id, root: h("div", {}, input, list), value: () => [...input.files], check };
}
