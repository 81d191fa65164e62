"""Whose turn it is to open a session on Discord's gateway, among all processes of a bot."""

from typing import Protocol

# Between two IDENTIFY of one bucket, with a little for requests that overtake each other.
# https://discord.com/developers/docs/events/gateway#rate-limiting
IDENTIFY_EVERY_S = 5.25


class IdentifyTurns(Protocol):
    """Gives turns, so that no two come too soon after each other."""

    async def take(self, bucket: int) -> float:
        """Take the turn of a bucket; give the seconds after which to ask again, 0 where it is ours.

        Raises
        ------
        StoreUnavailableError
        """
        ...
