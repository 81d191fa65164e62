"""The words of /usage: what was made, what is left, and when it starts again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot.domain.ledgers import Measure, UsageLine
from bot.domain.models import short_name
from bot.presentation.markup import dollars, escaped, moment
from bot.presentation.usage_bars import (
    UsageRow,
    drawn,
    largest_first,
    share_bar,
    summed,
)
from bot.services.usage import Allowance, UsageReport

_SPANS: Mapping[Measure, str] = {
    Measure.PICTURES_AN_HOUR: "this hour",
    Measure.PICTURES_A_DAY: "today",
    Measure.JOBS_AT_ONCE: "under way",
    Measure.MICRODOLLARS_A_DAY: "spent today",
    Measure.MICRODOLLARS_A_MONTH: "spent this month",
}
_MONEY = frozenset({Measure.MICRODOLLARS_A_DAY, Measure.MICRODOLLARS_A_MONTH})
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def own_usage(report: UsageReport) -> list[str]:
    """Tell a member what they had, a paragraph for each part."""
    return [
        f"## Your pictures here\n{_totals(report, money=False)}",
        _section("What is left", _allowances(report.allowances)),
        _section("This month by model", _by_model(report, money=False)),
        _section("The last seven days", _by_day(report, money=False)),
        _small_print(report),
    ]


def server_usage(report: UsageReport) -> list[str]:
    """Tell a moderator what all members had, with what it cost, a paragraph for each part."""
    return [
        f"## Pictures of this server\n{_totals(report, money=True)}",
        _section("What is left", _allowances(report.allowances)),
        _section("This month by member", _by_member(report)),
        _section("This month by model", _by_model(report, money=True)),
        _section("The last seven days", _by_day(report, money=True)),
        f"{_small_print(report)} Dollars are what the catalogue says, not a bill.",
    ]


def _totals(report: UsageReport, *, money: bool) -> str:
    today, month = _total(report.today, money=money), _total(report.this_month, money=money)
    return f"**{today}** today · **{month}** this month"


def _total(lines: Iterable[UsageLine], *, money: bool) -> str:
    pictures = microdollars = 0
    for line in lines:
        pictures, microdollars = pictures + line.pictures, microdollars + line.microdollars
    counted = "1 picture" if pictures == 1 else f"{pictures} pictures"
    return f"{counted} · {dollars(microdollars)}" if money else counted


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join((f"**{title}**", *(lines or ["Nothing yet."])))


def _allowances(allowances: Sequence[Allowance]) -> list[str]:
    return [_allowance(one) for one in allowances] or ["No limit is set."]


def _allowance(one: Allowance) -> str:
    if one.limit.measure is Measure.SECONDS_BETWEEN:
        next_at = moment(one.free_at) if one.free_at else "now"
        return f"One picture every {_span(one.limit.at_most)} · the next one {next_at}"
    used, at_most, left = (
        _amount(one.limit.measure, number) for number in (one.used, one.limit.at_most, one.left)
    )
    starts = f" · starts again {moment(one.free_at)}" if one.free_at else ""
    spent = f"{used} of {at_most} {_SPANS[one.limit.measure]}{_whose(one)}"
    return f"{share_bar(one.used, one.limit.at_most)} {spent} · {left} left{starts}"


def _whose(one: Allowance) -> str:
    holder = one.limit.holder
    if holder.member_id == 0:
        return " by everybody"
    return " in all servers" if holder.server_id == 0 else ""


def _amount(measure: Measure, number: int) -> str:
    return dollars(number) if measure in _MONEY else str(number)


def _span(seconds: int) -> str:
    for unit_s, name in ((3600, "h"), (60, "min")):
        if seconds >= unit_s and seconds % unit_s == 0:
            return f"{seconds // unit_s} {name}"
    return f"{seconds} s"


def _by_model(report: UsageReport, *, money: bool) -> list[str]:
    rows = summed(report.this_month, lambda line: line.model, _model, money=money)
    return drawn(largest_first(rows))


def _by_member(report: UsageReport) -> list[str]:
    rows = summed(report.this_month, lambda line: line.member_id, _member, money=True)
    return drawn(largest_first(rows))


def _by_day(report: UsageReport, *, money: bool) -> list[str]:
    days = sorted(report.latest_days, key=lambda line: line.day, reverse=True)
    rows: list[UsageRow] = summed(days, lambda line: line.day, _day, money=money)
    return drawn(rows)


def _model(model_id: str) -> str:
    return escaped(short_name(model_id))


def _member(member_id: int) -> str:
    return f"<@{member_id}>" if member_id else "members who deleted their data"


def _day(day: date) -> str:
    # No timestamp: a day of UTC would read as the day before to half of the world.
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _small_print(report: UsageReport) -> str:
    return f"-# Days and months are those of UTC. Counts are kept for {report.kept_days} days."
