"""Each import contract is broken by a planted import, so each can fail."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.meta.sources import CODE, ROOT

_BREACHES: Mapping[str, tuple[str, str]] = {
    "Dependencies point inwards": ("bot/services/planted.py", "import bot.providers\n"),
    "Only the edge knows Discord": ("bot/storage/planted.py", "import discord\n"),
    "Only the doors know aiohttp": ("cogs/planted.py", "import aiohttp\n"),
    "Only storage knows the databases": ("bot/client/planted.py", "import sqlalchemy\n"),
    "Inside, values arrive plain": ("bot/presentation/planted.py", "import bot.settings\n"),
    "The domain is pure Python": ("bot/domain/planted.py", "import pydantic\n"),
    "The sandbox and the bot never meet": ("sandbox/planted.py", "import bot.domain\n"),
    "Only the screenshots need a browser": ("sandbox/page/planted.py", "import playwright\n"),
    "The sandbox and the commands never meet": ("cogs/demo.py", "import sandbox\n"),
}


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of the project with all the breaches in it."""
    root = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", root)
    for folder in CODE:
        shutil.copytree(ROOT / folder, root / folder)
    for path, text in _BREACHES.values():
        (root / path).write_text(text, encoding="utf-8")
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    return subprocess.run(  # noqa: S603  the command is ours, whole
        command, cwd=root, capture_output=True, check=False, text=True
    ).stdout


@pytest.mark.parametrize("contract", _BREACHES)
def test_a_planted_import_breaks_the_contract(contract: str, verdict: str) -> None:
    lines = [line for line in verdict.splitlines() if line.startswith(contract)]

    assert lines
    assert lines[0].endswith("BROKEN")
