"""A local Discord: gateway, REST and interaction rules over real sockets.

It stands where Discord would stand: a bot is pointed at it by its API's address alone, and can't
tell the difference in anything that a slash-command bot uses. People are played from Python::

    async with DiscordSandbox.open(world=World.demo()) as discord:
        ...  # start the bot with DISCORD_API_URL=discord.api_url
        await discord.until(lambda: discord.ready_shards == 1, timeout_s=10)
        alice = discord.world.user("alice")
        general = discord.world.guild("Lantern Bay").channel("general")
        use = await discord.invoke(alice, general, "imagine", {"prompt": "A cat"})
        await use.answered()
        await use.message.until(lambda message: message.attachments)

How it is cut, from the data outwards:

- `world`, `permissions`, `access`: servers and people, and who may do what;
- `messages`, `components`, `attachments`, `interactions`: what is said, with every state it was in;
- `rules`, `component_rules`, `command_rules`, `mentions`, `drafting`, `media`: what Discord
  accepts, and what a message becomes by a request;
- `callbacks`, `webhooks`, `channel_messages`, `directory`: the REST API, as plain functions from a
  `Call` to an `Answer` (`routing`), with `buckets`, `faults` and `records` around them (`api`);
- `gateway`, `gateway_session`, `identify`: what bots are connected to;
- `actions`, `options`, `modal_values`, `resolved`: the client of a person;
- `http_server`: the only place that touches sockets, beside `gateway_session`;
- `server`: `DiscordSandbox`, which puts it all together.

All state changes in plain synchronous functions on one event loop, so each request is atomic.
Left out: message events on the gateway (no intent of ours has them), voice, threads' own members,
and commands one by one (a bot registers in bulk).
"""
