"""The pictures of past jobs, for whoever begins with one: from the disk, or as the API has them."""

from dataclasses import dataclass

from bot.domain.journal_ports import Journal
from bot.domain.picture_ports import PictureArchive
from bot.domain.pictures import OutputLink, Picture
from bot.domain.requests import OwnPicture


@dataclass(frozen=True, slots=True)
class KeptPictures:
    """Fulfils ``OwnPictures``."""

    archive: PictureArchive
    journal: Journal

    async def kept(self, source: OwnPicture) -> Picture | None:
        """Give a picture as a file, where it is still on disk."""
        pictures = await self.archive.find(source.job_id)
        return pictures[source.index] if source.index < len(pictures) else None

    async def address(self, source: OwnPicture) -> OutputLink | None:
        """Tell where the API had a picture, which it forgets after some days.

        What was withheld from its member has no address.

        Raises
        ------
        StoreUnavailableError
        """
        entry = await self.journal.get(source.job_id)
        outputs = () if entry is None else entry.pictures
        return outputs[source.index] if source.index < len(outputs) else None
