"""What members read on the pages of /history, and that the largest page fits into a message."""

from dataclasses import replace
from datetime import UTC, datetime

from discord import ui

from bot.domain.deeds import Deed
from bot.domain.jobs import Done
from bot.domain.journal import JournalEntry
from bot.presentation.history_layout import (
    Detail,
    page_view,
    seen_alone,
    text_alone,
    text_beside,
)
from bot.services.member_history import PAGE_PICTURES, HistoryPage, PastJob
from tests.unit.discord_side import text_of
from tests.unit.jobs import CHANNEL_ID, GUILD_ID, a_job, a_picture
from tests.unit.past_jobs import painted

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)


def a_past(entry: JournalEntry | None = None, **others: bool) -> PastJob:
    entry = entry or painted(a_job())
    shown = {"hidden": False, "withheld": False, **others}
    return PastJob(entry, (a_picture(),), **shown, kept_until=UNTIL)


def buttons(view: ui.LayoutView) -> list[str | None]:
    wrapped = [item for item in view.walk_children() if isinstance(item, ui.DynamicItem)]
    return [item.item.label for item in wrapped if isinstance(item.item, ui.Button)]


def test_the_largest_page_fits_into_a_message() -> None:
    jobs = [a_past(painted(a_job(2**62 + n, prompt="*" * 1500))) for n in range(PAGE_PICTURES)]
    names = {past.entry.job.id: f"small-{past.entry.job.id}.webp" for past in jobs}

    view = page_view(HistoryPage(jobs, newer=True, older=True), names, "Deleted." * 5)

    assert len(list(view.walk_children())) <= 40
    assert view.content_length() <= 4000
    assert buttons(view)[-2:] == ["← Newer", "Older →"]


def test_a_page_without_neighbours_has_no_buttons_for_them() -> None:
    assert buttons(page_view(HistoryPage([a_past()]))) == ["Open 1"]


def test_a_private_picture_has_no_way_to_a_message() -> None:
    public, private = a_past(), a_past(painted(a_job(private=True)))

    assert f"https://discord.com/channels/{GUILD_ID}/{CHANNEL_ID}/6001" in listed(public)
    assert "https://" not in listed(private)
    assert listed(private).endswith("· private")


def test_what_discord_told_no_message_of_says_so() -> None:
    assert listed(a_past(painted(a_job(), message_id=None))).endswith("· without a message")


def test_a_thumbnail_that_was_hidden_is_hidden_here() -> None:
    past = a_past(hidden=True)

    view = page_view(HistoryPage([past]), {past.entry.job.id: "small.webp"})

    (small,) = [item for item in view.walk_children() if isinstance(item, ui.Thumbnail)]
    assert small.spoiler
    assert small.description == "AI-generated: A cat in space"


def test_a_picture_stands_with_its_facts_and_how_long_it_stays() -> None:
    past = a_past()
    job = replace(past.entry.job, showing=seen_alone(past))

    text = text_beside(past, job, Done((a_picture(),), 3.2, 42))

    assert text.startswith("> A cat in space\n-# AI-generated · flux-dev · 1024 × 768 · seed 42")
    assert f"kept until <t:{int(UNTIL.timestamp())}:D>" in text


def test_why_a_picture_isn_t_there_is_said() -> None:
    gone = replace(a_past(), pictures=())
    on_its_way = replace(gone, entry=replace(gone.entry, open=True))

    assert "isn't kept any more: there is room for so many. Look whether" in text_alone(gone)
    assert "still on its way" in text_alone(on_its_way)
    assert "this channel doesn't show such" in text_alone(a_past(withheld=True))


def test_one_picture_can_be_left_deleted_and_made_anew() -> None:
    assert buttons(Detail(9001, "Text").view()) == ["← All pictures", "Info", "Delete"]
    deeds = {Deed.EDIT, Deed.AGAIN, Deed.REROLL}
    assert buttons(Detail(9001, "Text", deeds).view())[:2] == ["Re-roll", "Edit"]


def listed(past: PastJob) -> str:
    return text_of(page_view(HistoryPage([past])))
