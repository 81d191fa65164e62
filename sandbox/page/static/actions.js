import { openLightbox } from "./view/lightbox.js";
import { chosenOf, optionsOf } from "./view/controls.js";
import { openMenu } from "./input/menu.js";
import { openModal } from "./input/modal.js";

// What a person does, carried out: through the API where the bot or the sandbox must know, in the
// store where it is the page's own affair.

const SILENT_BOT = "The application did not respond";

export class Actions {
  constructor(store, navigate, announce) {
    Object.assign(this, { store, navigate, announce });
    this.api = null;
  }

  /** Handlers by the `data-action` of what was pressed: (element, message) => void. */
  get handlers() {
    return {
      press: (el, message) => this.component(message, el.dataset.customId),
      "choose-in-menu": (el, message) => this.chooseInMenu(message, el.dataset.name),
      "open-select": (el, message) => this.openSelect(el, message),
      reveal: (el) => this.store.add(this.store.revealed, el.dataset.url),
      "reveal-text": (el) => el.classList.add("revealed"),
      "open-picture": (el) =>
        openLightbox({ url: el.dataset.url, description: el.querySelector("img").alt }),
      dismiss: (el) => this.dismiss(el),
      jump: (el) => this.navigate({ messageId: el.dataset.id }),
      "copy-link": (el, message) => this.copyLink(message),
      delete: (el, message) => this.api.deleteMessage(message),
      "open-channel": (el) => this.navigate({ channelId: el.dataset.id }),
      "pull-plug": (el) => this.setPower(el, false),
      "start-bot": (el) => this.setPower(el, true),
      "open-server": (el) => this.navigate({ guildId: el.dataset.id }),
    };
  }

  async useCommand(name, options) {
    const send = {
      id: `send-${performance.now()}`,
      channelId: this.store.channelId,
      userId: this.store.me,
      command: name,
      failed: null,
    };
    this.store.sends.push(send);
    this.store.changed();
    const failure = await this.sendCommand(send, name, options);
    if (failure) send.failed = failure;
    else this.store.sends = this.store.sends.filter((other) => other !== send);
    this.store.changed();
  }

  sendCommand({ channelId }, name, options) {
    return this.outcome(async () =>
      this.api.useCommand(channelId, name, await this.uploaded(options)),
    );
  }

  /** Files among the values become what the sandbox calls them. */
  async uploaded(values) {
    const entries = Object.entries(values).map(async ([name, value]) => [
      name,
      value instanceof File ? await this.api.upload(value) : value,
    ]);
    return Object.fromEntries(await Promise.all(entries));
  }

  autocomplete(command, options, focused) {
    return this.api
      .autocomplete(this.store.channelId, command, options, focused)
      .then(({ choices }) => choices);
  }

  component(message, customId, values) {
    const act = () =>
      values ? this.api.select(message, customId, values) : this.api.press(message, customId);
    return this.busyWith(message, customId, act);
  }

  chooseInMenu(message, name) {
    return this.busyWith(message, name, () => this.api.chooseInMenu(message, name));
  }

  /** Do something with a message that the bot must answer, once at a time. */
  async busyWith(message, what, act) {
    const key = `${message.id}:${what}`;
    if (this.store.busy.has(key)) return;
    this.store.failed.delete(message.id);
    this.store.add(this.store.busy, key);
    const failure = await this.outcome(act);
    this.store.drop(this.store.busy, key);
    if (failure) this.store.add(this.store.failed, message.id);
  }

  openSelect(anchor, message) {
    const component = findComponent(message.components, anchor.dataset.customId);
    const context = { store: this.store };
    const chosen = new Set(chosenOf(component, context).map((option) => option.value));
    const options = optionsOf(component, this.store).map((option) => ({
      ...option,
      default: chosen.has(option.value),
    }));
    const { min_values: min = 1, max_values: max = 1, custom_id: customId } = component;
    openMenu({
      anchor,
      label: anchor.getAttribute("aria-label"),
      options,
      min,
      max,
      done: (values) => this.component(message, customId, values),
    });
  }

  /** Do something that the bot must answer; a form may open. Answers what went wrong, or null. */
  async outcome(act) {
    try {
      const { status, modal } = await act();
      if (modal) openModal(modal, this.store, (fields) => this.submit(modal, fields));
      return status === "failed" ? SILENT_BOT : null;
    } catch (error) {
      return `The sandbox refused: ${error.message}`;
    }
  }

  submit(modal, fields) {
    return this.outcome(async () =>
      this.api.submitModal(modal.id, await this.uploadedFields(fields)),
    );
  }

  async uploadedFields(fields) {
    return Promise.all(
      fields.map(async ({ custom_id, value }) => ({
        custom_id,
        value: await this.uploadedValue(value),
      })),
    );
  }

  uploadedValue(value) {
    const isFiles = Array.isArray(value) && value[0] instanceof File;
    return isFiles ? Promise.all(value.map((file) => this.api.upload(file))) : value;
  }

  dismiss(element) {
    const { message, send } = element.closest("[data-message], [data-send]").dataset;
    if (message) return this.store.add(this.store.dismissed, message);
    this.store.sends = this.store.sends.filter((one) => one.id !== send);
    this.store.changed();
  }

  async setPower(element, on) {
    if (element.ariaDisabled === "true") return;
    await this.api.setPower(on).catch((error) => this.announce(`That failed: ${error.message}`));
  }

  async copyLink(message) {
    const { guildId } = this.store;
    await navigator.clipboard?.writeText(
      `${location.origin}/channels/${guildId}/${message.channel_id}/${message.id}`,
    );
    this.announce("Link copied");
  }
}

/** The component with this custom_id, wherever it is nested. */
function findComponent(components, customId) {
  for (const component of components) {
    if (component.custom_id === customId) return component;
    const found = findComponent(
      [...(component.components ?? []), ...(component.accessory ? [component.accessory] : [])],
      customId,
    );
    if (found) return found;
  }
  return null;
}
