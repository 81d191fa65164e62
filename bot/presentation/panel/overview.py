"""All that the panel shows of a server, gathered for one look at it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

from bot.domain.server_policy import MemberBlock, ServerPolicy
from bot.domain.server_settings import ServerSettings, from_stored
from bot.presentation.panel.sight import Sight


class HostLimits(Protocol):
    """What the operator decided for all servers, which comes first."""

    def is_admitted(self, model: str) -> bool:
        """Tell whether servers may use a model."""
        ...

    def largest(self, name: str) -> int | None:
        """Give the most that a setting can bring about, in its unit; ``None`` for any."""
        ...


@dataclass(frozen=True)
class Overview:
    """A server's policy with what stands around it.

    Attributes
    ----------
    reports
        How many pictures members reported; ``None`` where nobody counted.
    """

    policy: ServerPolicy
    sight: Sight
    host: HostLimits
    now: datetime
    reports: int | None = None

    @property
    def settings(self) -> ServerSettings:
        """The settings, each with a value."""
        return self._settings

    @cached_property
    def _settings(self) -> ServerSettings:
        return from_stored(self.policy.settings)

    @property
    def blocks(self) -> list[MemberBlock]:
        """The members who are blocked at present, the latest first."""
        current = (block for block in self.policy.blocks.values() if block.holds_at(self.now))
        return sorted(current, key=lambda block: block.since, reverse=True)
