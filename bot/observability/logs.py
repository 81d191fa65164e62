"""The log: one line for each thing that matters, and no secret in any of them.

discord.py logs whole gateway events and addresses with tokens at DEBUG, and exceptions of HTTP
libraries print addresses; so what is masked is the finished text of a record, traceback included.

What a member typed may be in a record. It can't pass for a line of ours: in a message every
character that isn't printable is written as an escape, and the lines of a traceback are indented.
"""

import logging
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

import stamina
from typing_extensions import override

from bot.observability.log_forms import JsonFormatter, RedactingFormatter, visible
from bot.observability.log_secrets import SECRET_MIN_CHARACTERS, redacted

__all__ = ["SECRET_MIN_CHARACTERS", "RedactingFormatter", "redacted", "set_up_logging", "visible"]

LogForm = Literal["auto", "text", "json"]


class LostConnections(logging.Filter):
    """Makes one line of the library's traces of connections that it mends itself."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            _make_brief(record, error)
        return True


class LateSuggestions(logging.Filter):
    """Makes one line of the library's traces of suggestions that didn't get through in time.

    A mistake of ours among them keeps its trace.
    """

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and _is_met_on_the_way(error):
            _make_brief(record, error)
        return True


def _is_met_on_the_way(error: BaseException) -> bool:
    package = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError) or package in {"aiohttp", "discord"}


def _make_brief(record: logging.LogRecord, error: BaseException) -> None:
    record.msg = f"{record.getMessage()} ({type(error).__name__})"
    record.args, record.exc_info = (), None
    record.levelno, record.levelname = logging.WARNING, "WARNING"


def set_up_logging(
    level: str, secrets: Iterable[str], stream: TextIO = sys.stderr, form: LogForm = "text"
) -> None:
    """Send all records of all libraries to one stream, through one formatter.

    Parameters
    ----------
    form
        ``auto`` writes lines for people on a terminal, and documents where there is none.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(secrets, stream, form))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # Where it finds structlog, it would print its retries past the log, with the addresses in them.
    stamina.instrumentation.set_on_retry_hooks([stamina.instrumentation.LoggingOnRetryHook])
    if level == "DEBUG":
        return
    # Below a warning, ours say what an operator wants to know of it; theirs tell of each request.
    logging.getLogger().setLevel("ERROR" if level == "ERROR" else "WARNING")
    for name in ("bot", "cogs"):
        logging.getLogger(name).setLevel(level)
    # It tells of each download that is tried again, in no words of ours.
    logging.getLogger("stamina").setLevel("ERROR")
    logging.getLogger("discord.shard").addFilter(LostConnections())
    logging.getLogger("discord.app_commands.tree").addFilter(LateSuggestions())


def _formatter(secrets: Iterable[str], stream: TextIO, form: LogForm) -> logging.Formatter:
    if form == "json" or (form == "auto" and not stream.isatty()):
        return JsonFormatter(secrets)
    return RedactingFormatter(secrets, coloured=stream.isatty())
