"""Deletes messages as their author, with some patience."""

from dataclasses import dataclass

from bot.domain.errors import MissingPermissionError
from bot.domain.ports import Clock
from bot.domain.refusals import NotDeletedError
from bot.presentation.sending import (
    MessageGoneError,
    RoadForbiddenError,
    SendBrokenError,
    SendError,
    SendLimitedError,
    ServerMessages,
)

_PAUSES_S = (0.5, 2.0)
_LONGEST_PAUSE_S = 5.0


@dataclass(frozen=True, slots=True)
class MessageDeletion:
    """Deletes one message at a time."""

    messages: ServerMessages
    clock: Clock

    async def delete(self, channel_id: int, message_id: int) -> bool:
        """Delete a message; ``False`` where it was gone already.

        Raises
        ------
        MissingPermissionError, NotDeletedError
            Where Discord doesn't let the bot.
        """
        for pause_s in (*_PAUSES_S, None):
            try:
                await self.messages.delete(channel_id, message_id)
            except MessageGoneError:
                return False
            except RoadForbiddenError:
                raise MissingPermissionError(("View Channel",)) from None
            except SendError as error:
                if pause_s is None or not isinstance(error, SendBrokenError | SendLimitedError):
                    raise NotDeletedError from error
                await self.clock.sleep(max(pause_s, _asked_pause_s(error)))
            else:
                break
        return True


def _asked_pause_s(error: SendError) -> float:
    asked_s = error.retry_after_s if isinstance(error, SendLimitedError) else 0.0
    return min(asked_s, _LONGEST_PAUSE_S)
