"""The words of the pages that members open: the models, and what is kept of them."""

from collections.abc import Mapping, Sequence

from bot.domain.models import Model
from bot.presentation.markup import escaped, plain

MODELS_A_PAGE = 8
_DESCRIPTION_MAX_CHARACTERS = 150
_NAME_MAX_CHARACTERS = 100
_CHANNELS_NAMED_MAX = 10


def models_page(models: Sequence[Model], usual: str | None, page: int) -> list[str]:
    """List the models of a page, counted from 0, under what the list is."""
    if not models:
        return ["## Models you can use here\nNone at present. A moderator can allow some."]
    first = page * MODELS_A_PAGE
    shown = models[first : first + MODELS_A_PAGE]
    lines = "\n".join(_model(model, usual) for model in shown)
    return [_models_heading(usual), lines, _models_position(first, len(shown), len(models))]


def pages_of(models: Sequence[Model]) -> int:
    """Count the pages of a list; one at least."""
    return max(1, -(-len(models) // MODELS_A_PAGE))


def _models_heading(usual: str | None) -> str:
    choose = "Name one in **/imagine** under *model*."
    if usual is None:
        return f"## Models you can use here\n{choose} Here a picture always needs one."
    return f"## Models you can use here\n{choose} Without one the first makes the picture."


def _model(model: Model, usual: str | None) -> str:
    facts = [f"**{escaped(model.name[:_NAME_MAX_CHARACTERS])}**", _price(model)]
    if model.id == usual:
        facts.append("the usual one")
    description = _described(model.description)
    return " · ".join(facts) + (f"\n-# {description}" if description else "")


def _price(model: Model) -> str:
    if model.price_usd is None:
        return "price unknown"
    return f"${model.price_usd:g} a picture"


def _described(description: str) -> str:
    text = plain(description)
    if len(text) > _DESCRIPTION_MAX_CHARACTERS:
        text = text[: _DESCRIPTION_MAX_CHARACTERS - 1].rstrip() + "…"
    return escaped(text)


def _models_position(first: int, shown: int, count: int) -> str:
    if shown == count:
        return f"-# {'1 model' if count == 1 else f'{count} models'}"
    return f"-# {first + 1} to {first + shown} of {count} models"


def privacy_notice(kept_days: int) -> list[str]:
    """Say what is kept of a member, for how long, and with whom it is shared."""
    days = "1 day" if kept_days == 1 else f"{kept_days} days"
    return [
        "## What is kept of you in this server",
        f"""\
**For {days}**, under your id
Your pictures and what you asked for: when, with which model, and what they probably cost.
The moderators' log: what you decided, what was refused to you, what was reported. Prompts are in \
it only where the moderators want them.
A block and its reason, {days} longer than it holds.
**Until you take them back**, under your id
Your defaults: model, shape, and whether a mention tells you of a picture that took long.
**Until the month is over**, under your id
What counts against your limits, here and in all servers together.
**For up to two hours**, under your id, in all servers together
That the image service's safety filter refused a prompt of yours, and a pause that followed.""",
        """\
**Who gets it**
The image service gets your prompt, the picture's options and a picture that you give, and neither \
your name nor your id. \
Discord has the messages. The moderators of this server see its log, its counts and, in its log \
channel, copies of private pictures. The host of this bot has all that is kept, and can let its \
own log show prompts while it looks for a mistake.""",
        """\
**What you can do**
Take all of it along as a file, or delete it. The host's copies for safety keep what was deleted \
for a while longer. These stay until their time is over: a block; in \
the log, that something was done, refused or reported, with ids and without your words; what \
counts against limits; and what the safety filter refused. I can't take back lines and copies in a \
log channel. Your pictures are messages in Discord too, which stay. *Delete*, under *More* and \
in /history, takes a picture's message and what is kept of it; Discord's own menu the message alone.
When the bot leaves this server, everything goes 30 days later.""",
    ]


def deletion_question() -> str:
    """Ask once before a member's data go."""
    return (
        "## Delete your data?\n"
        "What is kept of your pictures in this server goes for good, and so do your words in its "
        "log. That something was done, refused or reported stays in the log with your id until its "
        "time is over; what counts against limits stays with your id until the month is over."
    )


def deleted(staying: int) -> str:
    """Say that a member's data are gone, but those of pictures under way."""
    if not staying:
        return "Done. Your data in this server are deleted."
    pictures = "one picture" if staying == 1 else f"{staying} pictures"
    return f"Done, except for {pictures} under way. Ask again when nothing is under way."


def kept_after_all() -> str:
    """Say that nothing was deleted."""
    return "Nothing was deleted."


def exported() -> str:
    """Hand over a member's data."""
    return "This is everything that is kept of you in this server."


def first_minute(working: int, missing: Mapping[tuple[str, ...], Sequence[int]]) -> list[str]:
    """Greet a server's first moderator.

    Parameters
    ----------
    working
        The number of channels where pictures can be made.
    missing
        Other channels by the permissions that the bot lacks there.
    """
    where = "1 channel" if working == 1 else f"{working} channels"
    works = f"**/imagine** works in {where}." if working else "**/imagine** doesn't work yet."
    paragraphs = [f"## I'm new in this server\n{works} Everybody can use the usual model there."]
    if missing:
        lines = "\n".join(_missing(*each) for each in missing.items())
        paragraphs.append(f"**Missing permissions**\n{lines}\nWhere that is meant so, leave it.")
    panel = "You decide on models, limits, safety and a log in the panel, **/settings panel**."
    return [*paragraphs, f"{panel}\n-# Only you see this, and it comes once."]


def not_set_up() -> str:
    """Tell a moderator that whatever is decided has no effect yet."""
    return (
        "## I'm not set up for this server yet\nThe host of this bot can add it. "
        "What you decide here is kept, and no picture is made until then."
    )


def _missing(permissions: Sequence[str], channel_ids: Sequence[int]) -> str:
    wanted = " and ".join(f"*{name}*" for name in permissions)
    named = [f"<#{channel_id}>" for channel_id in channel_ids[:_CHANNELS_NAMED_MAX]]
    more = len(channel_ids) - len(named)
    return f"⚠️ {wanted} in {', '.join(named)}" + (f" and {more} more" if more else "")
