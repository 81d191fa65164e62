"""A member at the bot's door: who asks, and from where."""

from dataclasses import dataclass

from bot.domain.model_rules import Asker


@dataclass(frozen=True, slots=True)
class Visit:
    """What a check needs to know of whoever asks.

    Attributes
    ----------
    server_id
        The server; in a direct conversation that conversation's own id, as in a server of one.
    channel_id
        The channel; in a thread that of its parent, whose rules hold there.
    role_ids
        All of the member's roles, with the server's own id, which is the role *@everyone*.
    age_restricted
        Whether Discord keeps the channel to adults.
    direct
        Whether it is a direct conversation with the bot, and no server.
    lacking
        What the bot lacks there to show a picture, as Discord names it.
    """

    server_id: int
    channel_id: int
    member_id: int
    role_ids: frozenset[int]
    age_restricted: bool = False
    direct: bool = False
    lacking: tuple[str, ...] = ()

    @property
    def asker(self) -> Asker:
        """The member as model rules see it."""
        return Asker(self.role_ids, self.channel_id)


@dataclass(frozen=True, slots=True)
class Moderator:
    """Whoever decides something in a server; the right to do so is checked already."""

    server_id: int
    member_id: int
