"""Why moderators would get no copies of private pictures, said where they decide on them."""

from collections.abc import Callable, Sequence

from bot.domain.server_settings import ServerSettings
from bot.presentation import moderation_words as words
from bot.presentation.rights import COPYING, DELIVERING

_PICTURES, _CHANNEL = "private_pictures", "log_channel"
# What the bot lacks of some permissions in a channel; ``None`` where there is no such channel.
Missing = Callable[[int, Sequence[str]], Sequence[str] | None]


def copy_obstacles(name: str, settings: ServerSettings, missing: Missing) -> list[str]:
    """Give a sentence for what stands against copies, beside the two settings that want them.

    Parameters
    ----------
    name
        Beside which setting it is said; nothing is beside any but those two.
    """
    if name not in {_PICTURES, _CHANNEL} or not settings.private_pictures:
        return []
    channel_id = settings.log_channel
    # What the log itself lacks is said beside its channel in any case.
    wanted = DELIVERING if name == _PICTURES else COPYING
    lacks = None if channel_id is None else missing(channel_id, wanted)
    if channel_id is None or lacks is None:
        return [words.no_copies()]
    return [words.copies_unreachable(channel_id, lacks)] if lacks else []
