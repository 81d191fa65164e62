"""Everything that stands in for the outside world, opened together: Discord, Get3W, the page."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.discord.server import DiscordSandbox
from sandbox.discord.world import World
from sandbox.get3w import Get3WSandbox
from sandbox.page.server import serve_page

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

TOPICS: Final = {
    "general": "Type /imagine and say what you would like to see",
    "pictures": "What came out",
}


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
    page_url: str

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the settings that lead a bot here instead of to the real services."""
        return {
            "DISCORD_TOKEN": self.discord.world.application.token,
            "GET3W_API_KEY": self.get3w.account.key,
            "DISCORD_API_URL": self.discord.api_url,
            "GET3W_API_URL": self.get3w.url,
        }


@asynccontextmanager
async def open_stage(
    *, host: str = "127.0.0.1", ports: Ports | None = None
) -> AsyncGenerator[Stage]:
    """Serve all three until the context ends."""
    ports = ports or Ports()
    async with (
        DiscordSandbox.open(world=demo_world(), host=host, port=ports.discord) as discord,
        Get3WSandbox.open(host=host, port=ports.get3w) as get3w,
        serve_page(discord, host=host, port=ports.page) as page_url,
    ):
        yield Stage(discord, get3w, page_url)


def demo_world() -> World:
    """Return the demo's servers, with a word on what each channel is for."""
    world = World.demo()
    for guild in world.guilds.values():
        for channel in guild.channels.values():
            channel.topic = TOPICS.get(channel.name, "")
    return world
