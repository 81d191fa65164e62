"""An image API that follows a script for each job, and knows what it has charged.

A task runs on by itself once it is taken, whatever becomes of who asked for it: where it stands is
told by the clock alone.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.domain import errors
from bot.domain.events import (
    Accepted,
    Busy,
    Completed,
    GenerationEvent,
    Identified,
    Progressed,
    Submitting,
)
from bot.domain.pictures import Output, OutputData, OutputLink
from bot.domain.requests import ImageRequest
from tests.simulation.border import Border
from tests.simulation.tape import Tape
from tests.unit.virtual_time import LoopClock

_ATTEMPTS_MAX = 4
_POLL_EVERY_S = 2.0
_BUSY_S = 2.0


class Answer(Enum):
    """What comes of one attempt to submit."""

    TAKEN = auto()
    BUSY = auto()
    UNREACHED = auto()
    REFUSED = auto()
    BROKEN_AFTER = auto()
    BROKEN_BEFORE = auto()


COSTS = frozenset({Answer.TAKEN, Answer.BROKEN_AFTER})
# After these nothing may be sent for the same job: the API has it, or may have.
LAST = frozenset({Answer.TAKEN, Answer.BROKEN_AFTER, Answer.BROKEN_BEFORE})


class Way(Enum):
    """How the API tells of a task."""

    STREAM = auto()
    NAMED_STREAM = auto()
    POLLED = auto()


class End(Enum):
    """How a task ends."""

    PICTURE = auto()
    FAILURE = auto()
    UNSAFE = auto()
    GONE = auto()


@dataclass(frozen=True)
class Script:
    """How the API behaves towards one job.

    Attributes
    ----------
    attempts
        What comes of each attempt; the last one is taken, whatever is left out.
    cut_at
        At which part of the way a stream breaks off; 1 for never.
    inline
        Whether the picture comes as bytes.
    asked, made
        How many pictures its member asks for, and how many come of that.
    """

    attempts: tuple[Answer, ...] = (Answer.TAKEN,)
    way: Way = Way.STREAM
    takes_s: float = 4.0
    steps: int = 2
    end: End = End.PICTURE
    cut_at: float = 1.0
    inline: bool = False
    asked: int = 1
    made: int = 1


@dataclass
class Task:
    """A task that the API has taken."""

    job_id: int
    script: Script
    taken_s: float
    cancelled: bool = False

    @property
    def end_s(self) -> float:
        return self.taken_s + self.script.takes_s

    def fraction(self, now_s: float) -> float:
        return min(1.0, (now_s - self.taken_s) / self.script.takes_s)

    @property
    def outputs(self) -> tuple[Output, ...]:
        if self.script.inline:
            return (OutputData(b"%d" % self.job_id),) * self.script.made
        gone = self.script.end is End.GONE
        return tuple(
            OutputLink(address_of(self.job_id, number, gone=gone))
            for number in range(self.script.made)
        )


def address_of(job_id: int, number: int, *, gone: bool = False) -> str:
    return f"https://pictures.example/{'gone' if gone else 'kept'}/{number}/{job_id}"


def job_of(output: Output) -> int:
    """Tell whose output it is."""
    if isinstance(output, OutputData):
        return int(output.data)
    return int(output.url.rpartition("/")[2])


@dataclass
class ImageApi:
    """The API's own side: what it was asked, and what it took.

    Attributes
    ----------
    announced
        Whether the journal says that a job's request may have left.
    """

    tape: Tape
    announced: Callable[[int], bool]
    scripts: dict[int, Script] = field(default_factory=dict[int, Script])
    attempts: dict[int, list[Answer]] = field(default_factory=dict[int, list[Answer]])
    tasks: dict[int, Task] = field(default_factory=dict[int, Task])
    breaches: list[str] = field(default_factory=list[str])

    def submit(self, job_id: int) -> Answer:
        made = self.attempts.setdefault(job_id, [])
        if any(each in LAST for each in made):
            self.breaches.append(f"job {job_id} was submitted again")
        if not self.announced(job_id):
            self.breaches.append(f"job {job_id} was submitted before the journal said so")
        script = self.scripts[job_id]
        answer = script.attempts[min(len(made), len(script.attempts) - 1)]
        made.append(answer)
        if answer in COSTS:
            self.tasks[job_id] = Task(job_id, script, LoopClock().monotonic())
        self.tape.note("api", job_id, answer.name)
        return answer

    def cancel(self, job_id: int) -> None:
        task = self.tasks[job_id]
        if LoopClock().monotonic() < task.end_s:
            task.cancelled = True
            self.tape.note("api", job_id, "cancelled")

    def charged(self, job_id: int) -> bool:
        return job_id in self.tasks


class Provider:
    """The way of one process to the API; fulfils ``ImageProvider``."""

    def __init__(self, api: ImageApi, border: Border) -> None:
        self._api = api
        self._border = border
        self._clock = LoopClock()

    @asynccontextmanager
    async def generate(
        self, request: ImageRequest
    ) -> AsyncGenerator[AsyncIterator[GenerationEvent]]:
        async with aclosing(self._submitted(int(request.prompt))) as events:
            yield events

    @asynccontextmanager
    async def resume(
        self, request: ImageRequest, prediction_id: str
    ) -> AsyncGenerator[AsyncIterator[GenerationEvent]]:
        assert prediction_id == f"p-{request.prompt}"
        async with aclosing(self._resumed(int(request.prompt))) as events:
            yield events

    async def cancel(self, prediction_id: str) -> None:
        job_id = int(prediction_id.removeprefix("p-"))
        await self._border.cross("api cancels", lambda: self._api.cancel(job_id), 0.05, 0.05)

    async def _submitted(self, job_id: int) -> AsyncGenerator[GenerationEvent]:
        unreached = 0
        for attempt in range(_ATTEMPTS_MAX):
            yield Submitting()
            answer = await self._border.cross(
                "api takes", lambda: self._api.submit(job_id), 0.1, 0.1
            )
            if answer is Answer.TAKEN:
                async with aclosing(self._followed(self._api.tasks[job_id])) as events:
                    async for event in events:
                        yield event
                return
            unreached += answer is Answer.UNREACHED
            pause_s = self._pause_s(answer, attempt, unreached)
            if answer is Answer.BUSY:
                yield Busy(pause_s)
            await self._clock.sleep(pause_s)

    def _pause_s(self, answer: Answer, attempt: int, unreached: int) -> float:
        if answer is Answer.REFUSED:
            raise errors.InputRefusedError("prompt")
        if answer in {Answer.BROKEN_AFTER, Answer.BROKEN_BEFORE}:
            raise errors.ConnectionLostError
        if answer is Answer.UNREACHED and unreached == _ATTEMPTS_MAX - 1:
            raise errors.ServiceUnreachableError
        if attempt == _ATTEMPTS_MAX - 1:
            raise errors.ServiceBusyError
        return _BUSY_S * 2**attempt if answer is Answer.BUSY else 0.5

    async def _followed(self, task: Task) -> AsyncGenerator[GenerationEvent]:
        script = task.script
        yield Accepted(polled=script.way is Way.POLLED)
        if script.way is not Way.STREAM:
            yield Identified(f"p-{task.job_id}")
        for step in range(1, script.steps + 1):
            fraction = step / (script.steps + 1)
            if fraction > script.cut_at:
                break
            await self._wait_until(task.taken_s + fraction * script.takes_s)
            yield Progressed(fraction)
        if script.cut_at < 1 and script.way is Way.STREAM:
            raise errors.ConnectionLostError
        async with aclosing(self._polled(task)) as events:
            async for event in events:
                yield event

    async def _resumed(self, job_id: int) -> AsyncGenerator[GenerationEvent]:
        task = self._api.tasks[job_id]
        yield Accepted(polled=True)
        while self._clock.monotonic() < task.end_s and not task.cancelled:
            yield Progressed(task.fraction(self._clock.monotonic()))
            await self._wait_until(min(task.end_s, self._clock.monotonic() + _POLL_EVERY_S))
        async with aclosing(self._polled(task)) as events:
            async for event in events:
                yield event

    async def _polled(self, task: Task) -> AsyncGenerator[GenerationEvent]:
        await self._wait_until(task.end_s)
        if task.cancelled or task.script.end is End.FAILURE:
            raise errors.GenerationFailedError
        if task.script.end is End.UNSAFE:
            raise errors.SafetyRefusedError
        yield Completed(task.outputs, seed=task.job_id)

    async def _wait_until(self, moment_s: float) -> None:
        await self._clock.sleep(moment_s - self._clock.monotonic())
        await self._border.cross("api tells", lambda: None)
