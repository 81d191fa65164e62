"""Following what a bot does in the local Discord, as it happens and at little cost."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sandbox.discord.events import Event, EventKind, Subscription

LOOK_EVERY_S: Final = 0.5
# Discord takes first answers for 3 s; and some bots would edit for ever.
ANSWERS_MAX_S: Final = 6.0
PICTURES_MAX_S: Final = 120.0


@dataclass(slots=True)
class JobSeen:
    """What has been seen of one job; moments are Unix time in seconds."""

    prompt: str
    sent_at_s: float
    answered_at_s: float | None = None
    edits: int = 0
    picture_at_s: float | None = None
    picture_bytes: int = 0


class Observer:
    """Reads the events of the local Discord; :meth:`follow` runs as a task."""

    def __init__(self, n_jobs: int) -> None:
        self.jobs: dict[int, JobSeen] = {}
        self._unanswered = self._unpainted = n_jobs
        self._all_answered = asyncio.Event()
        self._all_painted = asyncio.Event()
        self._n_events = 0

    async def follow(self, events: Subscription) -> None:
        """Take note of every event, for ever."""
        async for event in events:
            self._note(event)

    async def answers(self, quiet_s: float) -> None:
        """Wait for the first answers of all jobs, or until none can come any more."""
        await self._until(self._all_answered, quiet_s, ANSWERS_MAX_S)

    async def pictures(self, quiet_s: float) -> None:
        """Wait for the pictures of all jobs, or until nothing has happened for so long."""
        await self._until(self._all_painted, quiet_s, PICTURES_MAX_S)

    async def _until(self, done: asyncio.Event, quiet_s: float, max_s: float) -> None:
        loop = asyncio.get_running_loop()
        n_events, quiet_since_s, end_s = self._n_events, loop.time(), loop.time() + max_s
        while not done.is_set() and loop.time() < min(quiet_since_s + quiet_s, end_s):
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), LOOK_EVERY_S)
            if n_events != self._n_events:
                n_events, quiet_since_s = self._n_events, loop.time()

    def _note(self, event: Event) -> None:
        self._n_events += 1
        if event.kind is EventKind.INTERACTION_ANSWERED:
            self._note_answer(event)
        elif event.kind is EventKind.MESSAGE_EDITED:
            self._note_edit(event)

    def _note_answer(self, event: Event) -> None:
        if event.interaction is None:
            return
        self.jobs[event.interaction.id].answered_at_s = event.interaction.answered_at_s
        self._unanswered -= 1
        if not self._unanswered:
            self._all_answered.set()

    def _note_edit(self, event: Event) -> None:
        message, state = event.message, event.state
        if message is None or state is None or message.cause is None:
            return
        job = self.jobs[message.cause.interaction_id]
        if not state.attachments:
            job.edits += 1
        elif job.picture_at_s is None:
            job.picture_at_s, job.picture_bytes = state.at_s, state.attachments[0].size
            self._unpainted -= 1
            if not self._unpainted:
                self._all_painted.set()
