"""The demo's one scene: alice asks, the message changes until it is a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.terminal import first_line

if TYPE_CHECKING:
    from sandbox.discord.attachments import Attachment
    from sandbox.discord.events import Event, Subscription
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.messages import Snapshot
    from sandbox.discord.server import DiscordSandbox
    from sandbox.discord.world import Channel, User
    from sandbox.terminal import Terminal

COMMAND: Final = "imagine"
# Waiting for the bot is bounded by whoever calls.
FOREVER_S: Final = 3600.0
# How a message begins that won't become a picture any more.
ENDED_WITHOUT: Final = ("⚠", "⏹")


class NoPictureError(Exception):
    """The message ended, and not as a picture; says how."""


async def perform(discord: DiscordSandbox, prompt: str, terminal: Terminal) -> Attachment:
    """Send `/imagine` as alice once the bot is ready; returns the picture.

    Raises
    ------
    NoPictureError
        The bot didn't answer, or the message says that there will be none.
    """
    world = discord.world
    alice, channel = world.user("alice"), next(iter(world.guilds.values())).channel("general")
    await discord.until(lambda: _is_ready(discord, alice, channel), FOREVER_S)
    terminal.say(f"alice: /{COMMAND} prompt: {prompt}\n")
    with discord.events.subscribe() as events:
        terminal.begin()
        use = await discord.invoke(alice, channel, COMMAND, {"prompt": prompt})
        return await _follow(events, use, discord, terminal)


def _is_ready(discord: DiscordSandbox, user: User, channel: Channel) -> bool:
    names = (command.get("name") for command in discord.commands_for(user, channel))
    return discord.ready_shards > 0 and COMMAND in names


async def _follow(
    events: Subscription, use: Interaction, discord: DiscordSandbox, terminal: Terminal
) -> Attachment:
    shown = ""
    async for event in events:
        state = _state_of(event, use)
        if state is None:
            continue
        line = _line(state, discord)
        if line != shown:
            terminal.state(line)
        shown = line
        if state.attachments:
            return state.attachments[0]
        if line.startswith(ENDED_WITHOUT):
            raise NoPictureError("The bot made no picture.")
    raise NoPictureError("The sandbox was closed.")


def _state_of(event: Event, use: Interaction) -> Snapshot | None:
    """Return what the command's message shows now, if the event is about that."""
    if event.interaction is use and use.failed:
        raise NoPictureError("The application did not respond.")
    cause = event.message.cause if event.message else None
    return event.state if cause and cause.interaction_id == use.id else None


def _line(state: Snapshot, discord: DiscordSandbox) -> str:
    if not state.attachments:
        return first_line(state, discord.world, discord.clock.now)
    picture = state.attachments[0]
    size = f"{picture.width} × {picture.height}, " if picture.width else ""
    return f"🖼️  {picture.filename}, {size}{picture.size / 1000:.0f} kB"
