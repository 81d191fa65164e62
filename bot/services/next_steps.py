"""The use case of the buttons under a result: from a past job to the next request.

Who presses is looked at anew each time, by the same door as a command: their rules, their quota,
this channel. What is offered under a picture follows from the same rules, and from what its model
takes.
"""

import logging
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.deeds import Deed
from bot.domain.errors import StoreUnavailableError
from bot.domain.jobs import Job, Origin
from bot.domain.journal import JournalEntry
from bot.domain.journal_ports import Journal
from bot.domain.model_inputs import ModelInputs, ModelKind, SeedInput
from bot.domain.models import Model
from bot.domain.next_steps import (
    WITH_PICTURE,
    Asked,
    Choice,
    changed,
    refusal_of,
    rerolled,
    upscaled,
    varied,
)
from bot.domain.ports import Catalogue
from bot.domain.refusals import (
    NothingAbleError,
    OthersPicturesOffError,
    OthersUploadError,
    PictureForgottenError,
)
from bot.domain.requests import ImageRequest, OwnPicture, Source, Upload
from bot.domain.store_ports import Ledger
from bot.domain.usage_entries import UsageEntry
from bot.domain.visits import Visit
from bot.services.admission import takes_of
from bot.services.flagged_sources import FlaggedSources
from bot.services.model_access import ModelAccess
from bot.services.rule_book import RuleBook

GENERATIONS_MAX = 25
# What needs no other model and no picture, offered where nobody can say what else is possible.
ALWAYS = frozenset({Deed.AGAIN, Deed.REROLL, Deed.EDIT})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Past:
    """Where jobs, their prices and the rules about them are."""

    journal: Journal
    ledger: Ledger
    catalogue: Catalogue
    models: ModelAccess
    book: RuleBook


@dataclass(frozen=True, slots=True)
class About:
    """What is known of one result.

    Attributes
    ----------
    taken
        What was booked for it; ``None`` where that isn't kept any more.
    ancestors
        The results that it came from, the nearest first.
    """

    entry: JournalEntry
    taken: UsageEntry | None
    ancestors: Sequence[JournalEntry]


class NextSteps:
    """Makes the next request of a past job."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._flagged = FlaggedSources(past.journal, past.book)

    async def find(self, visit: Visit, channel_id: int, job_id: int) -> JournalEntry:
        """Find the job that a button is under.

        A button is pressed where its message stands, or by the owner anywhere in its server.

        Parameters
        ----------
        channel_id
            Where it was pressed, a thread perhaps.

        Raises
        ------
        PictureForgottenError
            Where it isn't kept any more, or isn't there for whoever presses.
        StoreUnavailableError
        """
        entry = await self._past.journal.get(job_id)
        if entry is None or not _is_there(entry, visit, channel_id):
            raise PictureForgottenError
        return entry

    async def ask(self, visit: Visit, entry: JournalEntry, choice: Choice) -> Asked:
        """Write the next request; whether it may be made is for the door to say.

        Raises
        ------
        NothingAbleError
            Where no model that may be used here can do it.
        OthersUploadError
            Where it would begin with what another member sent.
        PromptHiddenError
            Where it would have another's words, which aren't shown.
        FlaggedSourceError
        StoreUnavailableError
        """
        job = entry.job
        refusal = refusal_of(job, visit.member_id, choice.deed)
        # What was asked for in words of one's own tells nothing of those of the past.
        if refusal is not None and choice.request is None:
            raise refusal
        request = await self._request(visit, job, choice)
        if isinstance(request.source, Upload) and job.owner_id != visit.member_id:
            raise OthersUploadError
        return Asked(
            request,
            private=job.private,
            origin=_origin(entry, choice.deed),
            others=await self._is_of_others(visit, job, request.source),
            spoiler=await self._flagged.hides(visit, request.source),
        )

    async def check(self, visit: Visit, entry: JournalEntry, deed: Deed) -> None:
        """Refuse at once what would be refused after a form was filled in.

        Raises
        ------
        OthersUploadError, PromptHiddenError, OthersPicturesOffError, FlaggedSourceError
        NothingAbleError, StoreUnavailableError
        """
        refusal = refusal_of(entry.job, visit.member_id, deed)
        if refusal is not None:
            raise refusal
        if deed in WITH_PICTURE:
            await self.check_picture(visit, entry)
        if deed is Deed.CHANGE and not await self.editors(visit):
            raise NothingAbleError(deed)

    async def check_picture(self, visit: Visit, entry: JournalEntry) -> None:
        """Refuse whoever may not begin with the picture itself.

        Raises
        ------
        OthersPicturesOffError, FlaggedSourceError, StoreUnavailableError
        """
        if not await self._may_begin_with(visit, entry.job):
            raise OthersPicturesOffError
        await self._flagged.hides(visit, OwnPicture(entry.job.id))

    async def editors(self, visit: Visit) -> Sequence[Model]:
        """List what changes pictures in words, of what may be used here."""
        return await self._past.models.able(visit, ModelKind.EDITOR)

    async def painters(self, visit: Visit, request: ImageRequest) -> Sequence[Model]:
        """List what could make a request, of what may be used here, the usual model first."""
        return await self._past.models.offered(visit, with_image=request.source is not None)

    async def offered(self, job: Job) -> Collection[Deed]:
        """Tell what may be offered under a job's end to everybody; never fails."""
        try:
            return await self._offered(job.visit, job)
        except StoreUnavailableError as error:
            _log.warning("buttons are left out: the database %s", error.trouble.value)
            return ALWAYS

    async def offered_to(self, visit: Visit, entry: JournalEntry) -> Collection[Deed]:
        """Tell what may be offered to one who asks.

        Raises
        ------
        StoreUnavailableError
        """
        offered = await self._offered(visit, entry.job)
        able = {deed for deed in offered if not refusal_of(entry.job, visit.member_id, deed)}
        return able if await self._may_begin_with(visit, entry.job) else able - WITH_PICTURE

    async def about(self, entry: JournalEntry) -> About:
        """Tell all that is known of a result.

        Raises
        ------
        StoreUnavailableError
        """
        ancestors: list[JournalEntry] = []
        origin = entry.job.origin
        while origin is not None and len(ancestors) < GENERATIONS_MAX:
            found = await self._past.journal.get(origin.job_id)
            if found is None:
                break
            ancestors.append(found)
            origin = found.job.origin
        return About(entry, await self._past.ledger.holding(entry.job.id), ancestors)

    async def _request(self, visit: Visit, job: Job, choice: Choice) -> ImageRequest:
        match choice.deed:
            case Deed.AGAIN:
                return job.request
            case Deed.REROLL:
                return rerolled(job.request, self._other_seed(job))
            case Deed.EDIT:
                return choice.request or job.request
            case Deed.VARY:
                return self._variation(job, choice)
            case Deed.CHANGE:
                return changed(job, await self._with_model(visit, choice, ModelKind.EDITOR))
            case Deed.UPSCALE:
                return upscaled(job, await self._with_model(visit, choice, ModelKind.UPSCALER))

    def _variation(self, job: Job, choice: Choice) -> ImageRequest:
        if not _varies(self._takes(job)):
            raise NothingAbleError(Deed.VARY)
        return varied(job, choice, self._other_seed(job))

    async def _with_model(self, visit: Visit, choice: Choice, kind: ModelKind) -> Choice:
        if choice.model:
            return choice
        able = await self._past.models.able(visit, kind, at_most=1)
        if not able:
            raise NothingAbleError(choice.deed)
        return replace(choice, model=able[0].id)

    async def _offered(self, visit: Visit, job: Job) -> Collection[Deed]:
        takes, models = self._takes(job), self._past.models
        able = {Deed.AGAIN}
        if takes.prompt is not None:
            able |= {Deed.REROLL, Deed.EDIT}
        if _varies(takes):
            able.add(Deed.VARY)
        for deed, kind in ((Deed.CHANGE, ModelKind.EDITOR), (Deed.UPSCALE, ModelKind.UPSCALER)):
            if await models.able(visit, kind, at_most=1):
                able.add(deed)
        return able

    async def _may_begin_with(self, visit: Visit, job: Job) -> bool:
        if job.owner_id == visit.member_id:
            return True
        return (await self._past.book.of(visit.server_id)).settings.others_pictures

    async def _is_of_others(self, visit: Visit, job: Job, source: Source | None) -> bool:
        if source is None:
            return False
        if not isinstance(source, OwnPicture) or source.job_id == job.id:
            return job.owner_id != visit.member_id
        made_it = await self._past.journal.get(source.job_id)
        return (made_it.job if made_it else job).owner_id != visit.member_id

    def _takes(self, job: Job) -> ModelInputs:
        return takes_of(self._past.catalogue, job.request.model)

    def _other_seed(self, job: Job) -> int | None:
        """Choose a seed, so that it is another one for sure, and can be told."""
        seeds = self._takes(job).seed
        return None if seeds is None else _any_of(seeds)


def _any_of(seeds: SeedInput) -> int:
    least = max(0, seeds.least)
    return least + secrets.randbelow(max(1, seeds.most - least + 1))


def _varies(takes: ModelInputs) -> bool:
    return takes.image is not None and takes.prompt is not None


def _is_there(entry: JournalEntry, visit: Visit, channel_id: int) -> bool:
    job = entry.job
    owner = job.owner_id == visit.member_id
    if job.private and not owner:
        return False
    if job.visit.server_id != visit.server_id:
        # The end of a private job may have come as a direct message.
        return owner and visit.direct
    return owner or entry.channel_id == channel_id


def _origin(entry: JournalEntry, deed: Deed) -> Origin:
    message_id = entry.message.message_id
    if entry.job.private or message_id is None:
        return Origin(entry.job.id, deed)
    return Origin(entry.job.id, deed, entry.channel_id, message_id)
