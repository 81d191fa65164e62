"""A moderator's side of the inside, with policies in memory and a log that can be read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.domain.model_rules import ServerModels
from bot.domain.models import Model, ModelCeiling
from bot.domain.server_policy import AuditEntry, PolicyChange, ServerPolicy
from bot.domain.visits import Moderator
from bot.services.moderation import House, Moderation
from tests.unit.books import Shelf
from tests.unit.virtual_time import LoopClock

ChangeT = TypeVar("ChangeT", bound=PolicyChange)

DEFAULT = "get3w/flux-dev"
PRO = "get3w/flux-pro"
SERVER, OTHER_SERVER, MEMBER = 1, 2, 301
MOD = Moderator(SERVER, 300)
UNDECIDED = ServerPolicy(ServerModels(DEFAULT))


@dataclass
class MemoryPolicies:
    """Fulfils ``ServerPolicies``; each step is taken twice, as a store may."""

    kept: dict[int, ServerPolicy] = field(default_factory=dict)
    changed_by: list[int] = field(default_factory=list)

    async def get(self, server_id: int) -> ServerPolicy:
        return self.kept.get(server_id, UNDECIDED)

    async def change(
        self, server_id: int, by_id: int, step: Callable[[ServerPolicy], ChangeT]
    ) -> ChangeT:
        self.changed_by.append(by_id)
        before = await self.get(server_id)
        change = step(before)
        assert step(before) == change, "a step that is taken again leads elsewhere"
        self.kept[server_id] = change.after
        return change


@dataclass
class ReadLog:
    """Fulfils ``ServerLog`` and keeps what it is told."""

    told: list[AuditEntry] = field(default_factory=list)

    def record(self, *entries: AuditEntry) -> None:
        self.told += entries

    def tell(self, *entries: AuditEntry) -> None:
        self.told += entries

    @property
    def actions(self) -> list[str]:
        return [entry.action for entry in self.told]


@dataclass
class Office:
    """Where the tests' moderators work."""

    policies: MemoryPolicies = field(default_factory=MemoryPolicies)
    log: ReadLog = field(default_factory=ReadLog)

    def moderation(self, *allowed: str) -> Moderation:
        ceiling = ModelCeiling(allowed or ("*",))
        shelf = Shelf((Model(DEFAULT, 0.03), Model(PRO, 0.05), Model("google/imagen4/fast")))
        return Moderation(self.policies, shelf, House(ceiling, DEFAULT), self.log, LoopClock())
