"""Scripted misfortune: answers that Discord gives on its bad days."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Self

from sandbox.discord.buckets import refusal_body, refusal_headers

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping

    from sandbox.discord.json_types import Json
    from sandbox.discord.records import RecordedRequest


@dataclass(slots=True, eq=False)
class Fault:
    """What befalls the next requests that match.

    Attributes
    ----------
    path_glob
        Over the whole path, e.g. `*/messages/@original`.
    matching
        A further condition, over the request as it is on record.
    times
        How many requests it befalls; None: all.
    status, body, headers
        The answer: JSON unless `body` is text.
    reset, close
        No answer: the connection ends by a TCP RST, or in good order.
    hold
        The request waits for this event, then goes its ordinary way.
    carried_out
        The request has its effect, and only its answer is replaced or lost.
    hits
        How many requests it has befallen.
    """

    method: str = "*"
    path_glob: str = "*"
    times: int | None = 1
    status: int | None = None
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    reset: bool = False
    close: bool = False
    hold: asyncio.Event | None = None
    carried_out: bool = False
    matching: Callable[[RecordedRequest], bool] | None = None
    hits: int = 0

    @classmethod
    def rate_limited(
        cls, path_glob: str, retry_after_s: float, *, scope: str = "user", via: bool = True
    ) -> Self:
        """Return a 429; without `via` it looks like Cloudflare's."""
        headers = refusal_headers(scope, retry_after_s)
        if not via:
            del headers["Via"]
        body = refusal_body(scope, retry_after_s)
        return cls(path_glob=path_glob, status=429, body=body, headers=headers)

    @property
    def replaces_the_answer(self) -> bool:
        """Say whether the request doesn't get the answer that it would have got."""
        return self.status is not None or self.reset or self.close

    def befalls(self, request: RecordedRequest) -> bool:
        """Say whether `request` is one of those meant."""
        return (
            (self.times is None or self.hits < self.times)
            and self.method in ("*", request.method)
            and fnmatchcase(request.path, self.path_glob)
            and (self.matching is None or self.matching(request))
        )


class Faults:
    """The faults in force, the earliest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force, and return it."""
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Let every request go its ordinary way again."""
        self._faults.clear()

    def next_for(self, request: RecordedRequest) -> Fault | None:
        """Return the fault that befalls `request`, counted as a hit."""
        for fault in self._faults:
            if fault.befalls(request):
                fault.hits += 1
                return fault
        return None
