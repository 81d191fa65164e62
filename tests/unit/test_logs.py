"""No secret gets into the log, in whatever form it comes."""

import base64
import io
import logging
from collections.abc import Iterator

import pytest
import stamina

from bot.observability.logs import RedactingFormatter, redacted, set_up_logging

# Made up here, in the shape of the real ones.
BOT_TOKEN = ".".join((base64.b64encode(b"123456789012345678").decode(), "GaBcDe", "x-y_Z" * 7))
INTERACTION_TOKEN = "aW50ZXJhY3Rpb246" + "Zm9vYmFy" * 20
API_KEY = "wsk_" + "live-0123456789abcdef"
OPAQUE_KEY = "an opaque key, of no shape"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Set the log up as the program does, into memory, and put it back afterwards."""
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    level, library_level = root.level, logging.getLogger("discord").level
    root.handlers.clear()
    stream = io.StringIO()
    set_up_logging("DEBUG", [OPAQUE_KEY], stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    logging.getLogger("discord").setLevel(library_level)


async def test_a_retry_is_written_into_the_log_and_nowhere_else(
    log: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    async def download(_: str) -> None:
        raise ConnectionResetError

    caller = stamina.AsyncRetryingCaller(attempts=2, wait_initial=0.0, wait_max=0.0)
    with pytest.raises(ConnectionResetError):
        await caller(ConnectionResetError, download, f"https://x.test/a?sig={OPAQUE_KEY}")

    assert "stamina" in log.getvalue()
    assert OPAQUE_KEY not in log.getvalue()
    assert "".join(capsys.readouterr()) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"logging in with {BOT_TOKEN} now", "logging in with [hidden] now"),
        (f"Authorization: Bot {BOT_TOKEN}", "Authorization: Bot [hidden]"),
        ("authorization: Bot short-one", "authorization: Bot [hidden]"),
        ("Authorization: Bearer abc.def/ghi==", "Authorization: Bearer [hidden]"),
        (
            f"PATCH /webhooks/42/{INTERACTION_TOKEN}/messages/@original",
            "PATCH /webhooks/42/[hidden]/messages/@original",
        ),
        (
            f"POST /interactions/42/{INTERACTION_TOKEN}/callback?with_response=1",
            "POST /interactions/42/[hidden]/callback?with_response=1",
        ),
        (f'{{"token":"{INTERACTION_TOKEN}","type":2}}', '{"token":"[hidden]","type":2}'),
        ("{'token': 'abc', 'type': 2}", "{'token': '[hidden]', 'type': 2}"),
        (f"key {API_KEY}!", "key [hidden]!"),
        ("sk_0123456789", "[hidden]"),
        (
            "https://cdn.example/a.png?Expires=1&Signature=abc&Key-Pair-Id=K",
            "https://cdn.example/a.png?[hidden]",
        ),
        ("GET 'https://x.example/a?token=abc' failed", "GET 'https://x.example/a?[hidden]' failed"),
        (
            "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=abc",
            "https://cdn.discordapp.com/attachments/1/2/a.png?[hidden]",
        ),
        (f"the key is {OPAQUE_KEY}", "the key is [hidden]"),
    ],
)
def test_each_shape_of_a_secret_is_masked(text: str, shown: str) -> None:
    assert redacted(text, [OPAQUE_KEY]) == shown


@pytest.mark.parametrize(
    "text",
    [
        "ready  imagine#0  2 servers  1 shard  0.6 s",
        "job 7QK2M  get3w/flux-dev  Done  3.2 s",
        "https://discord.com/oauth2/authorize?client_id=1&scope=bot&permissions=274878024704",
        "bot.presentation.delivery",
        "shard 3 of 12 is connected",
    ],
)
def test_what_an_operator_has_to_read_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_longer_secret_is_masked_before_one_that_is_part_of_it() -> None:
    formatter = RedactingFormatter(["secret", "secret-too", ""], coloured=False)
    record = logging.LogRecord("x", logging.INFO, "", 1, "secret-too secret", (), None)

    assert formatter.format(record).endswith("[hidden] [hidden]")


def test_a_secret_among_the_arguments_is_masked(log: io.StringIO) -> None:
    logging.getLogger("any.library").debug("sent %s and %r", BOT_TOKEN, {"key": OPAQUE_KEY})

    assert BOT_TOKEN not in log.getvalue()
    assert OPAQUE_KEY not in log.getvalue()
    assert log.getvalue().count("[hidden]") == 2


def test_a_secret_in_a_traceback_is_masked(log: io.StringIO) -> None:
    def fail() -> None:
        raise ConnectionError(f"cannot reach /webhooks/42/{INTERACTION_TOKEN} with {OPAQUE_KEY}")

    try:
        fail()
    except ConnectionError:
        logging.getLogger("bot").exception("it broke")

    assert "Traceback" in log.getvalue()
    assert INTERACTION_TOKEN not in log.getvalue()
    assert OPAQUE_KEY not in log.getvalue()


def test_lines_are_aligned(log: io.StringIO) -> None:
    logging.getLogger("bot").info("one")
    logging.getLogger("bot").warning("two")

    first, second = log.getvalue().splitlines()
    assert first.index("one") == second.index("two")


def test_there_are_colours_on_a_terminal_only(log: io.StringIO) -> None:
    terminal = Terminal()
    logging.getLogger("bot").error("dull")
    set_up_logging("INFO", [], terminal)

    logging.getLogger("bot").error("bright")

    assert "\x1b" not in log.getvalue()
    assert terminal.getvalue().startswith("\x1b[31m")
    assert terminal.getvalue().endswith("\x1b[0m\n")


def test_a_plain_line_has_no_colour_on_a_terminal(log: io.StringIO) -> None:
    terminal = Terminal()
    set_up_logging("INFO", [], terminal)

    logging.getLogger("bot").info("plain")

    assert log.getvalue() == ""
    assert "\x1b" not in terminal.getvalue()


@pytest.mark.parametrize(("level", "heard"), [("DEBUG", True), ("INFO", False)])
def test_the_library_is_heard_below_warnings_only_while_debugging(
    log: io.StringIO, level: str, *, heard: bool
) -> None:
    set_up_logging(level, [], log)

    logging.getLogger("discord.gateway").info("a connection more")

    assert ("a connection more" in log.getvalue()) is heard


def test_setting_up_twice_does_not_log_twice(log: io.StringIO) -> None:
    set_up_logging("INFO", [], log)

    logging.getLogger("bot").info("once")

    assert log.getvalue().count("once") == 1
