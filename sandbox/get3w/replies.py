"""One HTTP answer, described down to the bytes and the moment each of them is sent.

A `Reply` is a head and a row of `Part`s. An ordinary answer has one part; an event stream has one
for each event. How it travels (framing, slices, where it is cut and how it ends) is said apart
from what it says, so that every fault goes with every content.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import chain, repeat

from sandbox.get3w.payloads import Blank, Json, dump, fill, mentions, refusal, tells_completion


class Framing(Enum):
    """How the receiver knows where the body ends."""

    LENGTH = auto()
    """By ``Content-Length``."""
    CHUNKED = auto()
    """By chunks; each write is a chunk of its own."""
    CLOSE = auto()
    """By the end of the connection: a cut looks like a clean end."""


class Ending(Enum):
    """What happens after the last byte that is sent."""

    DONE = auto()
    """The proper end of the framing."""
    FIN = auto()
    """The connection is closed without the framing's end."""
    RESET = auto()
    """The connection is reset (RST); of a large body, what is still on its way is lost."""
    HANG = auto()
    """Nothing more is sent; the connection stays open until the client leaves."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """What has to happen first: some seconds go by, then a gate opens."""

    after_s: float = 0.0
    gate: asyncio.Event | None = None

    @property
    def is_none(self) -> bool:
        """Whether there is nothing to wait for."""
        return not self.after_s and self.gate is None

    async def over(self) -> None:
        """Return when it is over."""
        if self.after_s:
            await asyncio.sleep(self.after_s)
        if self.gate is not None:
            await self.gate.wait()


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is sent in one write.

    `content` is sent as it is when it is bytes, else as JSON with its blanks filled;
    `prefix` and `suffix` go before and after (``data: `` and an empty line for an event).
    """

    content: bytes | Json
    prefix: bytes = b""
    suffix: bytes = b""
    wait: Wait = field(default_factory=Wait)

    @property
    def completes(self) -> bool:
        """Whether this tells the client that the picture is there."""
        return not isinstance(self.content, bytes) and tells_completion(self.content)

    @property
    def lists_outputs(self) -> bool:
        """Whether the pictures must exist before this can be written."""
        return not isinstance(self.content, bytes) and mentions(self.content, Blank.OUTPUTS)

    def render(self, value_of: Callable[[Blank], Json]) -> bytes:
        """Return the bytes of one write; `value_of` knows what belongs into the blanks."""
        content = self.content
        body = content if isinstance(content, bytes) else dump(fill(content, value_of))
        return self.prefix + body + self.suffix if self.prefix or self.suffix else body


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One HTTP answer.

    Attributes
    ----------
    status, content_type, headers
        The head. No content type is sent when it is empty.
    parts
        The body, in writes.
    endless
        The last part is sent again and again, until the client leaves.
    framing, declared_bytes
        How the body ends; `declared_bytes` is a ``Content-Length`` that needn't be true.
    slices_bytes, every_s
        The body is cut into pieces of these sizes (used in a circle), `every_s` apart. Parts that
        wait for nothing are joined first, so that a piece can hold the end of one event and the
        beginning of the next.
    cut_after_bytes
        Where the body is cut; then comes `ending`.
    wait
        What has to happen before the head is sent.
    """

    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    endless: bool = False
    framing: Framing = Framing.LENGTH
    declared_bytes: int | None = None
    slices_bytes: tuple[int, ...] = ()
    every_s: float = 0.0
    cut_after_bytes: int | None = None
    ending: Ending = Ending.DONE
    wait: Wait = field(default_factory=Wait)

    @classmethod
    def json(cls, payload: Json, status: int = 200, *, retry_after: str | None = None) -> "Reply":
        """Answer with JSON; `retry_after` is the header's text (seconds or an HTTP date)."""
        headers = () if retry_after is None else (("Retry-After", retry_after),)
        return cls(status=status, headers=headers, parts=(Part(content=payload),))

    @classmethod
    def refusal(cls, status: int, message: str, *, retry_after: str | None = None) -> "Reply":
        """Refuse in the documented v3 shape; for another shape use `json`."""
        return cls.json(refusal(status, message), status, retry_after=retry_after)

    @classmethod
    def raw(cls, body: bytes, content_type: str, status: int = 200) -> "Reply":
        """Answer with these bytes."""
        return cls(status=status, content_type=content_type, parts=(Part(content=body),))

    @classmethod
    def html(cls, status: int = 502) -> "Reply":
        """Answer with a gateway's error page."""
        page = f"<!doctype html><html><body><h1>{status}</h1><hr>gateway</body></html>"
        return cls.raw(page.encode(), "text/html", status)

    @classmethod
    def empty(cls, status: int = 200) -> "Reply":
        """Answer without a body."""
        return cls(status=status, content_type="")

    @classmethod
    def redirect(cls, url: str, status: int = 302) -> "Reply":
        """Send the client elsewhere."""
        return cls(status=status, content_type="", headers=(("Location", url),))

    @classmethod
    def endless_body(cls, block: bytes, content_type: str = "image/png") -> "Reply":
        """Answer with `block`, again and again."""
        part = Part(content=block)
        framing = Framing.CHUNKED
        return cls(content_type=content_type, parts=(part,), endless=True, framing=framing)

    @classmethod
    def reset(cls) -> "Reply":
        """Reset the connection instead of answering."""
        return cls(status=0, ending=Ending.RESET)

    def declaring(self, n_bytes: int) -> "Reply":
        """Say ``Content-Length: n_bytes``, whatever is sent; then end by FIN."""
        return replace(self, declared_bytes=n_bytes, ending=Ending.FIN)

    def cut(self, after_bytes: int, ending: Ending = Ending.FIN) -> "Reply":
        """Send `after_bytes` bytes of the body, then `ending`."""
        return replace(self, cut_after_bytes=after_bytes, ending=ending)

    def sliced(self, *slices_bytes: int, every_s: float = 0.0) -> "Reply":
        """Send the body in pieces of these sizes, `every_s` apart."""
        return replace(self, slices_bytes=slices_bytes, every_s=every_s)

    def held(self, gate: asyncio.Event | None = None, *, after_s: float = 0.0) -> "Reply":
        """Send nothing, not even the head, before `after_s` have gone by and `gate` is open."""
        return replace(self, wait=Wait(after_s=after_s, gate=gate))

    def blocks(self) -> Iterator[tuple[Part, ...]]:
        """Yield the parts in the groups that are written together."""
        if self.endless:
            return ((part,) for part in chain(self.parts, repeat(self.parts[-1])))
        if self.slices_bytes:
            return _joined(self.parts)
        return ((part,) for part in self.parts)


def event(payload: Json, *, wait: Wait | None = None, name: str = "", event_id: str = "") -> Part:
    """Return a server-sent event with `payload` as its data."""
    head = (f"event: {name}\n" if name else "") + (f"id: {event_id}\n" if event_id else "")
    prefix = f"{head}data: ".encode()
    return Part(content=payload, prefix=prefix, suffix=b"\n\n", wait=wait or Wait())


def raw(content: bytes, *, wait: Wait | None = None) -> Part:
    """Return bytes to be sent as they are: comments, ``data: [DONE]``, rubbish."""
    return Part(content=content, wait=wait or Wait())


def _joined(parts: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
    group: list[Part] = []
    for part in parts:
        if group and not part.wait.is_none:
            yield tuple(group)
            group = []
        group.append(part)
    if group:
        yield tuple(group)
