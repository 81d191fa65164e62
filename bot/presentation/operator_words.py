"""All that whoever hosts the bot reads: alerts, and the answers to ``/operator``."""

from datetime import datetime

from bot.domain.alerts import (
    AccountAlert,
    Alert,
    AlertText,
    BudgetAlert,
    RefusedRequestsAlert,
    SpendApartAlert,
)
from bot.presentation.error_words import Words, describe
from bot.presentation.markup import dollars, moment
from bot.services.failures import Failure
from bot.services.host import Pause
from bot.services.host_report import HostStatus


def alert_text(alert: Alert) -> AlertText:
    """Write an alert; nothing in it is a text of anybody else's."""
    match alert:
        case BudgetAlert():
            return _budget(alert)
        case AccountAlert(status):
            return AlertText(
                "imagine: the image API refuses the account",
                f"Its answer was {status}, and no picture is made until that is mended. Look at"
                " the account's balance and at GET3W_API_KEY.",
            )
        case RefusedRequestsAlert(count):
            return AlertText(
                "imagine: Discord refuses too many requests",
                f"It refused {count} within 10 minutes, and shuts out who comes to 10,000. The bot"
                " sends little else than first answers until they are fewer. Look at its log, and"
                " at what else runs behind the same address.",
            )
        case SpendApartAlert():
            return _spend_apart(alert)


def _spend_apart(alert: SpendApartAlert) -> AlertText:
    booked, billed = dollars(alert.booked_microdollars), dollars(alert.billed_microdollars)
    return AlertText(
        "imagine: the books and the image API's billing are apart",
        f"For {alert.day:%d %B %Y} the bot booked {booked}, and the image API billed {billed}. Look"
        " at the account's billing: a price may have changed, or something else may use the key.",
    )


def _budget(alert: BudgetAlert) -> AlertText:
    used = f"{dollars(alert.spent_microdollars)} of {dollars(alert.budget_microdollars)}"
    renewed = f"{alert.renewed_at:%H:%M} UTC"
    if alert.used_up:
        return AlertText(
            "imagine: today's budget is used up",
            f"{used} are spent, and no picture that costs more than the rest is made before"
            f" {renewed}. BUDGET_USD_PER_DAY sets it.",
        )
    percent = alert.spent_microdollars * 100 // alert.budget_microdollars
    return AlertText(
        f"imagine: {percent} % of today's budget is used",
        f"{used} are spent. What is left has to last until {renewed}. BUDGET_USD_PER_DAY sets it.",
    )


BALANCE_ASKED = "asking …"


def balance_text(usd: float | None) -> str:
    """Write what is left at the image API; ``None`` where it couldn't be read."""
    return "can't be read right now" if usd is None else f"${usd:.2f}"


def paused_words(until: datetime | None) -> Words:
    """Answer ``/operator pause``."""
    end = f"until {moment(until, 'f')}" if until else "until you type `/operator resume`"
    return Words(
        "⏸️ The bot takes a break.",
        f"No picture can be asked for anywhere {end}. Those asked for already are made.",
    )


def resumed_words(still: Pause | None) -> Words:
    """Answer ``/operator resume``; ``still`` is the pause that no command ends."""
    if still is None:
        return Words("▶️ The bot makes pictures again.")
    return Words(
        "⏸️ The bot is still paused.",
        "`PAUSED` is on in its settings; take it off there and restart the bot.",
    )


def servers_text(count: int, *, everywhere: bool) -> str:
    """Count servers; a process that serves a part of the shards knows no others."""
    return str(count) if everywhere else f"{count} in this process"


def status_text(status: HostStatus, servers: str, balance: str) -> str:
    """Answer ``/operator status``; ``servers`` and ``balance`` are in words."""
    lines = [
        f"## {_running(status.pause)}",
        f"**Servers** {servers}",
        f"**Spent today** {_spent(status)}",
        f"**Pictures today** {status.pictures}",
        f"**Balance at the image API** {balance}",
        "**Last failures**",
        *(_failure(failure) for failure in status.failures),
    ]
    if not status.failures:
        lines.append("None since this process began.")
    lines.append("-# Days are days of UTC. The log has each failure under its reference.")
    return "\n".join(lines)


def _running(pause: Pause | None) -> str:
    if pause is None:
        return "▶️ Running"
    if pause.by_id is None:
        return "⏸️ Paused by the setting `PAUSED`"
    end = f" until {moment(pause.until, 'f')}" if pause.until else ""
    return f"⏸️ Paused by <@{pause.by_id}>{end}"


def _spent(status: HostStatus) -> str:
    spent = dollars(status.spent_microdollars)
    if status.budget_microdollars is None:
        return f"{spent}, without a budget"
    percent = status.spent_microdollars * 100 // status.budget_microdollars
    return f"{spent} of {dollars(status.budget_microdollars)} ({percent} %)"


def _failure(failure: Failure) -> str:
    what = describe(failure.error).title
    return f"- {moment(failure.at)} · {what} · {failure.reference}"
