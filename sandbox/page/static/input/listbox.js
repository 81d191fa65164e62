import { h, uniqueId } from "../dom.js";
import { emoji } from "../view/controls.js";

// A list to choose from by pointer or by keyboard. Focus stays in the field that the list belongs
// to; the active line is told to screen readers through `aria-activedescendant`.

export class Listbox {
  /** `onChoose(item)` is called with one of the items that were given to `show`. */
  constructor({ label, onChoose, multiple = false }) {
    this.id = uniqueId("list");
    this.onChoose = onChoose;
    this.items = [];
    this.active = -1;
    this.field = null;
    this.list = h("div", {
      id: this.id,
      class: "listbox",
      role: "listbox",
      "aria-label": label,
      "aria-multiselectable": multiple ? "true" : null,
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.pick(event));
    this.list.addEventListener("pointermove", (event) => this.hover(event));
  }

  /** Say whose keyboard moves through the list. */
  attach(field) {
    this.tell(false);
    this.field = field;
    field.setAttribute("aria-controls", this.id);
    this.point();
  }

  /** Items are {value, label, description?, emoji?, lead?, aside?, selected?, heading?}. */
  show(items, active = 0) {
    this.items = items;
    this.active = items.length ? Math.min(Math.max(active, 0), items.length - 1) : -1;
    this.draw();
  }

  draw() {
    const rows = this.items.flatMap((item, index) => [
      item.heading && h("div", { class: "list-heading", role: "presentation" }, item.heading),
      this.row(item, index),
    ]);
    this.list.replaceChildren(...rows.filter(Boolean));
    this.point();
  }

  row(item, index) {
    return h(
      "div",
      {
        id: `${this.id}-${index}`,
        class: "list-row",
        role: "option",
        "data-index": index,
        "aria-selected": String(item.selected ?? false),
      },
      item.lead ?? emoji(item.emoji),
      h(
        "span",
        { class: "list-text" },
        h("span", { class: "list-label" }, item.label),
        item.description && h("span", { class: "list-description" }, item.description),
      ),
      item.aside && h("span", { class: "list-aside" }, item.aside),
    );
  }

  /** Mark the active line and bring it into view. */
  point() {
    for (const row of this.list.querySelectorAll(".active")) row.classList.remove("active");
    const row = this.list.querySelector(`[data-index="${this.active}"]`);
    row?.classList.add("active");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.field?.setAttribute("aria-activedescendant", row.id);
    else this.field?.removeAttribute("aria-activedescendant");
    this.tell(Boolean(row));
  }

  /** Let the field say whether it has a list. */
  tell(isOpen) {
    if (this.field?.getAttribute("role") === "combobox")
      this.field.setAttribute("aria-expanded", String(isOpen));
  }

  move(step) {
    const { length } = this.items;
    if (!length) return;
    this.active = (this.active + step + length) % length;
    this.point();
  }

  pick(event) {
    const index = indexOf(event);
    if (index !== null) this.choose(index);
  }

  hover(event) {
    const index = indexOf(event);
    if (index === null || index === this.active) return;
    this.active = index;
    this.point();
  }

  choose(index = this.active) {
    const item = this.items[index];
    if (item) this.onChoose(item);
    return Boolean(item);
  }

  /** Handle a key of the field; answers whether it was meant for the list. */
  key(event, chooseKeys = ["Enter", "Tab"]) {
    if (!this.items.length || event.isComposing) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.move(steps[event.key]);
    else if (!chooseKeys.includes(event.key) || event.shiftKey) return false;
    else this.choose();
    event.preventDefault();
    return true;
  }
}

function indexOf(event) {
  const row = event.target.closest("[data-index]");
  return row ? Number(row.dataset.index) : null;
}
