"""How a record of the log is written: a line for people, or a document for collectors.

Every record of every library goes through structlog's formatter, so both forms know the same of it:
the message, what came along as ``extra``, and what is bound to the task that it comes from
(structlog's context), such as the job. Masked is the finished line, or each text of the document.
"""

import logging
from collections.abc import Iterable, Mapping
from types import TracebackType

import orjson
from structlog.contextvars import merge_contextvars
from structlog.processors import TimeStamper, format_exc_info
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, WrappedLogger
from typing_extensions import override

from bot.observability.log_secrets import redacted, worth_masking

_ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

_COLOURS: Mapping[str, str] = {
    "DEBUG": "\x1b[2m",
    "WARNING": "\x1b[33m",
    "ERROR": "\x1b[31m",
    "CRITICAL": "\x1b[31m",
}
_PLAIN = "\x1b[0m"
_TRACE_INDENT = "    "
# Of what comes along with a record, people see spans of time; ids are for machines.
_SEEN_ENDING = "_s"
# A trace is many lines, each of which has to be fit to be seen.
_MANY_LINES = frozenset({"exception", "stack_info"})


class RedactingFormatter(ProcessorFormatter):
    """Writes aligned lines and masks whatever is, or looks like, a secret."""

    def __init__(self, secrets: Iterable[str], *, coloured: bool) -> None:
        super().__init__(
            processors=(self._line,),
            foreign_pre_chain=(merge_contextvars, ExtraAdder()),
            keep_exc_info=True,
            keep_stack_info=True,
            datefmt="%H:%M:%S",
        )
        self._secrets = worth_masking(secrets)
        self._coloured = coloured

    @override
    def format(self, record: logging.LogRecord) -> str:
        text = redacted(super().format(record), self._secrets)
        colour = _COLOURS.get(record.levelname) if self._coloured else None
        return f"{colour}{text}{_PLAIN}" if colour else text

    @override
    def formatException(self, ei: _ExceptionInfo) -> str:
        lines = super().formatException(ei).split("\n")
        return "\n".join(_TRACE_INDENT + visible(line) for line in lines)

    def _line(self, _: WrappedLogger, __: str, told: EventDict) -> str:
        record: logging.LogRecord = told["_record"]
        head = f"{self.formatTime(record, self.datefmt)}  {record.levelname:<7}  {told['event']}"
        spans = (f"  {name}={value}" for name, value in told.items() if name.endswith(_SEEN_ENDING))
        return visible(head + "".join(spans))


class JsonFormatter(ProcessorFormatter):
    """Writes a document of one line and masks whatever is, or looks like, a secret."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(
            processors=(
                ProcessorFormatter.remove_processors_meta,
                format_exc_info,
                self._document,
            ),
            foreign_pre_chain=(
                TimeStamper(fmt="iso", key="at"),
                add_log_level,
                add_logger_name,
                merge_contextvars,
                ExtraAdder(),
            ),
        )
        self._secrets = worth_masking(secrets)

    def _document(self, _: WrappedLogger, __: str, told: EventDict) -> str:
        document = {name: self._clean(name, value) for name, value in told.items()}
        return orjson.dumps(document).decode()

    def _clean(self, name: str, value: object) -> object:
        if value is None or isinstance(value, int | float):
            return value
        text = redacted(str(value), self._secrets)
        if name in _MANY_LINES:
            return "\n".join(visible(line) for line in text.split("\n"))
        return visible(text)


def visible(text: str) -> str:
    """Write as an escape whatever would break the line, colour it or turn its direction."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
