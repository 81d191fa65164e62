"""Jobs of the past, with what is kept of their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.jobs import Deed, Job, Origin
from bot.domain.journal import JournalEntry, Made
from bot.domain.pictures import Picture
from bot.services.member_history import MemberHistory
from bot.services.retention import PastPictures
from tests.unit.books import Counter
from tests.unit.jobs import a_job, a_picture
from tests.unit.journals import MARK
from tests.unit.records_side import KeptJobs
from tests.unit.scripted import Shelves
from tests.unit.virtual_time import START

KEPT_DAYS_MAX = 90


def painted(job: Job, *, flagged: bool = False, message_id: int | None = 6001) -> JournalEntry:
    """Give the entry of a job whose picture was delivered."""
    at_work = JournalEntry(job, MARK, START).answered(message_id).submitted(START).running()
    return at_work.completed(Made((None,), 3.2, flagged, 42)).delivered(START)


def come_of(job: Job, parent_id: int) -> Job:
    """Give a job that began with another one's picture."""
    return replace(job, origin=Origin(parent_id, Deed.VARY))


@dataclass
class Past:
    """What is kept of the past, and the rules by which it is looked at."""

    jobs: KeptJobs = field(default_factory=KeptJobs)
    shelves: Shelves = field(default_factory=Shelves)
    counter: Counter = field(default_factory=Counter)

    def keep(
        self, entry: JournalEntry | None = None, *, pictures: Sequence[Picture] | None = None
    ) -> JournalEntry:
        entry = entry or painted(a_job())
        self.jobs.entries[entry.job.id] = entry
        shown = (a_picture(),) if pictures is None else tuple(pictures)
        if shown:
            self.shelves.kept[entry.job.id] = shown
        return entry

    @property
    def pictures(self) -> PastPictures:
        return PastPictures(self.jobs, self.shelves)

    @property
    def history(self) -> MemberHistory:
        counter = self.counter
        return MemberHistory(
            self.pictures, counter.models, counter.book, KEPT_DAYS_MAX, counter.clock
        )
