"""The log: one line for each thing that matters, and no secret in any of them.

discord.py logs whole gateway events and addresses with tokens at DEBUG, and exceptions of HTTP
libraries print addresses; so what is masked is the finished text of a record, traceback included.

What a member typed may be in a record. It can't pass for a line of ours: in a message every
character that isn't printable is written as an escape, and the lines of a traceback are indented.
"""

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TextIO

from typing_extensions import override

_ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

_MASK = "[hidden]"
# Shorter ones are slips of an operator; masking each "a" would only hide what is wrong.
SECRET_MIN_CHARACTERS = 6
_SECRET_SHAPES = (
    # A bot token: its id, its time and its signature, each in base64.
    re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"),
    # The tokens of webhooks and interactions, in addresses.
    re.compile(r"(?<=/webhooks/)(\d+/)[\w.%~-]{20,}"),
    re.compile(r"(?<=/interactions/)(\d+/)[\w.%~-]{20,}"),
    # The same in a gateway event, as JSON or as Python prints it.
    re.compile(r"""(?<=["']token["']: ["'])[^"']+|(?<=["']token["']:["'])[^"']+"""),
    # An interaction's token begins with "interaction:" in base64.
    re.compile(r"\baW50ZXJhY3Rpb246[\w+/=-]+"),
    re.compile(r"""(?i)(?<=token=["'])[^"']+"""),
    re.compile(r"(?i)(?<=bearer )[\w.~+/=-]+"),
    re.compile(r"(?i)(?<=authorization: bot )\S+"),
    re.compile(r"\b(?:sk|wsk)_[\w-]{8,}"),
    # The signature of a signed address is in its query.
    re.compile(
        r"(?<=\?)(?:[^\s\"'<>)]*)(?:sig|token|key|signature|hm)=[^\s\"'<>)]+", re.IGNORECASE
    ),
)
_COLOURS: Mapping[str, str] = {
    "DEBUG": "\x1b[2m",
    "WARNING": "\x1b[33m",
    "ERROR": "\x1b[31m",
    "CRITICAL": "\x1b[31m",
}
_PLAIN = "\x1b[0m"
_TRACE_INDENT = "    "


class RedactingFormatter(logging.Formatter):
    """Writes aligned lines and masks whatever is, or looks like, a secret."""

    def __init__(self, secrets: Iterable[str], *, coloured: bool) -> None:
        super().__init__("%(asctime)s  %(levelname)-7s  %(message)s", "%H:%M:%S")
        worth_masking = (s for s in secrets if len(s) >= SECRET_MIN_CHARACTERS)
        self._secrets = sorted(worth_masking, key=len, reverse=True)
        self._coloured = coloured

    @override
    def format(self, record: logging.LogRecord) -> str:
        text = redacted(super().format(record), self._secrets)
        colour = _COLOURS.get(record.levelname) if self._coloured else None
        return f"{colour}{text}{_PLAIN}" if colour else text

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        return visible(super().formatMessage(record))

    @override
    def formatException(self, ei: _ExceptionInfo) -> str:
        lines = super().formatException(ei).split("\n")
        return "\n".join(_TRACE_INDENT + visible(line) for line in lines)


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


def visible(text: str) -> str:
    """Write as an escape whatever would break the line, colour it or turn its direction."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask given secrets and everything that has the shape of one."""
    for secret in secrets:
        text = text.replace(secret, _MASK)
    for shape in _SECRET_SHAPES:
        text = shape.sub(_masked, text)
    return text


def _masked(match: re.Match[str]) -> str:
    kept = match[1] if match.re.groups else ""
    return f"{kept}{_MASK}"


def set_up_logging(level: str, secrets: Iterable[str], stream: TextIO = sys.stderr) -> None:
    """Send all records of all libraries to one stream, through one formatter."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter(secrets, coloured=stream.isatty()))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
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
