"""What a person reads in Discord of jobs; errors have their words in ``error_words.py``.

Plain, short, kind, in the present tense; what is so, and what to do next. Every state has an icon
and a word, so that nothing depends on colour.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.jobs import (
    Cancelled,
    Delayed,
    Done,
    Failed,
    FinalState,
    HandedOver,
    Job,
    JobState,
    Running,
    Waiting,
)
from bot.domain.models import Model
from bot.domain.pictures import Alteration
from bot.domain.showing import Flagged, Showing
from bot.presentation.error_words import CHARGES, Words, describe, model_name
from bot.presentation.markup import bar, link, moment, ordinal, plain
from bot.presentation.next_words import lineage_lines
from bot.presentation.option_words import fewer_pictures, left_out_lines, option_facts

# https://discord.com/developers/docs/resources/message#attachment-object
ALT_TEXT_MAX_CHARACTERS = 1024
# https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-option-choice-structure
CHOICE_MAX_CHARACTERS = 100
ETA_SHOWN_FROM_S = 10

_ALTERED: Mapping[Alteration, str] = {
    Alteration.DRAWN: "Discord doesn't show an SVG, so this is a drawing of it.",
    Alteration.WORDLESS: "The words in it are left out.",
    Alteration.AS_FILE: "Discord doesn't show an SVG. Open the file to see the picture.",
    Alteration.CONVERTED: "The picture was an AVIF, which Discord may not show. It is a WebP now.",
    Alteration.STILL: "The animation is too large for Discord, so this is its first picture.",
    Alteration.SMALLER: "The picture was made smaller to fit Discord's limit.",
}


def alt_text(prompt: str) -> str:
    """Describe a picture to those who don't see it, within Discord's limit; "" for no prompt."""
    text = f"AI-generated: {plain(prompt)}" if prompt else "AI-generated picture"
    if len(text) <= ALT_TEXT_MAX_CHARACTERS:
        return text
    return text[: ALT_TEXT_MAX_CHARACTERS - 1] + "…"


def headline(state: JobState, now: datetime) -> Words:
    """Say what a job's state is; a picture needs no headline."""
    match state:
        case Waiting() | Delayed() | HandedOver():
            return Words(_waiting(state))
        case Running():
            return Words(_running(state, now))
        case Cancelled(by_id, charge):
            return Words(f"⏹️ Cancelled by <@{by_id}>. {CHARGES[charge]}")
        case Failed(error):
            words = describe(error)
            return Words(f"⚠️ {words.title}", words.detail)
        case Done():
            return Words("")


def _waiting(state: Waiting | Delayed | HandedOver) -> str:
    match state:
        case Waiting(position, starts_at):
            starts = f" · starts {moment(starts_at)}" if starts_at else ""
            return f"⏳ Waiting · {ordinal(position)} in line{starts}"
        case Delayed(retry_at):
            return f"⏳ Waiting · the image service is busy · asked again {moment(retry_at)}"
        case HandedOver(begun=True):
            return "🎨 Painting · I'm restarting, and bring the picture afterwards"
        case HandedOver():
            return "⏳ Waiting · I'm restarting, and go on by myself afterwards"


def _running(state: Running, now: datetime) -> str:
    percent = state.percent_at(now)
    if percent is None:
        return f"🎨 Painting · started {moment(state.started_at)}"
    about = "about " if state.estimated else ""
    return f"🎨 {bar(percent)} {about}{percent} %{_eta(state, now)}"


def _eta(state: Running, now: datetime) -> str:
    if state.ready_at is None or (state.ready_at - now).total_seconds() < ETA_SHOWN_FROM_S:
        return ""
    return f" · ready {moment(state.ready_at)}"


def footer(job: Job, state: JobState) -> str:
    """List the facts under the quoted prompt, the smallest print of the message."""
    facts = [model_name(job.request.model)]
    match state:
        case Done():
            facts = ["AI-generated", *facts, *_picture_facts(state, job.request.seed)]
        case Failed():
            facts.append(f"reference {job.reference}")
        case _:
            facts += option_facts(job.request)
    if not isinstance(state, Failed):
        facts.append(f"for <@{job.owner_id}>")
    return "-# " + " · ".join(facts)


def _picture_facts(state: Done, asked_seed: int | None) -> list[str]:
    first = state.pictures[0]
    facts = [f"{first.width} × {first.height}"]
    seed = asked_seed if state.seed is None else state.seed
    if seed is not None:
        facts.append(f"seed {seed}")
    return [*facts, f"{state.took_s:.1f} s"]


def remarks(job: Job, state: JobState) -> list[str]:
    """Add what a member should know about a picture, a line each."""
    lines = [] if isinstance(state, Failed | Cancelled) else left_out_lines(job)
    if isinstance(state, Done):
        lines += _hidden(job.showing, state)
        lines += fewer_pictures(job.request.count, len(state.pictures) + state.missing)
        if state.missing:
            made = len(state.pictures) + state.missing
            lines.append(f"{state.missing} of {made} pictures couldn't be fetched.")
        done = {alteration for picture in state.pictures for alteration in picture.altered}
        lines += [words for alteration, words in _ALTERED.items() if alteration in done]
    lines += lineage_lines(job)
    if job.private:
        history = " · it stays under /history" if isinstance(state, Done) else ""
        lines.append(f"only you can see this{history}")
    return [f"-# {line}" for line in lines]


def _hidden(showing: Showing, done: Done) -> list[str]:
    """Say why a picture is hidden, where it is."""
    if done.flagged and showing.flagged is not Flagged.OPEN:
        return ["The image service marked this picture as mature, so it is hidden at first."]
    return ["This server hides this picture at first."] if showing.spoiler else []


def picture_link(url: str, gone_at: datetime) -> str:
    """Offer the service's own address where a picture can't be shown."""
    return f"{link('Open the picture', url)} before {moment(gone_at, 'D')}."


def picture_too_large(offer: str) -> str:
    """Say why there is an address in a picture's place."""
    return f"The picture is too large for Discord. {offer}"


def picture_lost() -> str:
    """Say that a picture without an address fits in no way."""
    return "The picture is too large for Discord, and it has no address that I could link to."


def model_label(model: Model) -> str:
    """Name a model in a picker, with its price where that is known."""
    price = "" if model.price_usd is None else f" · ${model.price_usd:g} a picture"
    return model.name[: CHOICE_MAX_CHARACTERS - len(price)] + price


def help_text(usual_model: str | None, *, private: bool, manages: bool) -> str:
    """Explain to a member what is possible here.

    Parameters
    ----------
    usual_model
        What is used where none is named.
    private
        Whether the server makes pictures that one member alone sees.
    manages
        Whether they may decide for the server.
    """
    without = f"without it {model_name(usual_model)} does" if usual_model else "name one here"
    lines = [
        f"**model** chooses what makes the picture; {without}. **/models** lists what you can use.",
        "**shape**, **count**, **seed**, **negative**, **image** and **strength** say more of it.",
        "**Use as image for /imagine**, under *Apps* in a message's menu, begins with its picture.",
        "**private** shows the picture to you alone." if private else "",
        "The buttons below a picture make the next one of it; **More** has the rest.",
        "**Cancel** ends it. You can cancel yours; moderators can cancel any.",
        "**/history** gives you your pictures again, and deletes them.",
        "**/defaults** chooses your own model and shape once for all.",
        "**/usage** shows what you made and what is left, **/privacy** what is kept of you.",
        "**/settings panel** decides on models, limits, safety and the log." if manages else "",
    ]
    possible = "\n".join(filter(None, lines))
    return f"""\
## Pictures from words
Type **/imagine** and what the picture shows, such as `/imagine A cat in space`. \
One message follows it: first the percentage, then the picture.

{possible}

-# Pictures are AI-generated. Your prompt goes to the image service, and a picture that you give \
it; nothing else of you."""


def handed_over() -> str:
    """Close a private message that Discord won't let us change any longer."""
    return "-# This takes longer than Discord lets me update it. The end comes as a direct message."


def elsewhere(jump_url: str) -> str:
    """Open a new message that carries on an older one."""
    earlier = link("an earlier message", jump_url)
    return f"-# This belongs to {earlier}, which I can't change any more."


def mention(owner_id: int, final: FinalState) -> str:
    """Call whoever waited long."""
    match final:
        case Done():
            return f"<@{owner_id}>, your picture is here."
        case _:
            return f"<@{owner_id}>, your picture isn't coming."


def go_to(url: str) -> str:
    """Lead to a message."""
    return link("Go to message", url)
