"""What becomes of an accepted submission: its pictures, and what polls are answered."""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto

from sandbox.get3w.payloads import Blank, Json, JsonObject, mentions, prediction
from sandbox.get3w.replies import Reply


class PollPath(Enum):
    """At which of the two equivalent addresses a task can be asked for."""

    BOTH = auto()
    PLAIN = auto()
    """Only ``/predictions/{id}``; the other answers 404."""
    RESULT = auto()
    """Only ``/predictions/{id}/result``; the other answers 404."""


@dataclass(frozen=True, kw_only=True)
class Output:
    """One picture: how it is listed and what its address serves.

    Attributes
    ----------
    listed
        Its item in ``outputs``: `Blank.URL`, ``{"url": Blank.URL}``, `Blank.BASE64`,
        `Blank.DATA_URI`, or any JSON at all.
    picture, content_type
        The bytes and their type; without bytes a picture is drawn from the prompt, and its type
        is what the request asks for.
    faults
        The answers to the first downloads.
    instead
        The answer to all later downloads, in place of the picture.
    """

    listed: Json = Blank.URL
    picture: bytes | None = None
    content_type: str | None = None
    faults: tuple[Reply, ...] = ()
    instead: Reply | None = None

    @classmethod
    def base64(cls, picture: bytes | None = None) -> "Output":
        """List the picture itself, as naked base64."""
        return cls(listed=Blank.BASE64, picture=picture)

    @classmethod
    def data_uri(cls, picture: bytes | None = None) -> "Output":
        """List the picture itself, as a ``data:`` address."""
        return cls(listed=Blank.DATA_URI, picture=picture)

    @classmethod
    def in_object(cls, picture: bytes | None = None) -> "Output":
        """List an object with the picture's ``url``."""
        return cls(listed={"url": Blank.URL}, picture=picture)

    @classmethod
    def faulty(cls, *faults: Reply) -> "Output":
        """Answer the first downloads with these, then serve the picture."""
        return cls(faults=faults)

    @classmethod
    def never(cls, instead: Reply) -> "Output":
        """Answer every download with this."""
        return cls(instead=instead)

    @property
    def shows_picture(self) -> bool:
        """Whether a client can come to see the picture at all."""
        places = (Blank.URL, Blank.BASE64, Blank.DATA_URI)
        return self.instead is None and any(mentions(self.listed, place) for place in places)


@dataclass(frozen=True, kw_only=True)
class Polling:
    """What a task answers when it is asked for.

    Attributes
    ----------
    answers
        One for each poll, the last one stays: a status, fields that go into the prediction (with
        a status among them), or any reply.
    takes_s
        When given, time decides instead of the number of polls: the last answer comes once this
        many seconds have gone by since the submission.
    gate
        Until it is open, the last answer isn't reached.
    path
        The address that works.
    """

    answers: tuple[str | JsonObject | Reply, ...] = ("created", "processing", "completed")
    takes_s: float | None = None
    gate: asyncio.Event | None = None
    path: PollPath = PollPath.BOTH

    def reply(self, n_before: int, elapsed_s: float) -> Reply:
        """Return the answer to the poll after `n_before` others, `elapsed_s` after submission."""
        answer = self.answers[self._index(n_before, elapsed_s)]
        if isinstance(answer, Reply):
            return answer
        fields = {"status": answer} if isinstance(answer, str) else answer
        return Reply.json(prediction(fields))

    def _index(self, n_before: int, elapsed_s: float) -> int:
        last = len(self.answers) - 1
        step = n_before
        if self.takes_s is not None:
            step = int(last * elapsed_s / self.takes_s) if self.takes_s else last
        held = self.gate is not None and not self.gate.is_set()
        return max(0, min(step, last - 1 if held else last))
