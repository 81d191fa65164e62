"""The outside of a server's log, as small real classes: a table, settings, channels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.log_entries import Told
from bot.domain.model_rules import ServerModels
from bot.domain.server_policy import AuditEntry, AuditRecord, JsonValue, ServerPolicy
from bot.domain.store_ports import ChangeT
from bot.presentation.sending import Edit, Road, SendError, Sent
from tests.unit.virtual_time import FIRST_S, START, LoopClock

SERVER_ID = 1001
LOG_CHANNEL_ID = 2009
ALICE_ID, MOD_ID = 4001, 4002


def an_entry(
    action: str = "setting.change",
    subject: str = "retention_days",
    *,
    server_id: int = SERVER_ID,
    after: JsonValue = None,
    minutes: int = 0,
) -> AuditEntry:
    at = START + timedelta(minutes=minutes)
    return AuditEntry(server_id, at, MOD_ID, action, subject, None, after)


@dataclass
class Table:
    """Keeps entries; is away for the first ``away`` attempts. Fulfils ``Audit``."""

    away: int = 0
    attempts: int = 0
    entries: list[AuditEntry] = field(default_factory=list)

    async def record(self, *entries: AuditEntry) -> None:
        self.attempts += 1
        if self.attempts <= self.away:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        if any(entry.subject == "poison" for entry in entries):
            raise ValueError("poison")
        self.entries += entries

    async def page(
        self,
        server_id: int,
        size: int,
        before_number: int | None = None,
        *,
        after_number: int | None = None,
        action: str | None = None,
        subject: str | None = None,
    ) -> Sequence[AuditRecord]:
        every = [AuditRecord(n, e) for n, e in enumerate(self.entries, 1)]
        ours = [record for record in every if _about(record.entry, server_id, action, subject)]
        if after_number is not None:
            return [r for r in ours if r.number > after_number][:size][::-1]
        older = [r for r in ours if before_number is None or r.number < before_number]
        return older[::-1][:size]

    async def count(
        self,
        server_id: int,
        action: str,
        *,
        since: datetime | None = None,
        subject: str | None = None,
        actor_id: int | None = None,
    ) -> int:
        return sum(
            _about(entry, server_id, action, subject)
            and (since is None or entry.at >= since)
            and actor_id in (None, entry.actor_id)
            for entry in self.entries
        )


def _about(entry: AuditEntry, server_id: int, action: str | None, subject: str | None) -> bool:
    right_action = action in (None, entry.action)
    return entry.server_id == server_id and right_action and subject in (None, entry.subject)


@dataclass
class Decided:
    """What servers have decided; fulfils ``ServerPolicies``."""

    policies: dict[int, ServerPolicy] = field(default_factory=dict[int, ServerPolicy])
    away: bool = False

    async def get(self, server_id: int) -> ServerPolicy:
        if self.away:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        return self.policies.get(server_id, ServerPolicy(ServerModels("get3w/flux-dev")))

    async def change(
        self, server_id: int, by_id: int, step: Callable[[ServerPolicy], ChangeT]
    ) -> ChangeT:
        assert by_id
        change = step(await self.get(server_id))
        self.policies[server_id] = change.after
        return change

    def log_to(self, channel_id: int, server_id: int = SERVER_ID, **others: JsonValue) -> None:
        settings = {"log_channel": str(channel_id), **others}
        self.policies[server_id] = ServerPolicy(ServerModels("get3w/flux-dev"), settings=settings)


@dataclass(frozen=True)
class Posted:
    """One message of a log channel; ``at_s`` counts from the start of the test."""

    at_s: float
    server_id: int
    channel_id: int
    lines: Sequence[Told]
    left_out: int

    @property
    def subjects(self) -> list[str]:
        return [line.entry.subject for line in self.lines]


@dataclass
class Channels:
    """Takes messages of at most ``room`` lines, but not in a shut channel."""

    room: int = 10
    shut: set[int] = field(default_factory=set[int])
    latency_s: float = 0
    posted: list[Posted] = field(default_factory=list)
    attempts_s: list[float] = field(default_factory=list)

    async def write(
        self, server_id: int, channel_id: int, lines: Sequence[Told], left_out: int
    ) -> int:
        at_s = LoopClock().monotonic() - FIRST_S
        self.attempts_s.append(at_s)
        await LoopClock().sleep(self.latency_s)
        if channel_id in self.shut:
            return 0
        taken = lines[: self.room]
        self.posted.append(Posted(at_s, server_id, channel_id, taken, left_out))
        return len(taken)


@dataclass
class Heard:
    """Takes down what is recorded and told; fulfils ``ServerLog``."""

    recorded: list[AuditEntry] = field(default_factory=list)
    told: list[AuditEntry] = field(default_factory=list)

    def record(self, *entries: AuditEntry) -> None:
        self.recorded += entries

    def tell(self, *entries: AuditEntry) -> None:
        self.told += entries


@dataclass
class Messages:
    """Discord as the author of messages sees it; fulfils ``ServerMessages``.

    ``errors`` are raised first, one for each request.
    """

    homes: dict[int, int] = field(default_factory=lambda: {LOG_CHANNEL_ID: SERVER_ID})
    errors: list[SendError] = field(default_factory=list)
    sent: list[tuple[Road, Edit]] = field(default_factory=list)
    deleted: list[tuple[int, int]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    async def send(self, road: Road, edit: Edit) -> Sent:
        self._fail()
        self.sent.append((road, edit))
        return Sent()

    async def delete(self, channel_id: int, message_id: int) -> None:
        self._fail()
        self.deleted.append((channel_id, message_id))

    async def server_of(self, channel_id: int) -> int | None:
        self.asked.append(channel_id)
        return self.homes.get(channel_id)

    def _fail(self) -> None:
        if self.errors:
            raise self.errors.pop(0)
