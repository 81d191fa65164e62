"""Asking Discord who the token belongs to and how it is there; nothing is changed by it.

A token that can't be one isn't sent, and a wrong one is sent once: each refusal counts against the
limit of invalid requests.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp

from bot.client.discord_errors import is_object, json_object
from bot.client.token_shape import fault_in_shape
from bot.domain.findings import Cause, Finding, Subject, look, mend, skipped, well

_WITHIN_S = 10.0
# The most that a clock may be off before days, limits and signatures come out wrong; the header
# has whole seconds and the answer is on its way for some time.
_CLOCK_MAX_OFF_S = 30.0
# As many as a start of several shards, with its troubles, may need.
_STARTS_FEW = 50
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class DiscordQuestion:
    """Where Discord is, and what the settings say of the bot there.

    Attributes
    ----------
    token
        ``None`` where there is none that can be used.
    server_count
        How many servers are listed; ``None`` for all there are.
    """

    api_url: str
    token: str | None
    server_count: int | None
    shard_count: int | None


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    document: Mapping[str, object]
    off_s: float | None


class _NoReplyError(Exception):
    """Nothing came back; the text says why, in a few words without any address."""


async def check_discord(session: aiohttp.ClientSession, question: DiscordQuestion) -> list[Finding]:
    """Ask, and say what came of it; never fails."""
    fault = _fault(question.token)
    token = question.token if fault is None else None
    try:
        reply = await _asked(session, question, "gateway/bot" if token else "gateway", token)
        if token is None:
            return [*(fault or ()), *_answering(reply), *_unknown()]
        if reply.status in _REFUSALS:
            return [_refused(reply.status), *_answering(reply), *_unknown()]
        about = await _asked(session, question, "applications/@me", token)
    except _NoReplyError as error:
        first = [skipped(Subject.TOKEN, Subject.DISCORD)] if fault is None else fault
        return [*first, *_unreachable(str(error))]
    return [*_application(question, about), *_answering(reply), _shards(question, reply)]


def _fault(token: str | None) -> list[Finding] | None:
    """Tell what is wrong before it is sent; of one that is missing, its settings tell."""
    if token is None:
        return []
    cause = fault_in_shape(token)
    return None if cause is None else [mend(Subject.TOKEN, cause)]


def _refused(status: int) -> Finding:
    return mend(Subject.TOKEN, Cause.TOKEN_REFUSED, status=status)


def _unknown() -> list[Finding]:
    return [skipped(Subject.REACH, Subject.TOKEN), skipped(Subject.SHARDS, Subject.TOKEN)]


def _unreachable(reason: str) -> list[Finding]:
    others = (Subject.REACH, Subject.SHARDS, Subject.CLOCK)
    return [
        mend(Subject.DISCORD, Cause.DISCORD_UNREACHABLE, reason=reason),
        *(skipped(subject, Subject.DISCORD) for subject in others),
    ]


async def _asked(
    session: aiohttp.ClientSession, question: DiscordQuestion, path: str, token: str | None
) -> _Reply:
    headers = {"Authorization": f"Bot {token}"} if token else {}
    try:
        async with (
            asyncio.timeout(_WITHIN_S),
            session.get(
                f"{question.api_url}/{path}", headers=headers, allow_redirects=False
            ) as response,
        ):
            off_s = clock_off_s(response.headers.get("Date"))
            reply = _Reply(response.status, json_object(await response.read()), off_s)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise _NoReplyError(unreachable_for(error)) from None
    if reply.status != HTTPStatus.OK and reply.status not in _REFUSALS:
        raise _NoReplyError(f"status {reply.status}")
    if reply.status == HTTPStatus.OK and not reply.document:
        raise _NoReplyError("an answer that isn't Discord's")
    return reply


def unreachable_for(error: Exception) -> str:
    """Say why nobody answered, in a few words without any address."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "its name can't be found"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return "its certificate isn't trusted here"
        case aiohttp.ClientConnectorError():
            return "no connection"
        case TimeoutError():
            return "no answer"
        case _:
            return type(error).__name__


def clock_off_s(date: str | None) -> float | None:
    """Tell how far this machine's clock is ahead of a header ``Date``; ``None`` without one."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return (datetime.now(UTC) - theirs.replace(tzinfo=UTC)).total_seconds()


def _answering(reply: _Reply) -> list[Finding]:
    return [well(Subject.DISCORD, Cause.DISCORD_ANSWERS), clock_finding(reply.off_s)]


def clock_finding(off_s: float | None) -> Finding:
    """Judge a difference between two clocks."""
    if off_s is None:
        return skipped(Subject.CLOCK, Subject.DISCORD)
    if abs(off_s) <= _CLOCK_MAX_OFF_S:
        return well(Subject.CLOCK, Cause.CLOCK_RIGHT)
    direction = "ahead" if off_s > 0 else "behind"
    return mend(Subject.CLOCK, Cause.CLOCK_OFF, seconds=abs(off_s), direction=direction)


def _application(question: DiscordQuestion, reply: _Reply) -> list[Finding]:
    if reply.status in _REFUSALS:
        return [_refused(reply.status), skipped(Subject.REACH, Subject.TOKEN)]
    name, servers = _text(reply, "name"), _number(reply, "approximate_guild_count")
    taken = well(Subject.TOKEN, Cause.TOKEN_TAKEN, name=name, servers=servers)
    return [taken, _reach(question, public=reply.document.get("bot_public") is not False)]


def _reach(question: DiscordQuestion, *, public: bool) -> Finding:
    if question.server_count is not None:
        return well(Subject.REACH, Cause.REACH_LISTED, servers=question.server_count)
    if public:
        return mend(Subject.REACH, Cause.REACH_PUBLIC)
    return well(Subject.REACH, Cause.REACH_PRIVATE)


def _shards(question: DiscordQuestion, reply: _Reply) -> Finding:
    wanted = _number(reply, "shards")
    if question.shard_count is not None and question.shard_count < wanted:
        return look(
            Subject.SHARDS, Cause.SHARDS_TOO_FEW, wanted=wanted, shards=question.shard_count
        )
    left = _starts_left(reply)
    if left is not None and left < _STARTS_FEW:
        return look(Subject.SHARDS, Cause.STARTS_FEW, left=left)
    return well(Subject.SHARDS, Cause.SHARDS_ENOUGH, shards=question.shard_count or wanted)


def _starts_left(reply: _Reply) -> int | None:
    starts = reply.document.get("session_start_limit")
    left = starts.get("remaining") if is_object(starts) else None
    return left if isinstance(left, int) else None


def _text(reply: _Reply, name: str) -> str:
    return str(reply.document.get(name, ""))


def _number(reply: _Reply, name: str) -> int:
    value = reply.document.get(name)
    return value if isinstance(value, int) else 0
