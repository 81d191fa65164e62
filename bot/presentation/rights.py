"""Who may decide in a server, and what the bot itself may do in its channels.

Discord hides commands from those who may not use them, but a server can show them to anybody, and
a button stays where it is: rights are checked here, each time.
"""

from collections.abc import Mapping, Sequence

import discord

from bot.domain.refusals import NotPermittedError
from bot.domain.visits import Moderator
from bot.presentation.visits import moderator_of

# By the library's names, as Discord shows them to people.
NAMES: Mapping[str, str] = {
    "manage_guild": "Manage Server",
    "moderate_members": "Timeout Members",
    "manage_messages": "Manage Messages",
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
}
LOGGING = ("view_channel", "send_messages")
COPYING = ("attach_files",)
DELIVERING = ("view_channel", "send_messages", "send_messages_in_threads", "attach_files")


def require(interaction: discord.Interaction, *any_of: str) -> None:
    """Let only those go on who have one of these permissions, as the library names them.

    Raises
    ------
    NotPermittedError
    """
    if not has(interaction, *any_of):
        raise NotPermittedError(tuple(NAMES[name] for name in any_of))


def has(interaction: discord.Interaction, *any_of: str) -> bool:
    """Tell whether somebody has one of these permissions, or all as an administrator."""
    return any(_granted(interaction.permissions, name) for name in ("administrator", *any_of))


def deciding(interaction: discord.Interaction, *any_of: str) -> Moderator:
    """Give whoever decides something, once the right to is checked; Manage Server for none named.

    Raises
    ------
    NotPermittedError
    DirectMessageError
    """
    require(interaction, *(any_of or ("manage_guild",)))
    return moderator_of(interaction)


def lacking(guild: discord.Guild, channel_id: int, wanted: Sequence[str]) -> tuple[str, ...] | None:
    """List what the bot lacks in a channel, as Discord names it; ``None`` without such a channel.

    Parameters
    ----------
    wanted
        Permissions by the library's names, such as ``LOGGING``.
    """
    channel = guild.get_channel_or_thread(channel_id)
    if channel is None:
        return None
    ours = channel.permissions_for(guild.me)
    in_thread = isinstance(channel, discord.Thread)
    needed = dict.fromkeys(_in_thread(name) if in_thread else name for name in wanted)
    return tuple(NAMES[name] for name in needed if not _granted(ours, name))


def _granted(permissions: discord.Permissions, name: str) -> bool:
    granted: bool = getattr(permissions, name)
    return granted


def _in_thread(name: str) -> str:
    return "send_messages_in_threads" if name == "send_messages" else name
