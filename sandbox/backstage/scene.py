"""What happens behind the stage, as the page asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.backstage.asks import asks_of
from sandbox.backstage.pairing import paired
from sandbox.backstage.tasks import tasks_of
from sandbox.get3w.manner import Manner

if TYPE_CHECKING:
    from sandbox.backstage.facts import Entry
    from sandbox.backstage.plug import Plug
    from sandbox.discord.server import DiscordSandbox
    from sandbox.get3w import Get3WSandbox


@dataclass(eq=False)
class Backstage:
    """Both sides of the bot, and its power.

    Attributes
    ----------
    manner
        How the API was told to behave; `play` changes it.
    """

    discord: DiscordSandbox
    get3w: Get3WSandbox
    plug: Plug
    manner: Manner = field(default_factory=Manner)

    def play(self, manner: Manner) -> None:
        """Let the API behave so from the next submission on."""
        self.manner = manner
        self.get3w.default = manner.scenario()

    def entries(self) -> list[Entry]:
        """Return what was asked for and what the API did for it, oldest first."""
        now_s = self.discord.clock.now()
        return paired(asks_of(self.discord), tasks_of(self.get3w, now_s))
