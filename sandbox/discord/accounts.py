"""Accounts of the local Discord: people, and the bot under test with whoever it belongs to."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class User:
    """An account; `display_name` is what people read."""

    id: int
    name: str
    display_name: str
    bot: bool = False
    locale: str = "en-GB"

    @property
    def mention(self) -> str:
        """Return the text that mentions this account."""
        return f"<@{self.id}>"


@dataclass(slots=True, eq=False)
class Team:
    """People to whom an application belongs together; `owner` is one of `members`."""

    id: int
    name: str
    owner: User
    members: list[User] = field(default_factory=list[User])


@dataclass(slots=True, eq=False)
class Application:
    """The bot under test as Discord knows it.

    Attributes
    ----------
    team
        To whom it belongs where that isn't `owner` alone; a test may set it.
    privileged_intents
        Bits of privileged gateway intents that its owner has switched on.
    public
        Whether anybody may invite the bot, as for every application that is new.
    """

    id: int
    name: str
    bot: User
    owner: User
    token: str
    privileged_intents: int = 0
    public: bool = True
    team: Team | None = None


def sandbox_token(application_id: int) -> str:
    """Return a bot token of the real shape: the application's id in base64 comes first."""
    first = base64.urlsafe_b64encode(str(application_id).encode()).decode().rstrip("=")
    return f"{first}.sandbox.{'not-a-secret-' * 2}0"
