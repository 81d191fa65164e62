"""Takes pictures out of the world: one, or one with all that was made from it.

What was made from a picture may still be under way, may stand in other channels, and more may come
while it is being removed. So the whole line is looked up again and again, the latest first: what is
under way is cancelled, what has ended goes with its message, its bytes and its entry. The picture
that it began with goes last, so that whatever comes late is still found, and so that a press after
a crash finds what is left.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from bot.domain.audit_actions import Action
from bot.domain.errors import JobEndedError, RefusalError
from bot.domain.journal import UNDER_WAY, JournalEntry
from bot.domain.ports import Clock, ServerLog
from bot.domain.refusals import PictureForgottenError
from bot.domain.server_policy import AuditEntry
from bot.domain.shown_pictures import ShownPicture
from bot.domain.visits import Moderator
from bot.services.retention import PastPictures

# A press takes so many at most; the next one takes the rest.
LINE_MAX = 200
# How often it is looked whether what was under way has ended.
ROUNDS = 10
PAUSE_S = 1.0

# Whether somebody may delete what stands in a channel.
MayDelete = Callable[[int], bool]


class JobCancels(Protocol):
    """Ends jobs that are under way."""

    async def cancel(self, job_id: int, by_id: int) -> None:
        """End a job; raises ``JobEndedError`` where it is too late."""
        ...


class MessageRemover(Protocol):
    """Deletes messages of the bot's own."""

    async def delete(self, channel_id: int, message_id: int) -> bool:
        """Delete a message; ``False`` where it was gone already.

        Raises
        ------
        RefusalError
            Where Discord doesn't let the bot.
        """
        ...


@dataclass(frozen=True, slots=True)
class PictureLine:
    """A picture and all that was made from it.

    Attributes
    ----------
    jobs
        Those that may be deleted, the picture itself first.
    out_of_reach
        How many stand where whoever asks may not delete.
    more
        Whether there are others that one press doesn't take.
    """

    root_id: int
    jobs: Sequence[JournalEntry]
    out_of_reach: int = 0
    more: bool = False

    @property
    def derived(self) -> Sequence[JournalEntry]:
        """What was made from it, of what may be deleted."""
        return [entry for entry in self.jobs if entry.job.id != self.root_id]

    @property
    def owner_ids(self) -> Collection[int]:
        """Whose they are."""
        return {entry.job.owner_id for entry in self.jobs}

    @property
    def channel_ids(self) -> Collection[int]:
        """Where they stand."""
        return {entry.channel_id for entry in self.jobs}


@dataclass(frozen=True, slots=True)
class Removed:
    """What came of it.

    Attributes
    ----------
    jobs
        How many are gone.
    left
        The picture and what was made from it that are still there, as far as they may be deleted.
    out_of_reach
        How many stand where whoever asked may not delete.
    """

    jobs: int
    left: int = 0
    out_of_reach: int = 0


@dataclass(frozen=True, slots=True)
class PictureRemoval:
    """Removes pictures of one server at a time."""

    past: PastPictures
    jobs: JobCancels
    messages: MessageRemover
    log: ServerLog
    clock: Clock

    async def forget(self, server_id: int, owner_id: int, message_id: int) -> None:
        """Let go of what is kept of a picture whose message was deleted.

        Raises
        ------
        StoreUnavailableError
        """
        for _ in range(ROUNDS):
            entry = await self.past.history.of_message(server_id, owner_id, message_id)
            if entry is None:
                return
            await self.past.remove([entry.job.id])
            if not entry.open:
                return
            # Its message is there, so it is about to be closed.
            await self.clock.sleep(PAUSE_S)

    async def line(self, server_id: int, picture: ShownPicture, may: MayDelete) -> PictureLine:
        """Look up a picture with all that was made from it.

        Raises
        ------
        PictureForgottenError
            Where nothing is kept of it.
        StoreUnavailableError
        """
        find = self.past.history.of_message
        root = await find(server_id, picture.owner_id, picture.message_id)
        if root is None:
            raise PictureForgottenError
        return await self._line(server_id, root.job.id, may)

    async def remove(self, by: Moderator, picture: ShownPicture, may: MayDelete) -> Removed:
        """Remove a picture with all that was made from it, and tell the server's log.

        Raises
        ------
        PictureForgottenError, StoreUnavailableError
        """
        line = await self.line(by.server_id, picture, may)
        gone, left = await self._remove_ended(by, line)
        for _ in range(ROUNDS - 1):
            if not line.more and not any(entry.open for entry in left):
                break
            await self.clock.sleep(PAUSE_S)
            line = await self._line(by.server_id, line.root_id, may)
            now_gone, left = await self._remove_ended(by, line)
            gone |= now_gone
        removed = Removed(len(gone), len(left), line.out_of_reach)
        self._note(by, picture, removed)
        return removed

    async def _line(self, server_id: int, root_id: int, may: MayDelete) -> PictureLine:
        found = await self.past.history.line(server_id, root_id, LINE_MAX + 1)
        within = [entry for entry in found[:LINE_MAX] if may(entry.channel_id)]
        out_of_reach = min(len(found), LINE_MAX) - len(within)
        return PictureLine(root_id, within, out_of_reach, more=len(found) > LINE_MAX)

    async def _remove_ended(
        self, by: Moderator, line: PictureLine
    ) -> tuple[set[int], Sequence[JournalEntry]]:
        """Remove what has ended and can be, and let the rest end; tell what is gone, and left."""
        gone: set[int] = set()
        for entry in reversed(line.jobs):
            is_root = entry.job.id == line.root_id
            complete = len(gone) == len(line.jobs) - 1 and not line.out_of_reach and not line.more
            if await self._is_rid_of(by, entry) and (complete or not is_root):
                await self.past.remove([entry.job.id])
                gone.add(entry.job.id)
        return gone, [entry for entry in line.jobs if entry.job.id not in gone]

    async def _is_rid_of(self, by: Moderator, entry: JournalEntry) -> bool:
        """Cancel or delete a job's message and bytes; tell whether its entry may go."""
        if entry.step in UNDER_WAY:
            with suppress(JobEndedError):
                await self.jobs.cancel(entry.job.id, by.member_id)
            return False
        await self.past.strip([entry.job.id])
        return await self._is_without_message(entry) and not entry.open

    async def _is_without_message(self, entry: JournalEntry) -> bool:
        message_id = entry.message.message_id
        # What its member alone saw vanishes by itself, but for a direct message.
        vanishes = entry.job.private and entry.message.channel_id is None
        if message_id is None or vanishes:
            return True
        try:
            await self.messages.delete(entry.channel_id, message_id)
        except RefusalError:
            return False
        return True

    def _note(self, by: Moderator, picture: ShownPicture, removed: Removed) -> None:
        after = picture.logged(removed=str(removed.jobs), left=str(removed.left))
        subject, now = str(picture.message_id), self.clock.now()
        action = Action.PICTURE_LINE_DELETE
        entry = AuditEntry(by.server_id, now, by.member_id, action, subject, after=after)
        self.log.record(entry)
