"""The words of what a member decides for themselves."""

from bot.domain.preferences import Preferences
from bot.presentation.error_words import model_name
from bot.services.personal_defaults import Decided

RESET_LABEL = "Take all back"
# What is typed or chosen for what comes of itself.
USUAL = "usual"
USUAL_MODEL_LABEL = "The usual one, as the server decides"
PING_AFTER = "2 minutes"


def defaults_text(decided: Decided) -> list[str]:
    """Tell what a member has decided, and what it means where they ask."""
    kept = decided.preferences
    lines = [_model(kept, decided.usual), _shape(kept), _ping(kept)]
    return [
        "## Your defaults in this server",
        "\n".join(lines),
        "-# **/imagine** uses them where you name nothing else. **/defaults** changes them.",
    ]


def _model(kept: Preferences, usual: str | None) -> str:
    here = model_name(usual) if usual else "none, so name one"
    if not kept.model:
        return f"**Model** the usual one; here that is {here}"
    if kept.model == usual:
        return f"**Model** {model_name(kept.model)}, wherever you may use it"
    return f"**Model** {model_name(kept.model)}; here you can't use it, so it is {here}"


def _shape(kept: Preferences) -> str:
    if kept.shape is None:
        return "**Shape** as the model makes it by itself"
    return f"**Shape** {kept.shape.value}, with models that can"


def _ping(kept: Preferences) -> str:
    if kept.pinged:
        return f"**Mention** on: when a picture took over {PING_AFTER}, one mention tells you"
    return "**Mention** off: nothing tells you when a picture is there"
