"""What the API does with one submission, as a value that a test writes down.

A scenario holds the answer to the submission, the pictures that come of it, what polls and a
deletion are answered. `Scenario.stream`, `events`, `task`, `failure`, `refusal`, `reply` and
`refuses_stream` make one; the methods that follow return a changed copy::

    Scenario.stream([0.1, 0.5], ids=IdPlace.TOP).cut(after_events=1, ending=Ending.RESET)
    Scenario.stream([0.5]).with_outputs(Output(faults=(Reply.html(503),) * 2))
    Scenario.task().polled("processing", Reply.html(500), "completed")
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from itertools import chain

from sandbox.get3w.dialects import Wording
from sandbox.get3w.payloads import Blank, Json, JsonObject, mentions, prediction, submitted
from sandbox.get3w.replies import Ending, Framing, Part, Reply, Wait, event, raw

DEMO_PROGRESS = (0.05, 0.15, 0.3, 0.45, 0.6, 0.72, 0.84, 0.95)
"""Eight percentages; with the completed event they make the nine events of the demo."""


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


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What the API does with one submission.

    Attributes
    ----------
    answer
        The answer to the submission.
    unstreamed
        The answer when no stream was asked for or the model has none; None: `answer` as well.
    outputs
        The pictures that come of it; None: as many drawn ones as the request asks for.
    flags
        ``has_nsfw_contents``; None: false for each output.
    polling, result_suffix
        What polls are answered, and whether ``urls.get`` ends with ``/result``.
    deletion
        The answer to ``DELETE``; None: as documented.
    """

    answer: Reply
    unstreamed: Reply | None = None
    outputs: tuple[Output, ...] | None = None
    flags: tuple[bool, ...] | None = None
    polling: Polling = field(default_factory=Polling)
    result_suffix: bool = False
    deletion: Reply | None = None

    @classmethod
    def stream(
        cls,
        progress: Iterable[float] = DEMO_PROGRESS,
        *,
        every_s: float = 0.0,
        wording: Wording | None = None,
    ) -> "Scenario":
        """Stream these fractions and then the outputs, the first at once, `every_s` apart.

        A model that doesn't stream takes the same time for it.
        """
        words = wording or Wording()
        payloads = [*(words.progress(fraction) for fraction in progress), words.completed()]
        waits = chain([Wait()], _for_ever(Wait(after_s=every_s)))
        told = cls.events(*(event(p, wait=w) for p, w in zip(payloads, waits, strict=False)))
        return replace(told, polling=Polling(takes_s=every_s * (len(payloads) - 1) or None))

    @classmethod
    def events(cls, *events: Part | JsonObject) -> "Scenario":
        """Stream these events; a JSON object is an event without a wait."""
        parts = tuple(e if isinstance(e, Part) else event(e) for e in events)
        framing, content_type = Framing.CHUNKED, "text/event-stream"
        answer = Reply(content_type=content_type, parts=parts, framing=framing)
        return cls(answer=answer, unstreamed=Reply.json(submitted()))

    @classmethod
    def task(cls, status: str = "created", *, takes_s: float | None = None) -> "Scenario":
        """Answer with a task to poll, though a stream was asked for.

        With the status ``completed`` the answer lists the outputs at once.
        """
        done = status == "completed"
        answer = prediction({"status": status}) if done else submitted(status)
        return cls(answer=Reply.json(answer), polling=Polling(takes_s=takes_s))

    @classmethod
    def failure(cls, error: str, code: int | None = None) -> "Scenario":
        """Accept a task, which then fails with HTTP 200."""
        failed: JsonObject = {"status": "failed", "error": error, "code": code}
        return cls.task().polled("processing", failed)

    @classmethod
    def refusal(cls, status: int, message: str, *, retry_after: str | None = None) -> "Scenario":
        """Refuse the submission in the documented shape."""
        return cls.reply(Reply.refusal(status, message, retry_after=retry_after))

    @classmethod
    def reply(cls, reply: Reply) -> "Scenario":
        """Answer the submission with anything."""
        return cls(answer=reply)

    @classmethod
    def refuses_stream(cls, status: int = 422) -> "Scenario":
        """Refuse a body with ``stream``, by name; accept the same without it as a task."""
        refused = Reply.refusal(status, "property stream is not supported by this model")
        return cls(answer=refused, unstreamed=Reply.json(submitted()))

    def cut(
        self,
        *,
        after_bytes: int | None = None,
        after_events: int | None = None,
        ending: Ending = Ending.FIN,
    ) -> "Scenario":
        """Cut the answer after so many bytes or events, and end as told."""
        parts = self.answer.parts[:after_events]
        return self._answering(
            replace(self.answer, parts=parts, cut_after_bytes=after_bytes, ending=ending)
        )

    def closing(self) -> "Scenario":
        """Let the end of the connection be the end of the body: a cut then looks clean."""
        return self._answering(replace(self.answer, framing=Framing.CLOSE))

    def sliced(self, *slices_bytes: int, every_s: float = 0.0) -> "Scenario":
        """Send the answer in pieces of these sizes (used in a circle), `every_s` apart."""
        return self._answering(self.answer.sliced(*slices_bytes, every_s=every_s))

    def lines_end_with(self, newline: bytes) -> "Scenario":
        """End the lines of the events with `newline`."""
        parts = (
            replace(
                part,
                prefix=part.prefix.replace(b"\n", newline),
                suffix=part.suffix.replace(b"\n", newline),
            )
            for part in self.answer.parts
        )
        return self._answering(replace(self.answer, parts=tuple(parts)))

    def with_bom(self) -> "Scenario":
        """Begin the stream with a byte order mark."""
        first, *rest = self.answer.parts
        marked = replace(first, prefix=b"\xef\xbb\xbf" + first.prefix)
        return self._answering(replace(self.answer, parts=(marked, *rest)))

    def between(self, filler: bytes) -> "Scenario":
        """Send `filler` (a comment) in front of every event."""
        pairs = ((raw(filler), part) for part in self.answer.parts)
        return self._answering(replace(self.answer, parts=tuple(chain.from_iterable(pairs))))

    def then(self, *parts: Part) -> "Scenario":
        """Send these parts after the others."""
        return self._answering(replace(self.answer, parts=(*self.answer.parts, *parts)))

    def for_ever(self) -> "Scenario":
        """Send the last part again and again."""
        return self._answering(replace(self.answer, endless=True))

    def answered_as(self, content_type: str) -> "Scenario":
        """Send the answer with another content type."""
        return self._answering(replace(self.answer, content_type=content_type))

    def with_outputs(self, *outputs: Output) -> "Scenario":
        """Let these pictures come of it."""
        return replace(self, outputs=outputs)

    def flagged(self, *flags: bool) -> "Scenario":
        """Answer ``has_nsfw_contents`` with these."""
        return replace(self, flags=flags)

    def polled(self, *answers: str | JsonObject | Reply) -> "Scenario":
        """Answer the polls with these, the last one staying."""
        return replace(self, polling=Polling(answers=answers))

    def _answering(self, answer: Reply) -> "Scenario":
        return replace(self, answer=answer)


def _for_ever(wait: Wait) -> Iterator[Wait]:
    while True:
        yield wait
