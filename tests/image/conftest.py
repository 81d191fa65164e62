"""The image that ``.ci/image`` has built, between a local Discord and a local image API."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from sandbox.get3w import Get3WSandbox, Scenario
from tests.discord_openapi import check_requests
from tests.image.containers import ContainerHost, Image, built_image
from tests.stage import KEY


@pytest.fixture
def image() -> Image:
    built = built_image()
    if built is None:
        pytest.skip("no image was built; .ci/image builds one and runs these tests")
    return built


@pytest.fixture
async def host(image: Image, tmp_path: Path) -> AsyncGenerator[ContainerHost]:
    """Give somebody who starts containers; at the end none is left, and nothing has leaked."""
    async with (
        DiscordSandbox.open(settings=SandboxSettings(hidden_rate=None)) as discord,
        Get3WSandbox.open(key=KEY, side_px=64) as api,
    ):
        api.default = Scenario.stream([0.5])
        host = ContainerHost(discord, api, tmp_path, image=image)
        try:
            yield host
        finally:
            await host.end()
        assert host.leaks() == []
        check_requests(discord.requests)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures that tests have measured."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"image: {value:.3g} {name}")
