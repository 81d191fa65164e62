"""A member's data as a file: JSON that people and programs can read."""

import json
from collections.abc import Mapping
from datetime import datetime

from bot.domain.journal import JournalEntry
from bot.domain.ledgers import MICRODOLLARS, Account
from bot.domain.member_records import MemberRecord
from bot.domain.preferences import Preferences
from bot.domain.request_document import request_document
from bot.domain.server_policy import AuditEntry, JsonValue, MemberBlock
from bot.domain.usage_entries import UsageEntry

Facts = Mapping[str, JsonValue]


def exported_file(record: MemberRecord) -> bytes:
    """Write all that is kept of a member in a server, as JSON in UTF-8.

    Ids are text, since many programs read numbers of that size wrongly; moments are in UTC. Who
    else acted, and in which words, isn't the member's: a report would give away who reported.
    """
    facts: Facts = {
        "server_id": str(record.server_id),
        "member_id": str(record.member_id),
        "pictures": [_entry(entry) for entry in record.usage],
        "requests": [_request(entry) for entry in record.jobs],
        "counts": _account(record.account),
        "defaults": _preferences(record.preferences),
        "block": None if record.block is None else _block(record.block),
        "in_all_servers": {
            "counts": _account(record.everywhere),
            "refused_by_safety_filter_at": [_moment(at) for at in record.safety.refused_at],
            "paused_until": _moment(record.safety.paused_until),
        },
        "log": [_logged(entry, record.member_id) for entry in record.log],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False).encode()


def _entry(entry: UsageEntry) -> Facts:
    return {
        "interaction_id": str(entry.job_id),
        "model": entry.model,
        "pictures": entry.pictures,
        "dollars": entry.microdollars / MICRODOLLARS,
        "asked_at": _moment(entry.taken_at),
        "ended_at": _moment(entry.ended_at),
        "counts_against_limits": entry.counted,
        "may_have_been_charged": entry.charged,
    }


def _request(entry: JournalEntry) -> Facts:
    message = entry.message.message_id
    return {
        "interaction_id": str(entry.job.id),
        "channel_id": str(entry.job.channel_id),
        "message_id": None if message is None else str(message),
        "asked_at": _moment(entry.accepted_at),
        "request": request_document(entry.job.request),
        "ended_as": entry.step.value,
    }


def _preferences(preferences: Preferences) -> Facts:
    return {
        "model": preferences.model or None,
        "shape": preferences.shape.value if preferences.shape else None,
        "mentioned_after_long_waits": preferences.pinged,
    }


def _account(account: Account) -> Facts:
    return {
        "hour": {"from": _moment(account.hour_at), "pictures": account.hour_pictures},
        "day": {
            "from": _moment(account.day_at),
            "pictures": account.day_pictures,
            "dollars": account.day_microdollars / MICRODOLLARS,
        },
        "month": {
            "from": _moment(account.month_at),
            "dollars": account.month_microdollars / MICRODOLLARS,
        },
        "under_way": account.at_once,
        "latest_at": _moment(account.latest_at),
    }


def _block(block: MemberBlock) -> Facts:
    return {
        "since": _moment(block.since),
        "until": _moment(block.until),
        "reason": block.reason,
    }


def _logged(entry: AuditEntry, member_id: int) -> Facts:
    known: Facts = {"at": _moment(entry.at), "action": entry.action, "subject": entry.subject}
    if entry.actor_id != member_id:
        return {**known, "by": "somebody else"}
    return {**known, "by": "you", "before": entry.before, "after": entry.after}


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat(timespec="seconds")
