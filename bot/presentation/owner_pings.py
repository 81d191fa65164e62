"""Writes the one mention for whoever waited long, as an answer to the message of their job.

Discord doesn't mention anybody for an edit, so this is a message of its own. It answers the job's
message, so that there is none where somebody has deleted that. The same nonce makes Discord take it
once, also where two processes bring the same end.
"""

import logging
from dataclasses import dataclass

from discord import ui

from bot.domain.jobs import FinalState
from bot.domain.journal import JournalEntry
from bot.domain.ports import Clock
from bot.presentation import wording
from bot.presentation.history_words import message_url
from bot.presentation.layout import boxed_view
from bot.presentation.sending import (
    Edit,
    NewMessageRoad,
    RoadForbiddenError,
    SendBrokenError,
    SendError,
    SendLimitedError,
    SendRefusedError,
    ServerMessages,
)

_PAUSES_S = (1.0, 5.0)
_LONGEST_PAUSE_S = 15.0
# To answer a message takes a right that to write one doesn't.
# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
_CANNOT_REPLY = 160002

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PostedPings:
    """Fulfils ``PingPost``."""

    messages: ServerMessages
    clock: Clock

    async def mention(self, entry: JournalEntry, final: FinalState) -> None:
        """Mention a job's owner below its message, once however often it is called."""
        try:
            await self._mention(entry, final)
        except SendError as error:
            _log.debug("the owner of job %s isn't mentioned: %r", entry.job.reference, error)

    async def _mention(self, entry: JournalEntry, final: FinalState) -> None:
        words, nonce = wording.mention(entry.job.owner_id, final), f"ping{entry.job.id}"
        road = NewMessageRoad(entry.channel_id, nonce, reply_to=entry.message.message_id)
        try:
            await self._send(road, _edit(entry, words))
        except (RoadForbiddenError, SendRefusedError) as error:
            if error.code != _CANNOT_REPLY:
                raise
            linked = f"{words} {wording.go_to(message_url(entry) or '')}"
            await self._send(NewMessageRoad(entry.channel_id, nonce), _edit(entry, linked))

    async def _send(self, road: NewMessageRoad, edit: Edit) -> None:
        for pause_s in _PAUSES_S:
            try:
                await self.messages.send(road, edit)
            except SendLimitedError as error:
                await self.clock.sleep(min(error.retry_after_s, _LONGEST_PAUSE_S))
            except SendBrokenError:
                await self.clock.sleep(pause_s)
            else:
                return
        await self.messages.send(road, edit)


def _edit(entry: JournalEntry, words: str) -> Edit:
    return Edit(boxed_view(ui.TextDisplay(words)), mentioned_ids=(entry.job.owner_id,))
