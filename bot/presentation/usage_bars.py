"""Counts as bars of text: the bar first, so that all begin in one line; the number beside it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.ledgers import UsageLine
from bot.presentation.markup import BAR_CELLS, bar, dollars

# With these a report of every section stays well under the 4,000 characters of a message.
ROWS_MAX = 8

KeyT = TypeVar("KeyT")


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One bar; ``microdollars`` is ``None`` where money isn't shown."""

    name: str
    pictures: int
    microdollars: int | None = None


def share_bar(part: int, whole: int) -> str:
    """Draw ten cells; anything more than nothing fills at least one, and only all fills all."""
    if part <= 0 or whole <= 0:
        return bar(0)
    percent = min(100, part * 100 // whole)
    return bar(max(100 // BAR_CELLS, percent))


def summed(
    lines: Iterable[UsageLine],
    key: Callable[[UsageLine], KeyT],
    named: Callable[[KeyT], str],
    *,
    money: bool,
) -> list[UsageRow]:
    """Sum lines by a part of them, in the order in which the parts first come."""
    sums: dict[KeyT, tuple[int, int]] = {}
    for line in lines:
        pictures, cost = sums.get(key(line), (0, 0))
        sums[key(line)] = pictures + line.pictures, cost + line.microdollars
    return [
        UsageRow(named(part), pictures, cost if money else None)
        for part, (pictures, cost) in sums.items()
    ]


def largest_first(rows: Iterable[UsageRow]) -> list[UsageRow]:
    """Put the most pictures first, and the most money first among equals."""
    return sorted(rows, key=lambda row: (-row.pictures, -(row.microdollars or 0)))


def drawn(rows: Sequence[UsageRow]) -> list[str]:
    """Draw a line for each row, against the largest; past eight, the rest as a sum."""
    shown = rows if len(rows) <= ROWS_MAX else rows[: ROWS_MAX - 1]
    most = max((row.pictures for row in shown), default=0)
    lines = [_line(row, most) for row in shown]
    if rest := rows[len(shown) :]:
        lines.append(f"and {len(rest)} more: {_counted(_sum(rest))}")
    return lines


def _line(row: UsageRow, most: int) -> str:
    return f"{share_bar(row.pictures, most)} {_counted(row)} · {row.name}"


def _counted(row: UsageRow) -> str:
    money = "" if row.microdollars is None else f" · {dollars(row.microdollars)}"
    return f"{row.pictures}{money}"


def _sum(rows: Sequence[UsageRow]) -> UsageRow:
    money = [row.microdollars for row in rows if row.microdollars is not None]
    return UsageRow("", sum(row.pictures for row in rows), sum(money) if money else None)
