"""A local Discord and a local image API, and somebody who starts bots between them."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from sandbox.get3w import Get3WSandbox, Scenario
from tests.discord_openapi import check_requests
from tests.operator import Operator
from tests.stage import KEY


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncGenerator[Operator]:
    """Give somebody who starts bots; at the end nothing runs, and nothing has leaked."""
    async with (
        DiscordSandbox.open(settings=SandboxSettings(hidden_rate=None)) as discord,
        Get3WSandbox.open(key=KEY, side_px=64) as api,
    ):
        api.default = Scenario.stream([0.5])
        operator = Operator(discord, api, tmp_path)
        try:
            yield operator
        finally:
            await operator.end()
        assert operator.leaks() == []
        check_requests(discord.requests)
