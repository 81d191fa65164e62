"""The script that takes the documents' screenshots, as a program."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.page.conftest import CHROMIUM

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = Path(__file__).parents[2]


def take(*arguments: str, path: str = os.environ["PATH"]) -> tuple[int | None, str]:
    return asyncio.run(_taken(arguments, path))


async def _taken(arguments: Sequence[str], path: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox.screenshots",
        *arguments,
        cwd=PROJECT,
        env={**os.environ, "PATH": path},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_screenshot_is_a_small_picture_of_the_message_alone(tmp_path: Path) -> None:
    code, said = take("panel-limits", "--into", str(tmp_path))

    assert code == 0, said
    (path,) = tmp_path.iterdir()
    assert path.name == "panel-limits.png"
    assert path.stat().st_size < 150_000
    with Image.open(path) as picture:
        assert picture.width == 1080
        assert picture.height < picture.width


def test_a_screenshot_that_there_is_not_is_named() -> None:
    code, said = take("sunset")

    assert code == 2
    assert "there is no sunset" in said


def test_a_machine_without_a_browser_is_told_what_to_install(tmp_path: Path) -> None:
    code, said = take("log", "--into", str(tmp_path), path=str(tmp_path))

    assert code == 1
    assert "apt-get install chromium" in said
    assert list(tmp_path.iterdir()) == []
