"""One running bot for all tests of a worker that need nothing special of it."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from sandbox.discord.world import World
from sandbox.get3w import Get3WSandbox, Scenario
from tests.discord_openapi import check_requests
from tests.stage import KEY, Stage, opened_stage

if TYPE_CHECKING:
    from pathlib import Path

# Clocks short enough for a test, long enough for a busy machine.
QUICK = {
    "GET3W_CONCURRENCY": "100",
    "GET3W_SILENCE_TIMEOUT_S": "2",
    "GET3W_PROGRESS_TIMEOUT_S": "4",
    "GET3W_DEADLINE_S": "30",
    "SHUTDOWN_GRACE_S": "1",
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_stage(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[Stage]:
    folder: Path = tmp_path_factory.mktemp("bot")
    async with (
        DiscordSandbox.open(
            world=World.demo(), settings=SandboxSettings(hidden_rate=None)
        ) as discord,
        Get3WSandbox.open(key=KEY, side_px=64) as api,
        opened_stage(folder, discord, api, **QUICK) as stage,
    ):
        api.default = Scenario.stream([0.5])
        yield stage
        check_requests(discord.requests)


@pytest_asyncio.fixture(loop_scope="session")
async def stage(shared_stage: Stage) -> AsyncGenerator[Stage]:
    """Give the shared stage; what a test set on it is taken back."""
    yield shared_stage
    shared_stage.discord.settings = SandboxSettings(hidden_rate=None)
