"""What a bot on SQLite does without until it is needed isn't loaded at its start."""

import subprocess
import sys

import pytest

from tests.stage import PROJECT

_LOADED = "import sys, bot.app.running; print(*sys.modules, sep='\\n')"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """Name what an interpreter has loaded that is about to run the bot."""
    command = (sys.executable, "-c", _LOADED)
    told = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)  # noqa: S603  ours, whole
    return set(told.stdout.split())


@pytest.mark.parametrize(
    "library",
    [
        "PIL",
        "alembic",
        "asyncpg",
        "sqlalchemy.dialects.postgresql",
        "sqlalchemy.ext.asyncio",
        "sqlalchemy.orm",
        "bot.app.check",
        "bot.app.errands",
    ],
)
def test_a_library_that_is_not_needed_yet_is_not_loaded(loaded: set[str], library: str) -> None:
    assert "bot.app.running" in loaded
    assert library not in loaded
