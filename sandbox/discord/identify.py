"""Whether an IDENTIFY is accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.discord.gateway_session import CloseCode
from sandbox.discord.json_types import as_list, int_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.discord.accounts import Application
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.settings import SandboxSettings

GUILDS_INTENT = 1 << 0
PRIVILEGED_INTENTS = 1 << 1 | 1 << 8 | 1 << 15  # members, presences, message content
KNOWN_INTENTS = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25


class Identify(NamedTuple):
    """An IDENTIFY that was accepted at `at_s` (Unix time); `told` is all of it but the token."""

    at_s: float
    shard: tuple[int, int]
    intents: int
    told: JsonObject


def shard_in(data: JsonObject) -> tuple[int, int]:
    """Return the shard's number and count; one of one when it isn't given."""
    match as_list(data.get("shard")):
        case [int(number), int(count)]:
            return number, count
        case _:
            return 0, 1


def identify_problem(data: JsonObject, application: Application) -> int | None:
    """Return the close code that an IDENTIFY deserves; None when it is well."""
    intents = int_of(data, "intents", -1)
    number, count = shard_in(data)
    if text_of(data, "token").removeprefix("Bot ") != application.token:
        return CloseCode.AUTHENTICATION_FAILED
    if not 0 <= number < count:
        return CloseCode.INVALID_SHARD
    if intents < 0 or intents & ~KNOWN_INTENTS:
        return CloseCode.INVALID_INTENTS
    if intents & PRIVILEGED_INTENTS & ~application.privileged_intents:
        return CloseCode.DISALLOWED_INTENTS
    return None


def comes_too_soon(
    shard: int, earlier: Iterable[Identify], settings: SandboxSettings, now_s: float
) -> bool:
    """Return whether another session of the shard's bucket was opened just before."""
    buckets, since_s = settings.max_concurrency, now_s - settings.identify_every_s
    return any(
        each.at_s > since_s and each.shard[0] % buckets == shard % buckets for each in earlier
    )


def session_start_limit(settings: SandboxSettings, opened: int) -> JsonObject:
    """Return what is left of today's sessions after so many were opened."""
    return {
        "total": settings.sessions_a_day,
        "remaining": max(0, settings.sessions_a_day - opened),
        "reset_after": int(settings.sessions_reset_s * 1000),
        "max_concurrency": settings.max_concurrency,
    }
