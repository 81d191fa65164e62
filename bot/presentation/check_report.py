"""A text for a bug report: how the bot is set up, without anything that leads to somebody.

Settings are named with what kind of value they have, and only those whose values say nothing of
anybody are shown. Sentences keep their meaning and lose ids, names, addresses and paths.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.findings import Cause, Finding
from bot.observability.logs import SECRET_MIN_CHARACTERS, redacted
from bot.presentation.terminal_page import columns, finding_lines

_HIDDEN_FACTS: Mapping[str, str] = {
    "name": "[name]",
    "path": "[path]",
    "quoted": "[path]",
    "shut": "[path]",
    "place": "The database",
}
_TELLING = frozenset({"SERVERS", "ALERT_URL", "DISCORD_API_URL", "GET3W_API_URL", "DATABASE_URL"})
_ID = re.compile(r"\b\d{17,20}\b")
_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a report says beside the findings.

    Attributes
    ----------
    settings
        Name, value as it may be shown to the host, and source.
    secrets
        What may be in no line, whatever else is.
    """

    version: str
    system: str
    settings: Sequence[tuple[str, str, str]]
    secrets: Sequence[str]


def report_text(surroundings: Surroundings, findings: Sequence[Finding]) -> str:
    """Write it as a block of Markdown."""
    given = [_setting(*row) for row in surroundings.settings if row[2] != _DEFAULT]
    lines = [
        f"imagine-bot {surroundings.version}, {surroundings.system}",
        "",
        *columns(given),
        "",
        *finding_lines([_without_traces(finding) for finding in findings], coloured=False),
    ]
    worth_hiding = [s for s in surroundings.secrets if len(s) >= SECRET_MIN_CHARACTERS]
    text = redacted("\n".join(lines), worth_hiding)
    return f"```\n{_ID.sub('[id]', text)}\n```"


def _setting(name: str, value: str, source: str) -> tuple[str, str]:
    if not value:
        return name, source
    if name not in _TELLING:
        return name, value
    kind = value.partition("://")[0] if "://" in value else "set"
    return name, "*" if value == "*" else f"[{kind}]"


def _without_traces(finding: Finding) -> Finding:
    if finding.cause is Cause.BALANCE_LEFT:
        return replace(finding, cause=Cause.BALANCE_ENOUGH)
    facts = {name: _HIDDEN_FACTS.get(name, value) for name, value in finding.facts.items()}
    return replace(finding, facts=facts)
