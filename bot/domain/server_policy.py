"""What moderators of a server have decided, as it is kept: rules, settings, blocks, and the log.

Settings are kept under their names as values of JSON; what they mean is the domain's affair, not
the store's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.model_rules import ServerModels

JsonValue = None | bool | int | float | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

# The host's own settings are kept like those of a server with this id, which no server has.
HOST = 0


@dataclass(frozen=True, slots=True)
class MemberBlock:
    """A member who may make no pictures in a server; for good where ``until`` is ``None``."""

    member_id: int
    until: datetime | None
    reason: str
    by_id: int
    since: datetime

    def holds_at(self, moment: datetime) -> bool:
        """Tell whether the block is in force."""
        return self.until is None or moment < self.until


@dataclass(frozen=True, slots=True)
class ServerPolicy:
    """All that a check in a server needs to know, read in one go.

    Attributes
    ----------
    settings
        Those that aren't as they come, by name.
    terms
        The blocked terms, as they were typed, in the order of the alphabet.
    blocks
        The blocked members by their ids, also those whose time is over.
    """

    models: ServerModels
    settings: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    terms: tuple[str, ...] = ()
    blocks: Mapping[int, MemberBlock] = field(default_factory=dict[int, MemberBlock])


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that was done or refused in a server.

    Attributes
    ----------
    actor_id
        Who did it.
    action
        What was done, as a name that the log's wording knows: ``rule.allow``, ``member.block``.
    subject
        What it was done to, such as a setting's name or a member's id.
    before, after
        What changed, where something did.
    """

    server_id: int
    at: datetime
    actor_id: int
    action: str
    subject: str = ""
    before: JsonValue = None
    after: JsonValue = None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An entry of the log with its number, by which one pages."""

    number: int
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A step from one policy to the next, with what the log has to tell of it."""

    before: ServerPolicy
    after: ServerPolicy
    entries: tuple[AuditEntry, ...] = ()
