"""What the inside needs of the place where pictures stay after they were shown."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.pictures import OutputLink, Picture
from bot.domain.requests import OwnPicture


class PictureArchive(Protocol):
    """The pictures of past jobs, as the service sent them, for as long as there is room.

    No call fails: a picture that can't be kept is still delivered, and one that is gone was bound
    to go at some time.
    """

    async def keep(self, job_id: int, pictures: Sequence[Picture]) -> None:
        """Keep all pictures of a job, in their order, or none; a second call replaces the first.

        Parameters
        ----------
        pictures
            Unaltered. Their own bytes or files stay with whoever has them.
        """
        ...

    async def find(self, job_id: int) -> Sequence[Picture]:
        """Give a job's pictures, each as a file; none where none are kept, or kept any more.

        The files belong to the archive, and may be gone at any later moment.
        """
        ...

    async def remove(self, job_ids: Collection[int]) -> None:
        """Let go of the pictures of these jobs."""
        ...

    async def tidy(self, at: datetime) -> int:
        """Let go of what is too old and what is too much, the oldest first.

        Returns
        -------
        int
            How many jobs have lost their pictures.
        """
        ...


class OwnPictures(Protocol):
    """The pictures that jobs of ours made, for whoever begins with one."""

    async def kept(self, source: OwnPicture) -> Picture | None:
        """Give a picture as a file, where it is still kept; the file may be gone at any moment."""
        ...

    async def address(self, source: OwnPicture) -> OutputLink | None:
        """Tell where the API had a picture, which it forgets after some days.

        Raises
        ------
        StoreUnavailableError
        """
        ...
