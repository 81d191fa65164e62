import { h } from "../dom.js";
import { Listbox } from "./listbox.js";
import { moreMark, OptionField } from "./option-field.js";

// A chosen command in the message box: required options stand there from the start, optional ones
// are offered in the list and by a key. Enter takes the active line of a list, else sends.

export class CommandForm {
  constructor({ command, store, complete, onSend, onLeave }) {
    Object.assign(this, { command, store, complete, onSend, onLeave });
    this.fields = [];
    this.current = null;
    this.listbox = new Listbox({ label: "Values", onChoose: (item) => this.choose(item) });
    this.row = h("div", { class: "command-form" });
    this.hint = h("div", { class: "command-hint" });
    this.popup = h("div", { class: "popup" }, this.hint, this.listbox.list);
    for (const option of command.options.filter((one) => one.required)) this.add(option);
    this.draw();
  }

  get missing() {
    const used = new Set(this.fields.map((field) => field.option.name));
    return this.command.options.filter((option) => !used.has(option.name));
  }

  add(option) {
    const field = new OptionField(option, this.store);
    field.input.addEventListener("focus", () => this.enter(field));
    field.input.addEventListener("input", () => this.refresh());
    field.input.addEventListener("keydown", (event) => this.key(event, field));
    this.fields.push(field);
    return field;
  }

  draw() {
    const chip = h("span", { class: "command-chip" }, `/${this.command.name}`);
    this.tail = h("textarea", {
      class: "option-tail",
      rows: 1,
      role: "combobox",
      "aria-expanded": "false",
      "aria-label": `End of /${this.command.name}: Enter sends, a letter adds an option`,
      on: {
        focus: () => this.enter(null),
        input: () => this.refresh(),
        keydown: (event) => this.key(event, null),
      },
    });
    this.row.replaceChildren(
      chip,
      ...this.fields.map((field) => field.root),
      this.tail,
      ...(this.missing.length ? [moreMark(this.missing.length)] : []),
    );
  }

  /** Put the keyboard into the first option, or at the end when there is none. */
  focus(text = "") {
    const first = this.fields[0];
    if (!first) return this.tail.focus();
    first.input.value = text;
    first.input.focus();
  }

  enter(field) {
    this.current = field;
    this.listbox.attach(field?.input ?? this.tail);
    this.refresh();
  }

  async refresh() {
    const field = this.current;
    this.drawHint(field);
    if (!field) return this.listbox.show(this.optionItems());
    if (!field.isLive) return this.listbox.show(field.ownChoices());
    this.listbox.show(this.stillFitting(field));
    await this.complete(this.command, this.values(true), field.option.name, (choices) =>
      this.offer(field, choices),
    );
  }

  /** Until the bot has answered: of its last choices those that fit what is typed by now. */
  stillFitting(field) {
    const typed = field.text.trim().toLowerCase();
    const offered = this.offeredTo === field ? this.listbox.items : [];
    return offered.filter(({ label, value }) => `${label} ${value}`.toLowerCase().includes(typed));
  }

  offer(field, choices) {
    if (this.current !== field) return;
    this.offeredTo = field;
    this.listbox.show(choices.map(({ name, value }) => ({ label: name, value })));
  }

  optionItems() {
    const wanted = this.tail.value.trim().toLowerCase();
    const fitting = this.missing.filter(({ name }) => name.includes(wanted));
    return fitting.map((option, at) => ({
      label: option.name,
      description: option.description,
      option,
      heading: at === 0 ? "Optional" : null,
    }));
  }

  drawHint(field) {
    const title = field ? field.option.name : `/${this.command.name}`;
    const words = field ? field.option.description : this.command.description;
    this.hint.replaceChildren(
      h("strong", {}, title),
      h("span", {}, words),
      ...(field?.error
        ? [h("span", { class: "hint-error", id: field.errorId, role: "alert" }, field.error)]
        : []),
    );
  }

  choose(item) {
    if (item.option) return this.addAndEnter(item.option);
    this.current.take(item);
    this.next(this.current);
  }

  addAndEnter(option) {
    const field = this.add(option);
    this.draw();
    field.input.focus();
  }

  next(field) {
    const at = this.fields.indexOf(field);
    const following = this.fields[at + 1];
    (following?.input ?? this.tail).focus();
  }

  previous(field) {
    const at = field ? this.fields.indexOf(field) : this.fields.length;
    this.fields[at - 1]?.input.focus();
    return at > 0;
  }

  key(event, field) {
    if (event.isComposing) return;
    if (event.key === "Escape") return this.leave(event);
    if (event.key === "Backspace" && isEmpty(event.target)) return this.erase(event, field);
    if (this.listbox.key(event, this.chooseKeys(field))) return;
    if (event.key === "Tab") return this.tab(event, field);
    if (event.key === "Enter" && !event.shiftKey) this.send(event);
  }

  /** Enter at the end sends, even though optional options are on offer; Tab adds the active one. */
  chooseKeys(field) {
    if (!field) return this.tail.value.trim() ? ["Enter", "Tab"] : ["Tab"];
    return field.choice ? [] : ["Enter", "Tab"];
  }

  tab(event, field) {
    if (event.shiftKey ? this.previous(field) : field) event.preventDefault();
    if (!event.shiftKey && field) this.next(field);
  }

  leave(event) {
    event.preventDefault();
    event.stopPropagation();
    this.onLeave("");
  }

  /** Backspace in an empty option: an optional one goes, a required one leads back. */
  erase(event, field) {
    event.preventDefault();
    if (field && !field.option.required) this.remove(field);
    else if (!this.previous(field)) this.onLeave(`/${this.command.name}`);
  }

  remove(field) {
    const at = this.fields.indexOf(field);
    this.fields.splice(at, 1);
    this.draw();
    (this.fields[at - 1]?.input ?? this.tail).focus();
  }

  /** The values given so far, by name; for autocomplete half-typed ones too. */
  values(unfinished = false) {
    const given = this.fields.filter((field) => unfinished || !field.isEmpty);
    return Object.fromEntries(
      given.map((field) => [
        field.option.name,
        unfinished ? (field.choice?.value ?? field.text) : field.value(),
      ]),
    );
  }

  send(event) {
    event.preventDefault();
    const wrong = this.fields.filter((field) => field.check())[0];
    if (!wrong) return this.onSend(this.command, this.values());
    wrong.input.focus();
    this.drawHint(wrong);
  }
}

function isEmpty(input) {
  return input.type !== "file" && input.value === "";
}
