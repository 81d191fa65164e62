"""A member's own pictures of the past in one server: listed, shown again, and let go of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.journal import JournalEntry, Step
from bot.domain.pictures import Picture
from bot.domain.ports import Clock
from bot.domain.refusals import PictureGoneError
from bot.domain.showing import Flagged, Showing, showing_for
from bot.domain.visits import Visit
from bot.services.model_access import ModelAccess
from bot.services.retention import PastPictures
from bot.services.rule_book import RuleBook

PAGE_PICTURES = 5
_SHOWN_AT = frozenset({Step.DELIVERED, Step.COMPLETED})


@dataclass(frozen=True, slots=True)
class HistoryTurn:
    """Which page: the latest, or that beside a job, on its older or its newer side."""

    before_id: int | None = None
    after_id: int | None = None


@dataclass(frozen=True, slots=True)
class PastJob:
    """One job with pictures.

    Attributes
    ----------
    pictures
        As the service sent them; none where none are kept any more, or may be shown here.
    hidden
        Whether they are hidden at first.
    withheld
        Whether they may not be shown where they were asked for.
    kept_until
        When all of it goes.
    """

    entry: JournalEntry
    pictures: Sequence[Picture]
    hidden: bool
    withheld: bool
    kept_until: datetime


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some jobs, the newest first, and whether there are others on either side."""

    jobs: Sequence[PastJob]
    newer: bool = False
    older: bool = False


@dataclass(frozen=True, slots=True)
class MemberHistory:
    """Serves members who look for their own pictures; one server's at a time.

    Attributes
    ----------
    kept_days_max
        For how many days the host lets any server keep data.
    """

    past: PastPictures
    models: ModelAccess
    book: RuleBook
    kept_days_max: int
    clock: Clock

    async def page(self, visit: Visit, turn: HistoryTurn) -> HistoryPage:
        """List a page; the latest where there is none any more.

        Raises
        ------
        NotSetUpError, DirectMessageError
            Where the host doesn't let the bot work.
        StoreUnavailableError
        """
        self.models.check_place(visit)
        found = await self._found(visit, turn)
        if not found and turn != HistoryTurn():
            turn = HistoryTurn()
            found = await self._found(visit, turn)
        more = len(found) > PAGE_PICTURES
        newer_side = turn.after_id is not None
        shown = found[-PAGE_PICTURES:] if newer_side else found[:PAGE_PICTURES]
        return HistoryPage(
            [await self._looked_up(visit, entry) for entry in shown],
            newer=more if newer_side else turn.before_id is not None,
            older=newer_side or more,
        )

    async def show(self, visit: Visit, job_id: int) -> PastJob:
        """Give one job of a member.

        Raises
        ------
        PictureGoneError
            Where it isn't theirs, isn't of this server, or isn't kept any more.
        NotSetUpError, DirectMessageError
        StoreUnavailableError
        """
        self.models.check_place(visit)
        return await self._looked_up(visit, await self.own(visit, job_id))

    async def own(self, visit: Visit, job_id: int) -> JournalEntry:
        """Find one job of a member, as :meth:`show` does, without its pictures."""
        entry = await self.past.history.get(job_id)
        theirs = (visit.server_id, visit.member_id)
        if entry is None or entry.step not in _SHOWN_AT or _whose(entry) != theirs:
            raise PictureGoneError
        return entry

    async def remove(self, entry: JournalEntry) -> None:
        """Let go of a job and its pictures, but what counts against limits.

        Raises
        ------
        StoreUnavailableError
        """
        await self.past.remove([entry.job.id])

    async def _found(self, visit: Visit, turn: HistoryTurn) -> Sequence[JournalEntry]:
        """Give one more than a page has, which tells that there is another page."""
        return await self.past.history.page(
            visit.server_id,
            visit.member_id,
            PAGE_PICTURES + 1,
            turn.before_id,
            after_id=turn.after_id,
        )

    async def _looked_up(self, visit: Visit, entry: JournalEntry) -> PastJob:
        settings = (await self.book.of(visit.server_id)).settings
        here = showing_for(settings, visit)
        flagged = entry.made is not None and entry.made.flagged
        withheld = flagged and here.flagged is Flagged.WITHHOLD
        kept = timedelta(days=min(settings.retention_days, self.kept_days_max))
        return PastJob(
            entry,
            () if withheld else tuple(await self.past.archive.find(entry.job.id)),
            hidden=_stricter(entry.job.showing, here).hides(flagged=flagged),
            withheld=withheld,
            kept_until=entry.accepted_at + kept,
        )


def _whose(entry: JournalEntry) -> tuple[int, int]:
    return entry.job.visit.server_id, entry.job.visit.member_id


def _stricter(then: Showing, here: Showing) -> Showing:
    """Hide what was hidden when it was made, and what is hidden where it is looked at."""
    hides = then.spoiler or here.spoiler
    return replace(here, spoiler=hides)
