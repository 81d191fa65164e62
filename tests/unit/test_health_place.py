"""Where the bot listens, as its host writes it down, and who asks there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.health import DEFAULT_PORT, read_place, written_place
from tests.stage import PROJECT

_ASK = (sys.executable, "-m", "bot", "health")
# A process that imports one library of the bot's takes at least twice as long.
_QUICK_S = 0.1


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("8080", ("", 8080)),
        ("0", ("", 0)),
        ("127.0.0.1:9000", ("127.0.0.1", 9000)),
        ("[::1]:9000", ("::1", 9000)),
        (" 8080 ", ("", 8080)),
    ],
)
def test_a_port_alone_means_all_addresses(written: str, place: tuple[str, int]) -> None:
    assert read_place(written) == place


@pytest.mark.parametrize("written", ["", "http", "-1", "65536", ":8080", "8080:", "1.5", "٣"])
def test_what_is_no_port_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="should be a port such as 8080"):
        read_place(written)


def _asked(folder: Path = PROJECT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  the command is ours, whole
        _ASK,
        cwd=folder,
        env={"PYTHONPATH": str(PROJECT), **environment},
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )


def test_asking_imports_nothing_but_the_standard_library() -> None:
    asked = _asked(HTTP_PORT="0", PYTHONPROFILEIMPORTTIME="1")

    imported = {line.rpartition("|")[2].strip() for line in asked.stderr.splitlines()}
    outside = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in outside if name.startswith("bot")} == {"bot", "bot.health"}
    assert not outside & {"pydantic", "discord", "aiohttp", "typing_extensions", "orjson"}
    assert not imported & {"asyncio", "http.client", "argparse"}


def test_asking_takes_less_than_a_tenth_of_a_second() -> None:
    def one_s() -> float:
        before = os.times()
        _asked(HTTP_PORT="0")
        after = os.times()
        used_s = after.children_user - before.children_user
        return used_s + after.children_system - before.children_system

    # Of the processor's time, and the best of five: what else runs is no fault of ours.
    assert min(one_s() for _ in range(5)) < _QUICK_S


def test_where_nothing_is_served_nothing_is_ill() -> None:
    asked = _asked(HTTP_PORT="0")

    assert asked.returncode == 0
    assert asked.stdout == "HTTP_PORT is 0, so there is nothing to ask.\n"


def test_a_bot_that_is_not_there_is_not_alive() -> None:
    asked = _asked(HTTP_PORT="127.0.0.1:9")

    assert asked.returncode == 1
    assert asked.stdout == "Nothing answers on port 9. Look at the bot's log.\n"


@pytest.mark.parametrize(
    ("line", "environment"),
    [
        ("HTTP_PORT=127.0.0.1:9", {}),
        ('export HTTP_PORT = "127.0.0.1:9"  # ours', {}),
        ("HTTP_PORT=7", {"HTTP_PORT": "127.0.0.1:9"}),
        ("# HTTP_PORT=7", {"HTTP_PORT": "127.0.0.1:9"}),
    ],
)
def test_the_port_is_where_the_bot_has_it_from(
    tmp_path: Path, line: str, environment: dict[str, str]
) -> None:
    (tmp_path / ".env").write_text(f"DISCORD_TOKEN=x\n\n{line}\n", encoding="utf-8")

    asked = _asked(tmp_path, **environment)

    assert asked.stdout == "Nothing answers on port 9. Look at the bot's log.\n"


@pytest.mark.parametrize("content", [b"# HTTP_PORT=9\n", b"HTTP_PORTS=9", b"HTTP_PORT=9\n\xff"])
def test_a_line_that_is_no_setting_sets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.delenv("HTTP_PORT", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(content)

    assert written_place() == DEFAULT_PORT


def test_a_port_that_cannot_be_read_is_told_as_such() -> None:
    asked = _asked(HTTP_PORT="http")

    assert asked.returncode == 1
    assert asked.stdout.startswith("HTTP_PORT should be a port such as 8080")
