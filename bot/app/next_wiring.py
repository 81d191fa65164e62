"""Wires what can be done next with a picture."""

from bot.app.outside import Outside
from bot.app.rules_wiring import Rules
from bot.client.bot import DynamicButton
from bot.presentation.next_buttons import DeedButton, InfoButton
from bot.services.next_steps import NextSteps, Past

NEXT_BUTTONS: tuple[type[DynamicButton], ...] = (DeedButton, InfoButton)


def next_steps(outside: Outside, rules: Rules) -> NextSteps:
    """Build what makes the next request of a past job."""
    stores, catalogue = outside.stores, outside.api.catalogue
    return NextSteps(Past(stores.journal, stores.ledger, catalogue, rules.models, rules.book))
