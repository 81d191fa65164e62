"""All that whoever hosts the bot reads: alerts, and the answers to ``/operator``."""

from bot.domain.alerts import AccountAlert, Alert, AlertText, BudgetAlert
from bot.domain.ledgers import MICRODOLLARS


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


def dollars(microdollars: int) -> str:
    """Write an amount of money, rounded to cents."""
    return f"${microdollars / MICRODOLLARS:.2f}"
