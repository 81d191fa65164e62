import { Actions } from "./actions.js";
import { Announcer } from "./announcer.js";
import { Api, UnreachableError } from "./api.js";
import { Composer } from "./input/composer.js";
import { asked, parse, pathOf, placeOf, settle } from "./route.js";
import { Store } from "./store.js";
import { setServerTime, startTicking } from "./time.js";
import { drawHeader } from "./view/header.js";
import { drawMembers } from "./view/members.js";
import { MessageList } from "./view/messages.js";
import { titleOf } from "./view/place.js";
import { drawSidebar } from "./view/sidebar.js";

const IDENTITY_KEY = "sandbox-identity";

class Page {
  constructor() {
    this.store = new Store();
    this.announcer = new Announcer(byId("announcer"));
    this.actions = new Actions(
      this.store,
      (place) => this.go(place),
      (text) => this.announcer.say(text),
    );
    this.list = new MessageList(byId("messages"), byId("scroller"), () =>
      byId("message-box")?.focus(),
    );
    this.composer = new Composer(byId("composer"), this.store, this.actions);
    this.wide = matchMedia("(width > 1080px)");
    this.panels = { sidebar: false, members: this.wide.matches };
    this.stream = null;
  }

  async start() {
    this.listen();
    startTicking();
    await this.loadWorld(new Api(null));
    const { person, place } = asked(location);
    await this.become(this.firstIdentity(person), place);
    history.replaceState(null, "", pathOf({ ...this.store, messageId: this.store.target }));
    byId("message-box").focus();
  }

  async loadWorld(api = this.actions.api) {
    const world = await api.world();
    setServerTime(world.now_ms);
    this.store.setWorld(world);
  }

  /** Who one is at first: whom the address names, else whoever one was last. */
  firstIdentity(person) {
    const people = this.store.world.users.filter((user) => user.playable);
    const last = sessionStorage.getItem(IDENTITY_KEY);
    const named = people.find(({ id, username }) => person && [id, username].includes(person));
    return (named ?? people.find(({ id }) => id === last) ?? people[0]).id;
  }

  listen() {
    this.store.addEventListener("change", () => this.draw());
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("keydown", (event) => this.keyed(event));
    byId("identity").addEventListener("change", (event) => this.become(event.target.value, {}));
    this.wide.addEventListener("change", ({ matches }) =>
      this.showPanels({ sidebar: false, members: matches }),
    );
    addEventListener("popstate", () => this.open(parse(location.pathname)));
    // The stream of events tells of it already, and the page is read anew when it is back.
    addEventListener("unhandledrejection", (event) => {
      if (event.reason instanceof UnreachableError) event.preventDefault();
    });
  }

  /** Look through the eyes of somebody else: everything is read anew. */
  async become(userId, place) {
    sessionStorage.setItem(IDENTITY_KEY, userId);
    this.store.become(userId);
    this.actions.api = new Api(userId);
    this.follow();
    await this.loadWorld();
    await this.open(place);
  }

  follow() {
    this.stream?.close();
    this.stream = this.actions.api.follow({
      message: (message) => this.received(message),
      gone: ({ channel_id: channelId, id }) => this.store.remove(channelId, id),
      world: () => this.loadWorld(),
      commands: () => this.loadCommands(),
      open: () => this.connected(),
      error: () => {
        byId("connection").hidden = false;
      },
    });
  }

  /** After a gap in the stream what was missed is read. */
  async connected() {
    byId("connection").hidden = true;
    if (this.store.channelId) await this.loadChannel(this.store.channelId);
    byId("app").dataset.liveAs = this.store.user(this.store.me).username;
  }

  received(message) {
    this.store.put(message);
    this.announcer.message(message, this.store.names, message.channel_id === this.store.channelId);
  }

  go(place) {
    this.showPanels({ sidebar: false, members: this.wide.matches && this.panels.members });
    const settled = settle(place, this.store.world, this.store);
    history.pushState(null, "", pathOf(settled));
    return this.open(settled);
  }

  async open(place) {
    const { guildId, channelId, messageId } = settle(place, this.store.world, this.store);
    this.store.enter(guildId, channelId, messageId);
    if (!channelId) return;
    await this.loadChannel(channelId);
    if (messageId)
      document.getElementById(`message-${messageId}`)?.scrollIntoView({ block: "center" });
  }

  async loadChannel(channelId) {
    const known = [...(this.store.messages.get(channelId)?.keys() ?? [])];
    const { messages } = await this.actions.api.messages(channelId);
    messages.forEach((message) => this.announcer.message(message, this.store.names, false));
    this.store.setMessages(channelId, messages, known);
    await this.loadCommands();
  }

  async loadCommands() {
    const { commands } = await this.actions.api.commands(this.store.channelId);
    this.store.commands = commands;
    this.store.changed();
  }

  draw() {
    drawSidebar(this.store, {
      servers: byId("servers"),
      serverName: byId("server-name"),
      channels: byId("channels"),
      identity: byId("identity"),
    });
    drawHeader(this.store, byId("channel-header"), this.panels);
    drawMembers(this.store, byId("members"));
    this.list.draw(this.store);
    this.composer.draw();
    byId("app").classList.toggle("members-hidden", !this.panels.members);
    byId("app").classList.toggle("sidebar-open", this.panels.sidebar);
    document.title = `${titleOf(this.store.channel)} · ${this.store.guild?.name ?? "Sandbox"}`;
  }

  clicked(event) {
    const link = event.target.closest("a[href]");
    const place = link && !link.classList.contains("skip-link") ? placeOf(link.href) : null;
    if (place && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      return this.go(place);
    }
    const element = event.target.closest("[data-action]");
    if (element) this.act(element);
    else if (this.overlay && !event.target.closest(".servers, .sidebar, .members"))
      this.toggle(this.overlay);
  }

  /** The panel that lies over the messages, which it does where the window is narrow. */
  get overlay() {
    if (this.panels.sidebar) return "sidebar";
    return this.panels.members && !this.wide.matches ? "members" : null;
  }

  act(element) {
    const { action, id } = element.dataset;
    if (action === "toggle-members") return this.toggle("members");
    if (action === "toggle-sidebar") return this.toggle("sidebar");
    if (action === "open-command") return this.composer.openNamed(element.textContent.slice(1));
    const message = this.store.message(element.closest("[data-message]")?.dataset.message);
    this.actions.handlers[action]?.(element, message, id);
  }

  toggle(panel) {
    this.showPanels({ ...this.panels, [panel]: !this.panels[panel] });
  }

  showPanels(panels) {
    this.panels = panels;
    this.store.changed();
  }

  /** Esc closes what lies over the messages; a slash outside any field starts a command. */
  keyed(event) {
    if (event.defaultPrevented || event.target.closest("input, textarea, dialog")) return;
    if (event.key === "Escape" && this.overlay) this.toggle(this.overlay);
    if (event.key === "/") byId("message-box")?.focus();
  }
}

function byId(id) {
  return document.getElementById(id);
}

new Page().start();
