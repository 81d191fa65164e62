import { h, uniqueId } from "../dom.js";
import { chosenOf, optionsOf, select } from "../view/controls.js";
import { openMenu } from "./menu.js";
import { checkCount } from "./validate.js";

const STRING_SELECT = 3;

/** A select in a form: its choice is kept here until the form is sent. */
export class MenuField {
  constructor(component, context) {
    const { required = true, min_values: min = 1, max_values: max = 1 } = component;
    Object.assign(this, { component, context, required, min, max });
    this.id = uniqueId("field");
    this.chosen = new Set(chosenOf(component, context).map((option) => option.value));
    this.root = h("div");
    this.draw();
  }

  get options() {
    const all = optionsOf(this.component, this.context.store);
    return all.map((option) => ({ ...option, default: this.chosen.has(option.value) }));
  }

  draw() {
    const { label, store } = this.context;
    const { custom_id: customId, placeholder = "Select" } = this.component;
    const shown = { custom_id: customId, placeholder, type: STRING_SELECT, options: this.options };
    const button = select(shown, { store, isBusy: () => false });
    button.id = this.id;
    button.removeAttribute("data-action"); // it opens here, not in a message
    button.setAttribute("aria-label", `${label}: ${button.textContent}`);
    button.addEventListener("click", () => this.open(button));
    this.root.replaceChildren(button);
  }

  open(anchor) {
    const { label } = this.context;
    const min = this.required ? this.min : 0;
    const done = (values) => this.take(values);
    const within = this.root.closest("dialog");
    openMenu({ anchor, label, options: this.options, min, max: this.max, done, within });
  }

  take(values) {
    this.chosen = new Set(values);
    this.draw();
    this.root.firstElementChild.focus();
  }

  check() {
    const { size } = this.chosen;
    if (!size && !this.required) return null;
    return checkCount(size, Math.max(this.min, 1), this.max, "of these");
  }
}
