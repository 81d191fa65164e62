"""Records about members and servers: small real classes that remember what they are asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.domain.jobs import Job
from bot.domain.journal import JournalEntry, Step
from bot.domain.member_records import MemberRecord
from bot.domain.preferences import Preferences


@dataclass
class KeptServers:
    """Fulfils ``Retention``; remembers what it was asked."""

    known: list[int] = field(default_factory=list)
    purged: list[tuple[int, datetime]] = field(default_factory=list)
    left_at: dict[int, datetime] = field(default_factory=dict)
    purged_left: list[datetime] = field(default_factory=list)
    tidied: list[datetime] = field(default_factory=list)
    away: bool = False

    async def servers(self) -> Collection[int]:
        self._reached()
        return list(self.known)

    async def purge(self, server_id: int, before: datetime) -> int:
        self.purged.append((server_id, before))
        return 3

    async def tidy(self, at: datetime) -> int:
        self.tidied.append(at)
        return 1

    async def left(self, server_id: int, at: datetime) -> None:
        self._reached()
        self.left_at.setdefault(server_id, at)

    async def returned(self, server_id: int) -> None:
        self._reached()
        self.left_at.pop(server_id, None)

    async def left_before(self, moment: datetime) -> Collection[int]:
        self._reached()
        return [server_id for server_id, at in self.left_at.items() if at < moment]

    async def purge_left(self, before: datetime) -> Collection[int]:
        self._reached()
        self.purged_left.append(before)
        return []

    def _reached(self) -> None:
        if self.away:
            raise StoreUnavailableError(StoreTrouble.AWAY)


@dataclass
class KeptRecords:
    """Fulfils ``MemberRecords``."""

    deleted: list[tuple[int, int, datetime, Collection[str]]] = field(default_factory=list)

    async def get(self, server_id: int, member_id: int) -> MemberRecord:
        return MemberRecord(server_id, member_id)

    async def delete(
        self, server_id: int, member_id: int, at: datetime, own_words: Collection[str] = ()
    ) -> int:
        self.deleted.append((server_id, member_id, at, own_words))
        return 2


@dataclass
class KeptJobs:
    """Fulfils ``JobHistory``."""

    entries: dict[int, JournalEntry] = field(default_factory=dict[int, JournalEntry])

    async def page(
        self,
        server_id: int,
        member_id: int,
        size: int,
        before_id: int | None = None,
        *,
        after_id: int | None = None,
    ) -> Sequence[JournalEntry]:
        own = await self.of_member(server_id, member_id)
        made = [e for e in own if e.step in (Step.DELIVERED, Step.COMPLETED)]
        if after_id is not None:
            return [e for e in made if e.job.id > after_id][-size:]
        return [e for e in made if before_id is None or e.job.id < before_id][:size]

    async def of_message(
        self, server_id: int, member_id: int, message_id: int
    ) -> JournalEntry | None:
        own = await self.of_member(server_id, member_id)
        return next((e for e in own if e.message.message_id == message_id), None)

    async def get(self, job_id: int) -> JournalEntry | None:
        return self.entries.get(job_id)

    async def of_member(self, server_id: int, member_id: int) -> Sequence[JournalEntry]:
        visits = {job_id: entry.job.visit for job_id, entry in self.entries.items()}
        whose = (server_id, member_id)
        own = (job for job, v in visits.items() if (v.server_id, v.member_id) == whose)
        return [self.entries[job_id] for job_id in sorted(own, reverse=True)]

    async def line(self, server_id: int, job_id: int, size: int) -> Sequence[JournalEntry]:
        found: dict[int, JournalEntry] = {}
        for entry in (self.entries[key] for key in sorted(self.entries)):
            origin = entry.job.origin
            if entry.job.visit.server_id == server_id and (
                entry.job.id == job_id or (origin is not None and origin.job_id in found)
            ):
                found[entry.job.id] = entry
        return list(found.values())[:size]

    async def before(self, server_id: int, moment: datetime) -> Collection[int]:
        return [
            job_id
            for job_id, entry in self.entries.items()
            if entry.job.visit.server_id == server_id
            and entry.accepted_at < moment
            and not entry.open
        ]

    async def remove(self, job_ids: Collection[int]) -> None:
        for job_id in sorted(job_ids):
            if self.entries[job_id].open:
                await self.forget_outputs([job_id])
            else:
                gone = self.entries.pop(job_id)
                self.entries |= {e.job.id: _come_of(e, gone.job) for e in self._come_of(job_id)}

    async def forget_outputs(self, job_ids: Collection[int]) -> None:
        for job_id in job_ids:
            entry = self.entries[job_id]
            if entry.made is not None:
                self.entries[job_id] = replace(entry, made=replace(entry.made, outputs=()))

    def _come_of(self, job_id: int) -> Sequence[JournalEntry]:
        origins = [(entry, entry.job.origin) for entry in self.entries.values()]
        return [entry for entry, origin in origins if origin and origin.job_id == job_id]


def _come_of(entry: JournalEntry, gone: Job) -> JournalEntry:
    return replace(entry, job=replace(entry.job, origin=gone.origin))


@dataclass
class KeptPreferences:
    """Fulfils ``MemberPreferences``."""

    kept: dict[tuple[int, int], Preferences] = field(
        default_factory=dict[tuple[int, int], Preferences]
    )
    forgotten: list[int] = field(default_factory=list[int])
    away: bool = False

    async def get(self, server_id: int, member_id: int) -> Preferences:
        if self.away:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        return self.kept.get((server_id, member_id), Preferences())

    async def put(self, server_id: int, member_id: int, preferences: Preferences) -> None:
        self.kept[(server_id, member_id)] = preferences

    def forget(self, server_id: int) -> None:
        self.forgotten.append(server_id)
