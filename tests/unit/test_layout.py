"""What the message of a job is made of."""

from collections.abc import Collection

import pytest
from discord import ui

from bot.domain.deeds import Deed
from bot.domain.errors import Charge, ConnectionLostError, StoppingError
from bot.domain.jobs import Cancelled, Delayed, Failed, JobState, Waiting
from bot.presentation.buttons import CancelButton
from bot.presentation.final_edits import LINKS_MAX_CHARACTERS
from bot.presentation.layout import GalleryItem, first_box, job_view, refusal_view, text_view
from tests.unit.discord_side import text_of
from tests.unit.jobs import a_job, done, running
from tests.unit.virtual_time import START

GREY, BLURPLE, GREEN, RED = 0x80848E, 0x5865F2, 0x248046, 0xDA373C
UNFINISHED: tuple[JobState, ...] = (Waiting(2), Delayed(START), running(), running(40))
FINISHED: tuple[JobState, ...] = (
    done(),
    Failed(ConnectionLostError()),
    Cancelled(7, Charge.NOTHING),
)
NAMES = [f"imagine-{number}.png" for number in range(1, 5)]
GALLERY = tuple(GalleryItem(name, "AI-generated: A cat", spoiler=False) for name in NAMES)


def container(view: ui.LayoutView) -> ui.Container[ui.LayoutView]:
    (only,) = view.children
    assert isinstance(only, ui.Container)
    return only


def buttons(view: ui.LayoutView) -> list[str]:
    return [str(i.item.custom_id) for i in view.walk_children() if isinstance(i, CancelButton)]


@pytest.mark.parametrize("state", [*UNFINISHED, *FINISHED])
async def test_every_state_is_one_container_of_components(state: JobState) -> None:
    view = job_view(a_job(), state, START)

    assert view.has_components_v2()
    assert container(view)
    assert view.timeout is None


@pytest.mark.parametrize("state", UNFINISHED)
async def test_an_unfinished_job_can_be_cancelled(state: JobState) -> None:
    assert buttons(job_view(a_job(9001), state, START)) == ["cancel:9001"]


@pytest.mark.parametrize("state", [*UNFINISHED, *FINISHED])
async def test_a_first_answer_shows_what_an_edit_to_the_same_state_would(state: JobState) -> None:
    shown = first_box(a_job(), state, START).to_component_dict()

    assert shown == container(job_view(a_job(), state, START)).to_component_dict()


@pytest.mark.parametrize("state", FINISHED)
async def test_a_finished_job_has_no_button_to_cancel_it(state: JobState) -> None:
    assert buttons(job_view(a_job(), state, START)) == []


@pytest.mark.parametrize(
    ("state", "colour"),
    [
        (Waiting(1), GREY),
        (Delayed(START), GREY),
        (running(), BLURPLE),
        (done(), GREEN),
        (Failed(ConnectionLostError()), RED),
        (Cancelled(7, Charge.NOTHING), GREY),
    ],
)
async def test_the_colour_repeats_what_the_words_say(state: JobState, colour: int) -> None:
    assert container(job_view(a_job(), state, START)).accent_colour == colour


async def test_pictures_stand_above_the_text_in_a_gallery() -> None:
    view = job_view(a_job(), done(), START, GALLERY)

    gallery, text, _ = container(view).children
    assert isinstance(gallery, ui.MediaGallery)
    assert isinstance(text, ui.TextDisplay)
    assert [item.media.url for item in gallery.items] == [f"attachment://{n}" for n in NAMES]
    assert {item.description for item in gallery.items} == {"AI-generated: A cat"}


@pytest.mark.parametrize("spoiler", [True, False])
async def test_a_mature_picture_is_hidden_at_first(*, spoiler: bool) -> None:
    item = GalleryItem("a.png", "AI-generated", spoiler=spoiler)

    gallery = container(job_view(a_job(), done(), START, (item,))).children[0]

    assert isinstance(gallery, ui.MediaGallery)
    assert gallery.items[0].spoiler is spoiler


async def test_what_is_handed_over_is_a_file_between_the_gallery_and_the_text() -> None:
    file = GalleryItem("imagine-1.svg", "AI-generated", spoiler=True, shown=False)

    gallery, below, text, _ = container(job_view(a_job(), done(), START, (file, *GALLERY))).children

    assert isinstance(gallery, ui.MediaGallery)
    assert len(gallery.items) == len(GALLERY)
    assert isinstance(below, ui.File)
    assert below.media.url == "attachment://imagine-1.svg"
    assert below.spoiler
    assert isinstance(text, ui.TextDisplay)


async def test_a_file_alone_needs_no_gallery() -> None:
    file = GalleryItem("imagine-1.svg", "AI-generated", spoiler=False, shown=False)

    first = container(job_view(a_job(), done(), START, (file,))).children[0]

    assert isinstance(first, ui.File)


def named(view: ui.LayoutView) -> list[str | None]:
    """Give what the buttons of a view are called, in their order."""
    items = view.walk_children()
    return [item.item.label for item in items if isinstance(item, ui.DynamicItem)]


@pytest.mark.parametrize(
    ("deeds", "labels"),
    [
        (frozenset(Deed), ["Re-roll", "Edit", "Change", "Upscale", "More"]),
        ({Deed.REROLL, Deed.EDIT, Deed.VARY}, ["Re-roll", "Edit", "More"]),
        (frozenset[Deed](), ["More"]),
    ],
)
async def test_a_result_has_a_button_for_what_can_be_done_with_it(
    deeds: Collection[Deed], labels: list[str]
) -> None:
    assert named(job_view(a_job(), done(), START, GALLERY, deeds=deeds)) == labels


async def test_a_private_result_can_be_deleted_in_its_own_message() -> None:
    view = job_view(a_job(private=True), done(), START, GALLERY)

    assert named(view) == ["Re-roll", "Edit", "More", "Delete"]


@pytest.mark.parametrize(
    ("deeds", "labels"),
    [({Deed.AGAIN, Deed.EDIT}, ["Try again", "Edit"]), ({Deed.AGAIN}, ["Try again"])],
)
async def test_a_failure_can_be_tried_again(deeds: Collection[Deed], labels: list[str]) -> None:
    assert named(job_view(a_job(), Failed(ConnectionLostError()), START, deeds=deeds)) == labels


async def test_extra_lines_stand_above_all_else() -> None:
    view = job_view(a_job(), done(), START, extra=("one", "two"))

    assert text_of(view).splitlines()[:2] == ["one", "two"]


async def test_the_largest_message_stays_within_discords_limits() -> None:
    job = a_job(prompt="*" * 1500, model="a/" + "_" * 98, private=True)
    links = ("x" * (LINKS_MAX_CHARACTERS // 4),) * 4
    view = job_view(job, done(flagged=True), START, GALLERY, links)

    assert len(list(view.walk_children())) <= 40
    assert view.content_length() <= 4000


@pytest.mark.parametrize("state", [*UNFINISHED, *FINISHED])
async def test_nothing_of_a_message_is_kept_by_the_library(state: JobState) -> None:
    view = job_view(a_job(), state, START)

    assert view.is_finished()
    assert not any(type(item) is ui.Button for item in view.walk_children())


async def test_a_refusal_is_a_bold_headline_and_what_to_do() -> None:
    view = refusal_view(StoppingError())

    assert text_of(view) == "**I'm restarting.** Please try again in a minute."
    assert buttons(view) == []


async def test_longer_text_has_a_block_for_each_paragraph() -> None:
    assert len(container(text_view("one", "two")).children) == 2
