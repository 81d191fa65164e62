"""A record becomes one line that nothing in it can forge, and that holds no secret."""

import io
import logging
from collections.abc import Callable, Generator

import discord
import pytest

from bot.observability.logs import redacted, set_up_logging

OF_BOT = "MTMwMDAwMDAwMDAwMDAwMDAwMA.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB"
OF_INTERACTION = "aW50ZXJhY3Rpb246MTMwMDAwMDAwMDAwMDpzb21lLXRva2Vu"
Log = Callable[[str], io.StringIO]


@pytest.fixture
def log() -> Generator[Log]:
    """Give a function that sets the log up; everything is put back at the end."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def set_up(log_level: str, stream: io.StringIO | None = None) -> io.StringIO:
        stream = stream or io.StringIO()
        set_up_logging(log_level, ["the-key", "e", ""], stream)
        return stream

    yield set_up
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    for name in ("bot", "cogs", "stamina", "discord.shard", "discord.app_commands.tree"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.NOTSET)
        logger.filters.clear()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class HostileError(Exception):
    """Says whatever somebody wants the log to say."""


def fail(message: str) -> None:
    raise HostileError(message)


def caught(message: str) -> Exception:
    with pytest.raises(HostileError) as failed:
        fail(message)
    return failed.value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\n12:00:00  ERROR    b", r"a\n12:00:00  ERROR    b"),
        ("a\r\x1b[31mb", r"a\r\x1b[31mb"),
        ("a\u202eb\u2028c", r"a\u202eb\u2028c"),
        ("Zoë 🐈 東京", "Zoë 🐈 東京"),
    ],
)
def test_a_value_in_a_message_stays_on_its_line(log: Log, value: str, shown: str) -> None:
    stream = log("INFO")

    logging.getLogger("bot").info("name  %s", value)

    (line,) = stream.getvalue().splitlines()
    assert line.endswith(f"  INFO     name  {shown}")


def test_a_trace_cant_hold_a_line_that_passes_for_another_record(log: Log) -> None:
    stream = log("INFO")

    error = caught("a\n12:00:00  ERROR    forged\x1b[2J")
    logging.getLogger("bot").error("broken", exc_info=error)

    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("  ERROR    broken")
    assert all(line.startswith("    ") for line in rest)
    assert "\x1b" not in stream.getvalue()


def test_a_trace_holds_no_secret(log: Log) -> None:
    stream = log("INFO")

    error = caught(f"the-key and {OF_BOT} and {OF_INTERACTION}")
    logging.getLogger("bot").error("broken", exc_info=error)

    last = stream.getvalue().splitlines()[-1]
    assert last.endswith("HostileError: [hidden] and [hidden] and [hidden]")


@pytest.mark.parametrize(
    "text",
    [
        f"{{'token': '{OF_INTERACTION}'}}",
        "{'token': 'another-shape-of-token'}",
        '{"token":"another-shape-of-token"}',
        "InteractionRoad(application_id=1, token='another-shape-of-token')",
        "PATCH /webhooks/1/another-shape-of-token/messages/@original",
        "POST /interactions/1/another-shape-of-token/callback",
        "Authorization: Bot another-shape-of-token",
        "Authorization: Bearer another-shape-of-token",
    ],
)
def test_a_token_is_masked_by_what_stands_around_it(text: str) -> None:
    assert "[hidden]" in redacted(text)
    assert "another-shape-of-token" not in redacted(text)
    assert OF_INTERACTION not in redacted(text)


def test_a_secret_too_short_to_be_one_doesnt_tear_holes_into_the_log(log: Log) -> None:
    stream = log("INFO")

    logging.getLogger("bot").info("everything reads well")

    assert "everything reads well" in stream.getvalue()


def test_below_a_warning_only_our_own_modules_speak(log: Log) -> None:
    stream = log("INFO")

    for name in ("discord.client", "aiohttp.access", "PIL", "asyncio", "bot.app", "cogs.help"):
        logging.getLogger(name).info("from %s", name)
        logging.getLogger(name).debug("from %s", name)

    assert [line.split()[-1] for line in stream.getvalue().splitlines()] == ["bot.app", "cogs.help"]


def test_at_debug_everybody_speaks(log: Log) -> None:
    stream = log("DEBUG")

    logging.getLogger("discord.client").debug("hello")

    assert "hello" in stream.getvalue()


@pytest.mark.parametrize("level", ["WARNING", "ERROR"])
def test_a_level_above_info_holds_for_ours_too(log: Log, level: str) -> None:
    stream = log(level)

    logging.getLogger("bot.app").info("ready")
    logging.getLogger("discord").warning("slow")

    assert stream.getvalue().count("\n") == (level == "WARNING")


def test_a_connection_that_the_library_mends_itself_is_one_line(log: Log) -> None:
    stream = log("INFO")

    logger = logging.getLogger("discord.shard")
    logger.error("Attempting a reconnect in %.2fs", 1.5, exc_info=ConnectionResetError(104, "x"))

    (line,) = stream.getvalue().splitlines()
    assert line.endswith("WARNING  Attempting a reconnect in 1.50s (ConnectionResetError)")


def test_suggestions_that_come_too_late_are_one_line(log: Log) -> None:
    stream = log("INFO")

    logger = logging.getLogger("discord.app_commands.tree")
    logger.error("Ignoring exception in autocomplete", exc_info=discord.DiscordException("late"))

    (line,) = stream.getvalue().splitlines()
    assert line.endswith("WARNING  Ignoring exception in autocomplete (DiscordException)")


def test_a_mistake_of_ours_in_suggestions_keeps_its_trace(log: Log) -> None:
    stream = log("INFO")

    logger = logging.getLogger("discord.app_commands.tree")
    logger.error("Ignoring exception in autocomplete", exc_info=caught("ours"))

    assert "HostileError: ours" in stream.getvalue()


def test_a_download_that_is_tried_again_is_worth_no_line(log: Log) -> None:
    stream = log("INFO")

    logging.getLogger("stamina").warning("stamina.retry_scheduled")

    assert stream.getvalue() == ""


def test_only_a_terminal_gets_colours(log: Log) -> None:
    for stream in (io.StringIO(), Terminal()):
        log("INFO", stream)
        logging.getLogger("bot").warning("careful")

        assert ("\x1b[33m" in stream.getvalue()) == stream.isatty()
