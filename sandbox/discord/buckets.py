"""Rate limits: fixed windows that open with their first request.

A request may fall under several at once (an interaction's webhook, its channel's hidden limit);
it counts in all of them or, when one refuses, in none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sandbox.discord.errors import RateLimitedError

if TYPE_CHECKING:
    from sandbox.discord.json_types import JsonObject
    from sandbox.discord.settings import Rate


class Limit(NamedTuple):
    """A rate that holds for whatever shares `key`.

    Attributes
    ----------
    scope
        What a 429 says: `user`, `shared` or `global`.
    announced
        Whether answers carry its headers.
    """

    key: str
    rate: Rate
    scope: str = "user"
    announced: bool = True


@dataclass(slots=True)
class Window:
    """How much of a limit is used since `opened_at_s`."""

    opened_at_s: float
    used: int = 0


class Buckets:
    """All windows that are open."""

    def __init__(self) -> None:
        self._windows: dict[str, Window] = {}

    def take(self, limits: list[Limit], now_s: float) -> dict[str, str]:
        """Count one request in every limit, and return the headers of its answer.

        Raises
        ------
        RateLimitedError
            One of them is used up.
        """
        windows = [(limit, self._window(limit, now_s)) for limit in limits]
        for limit, window in windows:
            if window.used >= limit.rate.limit:
                raise _refusal(limit, window, now_s)
        headers: dict[str, str] = {}
        for limit, window in windows:
            window.used += 1
            headers |= _headers(limit, window, now_s) if limit.announced else {}
        return headers

    def _window(self, limit: Limit, now_s: float) -> Window:
        window = self._windows.get(limit.key)
        if window is None or now_s >= window.opened_at_s + limit.rate.per_s:
            window = self._windows[limit.key] = Window(now_s)
        return window


def _refusal(limit: Limit, window: Window, now_s: float) -> RateLimitedError:
    wait_s = window.opened_at_s + limit.rate.per_s - now_s
    headers = refusal_headers(limit.scope, wait_s)
    headers |= _headers(limit, window, now_s) if limit.announced else {}
    return RateLimitedError(refusal_body(limit.scope, wait_s), headers)


def refusal_body(scope: str, wait_s: float) -> JsonObject:
    """Return the body of a 429."""
    whose = "The resource is" if scope == "shared" else "You are"
    return {
        "message": f"{whose} being rate limited.",
        "retry_after": round(wait_s, 3),
        "global": scope == "global",
    }


def refusal_headers(scope: str, wait_s: float) -> dict[str, str]:
    """Return the headers of a 429 that Discord itself gives (`Via` tells it from Cloudflare's)."""
    headers = {
        "Retry-After": str(math.ceil(wait_s)),
        "Via": "1.1 sandbox",
        "X-RateLimit-Scope": scope,
    }
    return headers | ({"X-RateLimit-Global": "true"} if scope == "global" else {})


def _headers(limit: Limit, window: Window, now_s: float) -> dict[str, str]:
    reset_at_s = window.opened_at_s + limit.rate.per_s
    return {
        "X-RateLimit-Limit": str(limit.rate.limit),
        "X-RateLimit-Remaining": str(max(0, limit.rate.limit - window.used)),
        "X-RateLimit-Reset": f"{reset_at_s:.3f}",
        "X-RateLimit-Reset-After": f"{max(0.0, reset_at_s - now_s):.3f}",
        "X-RateLimit-Bucket": limit.key.partition(":")[0],
    }
