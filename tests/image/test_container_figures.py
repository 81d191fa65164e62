"""What a container of the image takes: of the disk, of time, of memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from sandbox.discord.world import World
from sandbox.get3w import Get3WSandbox
from tests.image.containers import ContainerHost, Image, since_boot_s
from tests.stage import KEY

Note = Callable[[str, object], None]

MB = 1_000_000
START_S = 1.3
TRIES = 3
IDLE_MB = 85
# With the libraries' files, which are shared and can go at any time.
IDLE_RESIDENT_MB = 95
SERVERS, CHANNELS, ROLES = 2500, 30, 20
LARGE_MB = 170


@pytest.fixture
async def large_host(image: Image, tmp_path: Path) -> AsyncIterator[ContainerHost]:
    """Give a host whose bot is in as many servers as one shard may be."""
    async with (
        DiscordSandbox.open(
            world=_large_world(), settings=SandboxSettings(hidden_rate=None)
        ) as discord,
        Get3WSandbox.open(key=KEY, side_px=64) as api,
    ):
        host = ContainerHost(discord, api, tmp_path, image=image)
        try:
            yield host
        finally:
            await host.end()


def _large_world() -> World:
    world = World.demo()
    for number in range(SERVERS - len(world.guilds)):
        guild = world.add_guild(f"Server {number}")
        for channel in range(CHANNELS):
            world.add_channel(guild, f"room-{channel}")
        for role in range(ROLES):
            world.add_role(guild, f"role-{role}")
    return world


async def _start_s(host: ContainerHost) -> tuple[float, float]:
    """Start a container; give the time from its process to READY, and what of it was waiting."""
    ready = asyncio.create_task(host.discord.until(lambda: host.discord.ready_shards > 0, 30))
    bot = await host.launch()
    await ready
    ready_s = since_boot_s()
    running = await host.running()
    started_s, waited_s = running.started_s, running.waited_s()
    assert await bot.stop() == 0
    return ready_s - started_s, waited_s


async def test_the_image_has_at_most_160_mb_beyond_its_base(
    image: Image, record_property: Note
) -> None:
    whole, base = [await image.size_bytes(name) for name in (image.name, image.base)]

    record_property("MB beyond the base", (whole - base) / MB)
    assert whole - base <= 160 * MB


async def test_a_container_is_ready_within_1300_ms(
    host: ContainerHost, record_property: Note
) -> None:
    starts = [await _start_s(host) for _ in range(TRIES)]
    took_s, waited_s = min(starts, key=lambda start: start[0] - start[1])

    record_property("s from process to READY", took_s)
    record_property("s of these it waited for other programs", waited_s)
    assert took_s - waited_s <= START_S


async def test_an_idle_container_takes_at_most_85_mb_of_its_own(
    host: ContainerHost, record_property: Note
) -> None:
    """On a new volume, and as most of a bot's starts are: on one whose schema is the newest."""
    volume = "--volume=idle:/data"
    bot = await host.start(options=[volume])
    new = await host.running()
    record_property("MB idle after the start that makes the database", new.own_bytes() / MB)
    record_property("MB of the same, libraries' files included", new.resident_bytes() / MB)
    assert new.own_bytes() <= IDLE_MB * MB
    assert await bot.stop() == 0

    await host.start(options=[volume])

    running = await host.running()
    record_property("MB idle", running.own_bytes() / MB)
    record_property("MB idle, libraries' files included", running.resident_bytes() / MB)
    assert running.own_bytes() <= IDLE_MB * MB
    assert running.resident_bytes() <= IDLE_RESIDENT_MB * MB


async def test_2500_servers_fit_into_170_mb(
    large_host: ContainerHost, record_property: Note
) -> None:
    bot = await large_host.start()
    await bot.says(rf"\b{SERVERS} servers")

    running = await large_host.running()

    record_property("MB in 2,500 servers", running.own_bytes() / MB)
    record_property("MB in 2,500 servers, libraries' files included", running.resident_bytes() / MB)
    assert running.resident_bytes() <= LARGE_MB * MB
