import { h, placeBeside } from "../dom.js";
import { avatar } from "../avatar.js";
import { cssColour } from "../format.js";
import { icon } from "../icons.js";
import { placeIcon } from "../view/place.js";
import { Listbox } from "./listbox.js";

// The pop-up of a select. One value: choosing closes it. Several: the choice is sent when it
// closes, as Discord does. Esc closes without a choice.

/** Open beside `anchor`; `done(values)` gets the values chosen, and isn't called on Esc. */
export function openMenu({
  anchor,
  label,
  options,
  min = 1,
  max = 1,
  done,
  within = document.body,
}) {
  return new Menu({ anchor, label, options, min, max, done }).open(within);
}

class Menu {
  constructor(settings) {
    Object.assign(this, settings);
    this.chosen = new Set(this.options.filter((o) => o.default).map((o) => o.value));
    this.before = [...this.chosen].join();
    this.listbox = new Listbox({
      label: this.label,
      multiple: this.max > 1,
      onChoose: (item) => this.choose(item),
    });
    this.search = h("input", {
      class: "menu-search",
      type: "text",
      role: "combobox",
      placeholder: "Search",
      "aria-label": `Search: ${this.label}`,
      "aria-expanded": "true",
      "aria-autocomplete": "list",
      autocomplete: "off",
    });
    this.root = h(
      "div",
      { class: "menu", role: "dialog", "aria-label": this.label },
      this.search,
      this.listbox.list,
    );
  }

  open(within) {
    within.append(this.root);
    this.listbox.attach(this.search);
    this.search.addEventListener("input", () => this.draw(0));
    this.search.addEventListener("keydown", (event) => this.key(event));
    this.outside = (event) => this.root.contains(event.target) || this.close();
    document.addEventListener("pointerdown", this.outside, true);
    this.draw(0);
    placeBeside(this.root, this.anchor);
    this.search.focus();
    return this;
  }

  draw(active = this.listbox.active) {
    const wanted = this.search.value.trim().toLowerCase();
    const matching = this.options.filter((option) => option.label.toLowerCase().includes(wanted));
    this.listbox.show(
      matching.map((option) => this.item(option)),
      active,
    );
  }

  item(option) {
    const selected = this.chosen.has(option.value);
    return { ...option, selected, lead: leadOf(option), aside: selected && icon("check", 18) };
  }

  key(event) {
    if (event.key === "Escape") this.cancel(event);
    else if (event.key === "Tab") this.close();
    else if (!this.listbox.key(event, ["Enter"]) && event.key === " " && !this.search.value)
      this.toggleActive(event);
  }

  toggleActive(event) {
    event.preventDefault();
    this.listbox.choose();
  }

  choose({ value }) {
    const isUndone = this.min === 0 && this.chosen.has(value);
    if (this.max === 1) return void this.finish(isUndone ? [] : [value]);
    if (this.chosen.has(value)) this.chosen.delete(value);
    else if (this.chosen.size < this.max) this.chosen.add(value);
    this.draw();
  }

  /** Esc: as it was before. */
  cancel(event) {
    event.preventDefault();
    event.stopPropagation();
    this.dispose();
    this.anchor.focus();
  }

  close() {
    const isChanged = [...this.chosen].join() !== this.before;
    if (this.max > 1 && isChanged && this.chosen.size >= this.min) this.finish([...this.chosen]);
    else this.dispose();
  }

  finish(values) {
    this.dispose();
    this.anchor.focus();
    this.done(values);
  }

  dispose() {
    document.removeEventListener("pointerdown", this.outside, true);
    this.root.remove();
  }
}

function leadOf(option) {
  if (option.user) return avatar(option.user, 24);
  if (option.channel) return placeIcon(option.channel, 18);
  if (!option.role) return null;
  return h(
    "span",
    { class: "role-mark", style: { color: cssColour(option.colour || null) ?? "inherit" } },
    icon("role", 18),
  );
}
