"""Models as the choices that Discord shows while a member types."""

from collections.abc import Sequence

from discord import app_commands

from bot.domain.models import Model
from bot.presentation.wording import model_label


def model_choices(models: Sequence[Model]) -> list[app_commands.Choice[str]]:
    """Offer models by name and price; what is sent back is the id."""
    return [app_commands.Choice(name=model_label(model), value=model.id) for model in models]
