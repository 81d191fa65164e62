"""The first minute in a server: its first moderator to come along is greeted, once."""

import logging

from bot.domain.errors import StoreUnavailableError
from bot.domain.ports import Clock
from bot.domain.record_ports import Greetings

_log = logging.getLogger(__name__)


class FirstMinute:
    """Knows which servers were greeted; asks the store once for each that this process meets.

    Parameters
    ----------
    server_ids
        Where the bot works, and has something to say; ``None`` for everywhere.
    """

    def __init__(
        self, greetings: Greetings, clock: Clock, server_ids: frozenset[int] | None = None
    ) -> None:
        self._greetings = greetings
        self._clock = clock
        self._server_ids = server_ids
        self._greeted: set[int] = set()

    async def begins(self, server_id: int) -> bool:
        """Tell whether a server is to be greeted now; whoever asks has to greet it then.

        Without the database it isn't: better at another time than twice.
        """
        if server_id in self._greeted or not self._works_in(server_id):
            return False
        # Known at once, so that two commands at the same moment don't both ask.
        self._greeted.add(server_id)
        try:
            return await self._greetings.take(server_id, self._clock.now())
        except StoreUnavailableError as error:
            self._greeted.discard(server_id)
            _log.warning("no greeting: the database %s", error.trouble.value)
            return False

    def forget(self, server_id: int) -> None:
        """Let a server be asked about again, as when the bot has left it."""
        self._greeted.discard(server_id)

    def _works_in(self, server_id: int) -> bool:
        return self._server_ids is None or server_id in self._server_ids
