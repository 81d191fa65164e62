"""The account's protection: whom the API's safety filter refuses too often has to wait.

An API that sees many such prompts closes the account, and with it the bot for everybody. The
account is the host's, so a pause holds in all servers, and so does the count that leads to it. Both
are kept with the host's own decisions: refusals as a setting for each member, as long as they
count; the pause as a block.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.audit_actions import BOT_ITSELF, Action
from bot.domain.errors import StoreUnavailableError
from bot.domain.jobs import Job
from bot.domain.member_records import SafetyRecord
from bot.domain.ports import ServerLog
from bot.domain.server_policy import (
    HOST,
    AuditEntry,
    JsonValue,
    MemberBlock,
    PolicyChange,
    ServerPolicy,
)
from bot.domain.store_ports import ServerPolicies

REFUSALS_MAX = 3
WITHIN = timedelta(hours=1)
PAUSE = timedelta(hours=1)
_REFUSALS = "safety_refusals."
_REASON = "safety"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The API's safety filter refused a job of a member's."""

    member_id: int
    job_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Noted(PolicyChange):
    """``paused_until`` is set where this refusal began a pause."""

    paused_until: datetime | None = None


class SafetyPauses:
    """Counts refusals and pauses members.

    Parameters
    ----------
    policies
        Those that keep what they read for less than a second.
    log
        Tells the moderators of the server in which the last refusal was.
    """

    def __init__(self, policies: ServerPolicies, log: ServerLog) -> None:
        self._policies = policies
        self._server_log = log

    async def until(self, member_id: int, now: datetime) -> datetime | None:
        """Tell when a member's pause ends; ``None`` where there is none.

        Raises
        ------
        StoreUnavailableError
        """
        policy = await self._policies.get(HOST)
        return _paused_until(policy, member_id, now)

    async def note_refusal(self, job: Job, now: datetime) -> datetime | None:
        """Count a refusal, once for each job; give the end of the pause that it began.

        It never fails: the job is over, and nobody waits for it. Without the database nothing is
        made either.
        """
        self._server_log.record(_refusal_entry(job, now))
        try:
            step = _noting(_Refusal(job.owner_id, job.id, now))
            noted = await self._policies.change(HOST, BOT_ITSELF, step)
        except StoreUnavailableError as error:
            _log.warning("a safety refusal isn't counted: the database %s", error.trouble.value)
            return None
        if noted.paused_until is not None:
            _log.warning("job %s  its member is paused  safety filter", job.reference)
            self._server_log.record(_pause_entry(job, now, noted.paused_until))
        return noted.paused_until


async def forget_expired(policies: ServerPolicies, now: datetime) -> None:
    """Let go of the refusals that count no more, and of the pauses that are over.

    Raises
    ------
    StoreUnavailableError
    """
    policy = await policies.get(HOST)
    if _without_expired(policy, now) != policy:
        await policies.change(HOST, BOT_ITSELF, partial(_forgetting, now=now))


def safety_record(policy: ServerPolicy, member_id: int, now: datetime) -> SafetyRecord:
    """Tell what the host's decisions hold of a member."""
    jobs = policy.settings.get(f"{_REFUSALS}{member_id}")
    moments = jobs.values() if isinstance(jobs, Mapping) else ()
    refused_at = (datetime.fromisoformat(at) for at in moments if isinstance(at, str))
    return SafetyRecord(tuple(sorted(refused_at)), _paused_until(policy, member_id, now))


def _forgetting(policy: ServerPolicy, now: datetime) -> PolicyChange:
    return PolicyChange(policy, _without_expired(policy, now))


def _without_expired(policy: ServerPolicy, now: datetime) -> ServerPolicy:
    settings, blocks = _still_counting(policy, now), _still_paused(policy, now)
    return replace(policy, settings=settings, blocks=blocks)


def _refusal_entry(job: Job, now: datetime) -> AuditEntry:
    """Tell of a refusal; the log drops the prompt where a server wants none."""
    return AuditEntry(
        server_id=job.visit.server_id,
        at=now,
        actor_id=job.owner_id,
        action=Action.SAFETY_REFUSED,
        after={
            "model": job.request.model,
            "channel": str(job.visit.channel_id),
            "prompt": job.request.prompt,
        },
    )


def _pause_entry(job: Job, now: datetime, until: datetime) -> AuditEntry:
    return AuditEntry(
        server_id=job.visit.server_id,
        at=now,
        actor_id=BOT_ITSELF,
        action=Action.MEMBER_PAUSE,
        subject=str(job.owner_id),
        after={"until": until.isoformat()},
    )


def _noting(refusal: _Refusal) -> Callable[[ServerPolicy], _Noted]:
    def step(policy: ServerPolicy) -> _Noted:
        refusals = {**_counting(policy, refusal), str(refusal.job_id): refusal.at.isoformat()}
        name = f"{_REFUSALS}{refusal.member_id}"
        kept = _without_expired(policy, refusal.at)
        after = replace(kept, settings={**kept.settings, name: refusals})
        if len(refusals) < REFUSALS_MAX:
            return _Noted(policy, after)
        until = refusal.at + PAUSE
        block = MemberBlock(refusal.member_id, until, _REASON, BOT_ITSELF, refusal.at)
        paused = replace(after, blocks={**after.blocks, refusal.member_id: block})
        begins = refusal.member_id not in after.blocks
        return _Noted(policy, paused, paused_until=until if begins else None)

    return step


def _counting(policy: ServerPolicy, refusal: _Refusal) -> dict[str, JsonValue]:
    """Give the jobs of a member that count still, with the moments of their refusals."""
    jobs = policy.settings.get(f"{_REFUSALS}{refusal.member_id}")
    if not isinstance(jobs, Mapping):
        return {}
    return {job_id: at for job_id, at in jobs.items() if _counts(at, refusal.at)}


def _still_counting(policy: ServerPolicy, now: datetime) -> dict[str, JsonValue]:
    """Drop the refusals of all members whose last one is too long ago."""
    return {
        name: value
        for name, value in policy.settings.items()
        if not name.startswith(_REFUSALS) or _any_counts(value, now)
    }


def _any_counts(jobs: JsonValue, now: datetime) -> bool:
    return isinstance(jobs, Mapping) and any(_counts(at, now) for at in jobs.values())


def _counts(at: JsonValue, now: datetime) -> bool:
    return isinstance(at, str) and now - datetime.fromisoformat(at) < WITHIN


def _still_paused(policy: ServerPolicy, now: datetime) -> dict[int, MemberBlock]:
    return {member: block for member, block in policy.blocks.items() if block.holds_at(now)}


def _paused_until(policy: ServerPolicy, member_id: int, now: datetime) -> datetime | None:
    block = policy.blocks.get(member_id)
    return block.until if block is not None and block.holds_at(now) else None
