"""Where a picture came from and what is known of it, as a member reads it."""

import re
from dataclasses import replace

import pytest

from bot.domain.deeds import Deed
from bot.domain.jobs import Job, Origin
from bot.domain.journal import JournalEntry, Made
from bot.domain.pictures import OutputLink
from bot.domain.requests import ImageRequest, OwnPicture, Shape, Upload
from bot.domain.usage_entries import UsageEntry
from bot.presentation.next_buttons import DeedButton, InfoButton, said_by
from bot.presentation.next_words import LABELS, info, lineage_lines
from bot.presentation.wording import remarks
from tests.unit.jobs import CHANNEL_ID, GUILD_ID, OWNER_ID, a_job, done
from tests.unit.journals import MARK
from tests.unit.virtual_time import START

PLACE = CHANNEL_ID, 6001
LINK = f"<https://discord.com/channels/{GUILD_ID}/{CHANNEL_ID}/6001>"


def child(deed: Deed = Deed.REROLL, *place: int, job_id: int = 9002) -> Job:
    return replace(a_job(job_id), origin=Origin(9001, deed, *place))


def ended(job: Job, seed: int | None = None) -> JournalEntry:
    entry = JournalEntry(job, MARK, START).answered(6001).submitted(START)
    made = Made((OutputLink("https://a.example/1"),), 3.21, seed=seed)
    return entry.completed(made).delivered(START)


def taken(microdollars: int, *, charged: bool = True) -> UsageEntry:
    entry = UsageEntry(9001, GUILD_ID, OWNER_ID, "a/b", 1, microdollars, START)
    return replace(entry, charged=charged)


def told(request: ImageRequest | None = None, **of: object) -> str:
    job = a_job() if request is None else replace(a_job(), request=request)
    return "\n".join(info(ended(job), taken(12_000), (), with_prompt=True, **of))


@pytest.mark.parametrize(
    ("deed", "line"),
    [
        (Deed.REROLL, f"from [this picture]({LINK}) · re-roll"),
        (Deed.EDIT, f"from [this picture]({LINK}) · edit"),
        (Deed.CHANGE, f"from [this picture]({LINK}) · change"),
        (Deed.VARY, f"from [this picture]({LINK}) · variation"),
        (Deed.UPSCALE, f"from [this picture]({LINK}) · upscale"),
        (Deed.AGAIN, f"from [this request]({LINK}) · try again"),
    ],
)
def test_a_result_says_in_a_line_where_it_came_from(deed: Deed, line: str) -> None:
    assert lineage_lines(child(deed, *PLACE)) == [line]


def test_where_nobody_can_go_there_is_no_link() -> None:
    assert lineage_lines(child()) == ["from an earlier picture · re-roll"]


def test_what_began_with_a_command_says_nothing() -> None:
    assert lineage_lines(a_job()) == []


def test_the_line_stands_with_the_other_small_print() -> None:
    assert remarks(child(Deed.REROLL, *PLACE), done())[-1].startswith("-# from [this picture]")


def test_info_has_every_option_that_was_named() -> None:
    request = ImageRequest("A cat", "a/b", Shape.TALL, 3, 7, "dogs", 0.5, OwnPicture(1))
    text = told(request)

    for part in ("Tall 9:16", "Pictures** 3", "Seed** `7`", "Strength** 0.5", "an earlier picture"):
        assert part in text
    assert "Not in it:\n```\ndogs\n```" in text


def test_info_says_of_an_upload_that_it_was_one() -> None:
    assert "Begins with** an upload" in told(ImageRequest("A", "a/b", source=Upload("https://x")))


def test_a_seed_that_the_service_told_is_the_one() -> None:
    text = "\n".join(info(ended(a_job(), seed=77), None, (), with_prompt=True))

    assert "**Seed** `77`" in text


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        (taken(24_000), "$0.024"),
        (taken(24_000, charged=False), "nothing"),
        (None, "isn't known any more"),
    ],
)
def test_info_says_what_it_cost(usage: UsageEntry | None, cost: str) -> None:
    text = "\n".join(info(ended(a_job()), usage, (), with_prompt=True))

    assert f"**Cost** {cost}\n" in text


def test_the_whole_prompt_is_told_and_nothing_in_it_acts_as_markup() -> None:
    prompt = "@everyone ``` <@1> [a](https://b) " + "x" * 1400
    text = told(replace(a_job().request, prompt=prompt))

    (block,) = re.findall(r"```\n(.*)\n```", text)
    assert block == prompt.replace("```", "'''")


def test_words_that_are_not_for_these_eyes_are_left_out() -> None:
    request = replace(a_job().request, prompt="my words", negative="my fears")
    entry = ended(replace(a_job(), request=request))
    text = "\n".join(info(entry, None, (), with_prompt=False))

    assert "my words" not in text
    assert "my fears" not in text


def family(size: int) -> list[JournalEntry]:
    """Give a last one and all that it came from, the nearest first."""
    jobs = [child(Deed.EDIT, *PLACE, job_id=9000 + number) for number in range(size)]
    return [ended(job) for job in reversed(jobs)]


def test_ten_generations_are_listed_beside_the_longest_words() -> None:
    last, *ancestors = family(11)
    request = replace(a_job().request, prompt="x" * 1500, negative="y" * 300)
    last = replace(last, job=replace(last.job, request=request))
    text = "\n".join(info(last, taken(1), ancestors, with_prompt=True))

    assert "\n10. edit of [" in text
    assert len(text) <= 4000


@pytest.mark.parametrize("size", [25, 60])
def test_what_has_no_room_is_said_to_be_there(size: int) -> None:
    last, *ancestors = family(size)
    request = replace(a_job().request, prompt="x" * 1500, negative="y" * 1000)
    last = replace(last, job=replace(last.job, request=request))
    text = "\n".join(info(last, taken(1), ancestors, with_prompt=True))

    assert text.endswith("-# and more before")
    assert len(text) <= 4000


def test_ancestors_that_are_not_kept_any_more_are_said_to_be_gone() -> None:
    text = "\n".join(info(ended(child()), None, (), with_prompt=True))

    assert "It isn't kept any more." in text


def test_a_private_ancestor_has_no_link() -> None:
    parent = ended(replace(a_job(), private=True))
    text = "\n".join(info(ended(child()), None, (parent,), with_prompt=True))

    assert "1. re-roll of " in text
    assert "discord.com" not in text


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("index", [None, 3])
async def test_a_button_is_known_by_its_id_alone(deed: Deed, index: int | None) -> None:
    button = DeedButton(deed, 1300000000000000001, index)

    assert said_by(button.custom_id) == (deed, 1300000000000000001, index)
    assert button.item.label == (LABELS[deed][0] if index is None else "4")


@pytest.mark.parametrize("custom_id", ["next:fly:1", "next:edit:", "next:edit:1:x", "info:1", ""])
def test_other_ids_are_no_button_of_these(custom_id: str) -> None:
    assert said_by(custom_id) is None


async def test_info_is_known_by_its_id_too() -> None:
    assert InfoButton(9001).custom_id == "info:9001"
