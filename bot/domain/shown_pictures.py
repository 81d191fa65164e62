"""A result that stands in Discord, as much of it as a button there can know."""

from dataclasses import dataclass

from bot.domain.server_policy import JsonValue


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A message with pictures.

    Attributes
    ----------
    channel_id
        Where the message stands: a channel, or a thread.
    owner_id
        For whom it was made.
    model
        Its id; its short name, or as much of it as a button has room for, where that is too long.
    """

    channel_id: int
    message_id: int
    owner_id: int
    model: str

    def logged(self, **more: str) -> dict[str, JsonValue]:
        """Write what the log keeps of it, beside the message's id."""
        return {
            "channel": str(self.channel_id),
            "owner": str(self.owner_id),
            "model": self.model,
            **more,
        }
