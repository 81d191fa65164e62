"""The first answer to an interaction, sent again where it doesn't get through.

Discord gives three seconds for it. Within them a connection that broke, a server error and a short
429 are tried again after ever longer pauses. A broken request may have landed, and the next one is
then told that there is an answer already: ours. Heard without such a request before, the same
words mean that somebody else answered, such as an older process of this bot; it keeps the job.
"""

from itertools import chain, repeat

from bot.domain.ports import Clock
from bot.presentation.sending import (
    AlreadyAnsweredError,
    Answerer,
    Box,
    InteractionKey,
    SendBrokenError,
    SendLimitedError,
)

# Discord's 3 s begin with the event, and both ways take time.
# https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback
ANSWER_WITHIN_S = 2.7
_PAUSES_S = (0.05, 0.1, 0.2, 0.4)


class FirstAnswer:
    """The attempts to answer one interaction."""

    def __init__(self, answerer: Answerer, key: InteractionKey, clock: Clock) -> None:
        self._answerer = answerer
        self._key = key
        self._clock = clock
        self._give_up_s = clock.monotonic() + ANSWER_WITHIN_S
        self._pauses_s = chain(_PAUSES_S, repeat(_PAUSES_S[-1]))
        self._may_have_landed = False

    async def give(self, box: Box, *, private: bool) -> int | None:
        """Answer with a message; give its id where Discord told of it.

        Raises
        ------
        SendError
            What the last attempt met.
        """
        while True:
            try:
                return await self._answerer.answer(self._key, box, private=private)
            except SendBrokenError as error:
                self._may_have_landed = True
                await self._pause(error, next(self._pauses_s))
            except SendLimitedError as error:
                await self._pause(error, error.retry_after_s)
            except AlreadyAnsweredError:
                if self._may_have_landed:
                    return None
                raise

    async def _pause(self, error: Exception, wait_s: float) -> None:
        if self._clock.monotonic() + wait_s > self._give_up_s:
            if self._may_have_landed:
                raise SendBrokenError from error
            raise error
        await self._clock.sleep(wait_s)
