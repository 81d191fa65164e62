"""Ledgers and policies in memory, as small real classes that count by the domain's own rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from bot.domain.ledgers import Account, Holder, Taken, Taking, UsageLine
from bot.domain.model_rules import ServerModels
from bot.domain.server_policy import JsonValue, PolicyChange, ServerPolicy

ChangeT = TypeVar("ChangeT", bound=PolicyChange)


@dataclass
class KeptPolicies:
    """Fulfils ``ServerPolicies``."""

    kept: dict[int, ServerPolicy] = field(default_factory=dict)

    async def get(self, server_id: int) -> ServerPolicy:
        return self.kept.get(server_id, ServerPolicy(ServerModels("get3w/flux-dev")))

    async def change(
        self, server_id: int, by_id: int, step: Callable[[ServerPolicy], ChangeT]
    ) -> ChangeT:
        assert by_id
        change = step(await self.get(server_id))
        self.kept[server_id] = change.after
        return change

    async def set(self, server_id: int, **settings: JsonValue) -> None:
        self.kept[server_id] = replace(await self.get(server_id), settings=settings)


@dataclass
class KeptLedger:
    """Books whatever is taken; what of ``Ledger`` a report needs."""

    takings: list[Taking] = field(default_factory=list)
    accounts: dict[Holder, Account] = field(default_factory=dict)

    async def take(self, taking: Taking) -> Taken:
        self.takings.append(taking)
        for holder in taking.holders:
            self.accounts[holder] = self.accounts.get(holder, Account()).booked(taking)
        return Taken(self.accounts)

    async def account(self, holder: Holder, at: datetime) -> Account:
        return self.accounts.get(holder, Account()).at(at)

    async def usage(
        self, server_id: int, since: date, member_id: int | None = None
    ) -> Sequence[UsageLine]:
        return [
            UsageLine(t.at.date(), t.member_id, t.model, t.pictures, t.microdollars)
            for t in sorted(self.takings, key=lambda taking: taking.at)
            if t.server_id == server_id
            and t.at.date() >= since
            and member_id in {None, t.member_id}
        ]
