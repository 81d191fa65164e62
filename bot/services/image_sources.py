"""With which pictures somebody may begin."""

from dataclasses import dataclass

from bot.domain.journal import JournalEntry
from bot.domain.refusals import NoPictureError, UploadsOffError
from bot.domain.visits import Visit
from bot.services.model_access import ModelAccess
from bot.services.next_steps import NextSteps
from bot.services.rule_book import RuleBook


@dataclass(frozen=True, slots=True)
class ImageSources:
    """Looks at the rules before a form is filled in; the door looks at them again."""

    steps: NextSteps
    models: ModelAccess
    book: RuleBook

    async def made(self, visit: Visit, channel_id: int, job_id: int) -> JournalEntry:
        """Find what the bot made, if whoever asks may begin with it.

        Raises
        ------
        NoPictureError
            Where the job has no picture that was shown.
        PictureForgottenError, OthersPicturesOffError, FlaggedSourceError
        StoreUnavailableError
        """
        self.models.check_place(visit)
        entry = await self.steps.find(visit, channel_id, job_id)
        if not entry.pictures:
            raise NoPictureError
        await self.steps.check_picture(visit, entry)
        return entry

    async def check_upload(self, visit: Visit) -> None:
        """Refuse whoever may not begin with a picture of their own.

        Raises
        ------
        UploadsOffError, StoreUnavailableError
        """
        self.models.check_place(visit)
        settings = (await self.book.of(visit.server_id)).settings
        if visit.role_ids.isdisjoint(settings.upload_roles):
            raise UploadsOffError
