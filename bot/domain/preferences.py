"""What a member has decided for themselves in one server."""

from dataclasses import dataclass

from bot.domain.requests import Shape


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is used where a member says nothing else.

    Attributes
    ----------
    model
        The id of a model; empty for the usual one.
    shape
        ``None`` for what the model makes by itself.
    pinged
        Whether a picture that took long tells them when it is there.
    """

    model: str = ""
    shape: Shape | None = None
    pinged: bool = True
