"""What Discord's refusals mean to whoever sends: from status and code to an error of ours."""

from collections.abc import Collection, Iterator, Mapping
from http import HTTPStatus
from typing import TypeGuard, cast

import aiohttp
import discord
import orjson

from bot.presentation.sending import (
    AlreadyAnsweredError,
    AnswerTooLateError,
    MessageGoneError,
    RoadClosedError,
    RoadForbiddenError,
    SendBrokenError,
    SendError,
    SendLimitedError,
    SendRefusedError,
    SendTooLargeError,
)

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_BY_CODE: Mapping[int, type[SendError]] = {
    10003: MessageGoneError,
    10008: MessageGoneError,
    10015: RoadClosedError,
    10062: AnswerTooLateError,
    40005: SendTooLargeError,
    40060: AlreadyAnsweredError,
    # A person who takes no direct messages: nothing gets through, however small.
    50007: RoadClosedError,
    50027: RoadClosedError,
}
_RETRY_AFTER_UNKNOWN_S = 5.0
# Discord says so of an interaction that was answered, or that nobody answered for 3 seconds.
_TOO_LATE_CODES = (10062, 40060, 10015)
# And so of a press whose message was deleted while it was answered.
_GONE_CODES = (10008,)
# The library lets these through as they are; whether the answer was heard, nobody can tell.
_BROKEN = (aiohttp.ClientError, ConnectionError, discord.DiscordServerError)


def raise_send_error(status: int, content: bytes, headers: Mapping[str, str]) -> None:
    """Raise the ``SendError`` that an answer means; do nothing where it means success.

    Parameters
    ----------
    content
        The body, whatever it is: a page of a proxy means as much as its status.
    """
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return
    said = json_object(content)
    code = said.get("code")
    number = code if isinstance(code, int) else 0
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise SendLimitedError(_retry_after_s(said, headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SendBrokenError
    if number in _BY_CODE:
        raise _BY_CODE[number]
    raise _by_status(status, number)


def cannot_be_answered(error: Exception) -> bool:
    """Tell whether Discord takes no word any more, or didn't for as long as there was time."""
    if isinstance(error, _BROKEN):
        return True
    if isinstance(error, discord.HTTPException):
        return error.code in _TOO_LATE_CODES + _GONE_CODES
    return isinstance(error, SendError) and not isinstance(error, SendRefusedError)


def _by_status(status: int, code: int) -> SendError:
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return RoadClosedError()
        case HTTPStatus.FORBIDDEN:
            return RoadForbiddenError(code)
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return SendTooLargeError()
        case _:
            return SendRefusedError(status, code)


def json_object(content: bytes) -> dict[str, object]:
    """Read a body as a JSON object; an empty one where it is something else."""
    try:
        said: object = orjson.loads(content)
    except ValueError:
        return {}
    return said if is_object(said) else {}


def button_ids(message: Mapping[str, object]) -> Collection[str]:
    """Name all that can be pressed in a message, however deep its parts stand in each other."""
    return tuple(_custom_ids(message))


def _custom_ids(part: Mapping[str, object]) -> Iterator[str]:
    custom_id, inner = part.get("custom_id"), part.get("components")
    if isinstance(custom_id, str):
        yield custom_id
    parts = cast("list[object]", inner) if isinstance(inner, list) else []
    for each in filter(is_object, parts):
        yield from _custom_ids(each)


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Tell whether a part of a document is an object."""
    return isinstance(value, dict)


def _retry_after_s(said: Mapping[str, object], headers: Mapping[str, str]) -> float:
    for value in (said.get("retry_after"), headers.get("Retry-After")):
        try:
            return max(0.0, float(str(value)))
        except ValueError:
            continue
    return _RETRY_AFTER_UNKNOWN_S
