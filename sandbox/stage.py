"""Everything that stands in for the outside world, opened together: Discord, Get3W, the page."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sandbox.backstage.plug import FOREVER_S, Plug
from sandbox.backstage.scene import Backstage
from sandbox.discord.server import DiscordSandbox
from sandbox.discord.world import World
from sandbox.get3w import Get3WSandbox
from sandbox.page.server import serve_page

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

TOPICS: Final = MappingProxyType(
    {
        "general": "Type /imagine and say what you would like to see",
        "pictures": "What came out",
        "cat-sketches": "A thread: what holds in #pictures holds here",
        "after-dark": "Age-restricted",
        "notices": "Only moderators write here; the bot can't",
        "mod-log": "Moderators and the bot; a place for its log",
        "staff-room": "Moderators only; the bot can't see it",
    }
)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where to listen; 0 takes any free port."""

    discord: int = 0
    get3w: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """The open sandbox."""

    discord: DiscordSandbox
    get3w: Get3WSandbox
    backstage: Backstage
    page_url: str

    @property
    def plug(self) -> Plug:
        """Return where a bot is plugged in."""
        return self.backstage.plug

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the settings that lead a bot here instead of to the real services."""
        return {
            "DISCORD_TOKEN": self.discord.world.application.token,
            "GET3W_API_KEY": self.get3w.account.key,
            "DISCORD_API_URL": self.discord.api_url,
            "GET3W_API_URL": self.get3w.url,
        }


class NotOpenedError(Exception):
    """A part of the sandbox can't listen where it was told to; says why."""


@asynccontextmanager
async def open_stage(
    *, host: str = "127.0.0.1", ports: Ports | None = None
) -> AsyncGenerator[Stage]:
    """Serve all three until the context ends.

    Raises
    ------
    NotOpenedError
        A port is taken, or the host isn't this machine's.
    """
    async with AsyncExitStack() as stack:
        try:
            stage = await _enter(stack, host, ports or Ports())
        except OSError as error:
            raise NotOpenedError(error.strerror or str(error)) from error
        yield stage


async def _enter(stack: AsyncExitStack, host: str, ports: Ports) -> Stage:
    enter = stack.enter_async_context
    discord = await enter(DiscordSandbox.open(world=demo_world(), host=host, port=ports.discord))
    get3w = await enter(Get3WSandbox.open(host=host, port=ports.get3w))
    backstage = Backstage(discord, get3w, Plug(lambda: _connected(discord)))
    page_url = await enter(serve_page(discord, host=host, port=ports.page, backstage=backstage))
    return Stage(discord, get3w, backstage, page_url)


async def _connected(discord: DiscordSandbox) -> None:
    await discord.until(lambda: discord.ready_shards > 0, FOREVER_S)


def demo_world() -> World:
    """Return the demo's servers, with a word on what each channel is for."""
    world = World.demo()
    for guild in world.guilds.values():
        for channel in guild.channels.values():
            channel.topic = TOPICS.get(channel.name, "")
    return world
