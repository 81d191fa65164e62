"""The words of what can be done next with a picture, and of where one came from."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.deeds import Deed
from bot.domain.jobs import Job, Origin
from bot.domain.journal import JournalEntry
from bot.domain.models import short_name
from bot.domain.requests import ImageRequest, OwnPicture, Shape
from bot.domain.usage_entries import UsageEntry
from bot.presentation.error_words import model_name
from bot.presentation.markup import dollars, link, moment, plain

LABELS: Mapping[Deed, tuple[str, str]] = {
    Deed.AGAIN: ("Try again", "🔁"),
    Deed.REROLL: ("Re-roll", "🎲"),
    Deed.EDIT: ("Edit", "✏️"),
    Deed.CHANGE: ("Change", "💬"),
    Deed.VARY: ("Vary", "🔀"),
    Deed.UPSCALE: ("Upscale", "🔍"),
}
INFO_LABEL, INFO_ICON = "Info", "🔎"
EDIT_TITLE, CHANGE_TITLE = "Edit and make again", "Change this picture"
PROMPT_LABEL, NEGATIVE_LABEL = "What the picture shows", "What it shall not show"
MODEL_LABEL, SHAPE_LABEL, MORE_LABEL = "Model", "Shape", "More"
MORE_HINT = "One on each line. Leave a value out, and the model chooses."
CHANGE_LABEL = "What shall be different"
CHANGE_HINT = "In a sentence, such as: make it night, and let it snow."
PICTURE_LABEL = "Which picture"
IMAGE_TITLE = "Begin with this picture"
STRENGTH_LABEL = "Strength"
STRENGTH_HINT = "How far from the picture: 0 (hardly) to 1 (all the way), with models that can."
ANY_SHAPE = "As the model makes it"
STRENGTH_RANGE = "a number from 0 to 1"
SHAPES: Mapping[Shape, str] = {
    Shape.SQUARE: "Square 1:1",
    Shape.PORTRAIT: "Portrait 3:4",
    Shape.LANDSCAPE: "Landscape 4:3",
    Shape.WIDE: "Wide 16:9",
    Shape.TALL: "Tall 9:16",
}
# With all else in a message, its texts stay within Discord's 4,000 characters.
_INFO_MAX_CHARACTERS = 3_900
_NAMES: Mapping[Deed, str] = {
    Deed.AGAIN: "try again",
    Deed.REROLL: "re-roll",
    Deed.EDIT: "edit",
    Deed.CHANGE: "change",
    Deed.VARY: "variation",
    Deed.UPSCALE: "upscale",
}


def which_picture() -> str:
    """Ask which of several pictures is meant."""
    return "**Which picture?** They are counted from the first."


def lineage_lines(job: Job) -> list[str]:
    """Say in a line where a job came from; nothing where it began with a command."""
    origin = job.origin
    if origin is None:
        return []
    what = "request" if origin.deed is Deed.AGAIN else "picture"
    url = _jump_url(job, origin)
    from_it = link(f"this {what}", url) if url else f"an earlier {what}"
    return [f"from {from_it} · {_NAMES[origin.deed]}"]


def _jump_url(job: Job, origin: Origin) -> str | None:
    return jump_url(job.guild_id, origin.channel_id, origin.message_id)


def jump_url(guild_id: int | None, channel_id: int | None, message_id: int | None) -> str | None:
    """Write the address of a message; ``None`` where nobody knows it."""
    if channel_id is None or message_id is None:
        return None
    return f"https://discord.com/channels/{guild_id or '@me'}/{channel_id}/{message_id}"


def info(
    entry: JournalEntry,
    taken: UsageEntry | None,
    ancestors: Sequence[JournalEntry],
    *,
    with_prompt: bool,
) -> list[str]:
    """Tell all that is known of a result, a paragraph for each part."""
    request = entry.job.request
    parts = ["## This picture"]
    if with_prompt:
        parts.append(_block(request.prompt))
        if request.negative:
            parts.append(f"Not in it:\n{_block(request.negative)}")
    parts.append("\n".join(_facts(entry, taken)))
    room = _INFO_MAX_CHARACTERS - sum(map(len, parts))
    return [*parts, *_generations(entry, ancestors, room)]


def _facts(entry: JournalEntry, taken: UsageEntry | None) -> list[str]:
    job = entry.job
    return [
        f"**Model** {model_name(job.request.model)}",
        *_option_lines(job.request, _seed(entry)),
        f"**Cost** {_cost(taken)}",
        f"**Made** {moment(entry.accepted_at, 'f')}{_took(entry)} for <@{job.owner_id}>",
        f"**Reference** {job.reference} · `{job.id}`",
    ]


def _option_lines(request: ImageRequest, seed: int | None) -> list[str]:
    told = {
        "Seed": "the model chose it, and didn't say" if seed is None else f"`{seed}`",
        "Shape": SHAPES[request.shape] if request.shape else None,
        "Pictures": str(request.count) if request.count > 1 else None,
        "Strength": None if request.strength is None else f"{request.strength:g}",
        "Begins with": _source(request),
    }
    return [f"**{name}** {value}" for name, value in told.items() if value is not None]


def _source(request: ImageRequest) -> str | None:
    if request.source is None:
        return None
    return "an earlier picture" if isinstance(request.source, OwnPicture) else "an upload"


def _seed(entry: JournalEntry) -> int | None:
    told = None if entry.made is None else entry.made.seed
    return entry.job.request.seed if told is None else told


def _cost(taken: UsageEntry | None) -> str:
    if taken is None:
        return "isn't known any more"
    return dollars(taken.microdollars) if taken.charged else "nothing"


def _took(entry: JournalEntry) -> str:
    return "" if entry.made is None else f", in {entry.made.took_s:.1f} s,"


def _generations(entry: JournalEntry, ancestors: Sequence[JournalEntry], room: int) -> list[str]:
    """List where a picture came from, the nearest first, as far as there is room."""
    if entry.job.origin is None:
        return []
    lines = ["**Where it came from**"]
    child = entry.job
    for number, ancestor in enumerate(ancestors, 1):
        line = f"{number}. {_ancestor(child, ancestor)}"
        room -= len(line) + 1
        if room < len(lines[0]) + 40:
            lines.append("-# and more before")
            break
        lines.append(line)
        child = ancestor.job
    if len(lines) == 1:
        lines.append("-# It isn't kept any more.")
    return ["\n".join(lines)]


def _ancestor(child: Job, ancestor: JournalEntry) -> str:
    job = ancestor.job
    message_id = None if job.private else ancestor.message.message_id
    url = jump_url(job.guild_id, ancestor.channel_id, message_id)
    name = f"{job.reference}, {short_name(job.request.model)}"
    deed = "" if child.origin is None else f"{_NAMES[child.origin.deed]} of "
    return f"{deed}{link(name, url) if url else name} {_when(ancestor.accepted_at)}"


def _when(at: datetime) -> str:
    return moment(at)


def _block(text: str) -> str:
    """Quote a text as it is, whole, so that it can be copied and nothing in it acts as markup."""
    inside = plain(text).replace("```", "'''")
    return f"```\n{inside}\n```"
