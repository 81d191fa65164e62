"""Ten planted bugs: what the simulation has to find, or it proves nothing.

Each takes one precaution of the journal, the line or the recovery away for a while. They patch the
product as it is, so a change there that leaves one without effect shows: it isn't found any more.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection, and_, bindparam, update

from bot.domain import journal as entries
from bot.domain.events import Accepted as TakenByApi
from bot.domain.events import Busy, GenerationEvent, Submitting
from bot.domain.fair_line import InLine
from bot.domain.job_ends import Stand
from bot.domain.jobs import FinalState
from bot.domain.journal import JournalEntry, Step
from bot.domain.journal_ports import Accepted
from bot.services import job_run
from bot.services.job_making import JobMaking
from bot.services.job_record import Change, JobRecord
from bot.storage import journal, line
from bot.storage.tables import JobRow
from tests.simulation.enumeration import Fate


@contextmanager
def _planted(where: object, name: str, bug: object) -> Generator[None]:
    healthy = where.__dict__[name]
    setattr(where, name, bug)
    try:
        yield
    finally:
        setattr(where, name, healthy)


def owner_not_looked_at() -> AbstractContextManager[None]:
    """Write a step whoever owns the job by now."""

    def any_update(names: tuple[str, ...]) -> object:
        row = JobRow
        ours = and_(row.job_id == bindparam("of_job"), row.step == bindparam("of_step"), row.open)
        anybody = bindparam("of_owner") == bindparam("of_owner")
        return update(row).where(ours, anybody).values({name: bindparam(name) for name in names})

    return _planted(journal, "_update", any_update)


def submitted_written_late() -> AbstractContextManager[None]:
    """Write down that a request leaves once the API has answered it."""
    healthy = JobMaking._note  # noqa: SLF001  that is where the bug goes

    async def note(making: JobMaking, event: GenerationEvent) -> None:
        nothing_written = making._record.entry.step is Step.QUEUED  # noqa: SLF001  the same
        if isinstance(event, Submitting) or (isinstance(event, Busy) and nothing_written):
            return
        if isinstance(event, TakenByApi):
            await healthy(making, Submitting())
        await healthy(making, event)

    return _planted(JobMaking, "_note", note)


def nameless_sent_again() -> AbstractContextManager[None]:
    """Submit what may have been submitted, where it has no name to ask for."""
    healthy = job_run._end_told_in  # noqa: SLF001  that is where the bug goes

    def end_told_in(entry: JournalEntry) -> FinalState | None:
        return healthy(replace(entry, prediction_id=entry.prediction_id or "p-0"))

    return _planted(job_run, "_end_told_in", end_told_in)


def accepted_twice() -> AbstractContextManager[None]:
    """Take a second delivery of an interaction for a new one."""
    healthy: Callable[..., object] = journal._accept  # noqa: SLF001  that is where the bug goes

    def accept(*of: object) -> object:
        done = healthy(*of)
        new = isinstance(done, Accepted) and done.taken.again
        return replace(done, taken=replace(done.taken, again=False)) if new else done

    return _planted(journal, "_accept", accept)


def settled_later() -> AbstractContextManager[None]:
    """Settle what a job took in a change of its own, after its end."""

    async def settle(
        store: journal.StoredJournal,
        before: JournalEntry,
        after: JournalEntry,
        *,
        counts: bool,
        charged: bool,
    ) -> None:
        await store.advance(before, after)
        at = after.ended_at or after.accepted_at
        verdict = journal.Verdict(at, counts=counts, charged=charged, made=after.made_pictures)
        change = partial(journal.settle, job_id=before.job.id, verdict=verdict)
        await store._writer.write(change)  # noqa: SLF001  as the store itself would

    return _planted(journal.StoredJournal, "settle", settle)


def closed_before_told() -> AbstractContextManager[None]:
    """Close an entry as soon as its end is known, before its message says so."""
    healthy = JobRecord.end

    async def end(record: JobRecord, change: Change, stand: Stand | None = None) -> None:
        def closed(entry: JournalEntry) -> JournalEntry:
            after = change(entry)
            return after.closed() if after.open and after.step in entries.WITHOUT_PICTURE else after

        if record.entry.open:
            await healthy(record, closed, stand)

    return _planted(JobRecord, "end", end)


def slot_kept() -> AbstractContextManager[None]:
    """Let a slot go with a job that was never sent, whoever takes it up."""

    def released(entry: JournalEntry) -> JournalEntry:
        return replace(entry, owner=None)

    return _planted(JournalEntry, "released", released)


def completed_not_written() -> AbstractContextManager[None]:
    """Keep it to oneself that the pictures exist, until Discord has them."""
    healthy = JobRecord.step

    async def step(record: JobRecord, change: Change, stand: Stand | None = None) -> None:
        if change(record.entry).step is Step.COMPLETED:
            record.note(change)
        else:
            await healthy(record, change, stand)

    return _planted(JobRecord, "step", step)


def first_come_first_served() -> AbstractContextManager[None]:
    """Let the line belong to whoever asks most."""

    def in_order(waiting: Iterator[InLine], *_: object) -> list[InLine]:
        return sorted(waiting)

    return _planted(line, "in_order", in_order)


def beats_that_do_not_count() -> AbstractContextManager[None]:
    """Beat without getting anywhere, so that everybody seems dead."""
    healthy = line.beat

    def beat(connection: Connection, owner: int) -> Mapping[int, int]:
        return dict.fromkeys(healthy(connection, owner), 1)

    return _planted(line, "beat", beat)


@dataclass(frozen=True)
class Plant:
    """A bug that can be planted, and the short story and the fate that bring it to light."""

    bug: Callable[[], AbstractContextManager[None]]
    story: str = "a stream without a name"
    fate: Fate = Fate.RESTART

    @property
    def name(self) -> str:
        return self.bug.__name__


PLANTS: tuple[Plant, ...] = (
    Plant(owner_not_looked_at, "a long task", Fate.STILLNESS),
    Plant(submitted_written_late),
    Plant(nameless_sent_again),
    Plant(accepted_twice, "delivered twice"),
    Plant(settled_later, "refused"),
    Plant(closed_before_told, "refused"),
    Plant(slot_kept),
    Plant(completed_not_written),
    Plant(first_come_first_served, "a line", Fate.SURVIVOR),
    Plant(beats_that_do_not_count, "a long task", Fate.SURVIVOR),
)
