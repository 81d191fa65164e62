"""The log as documents: one of a line for each record, with no secret in any of its texts."""

import io
import json
import logging
from collections.abc import Callable, Generator

import pytest
from structlog.contextvars import bound_contextvars

from bot.observability.log_forms import JsonFormatter
from bot.observability.logs import set_up_logging

Read = Callable[[], list[dict[str, object]]]
KEY = 'an opaque key, "quoted" \\ and of no shape'


@pytest.fixture
def told() -> Generator[Read]:
    """Set the log up as in a container; give a function that reads what was written."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logging("DEBUG", [KEY], stream, "auto")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def fail(words: str) -> None:
    raise ConnectionError(words)


def test_a_document_tells_when_how_grave_from_where_and_what(told: Read) -> None:
    logging.getLogger("bot.services").warning("the line waits: %s", "locked")

    (document,) = told()
    assert document.pop("at", "").__class__ is str
    assert document == {
        "level": "warning",
        "logger": "bot.services",
        "event": "the line waits: locked",
    }


def test_what_comes_along_with_a_record_keeps_its_kind(told: Read) -> None:
    extra = {"took_s": 1.5, "interaction": 1300000000000000000, "private": False, "job": "7QK2M"}

    logging.getLogger("bot").info("job", extra=extra)

    (document,) = told()
    assert extra.items() <= document.items()


def test_what_is_bound_to_a_task_comes_with_records_of_any_library(told: Read) -> None:
    with bound_contextvars(job="7QK2M"):
        logging.getLogger("aiohttp.client").info("sent")
    logging.getLogger("aiohttp.client").info("sent")

    inside, outside = told()
    assert inside["job"] == "7QK2M"
    assert "job" not in outside


@pytest.mark.parametrize("name", ["event", "detail"])
def test_a_secret_is_masked_before_it_is_quoted(told: Read, name: str) -> None:
    words = {"event": "the rest", "detail": "the rest", name: f"the key is {KEY}!"}

    logging.getLogger("bot").info(words["event"], extra={"detail": words["detail"]})

    (document,) = told()
    assert document[name] == "the key is [hidden]!"


def test_a_secret_in_a_trace_is_masked_and_the_trace_stays_in_its_document(told: Read) -> None:
    try:
        fail(f"no way to /webhooks/42/{'x' * 60} with {KEY}\x1b[31m")
    except ConnectionError:
        logging.getLogger("bot").exception("it broke")

    (document,) = told()
    trace = str(document["exception"])
    assert trace.startswith("Traceback")
    assert trace.endswith(r"ConnectionError: no way to /webhooks/42/[hidden] with [hidden]\x1b[31m")


def test_nothing_in_a_message_can_end_the_line_or_turn_it() -> None:
    # Past the root logger: half a character is more than those can take who carry tests about.
    hostile = 'a\n{"event": "forged"}\u202e\ud800'
    record = logging.LogRecord("bot", logging.INFO, "", 1, "name  %s", (hostile,), None)

    line = JsonFormatter([]).format(record)

    document = json.loads(line)
    assert line.isprintable()
    assert document["event"] == r'name  a\n{"event": "forged"}\u202e\ud800'


def test_the_password_of_a_databases_address_is_masked(told: Read) -> None:
    logging.getLogger("x").info("to postgresql://ada:correct-horse@db/p")

    (document,) = told()
    assert document["event"] == "to postgresql://ada:[hidden]@db/p"
