"""The words of /history: a member's own pictures, newest first."""

from bot.domain.journal import JournalEntry
from bot.presentation.error_words import model_name
from bot.presentation.markup import escaped, link, moment, plain, quoted
from bot.presentation.wording import alt_text
from bot.services.member_history import PastJob

OLDER_LABEL, NEWER_LABEL, BACK_LABEL, DELETE_LABEL = (
    "Older →",
    "← Newer",
    "← All pictures",
    "Delete",
)
_PROMPT_MAX_CHARACTERS = 120


def heading() -> str:
    """Stand above a page."""
    return "## Your pictures in this server\nThe latest is at the top. Only you see this."


def nothing_yet() -> str:
    """Say that there is nothing to list."""
    return "There are none yet. **/imagine** makes the first one."


def open_label(number: int) -> str:
    """Label the button that shows the picture of a number."""
    return f"Open {number}"


def listed(number: int, past: PastJob) -> str:
    """Tell of one job in a list."""
    prompt = plain(past.entry.job.request.prompt)
    if len(prompt) > _PROMPT_MAX_CHARACTERS:
        prompt = prompt[: _PROMPT_MAX_CHARACTERS - 1].rstrip() + "…"
    facts = [
        model_name(past.entry.job.request.model),
        *_count(past),
        moment(past.entry.accepted_at),
    ]
    return f"**{number}** · {escaped(prompt)}\n-# " + " · ".join([*facts, _where(past)])


def thumbnail_alt_text(prompt: str) -> str:
    """Describe the small picture beside a job in a list."""
    return alt_text(prompt)


def detail(past: PastJob, facts: str) -> str:
    """Tell of one job beside its pictures.

    Parameters
    ----------
    facts
        The smallest print, as under any result.
    """
    lines = [quoted(past.entry.job.request.prompt), facts, _when(past), *_missing(past)]
    return "\n".join(lines)


def deleted(*, with_message: bool) -> str:
    """Say that a picture is gone; its message too, or there was none that the bot could reach."""
    what = "the picture, its message and what was" if with_message else "the picture and what was"
    return f"Deleted: {what} kept of it."


def _count(past: PastJob) -> list[str]:
    count = len(past.pictures)
    return [f"{count} pictures"] if count > 1 else []


def _where(past: PastJob) -> str:
    entry = past.entry
    if entry.open and not past.pictures:
        return "on its way"
    url = message_url(entry)
    if url is None:
        return "private" if entry.job.private else "without a message"
    return link("Go to message", url)


def message_url(entry: JournalEntry) -> str | None:
    """Give the address of a job's message, where there can be one still.

    What its member alone saw has vanished by itself, but for a direct message.
    """
    job, mark = entry.job, entry.message
    if mark.message_id is None or (job.private and mark.channel_id is None):
        return None
    place = "@me" if job.private else job.guild_id or "@me"
    return f"https://discord.com/channels/{place}/{entry.channel_id}/{mark.message_id}"


def _when(past: PastJob) -> str:
    entry = past.entry
    kept = f"kept until {moment(past.kept_until, 'D')}"
    return "-# " + " · ".join([moment(entry.accepted_at, "f"), kept, _where(past)])


def _missing(past: PastJob) -> list[str]:
    if past.withheld:
        return [
            "The image service marked it as mature, and this channel doesn't show such pictures."
        ]
    if past.pictures:
        return []
    if past.entry.open:
        return ["The picture is still on its way to you."]
    gone = "The picture itself isn't kept any more: there is room for so many."
    at_message = (
        "" if message_url(past.entry) is None else " Look whether its message is still there."
    )
    return [gone + at_message]
