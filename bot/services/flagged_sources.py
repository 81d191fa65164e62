"""Where a picture begins with one that the image service marked as mature.

A picture is shown by the rules of the place where it is asked for. What comes of a marked one may
not be marked itself, so the mark of what it came from counts too, however many steps ago that was.
"""

from dataclasses import dataclass

from bot.domain.journal_ports import Journal
from bot.domain.refusals import FlaggedSourceError
from bot.domain.requests import OwnPicture, Source
from bot.domain.showing import Flagged, showing_for
from bot.domain.visits import Visit
from bot.services.rule_book import RuleBook

_STEPS_MAX = 25


@dataclass(frozen=True, slots=True)
class FlaggedSources:
    """Holds what a request begins with against the rules of a place."""

    journal: Journal
    book: RuleBook

    async def hides(self, visit: Visit, source: Source | None) -> bool:
        """Tell whether what begins with a source is hidden at first here.

        Raises
        ------
        FlaggedSourceError
            Where such pictures are withheld here.
        StoreUnavailableError
        """
        if not await self._is_flagged(source):
            return False
        here = showing_for((await self.book.of(visit.server_id)).settings, visit)
        if here.flagged is Flagged.WITHHOLD:
            raise FlaggedSourceError
        return here.hides(flagged=True)

    async def _is_flagged(self, source: Source | None) -> bool:
        for _ in range(_STEPS_MAX):
            if not isinstance(source, OwnPicture):
                return False
            entry = await self.journal.get(source.job_id)
            if entry is None:
                return False
            if entry.made is not None and entry.made.flagged:
                return True
            source = entry.job.request.source
        return False
