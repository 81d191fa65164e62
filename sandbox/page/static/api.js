// The page's only way to the sandbox: its JSON API and its stream of events. What travels is
// written down in sandbox/page/server.py.

export class Api {
  constructor(me) {
    this.me = me;
  }

  world() {
    return this.get("/page/world");
  }

  messages(channelId) {
    return this.get(`/page/channels/${channelId}/messages`);
  }

  commands(channelId) {
    return this.get(`/page/channels/${channelId}/commands`);
  }

  useCommand(channelId, command, options) {
    return this.post("/page/commands", { channel: channelId, command, options });
  }

  autocomplete(channelId, command, options, focused) {
    return this.post("/page/autocomplete", { channel: channelId, command, options, focused });
  }

  chooseInMenu(message, name) {
    return this.post("/page/menus", { ...placeOf(message), name });
  }

  press(message, customId) {
    return this.post("/page/components", { ...placeOf(message), custom_id: customId });
  }

  select(message, customId, values) {
    return this.post("/page/components", { ...placeOf(message), custom_id: customId, values });
  }

  submitModal(modal, fields) {
    return this.post("/page/modals", { modal, fields });
  }

  /** Hand over a file; answers the id that stands for it. */
  async upload(file) {
    const query = new URLSearchParams({ name: file.name });
    const { id } = await answerOf(fetch(`/page/uploads?${query}`, { method: "POST", body: file }));
    return id;
  }

  deleteMessage(message) {
    return this.post("/page/deletions", placeOf(message));
  }

  /** Kill the bot, or start it again. */
  setPower(on) {
    return this.post("/page/power", { on });
  }

  /** Choose how the image API behaves from now on. */
  setManner(manner) {
    return this.post("/page/manner", manner);
  }

  /** Follow what happens from now on; `listeners` by the name of the event. */
  follow(listeners) {
    const stream = new EventSource(`/page/events?as=${this.me}`);
    for (const [name, listener] of Object.entries(listeners)) {
      stream.addEventListener(name, (event) =>
        listener(event.data ? JSON.parse(event.data) : null),
      );
    }
    return stream;
  }

  get(path) {
    return answerOf(fetch(`${path}?as=${this.me ?? ""}`));
  }

  post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return answerOf(
      fetch(path, { method: "POST", headers, body: JSON.stringify({ as: this.me, ...body }) }),
    );
  }
}

function placeOf(message) {
  return { channel: message.channel_id, message: message.id };
}

/** No answer at all: the sandbox has gone, or the page is being left. */
export class UnreachableError extends Error {}

async function answerOf(request) {
  const { response, body } = await request.then(read).catch((error) => {
    if (!(error instanceof TypeError)) throw error;
    throw new UnreachableError("the sandbox can't be reached", { cause: error });
  });
  if (!response.ok) throw new Error(body.error ?? `the sandbox answered ${response.status}`);
  return body;
}

async function read(response) {
  return { response, body: await response.json() };
}
