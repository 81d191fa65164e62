"""What becomes of the log's entries on their way to a log channel: no prompts, no repetition."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.server_policy import AuditEntry, JsonValue

# Under this name an entry's ``after`` may hold what was asked for.
PROMPT = "prompt"
_ANY_TIME = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it is told: the latest of ``times`` that differ in nothing but their moment."""

    entry: AuditEntry
    times: int = 1

    @property
    def likeness(self) -> str:
        """What entries have in common that are told as one."""
        return repr(replace(self.entry, at=_ANY_TIME))

    def and_then(self, later: "Told") -> "Told":
        """Count this one and a later one of the same likeness as one."""
        return Told(later.entry, self.times + later.times)


def without_prompt(entry: AuditEntry) -> AuditEntry:
    """Take away what was asked for."""
    return replace(entry, after=_without_prompt(entry.after))


def _without_prompt(value: JsonValue) -> JsonValue:
    if not isinstance(value, Mapping) or PROMPT not in value:
        return value
    return {name: kept for name, kept in value.items() if name != PROMPT}
