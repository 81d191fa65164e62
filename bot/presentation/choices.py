"""Models as the choices that Discord shows while a member types."""

from collections.abc import Sequence

from discord import app_commands

from bot.domain.models import Model
from bot.presentation.preference_words import USUAL, USUAL_MODEL_LABEL
from bot.presentation.wording import CHOICE_MAX_CHARACTERS, model_label


def model_choices(models: Sequence[Model]) -> list[app_commands.Choice[str]]:
    """Offer models by name and price; what is sent back is the id.

    One choice that is too long would make Discord refuse them all.
    """
    return [
        app_commands.Choice(name=model_label(model), value=model.id)
        for model in models
        if len(model.id) <= CHOICE_MAX_CHARACTERS
    ]


def usual_choice(typed: str) -> list[app_commands.Choice[str]]:
    """Offer the way back to the usual model, where that may be what is being typed."""
    if not USUAL.startswith(typed.strip().casefold()):
        return []
    return [app_commands.Choice(name=USUAL_MODEL_LABEL, value=USUAL)]
