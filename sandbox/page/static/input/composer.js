import { h } from "../dom.js";
import { avatar } from "../avatar.js";
import { titleOf } from "../view/place.js";
import { Autocompleter } from "./autocompleter.js";
import { CommandForm } from "./command-form.js";
import { flatten, matching, typedInFull } from "./commands.js";
import { Listbox } from "./listbox.js";

// The message box. A slash opens the picker; a chosen command turns the box into its form.

export class Composer {
  /** `actions` has useCommand(command, options) and autocomplete(command, options, focused). */
  constructor(region, store, actions) {
    Object.assign(this, { region, store, actions });
    this.form = null;
    this.completer = new Autocompleter((...question) => actions.autocomplete(...question));
    this.listbox = new Listbox({ label: "Commands", onChoose: (item) => this.open(item.command) });
    this.box = h("textarea", {
      id: "message-box",
      class: "message-box",
      rows: 1,
      role: "combobox",
      autocomplete: "off",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      on: {
        input: () => this.typed(),
        keydown: (event) => this.key(event),
        blur: () => this.hidePicker(),
        focus: () => this.typed(),
      },
    });
    this.listbox.attach(this.box);
    this.drawBox();
  }

  /** Follow the channel that is open. */
  draw() {
    this.followPlace(`${this.store.me} ${this.store.channelId}`);
    this.followCommands();
    const title = titleOf(this.store.channel);
    this.box.placeholder = `Message ${title}`;
    this.box.setAttribute("aria-label", `Message ${title}; type / for commands`);
  }

  /** A half-filled command stays behind in its channel. */
  followPlace(place) {
    if (place !== this.place && this.form) this.close("");
    this.place = place;
  }

  followCommands() {
    const isNew = this.known !== this.store.commands;
    this.known = this.store.commands;
    if (isNew && document.activeElement === this.box) this.typed();
  }

  drawBox() {
    const inside = this.form ? this.form.row : this.box;
    this.popup = this.form
      ? this.form.popup
      : h("div", { class: "popup", hidden: true }, this.listbox.list);
    this.region.replaceChildren(this.popup, h("div", { class: "composer-box" }, inside));
  }

  get commands() {
    return flatten(this.store.commands ?? []);
  }

  typed() {
    const { value } = this.box;
    const full = typedInFull(this.commands, value);
    if (full) return this.open(full.command, full.rest);
    if (!/^\/[^\n]*$/.test(value)) return this.hidePicker();
    this.showPicker(matching(this.commands, value.slice(1)));
  }

  showPicker(commands) {
    const bot = this.store.world.application.bot;
    const items = commands.map((command, at) => ({
      command,
      label: `/${command.name}`,
      description: command.description,
      value: command.name,
      lead: avatar(bot, 32),
      aside: bot.display_name,
      heading: at === 0 ? bot.display_name : null,
    }));
    this.popup.replaceChildren(this.listbox.list);
    this.listbox.show(items);
    this.popup.hidden = !items.length;
  }

  hidePicker() {
    if (this.form) return;
    this.listbox.show([]);
    this.popup.replaceChildren(this.listbox.list);
    this.popup.hidden = true;
  }

  key(event) {
    if (event.key === "Escape" && !this.popup.hidden) {
      event.preventDefault();
      this.hidePicker();
    } else if (!this.listbox.key(event) && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (this.box.value.trim()) this.hint();
    }
  }

  /** People of the sandbox don't chat: only a bot would read it, and this one reads commands. */
  hint() {
    const words = "Nobody reads plain messages here. Type / to see the commands.";
    this.popup.replaceChildren(
      this.listbox.list,
      h("p", { class: "command-hint", role: "alert" }, words),
    );
    this.popup.hidden = false;
  }

  /** Turn the box into the form of `command`. */
  open(command, text = "") {
    this.form = new CommandForm({
      command,
      store: this.store,
      complete: (...question) => this.complete(...question),
      onSend: (chosen, options) => this.send(chosen, options),
      onLeave: (rest) => this.leave(rest),
    });
    this.drawBox();
    this.form.focus(text);
  }

  /** Open a command by its name, as pressing its mention does. */
  openNamed(name) {
    const command = this.commands.find((one) => one.name === name);
    if (command) this.open(command);
  }

  complete(command, values, focused, show) {
    return this.completer.request([command.name, values, focused], show);
  }

  send(command, options) {
    this.leave("");
    this.actions.useCommand(command.name, options);
  }

  leave(text) {
    this.close(text);
    this.box.focus();
    this.typed();
  }

  close(text) {
    this.form = null;
    this.drawBox();
    this.box.value = text;
  }
}
