from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from sandbox.demo import Plan, main, save_picture, show
from sandbox.discord.attachments import Attachment
from sandbox.terminal import Terminal
from tests.page.tiny_picture import tiny_png

BOT = str(Path(__file__).parent / "demo_bot.py")
PROJECT = Path(__file__).parents[2]


async def run(way: str, folder: Path, *, within_s: float = 20.0) -> tuple[int, str]:
    out = io.StringIO()
    plan = Plan(once=True, pictures=folder, program=(BOT, way), within_s=within_s)
    return await show(plan, Terminal(out)), out.getvalue()


async def test_the_demo_shows_each_state_and_saves_the_picture(tmp_path: Path) -> None:
    code, said = await run("paint", tmp_path)
    assert code == 0
    states = [line.partition(" s  ")[2] for line in said.splitlines() if " s  " in line]
    assert states[:2] == ["🎨 Painting · 10 %", "🎨 Painting · 90 %"]
    assert states[2].endswith("cat.png, 8 × 8, 0 kB")
    assert (tmp_path / "a-cat-in-space.png").read_bytes() == tiny_png()


async def test_the_demo_ends_with_1_when_the_message_says_that_it_failed(tmp_path: Path) -> None:
    code, said = await run("fail", tmp_path)
    assert code == 1
    assert "⚠️ The connection was lost." in said
    assert "The bot made no picture." in said


async def test_the_demo_shows_the_last_words_of_a_bot_that_dies(tmp_path: Path) -> None:
    code, said = await run("die", tmp_path)
    assert code == 1
    assert "The bot ended by itself with exit code 1." in said
    assert "DISCORD_TOKEN is missing" in said


async def test_the_demo_gives_up_on_a_bot_that_never_paints(tmp_path: Path) -> None:
    code, said = await run("sulk", tmp_path, within_s=0.5)
    assert code == 1
    assert "No picture came within" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_the_demo_and_its_bot_with_0(
    tmp_path: Path, number: signal.Signals
) -> None:
    out = _Heard("The page stays open")
    plan = Plan(once=False, pictures=tmp_path, program=(BOT, "paint"))
    demo = asyncio.create_task(show(plan, Terminal(out)))
    async with asyncio.timeout(20):
        await out.heard.wait()
        os.kill(os.getpid(), number)
        assert await demo == 0


async def test_a_picture_is_saved_elsewhere_where_its_folder_takes_none(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, no folder"
    blocked.touch()
    picture = Attachment(1, "cat.png", 3, "", "image/png", "", data=b"PNG")
    path = save_picture(picture, "A cat", [blocked, tmp_path / "second"])
    assert path == tmp_path / "second" / "a-cat.png"
    assert path.read_bytes() == b"PNG"


def test_a_port_that_is_taken_is_a_sentence_and_no_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--once", "--port", str(port)]) == 1
    assert "The sandbox can't be opened: " in capsys.readouterr().out


async def test_the_sandbox_alone_says_how_a_bot_gets_there() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode() for _ in range(6)]
    process.terminate()
    assert await process.wait() == 0
    assert lines[0].startswith("The sandbox is open. Page: http://127.0.0.1:")
    names = {line.strip().partition("=")[0] for line in lines[2:]}
    assert names == {"DISCORD_TOKEN", "GET3W_API_KEY", "DISCORD_API_URL", "GET3W_API_URL"}


class _Heard(io.StringIO):
    """An output that tells when certain words have been written to it."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words
        self.heard = asyncio.Event()

    def write(self, text: str) -> int:
        if self._words in text:
            self.heard.set()
        return super().write(text)
