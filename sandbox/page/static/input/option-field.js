import { h, uniqueId } from "../dom.js";
import { icon } from "../icons.js";
import { optionsOf } from "../view/controls.js";
import { checkOption, isClosedList, OptionType, valueOf } from "./validate.js";

// One option of a command in the box: its name on a dark tab, and a field for its value.

const SELECT_KIND = {
  [OptionType.USER]: 5,
  [OptionType.ROLE]: 6,
  [OptionType.MENTIONABLE]: 7,
  [OptionType.CHANNEL]: 8,
};
// A command may be given @everyone, a menu doesn't list it.
const NAMES_ROLES = new Set([OptionType.ROLE, OptionType.MENTIONABLE]);
const YES_NO = [
  { value: true, label: "True" },
  { value: false, label: "False" },
];

export class OptionField {
  constructor(option, store) {
    this.option = option;
    this.store = store;
    this.choice = null;
    this.file = null;
    this.errorId = uniqueId("error");
    this.input = this.makeInput();
    this.root = h(
      "span",
      { class: "option", "data-option": option.name },
      h("span", { class: "option-name", "aria-hidden": "true" }, option.name),
      this.input,
    );
  }

  makeInput() {
    if (this.option.type === OptionType.ATTACHMENT) return this.makeFileInput();
    const label = `${this.option.name}${this.option.required ? " (required)" : ""}: ${this.option.description}`;
    return h("textarea", {
      class: "option-input",
      rows: 1,
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": label,
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-describedby": this.errorId,
      inputmode: this.isNumber() ? "decimal" : null,
      on: { input: () => this.typed() },
    });
  }

  makeFileInput() {
    return h("input", {
      type: "file",
      class: "option-file",
      "aria-label": `${this.option.name}: ${this.option.description}`,
      on: {
        change: (event) => {
          [this.file] = event.target.files;
        },
      },
    });
  }

  isNumber() {
    return [OptionType.INTEGER, OptionType.NUMBER].includes(this.option.type);
  }

  get isLive() {
    return this.option.autocomplete === true;
  }

  get text() {
    return this.isFile ? "" : this.input.value;
  }

  get isFile() {
    return this.option.type === OptionType.ATTACHMENT;
  }

  get isEmpty() {
    return !this.choice && !this.file && !this.text.trim();
  }

  typed() {
    if (this.choice && this.choice.label !== this.text) this.choice = null;
    this.mark(null);
  }

  /** The lines that this option offers by itself, for what is typed now. */
  ownChoices() {
    const wanted = this.choice ? "" : this.text.trim().toLowerCase();
    return this.allChoices()
      .filter(({ label }) => label.toLowerCase().includes(wanted))
      .slice(0, 25);
  }

  allChoices() {
    const { type, choices, channel_types } = this.option;
    if (choices?.length) return choices.map(({ name, value }) => ({ label: name, value }));
    if (type === OptionType.BOOLEAN) return YES_NO;
    const kind = SELECT_KIND[type];
    if (!kind) return [];
    const everyone = NAMES_ROLES.has(type) ? [{ value: this.store.guildId, label: "@everyone" }] : [];
    return [...optionsOf({ type: kind, channel_types }, this.store), ...everyone];
  }

  take(item) {
    this.choice = { value: item.value, label: item.label };
    this.input.value = item.label;
    this.mark(null);
  }

  /** What is wrong with the value, or null; shown at the field. */
  check() {
    const error = this.isFile
      ? this.checkFile()
      : checkOption(this.option, this.text, this.fullChoice());
    this.mark(error);
    return error;
  }

  checkFile() {
    return this.option.required && !this.file ? "This option is required. Choose a file." : null;
  }

  /** A line typed out in full counts as chosen. */
  fullChoice() {
    if (this.choice || !isClosedList(this.option)) return this.choice;
    const typed = this.text.trim().toLowerCase();
    return this.allChoices().find(({ label }) => label.toLowerCase() === typed) ?? null;
  }

  mark(error) {
    this.root.classList.toggle("wrong", Boolean(error));
    this.input.setAttribute("aria-invalid", String(Boolean(error)));
    this.error = error;
  }

  value() {
    return this.file ?? valueOf(this.option, this.text, this.fullChoice());
  }
}

/** The mark at the end of the box that tells of options one may add. */
export function moreMark(count) {
  return h("span", { class: "more-options" }, icon("plus", 14), `${count} optional`);
}
