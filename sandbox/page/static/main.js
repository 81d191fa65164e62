import { Actions } from "./actions.js";
import { Announcer } from "./announcer.js";
import { newsOf } from "./backstage/news.js";
import { drawBackstage } from "./backstage/panel.js";
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
const OVERLAYS = ".servers, .sidebar, .members, .backstage";

class Page {
  constructor() {
    this.store = new Store();
    this.announcer = new Announcer(byId("announcer"));
    this.chosen = new Map();
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
    this.panels = this.usualPanels();
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
    byId("backstage").addEventListener("change", (event) => this.choose(event.target));
    this.wide.addEventListener("change", () => this.showPanels(this.usualPanels()));
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
    this.entering = this.enter(place);
    await this.entering;
  }

  async enter(place) {
    await this.loadWorld();
    await this.open(place);
  }

  follow() {
    this.stream?.close();
    this.stream = this.actions.api.follow({
      message: (message) => this.received(message),
      gone: ({ channel_id: channelId, id }) => this.store.remove(channelId, id),
      backstage: (backstage) => this.lookBehind(backstage),
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
    // What is read on entering counts as seen: nothing new may come before that is done.
    const entering = this.entering;
    await entering.catch(() => {});
    if (this.entering !== entering) return;
    if (this.store.channelId) await this.loadChannel(this.store.channelId);
    byId("app").dataset.liveAs = this.store.user(this.store.me).username;
  }

  received(message) {
    this.store.put(message);
    this.announcer.message(message, this.store.names, message.channel_id === this.store.channelId);
  }

  /** What happens behind the stage; where one sees that at all its panel is the usual one. */
  lookBehind(backstage) {
    const isFirst = !this.store.backstage;
    newsOf(this.store.backstage, backstage).forEach((words) => this.announcer.say(words));
    this.keepChosen(backstage.manner);
    this.store.backstage = backstage;
    if (isFirst) this.panels = this.usualPanels();
    this.store.changed();
  }

  choose({ name, checked }) {
    this.chosen.set(name, checked);
    this.store.backstage.manner[name] = checked;
    // Alone: two choices at once go over connections of their own, and may arrive in either order.
    return this.actions.api.setManner({ [name]: checked }).catch((error) => {
      this.chosen.delete(name);
      throw error;
    });
  }

  /** A choice stands until the stage tells of it: what is told before that is older. */
  keepChosen(manner) {
    for (const [name, checked] of this.chosen) {
      if (manner[name] === checked) this.chosen.delete(name);
      else manner[name] = checked;
    }
  }

  /** Beside the messages there is room for one panel, and in a narrow window for none. */
  usualPanels() {
    const isBackstage = Boolean(this.store.backstage);
    const isWide = this.wide.matches;
    return { sidebar: false, members: isWide && !isBackstage, backstage: isWide && isBackstage };
  }

  go(place) {
    const { members, backstage } = this.wide.matches ? this.panels : {};
    this.showPanels({ sidebar: false, members: Boolean(members), backstage: Boolean(backstage) });
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
    const { commands, menus } = await this.actions.api.commands(this.store.channelId);
    this.store.commands = commands;
    this.store.menus = menus;
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
    drawBackstage(this.store, byId("backstage"));
    this.list.draw(this.store);
    this.composer.draw();
    byId("app").classList.toggle("members-hidden", !this.panels.members);
    byId("app").classList.toggle("backstage-open", this.panels.backstage);
    byId("backstage").hidden = !this.panels.backstage;
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
    else if (this.overlay && !event.target.closest(OVERLAYS))
      this.toggle(this.overlay);
  }

  /** The panel that lies over the messages, which it does where the window is narrow. */
  get overlay() {
    if (this.panels.sidebar) return "sidebar";
    if (this.wide.matches) return null;
    return ["members", "backstage"].find((panel) => this.panels[panel]) ?? null;
  }

  act(element) {
    const { action, id } = element.dataset;
    const [verb, panel] = action.split("-");
    if (verb === "toggle") return this.toggle(panel);
    if (action === "open-command") return this.composer.openNamed(element.textContent.slice(1));
    const message = this.store.message(element.closest("[data-message]")?.dataset.message);
    this.actions.handlers[action]?.(element, message, id);
  }

  /** At the right there is one panel at a time. */
  toggle(panel) {
    const others = panel === "sidebar" ? {} : { members: false, backstage: false };
    this.showPanels({ ...this.panels, ...others, [panel]: !this.panels[panel] });
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
