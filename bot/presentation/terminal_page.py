"""How lines for the terminal are laid out: aligned, with an icon and a word, coloured on demand."""

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.findings import Finding, Verdict
from bot.observability.logs import visible
from bot.presentation.check_words import said

_ICONS: Mapping[Verdict, str] = {
    Verdict.WELL: "✓",
    Verdict.LOOK: "!",
    Verdict.MEND: "✗",
    Verdict.SKIPPED: "-",
}
_COLOURS: Mapping[Verdict, str] = {
    Verdict.WELL: "\x1b[32m",
    Verdict.LOOK: "\x1b[33m",
    Verdict.MEND: "\x1b[31m",
    Verdict.SKIPPED: "\x1b[2m",
}
_PLAIN = "\x1b[0m"
_ARROW = "→"


def finding_lines(findings: Sequence[Finding], *, coloured: bool) -> list[str]:
    """Write a line for each thing, and below it the step that mends it, where there is one."""
    subject_width = max((len(finding.subject.value) for finding in findings), default=0)
    verdict_width = max((len(finding.verdict.value) for finding in findings), default=0)
    lines: list[str] = []
    for finding in findings:
        words = said(finding)
        mark = f"{_ICONS[finding.verdict]} {finding.verdict.value:<{verdict_width}}"
        if coloured:
            mark = f"{_COLOURS[finding.verdict]}{mark}{_PLAIN}"
        lines.append(f"{mark}  {finding.subject.value:<{subject_width}}  {visible(words.what)}")
        if words.how:
            lines.append(f"{'':<{verdict_width + subject_width + 6}}{_ARROW} {visible(words.how)}")
    return lines


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Write rows as columns, each as wide as its widest cell but the last."""
    table = [*rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
