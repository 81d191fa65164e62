"""Which figures are shown, what they should be, and how they are written down."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

Trials = Mapping[tuple[str, str], Sequence[Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what a trial under `load` calls `key`.

    Attributes
    ----------
    at_most, times_naive
        The target, where there is one: a number, or so many times the naive bot's figure.
    """

    load: str
    key: str
    label: str
    at_most: float | None = None
    times_naive: float | None = None

    def limit(self, naive: float) -> float | None:
        """Return the most that our figure may be, given the naive bot's."""
        return self.at_most if self.times_naive is None else self.times_naive * naive

    def target(self) -> str:
        """Write the target down."""
        if self.times_naive is not None:
            return f"<= {self.times_naive:g} x naive"
        return "" if self.at_most is None else f"<= {self.at_most:g}"


FIGURES: Final = (
    Figure("start", "start_s", "start to ready, s"),
    Figure("start", "idle_mb", "memory when idle, MB"),
    Figure("one", "answered_p50_s", "one: first answer, s"),
    Figure("one", "submitted_p50_s", "one: command to submission, s"),
    Figure("one", "picture_p50_s", "one: completed to picture, s"),
    Figure("flood", "picture_p50_s", "29 events in 3 s: completed to picture, s", at_most=0.05),
    Figure("flood", "limited", "29 events in 3 s: 429s", at_most=0),
    Figure("flood", "edits", "29 events in 3 s: progress edits"),
    Figure("crowd", "picture_p50_s", "40 in a channel: completed to picture p50, s"),
    Figure("crowd", "picture_max_s", "40 in a channel: completed to last picture, s"),
    Figure("crowd", "limited", "40 in a channel: 429s"),
    Figure("crowd", "edits", "40 in a channel: progress edits"),
    Figure("crowd", "missing", "40 in a channel: missing pictures", at_most=0),
    Figure("burst", "answered_p50_s", "200 at once: first answer p50, s"),
    Figure("burst", "answered_p99_s", "200 at once: first answer p99, s", times_naive=1.5),
    Figure("burst", "picture_p50_s", "200 at once: completed to picture p50, s"),
    Figure(
        "burst",
        "picture_p99_s",
        "200 at once: completed to picture p99, s",
        times_naive=0.75,
    ),
    Figure("burst", "memory_mb_per_job", "200 at once: memory a job, MB", at_most=0.15),
    Figure("burst", "cpu_ms_per_job", "200 at once: CPU a job, ms", times_naive=1.0),
    Figure("burst", "limited", "200 at once: 429s"),
    Figure("burst", "edits", "200 at once: progress edits"),
    Figure("burst", "missing", "200 at once: missing pictures", at_most=0),
    Figure("burst", "stand_in_cpu_ms_per_job", "200 at once: CPU of the stand-ins a job, ms"),
    Figure("thousand", "answered_p50_s", "1,000 at once: first answer p50, s"),
    Figure("thousand", "answered_p99_s", "1,000 at once: first answer p99, s", at_most=1.0),
    Figure("thousand", "picture_p99_s", "1,000 at once: completed to picture p99, s"),
    Figure("thousand", "missing", "1,000 at once: missing pictures", at_most=0),
    Figure("line", "answered_p50_s", "1,000 at once, 2 slots: first answer p50, s"),
    Figure("line", "answered_p99_s", "1,000 at once, 2 slots: first answer p99, s", at_most=1.0),
    Figure("line", "unanswered", "1,000 at once, 2 slots: without an answer", at_most=0),
    Figure("ruled-burst", "answered_p50_s", "all rules, 200 at once: first answer p50, s"),
    Figure(
        "ruled-burst", "answered_p99_s", "all rules, 200 at once: first answer p99, s", at_most=0.3
    ),
    Figure("ruled-burst", "unanswered", "all rules, 200 at once: without an answer", at_most=0),
    Figure("ruled-burst", "missing", "all rules, 200 at once: missing pictures", at_most=0),
    Figure("ruled-burst", "cpu_ms_per_job", "all rules, 200 at once: CPU a job, ms"),
    Figure("ruled-thousand", "answered_p50_s", "all rules, 1,000 at once: first answer p50, s"),
    Figure(
        "ruled-thousand",
        "answered_p99_s",
        "all rules, 1,000 at once: first answer p99, s",
        at_most=1.0,
    ),
    Figure(
        "ruled-thousand", "unanswered", "all rules, 1,000 at once: without an answer", at_most=0
    ),
    Figure("ruled-thousand", "missing", "all rules, 1,000 at once: missing pictures", at_most=0),
    Figure("pickers", "plain_p99_ms", "1,000 servers: a picker without rules p99, ms"),
    Figure("pickers", "picker_p50_ms", "1,000 servers with 50 rules: picker p50, ms"),
    Figure("pickers", "picker_p99_ms", "1,000 servers with 50 rules: picker p99, ms", at_most=10),
    Figure("pickers", "first_p50_ms", "1,000 servers with 50 rules: first in a server p50, ms"),
    Figure("pickers", "first_p99_ms", "1,000 servers with 50 rules: first in a server p99, ms"),
    Figure("pickers", "again_p99_ms", "1,000 servers with 50 rules: all later ones p99, ms"),
    Figure("pickers", "cpu_ms_per_ask", "1,000 servers with 50 rules: CPU a picker, ms"),
    Figure("pickers", "unanswered", "1,000 servers with 50 rules: without an answer", at_most=0),
)

HEAD: Final = ("figure (median)", "ours", "naive", "ratio", "target", "met")


def table(trials: Trials) -> str:
    """Write the table of all figures for which there are trials, keyed by load and bot."""
    rows = [HEAD, *(_row(figure, trials) for figure in FIGURES if (figure.load, "ours") in trials)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    return "\n".join((lines[0], "-" * len(lines[0]), *lines[1:]))


def _row(figure: Figure, trials: Trials) -> tuple[str, ...]:
    ours, naive = (
        median([trial[figure.key] for trial in trials.get((figure.load, bot), ())] or [math.nan])
        for bot in ("ours", "naive")
    )
    ratio = ours / naive if naive else math.nan
    limit = figure.limit(naive)
    met = "" if limit is None else "yes" if ours <= limit else "NO"
    return (figure.label, _number(ours), _number(naive), _number(ratio), figure.target(), met)


def _number(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.0f}" if value.is_integer() else f"{value:.3f}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.rjust(width) if 0 < number < len(row) - 1 else cell.ljust(width)
        for number, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join((first, *others)).rstrip()
