"""What the bot sees of a server: the names of its roles and channels, and its own permissions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import discord

from bot.domain.snowflake_kinds import Sort
from bot.presentation import rights


@dataclass(frozen=True, slots=True)
class Sight:
    """A server as the bot sees it.

    Attributes
    ----------
    names
        Roles and channels by their ids; ``None`` while Discord hasn't told of the server.
    lacking
        The permissions that the bot lacks in a channel of those wanted, as Discord names them.
    """

    names: Mapping[Sort, Mapping[int, str]] | None
    lacking: Callable[[int, Sequence[str]], Sequence[str]]

    def gone(self, sort: Sort, snowflake: int | None) -> bool:
        """Tell whether a role or channel isn't there any more; no where nobody knows."""
        if snowflake is None or self.names is None:
            return False
        return snowflake not in self.names[sort]

    def missing(self, channel_id: int, wanted: Sequence[str]) -> Sequence[str] | None:
        """List what the bot lacks in a channel; ``None`` where the channel is gone."""
        if self.gone(Sort.CHANNEL, channel_id):
            return None
        return self.lacking(channel_id, wanted)

    def name(self, sort: Sort, snowflake: int) -> str:
        """Name a role or channel where a mention isn't read, as in a select."""
        name = None if self.names is None else self.names[sort].get(snowflake)
        return f"{sort.value[0]}{name or snowflake}"


def sight_of(guild: discord.Guild | None) -> Sight:
    """Look at a server."""
    if guild is None or guild.unavailable or not guild.channels:
        return Sight(None, lambda _, __: ())
    names = {
        Sort.ROLE: {role.id: role.name for role in guild.roles},
        Sort.CHANNEL: {channel.id: channel.name for channel in (*guild.channels, *guild.threads)},
    }
    return Sight(names, lambda channel, wanted: rights.lacking(guild, channel, wanted) or ())
