"""What the API does with one submission, as a value that a test writes down.

A scenario holds the answer to the submission, the pictures that come of it, what polls and a
deletion are answered. `Scenario.stream`, `events`, `task`, `failure`, `refusal`, `reply` and
`refuses_stream` make one; the methods that follow return a changed copy::

    Scenario.stream([0.1, 0.5], every_s=1).cut(after_events=1, ending=Ending.RESET)
    Scenario.stream(wording=Wording(ids=IdPlace.TOP))
    Scenario.stream([0.5]).with_outputs(Output(faults=(Reply.html(503),) * 2))
    Scenario.task().polled("processing", Reply.html(500), "completed")
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from sandbox.get3w.dialects import Wording
from sandbox.get3w.outcomes import Output, Polling
from sandbox.get3w.payloads import JsonObject, prediction, submitted
from sandbox.get3w.replies import Ending, Framing, Part, Reply, Wait, event, raw

DEMO_PROGRESS = (0.05, 0.15, 0.3, 0.45, 0.6, 0.72, 0.84, 0.95)
"""Eight percentages; with the completed event they make the nine events of the demo."""


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

    def flagged(self, flags: Iterable[bool]) -> "Scenario":
        """Answer ``has_nsfw_contents`` with these."""
        return replace(self, flags=tuple(flags))

    def polled(self, *answers: str | JsonObject | Reply) -> "Scenario":
        """Answer the polls with these, the last one staying."""
        return replace(self, polling=Polling(answers=answers))

    def polling_as(self, polling: Polling) -> "Scenario":
        """Answer the polls as `polling` says."""
        return replace(self, polling=polling)

    def with_result_suffix(self) -> "Scenario":
        """Let ``urls.get`` end with ``/result``."""
        return replace(self, result_suffix=True)

    def deleted_as(self, reply: Reply) -> "Scenario":
        """Answer ``DELETE`` with this, and keep the task."""
        return replace(self, deletion=reply)

    def _answering(self, answer: Reply) -> "Scenario":
        return replace(self, answer=answer)


def _for_ever(wait: Wait) -> Iterator[Wait]:
    while True:
        yield wait
