"""Rules, ledgers and a log as small real classes that live in memory."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeVar

from bot.domain.admission import HostRules
from bot.domain.alerts import Alert
from bot.domain.jobs import Job
from bot.domain.ledgers import (
    Account,
    Holder,
    Limit,
    ReachedLimit,
    Taken,
    Taking,
    UsageLine,
    holders_of,
    reached_limit,
)
from bot.domain.model_rules import Effect, ModelRule, ServerModels
from bot.domain.models import Model, ModelCeiling
from bot.domain.pictures import Picture
from bot.domain.ports import Clock
from bot.domain.server_policy import AuditEntry, JsonValue, PolicyChange, ServerPolicy
from bot.domain.server_settings import ServerSettings, stored
from bot.domain.usage_entries import UsageEntry
from bot.domain.visits import Visit
from bot.services.admission import Admission, Door
from bot.services.bookings import Bookings, Till
from bot.services.failures import Failures
from bot.services.host import HostState
from bot.services.host_gate import HostGate
from bot.services.job_ends import Aftermath
from bot.services.model_access import ModelAccess
from bot.services.rule_book import RuleBook
from bot.services.safety_pause import SafetyPauses
from bot.services.spending import Spending
from tests.unit.virtual_time import START, LoopClock

ChangeT = TypeVar("ChangeT", bound=PolicyChange)

SERVER_ID, CHANNEL_ID, MEMBER_ID = 1001, 2001, 4001
DEFAULT = "get3w/flux-dev"
EVERYTHING = HostRules(ModelCeiling(("*",)))


def a_visit(member_id: int = MEMBER_ID, *, roles: Collection[int] = (), **others: int) -> Visit:
    visit = Visit(SERVER_ID, CHANNEL_ID, member_id, frozenset((*roles, SERVER_ID)))
    return replace(visit, **others)


def allows(*models: str, role_id: int | None = None) -> tuple[ModelRule, ...]:
    return tuple(ModelRule(model, Effect.ALLOW, START, role_id) for model in models)


def a_policy(
    *allowed: str, settings: ServerSettings | None = None, default: str | None = DEFAULT
) -> ServerPolicy:
    models = ServerModels(default, allows(*allowed))
    return ServerPolicy(models, stored(settings or ServerSettings()))


@dataclass
class Policies:
    """What every server has decided; the same for each that isn't named."""

    usual: ServerPolicy = field(default_factory=a_policy)
    by_server: dict[int, ServerPolicy] = field(default_factory=dict[int, ServerPolicy])
    asked: int = 0
    changed_by: list[int] = field(default_factory=list[int])

    async def get(self, server_id: int) -> ServerPolicy:
        self.asked += 1
        return self.by_server.get(server_id, self.usual)

    def set(self, server_id: int, **settings: JsonValue) -> None:
        self.by_server[server_id] = replace(self.usual, settings=settings)

    async def change(
        self, server_id: int, by_id: int, step: Callable[[ServerPolicy], ChangeT]
    ) -> ChangeT:
        change = step(await self.get(server_id))
        self.changed_by.append(by_id)
        self.by_server[server_id] = change.after
        return change


@dataclass
class Ledgers:
    """The ledgers, as the domain counts them."""

    accounts: dict[Holder, Account] = field(default_factory=dict[Holder, Account])
    jobs: dict[int, UsageEntry] = field(default_factory=dict[int, UsageEntry])

    async def take(self, taking: Taking, limits: Collection[Limit]) -> Taken | ReachedLimit:
        accounts = {holder: self.accounts.get(holder, Account()) for holder in taking.holders}
        if taking.job_id in self.jobs:
            return Taken(accounts, again=True)
        if reached := reached_limit(taking, accounts, limits):
            return reached
        booked = {holder: account.booked(taking) for holder, account in accounts.items()}
        self.accounts |= booked
        self.jobs[taking.job_id] = _entry(taking)
        return Taken(booked)

    async def settle(self, job_id: int, at: datetime, *, counts: bool, charged: bool) -> None:
        entry = self.jobs.get(job_id)
        if entry is None:
            return
        self.jobs[job_id] = settled = entry.settled(at, counts=counts, charged=charged)
        for holder in holders_of(entry.server_id, entry.member_id):
            self.accounts[holder] = entry.withdrawn(self.accounts[holder], settled)
        if not settled.counted:
            counted = [
                e.taken_at for e in self.jobs.values() if e.holder == entry.holder and e.counted
            ]
            own = self.accounts[entry.holder]
            latest_at = max(counted, default=None)
            self.accounts[entry.holder] = own.latest_returned(entry.taken_at, latest_at)

    async def settle_abandoned(self, taken_before: datetime, at: datetime) -> int:
        raise NotImplementedError

    async def holding(self, job_id: int) -> UsageEntry | None:
        return self.jobs.get(job_id)

    async def account(self, holder: Holder, at: datetime) -> Account:
        return self.accounts.get(holder, Account()).at(at)

    async def usage(
        self, server_id: int, since: date, member_id: int | None = None
    ) -> Sequence[UsageLine]:
        return [
            UsageLine(e.taken_at.date(), e.member_id, e.model, e.pictures, e.microdollars)
            for e in sorted(self.jobs.values(), key=lambda entry: entry.taken_at)
            if e.server_id == server_id
            and e.taken_at.date() >= since
            and member_id in {None, e.member_id}
        ]


def _entry(taking: Taking) -> UsageEntry:
    return UsageEntry(
        taking.job_id,
        taking.server_id,
        taking.member_id,
        taking.model,
        taking.pictures,
        taking.microdollars,
        taking.at,
    )


@dataclass
class HeardLog:
    """Takes down what the log of a server is told."""

    kept: list[AuditEntry] = field(default_factory=list[AuditEntry])
    told: list[AuditEntry] = field(default_factory=list[AuditEntry])

    def record(self, *entries: AuditEntry) -> None:
        self.kept += entries

    def tell(self, *entries: AuditEntry) -> None:
        self.told += entries


@dataclass
class HeardAlerts:
    """Takes down what the host is told."""

    told: list[Alert] = field(default_factory=list[Alert])

    def tell(self, alert: Alert) -> None:
        self.told.append(alert)


class NoCopies:
    """Copies nothing; fulfils ``PictureCopies``."""

    async def copy(self, job: Job, pictures: Sequence[Picture]) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Shelf:
    """A catalogue with what is put onto it."""

    listed: tuple[Model, ...] = ()

    def models(self) -> Sequence[Model]:
        return self.listed


@dataclass
class Counter:
    """All that stands between a command and its job, around memory."""

    policies: Policies = field(default_factory=Policies)
    host: HostRules = EVERYTHING
    ledgers: Ledgers = field(default_factory=Ledgers)
    log: HeardLog = field(default_factory=HeardLog)
    host_policies: Policies = field(default_factory=Policies)
    alerts: HeardAlerts = field(default_factory=HeardAlerts)
    paused: bool = False
    catalogue: Shelf = field(default_factory=Shelf)
    clock: Clock = field(default_factory=LoopClock)

    @property
    def book(self) -> RuleBook:
        return RuleBook(self.policies)

    @property
    def models(self) -> ModelAccess:
        return ModelAccess(self.catalogue, self.host, self.book)

    @property
    def pauses(self) -> SafetyPauses:
        return SafetyPauses(self.host_policies, self.log)

    @property
    def gate(self) -> HostGate:
        host = HostState(self.host_policies, self.clock, paused_by_settings=self.paused)
        return HostGate(host, self.pauses, self.clock)

    @property
    def aftermath(self) -> Aftermath:
        return Aftermath(self.bookings, Failures(self.alerts, self.pauses, self.clock), NoCopies())

    @property
    def bookings(self) -> Bookings:
        spending = Spending(self.host.microdollars_per_day, self.alerts)
        till = Till(self.ledgers, self.host, self.catalogue, spending)
        return Bookings(till, self.book, self.log, self.clock)

    @property
    def admission(self) -> Admission:
        return Admission(
            Door(
                self.host,
                self.gate,
                self.book,
                self.models,
                self.catalogue,
                self.ledgers,
                self.log,
                self.clock,
            )
        )
