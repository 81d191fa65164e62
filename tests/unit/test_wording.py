"""What a member reads of a job and of what the bot can do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Charge, ConnectionLostError
from bot.domain.jobs import Cancelled, Delayed, Done, Failed, JobState, Running, Waiting
from bot.domain.models import Model
from bot.domain.pictures import Alteration
from bot.presentation import wording
from bot.presentation.choices import model_choices
from bot.presentation.layout import job_text
from tests.unit.discord_side import EPOCH_S
from tests.unit.jobs import a_job, a_picture, done, running
from tests.unit.virtual_time import START


def first_line(state: JobState, after_s: float = 0) -> str:
    return job_text(a_job(), state, START + timedelta(seconds=after_s)).splitlines()[0]


def later(seconds: float) -> str:
    return f"<t:{EPOCH_S + int(seconds)}:R>"


def test_a_waiting_job_tells_its_place() -> None:
    assert first_line(Waiting(3)) == "⏳ Waiting · 3rd in line"


def test_a_waiting_job_tells_when_it_starts_where_that_is_known() -> None:
    state = Waiting(3, START + timedelta(seconds=40))

    assert first_line(state) == f"⏳ Waiting · 3rd in line · starts {later(40)}"


def test_a_delayed_job_tells_when_the_service_is_asked_again() -> None:
    state = Delayed(START + timedelta(seconds=8))

    assert first_line(state) == f"⏳ Waiting · the image service is busy · asked again {later(8)}"


def test_a_running_job_without_a_number_shows_no_bar() -> None:
    assert first_line(running()) == f"🎨 Painting · started {later(0)}"


def test_a_running_job_shows_its_percentage() -> None:
    assert first_line(running(46)) == "🎨 ▰▰▰▰▱▱▱▱▱▱ 46 %"


def test_an_estimate_is_marked_as_one() -> None:
    assert first_line(Running(START, typical_s=10), after_s=4.6) == "🎨 ▰▰▰▰▱▱▱▱▱▱ about 46 %"


def test_a_number_that_holds_an_estimate_is_marked_as_one() -> None:
    assert first_line(running(46, about=True)) == "🎨 ▰▰▰▰▱▱▱▱▱▱ about 46 %"


def test_a_hundred_per_cent_are_never_shown_by_an_estimate() -> None:
    assert "98 %" in first_line(Running(START, typical_s=1), after_s=9999)


@pytest.mark.parametrize(("left_s", "shown"), [(90, True), (10, True), (9.9, False), (-5, False)])
def test_the_expected_end_is_shown_from_ten_seconds_up(left_s: float, *, shown: bool) -> None:
    state = replace(running(46), ready_at=START + timedelta(seconds=left_s))

    assert (f" · ready {later(left_s)}" in first_line(state)) is shown


@pytest.mark.parametrize(
    ("charge", "words"),
    [
        (Charge.NOTHING, "Nothing was charged."),
        (Charge.USUALLY_NOT, "It is usually not charged."),
        (Charge.MAYBE, "It may have been charged."),
    ],
)
def test_a_cancelled_job_tells_who_did_it_and_what_it_cost(charge: Charge, words: str) -> None:
    assert first_line(Cancelled(7, charge)) == f"⏹️ Cancelled by <@7>. {words}"


def test_a_failed_job_tells_why_and_what_to_do() -> None:
    lines = job_text(a_job(), Failed(ConnectionLostError()), START).splitlines()

    assert lines[:2] == [
        "⚠️ The connection was lost.",
        (
            "The image service hadn't said whether the picture was made. "
            "It may have been charged. *Try again* asks for it once more."
        ),
    ]


def test_a_failed_job_carries_its_reference() -> None:
    text = job_text(a_job(), Failed(ConnectionLostError()), START)

    assert text.splitlines()[-1] == f"-# flux-dev · reference {a_job().reference}"


def test_a_finished_job_needs_no_headline() -> None:
    assert job_text(a_job(), done(), START).splitlines() == [
        "> A cat in space",
        "-# AI-generated · flux-dev · 1024 × 768 · seed 42 · 3.2 s · for <@4001>",
    ]


def test_a_seed_that_nobody_told_is_left_out() -> None:
    text = job_text(a_job(), replace(done(), seed=None), START)

    assert "seed" not in text


@pytest.mark.parametrize("state", [Waiting(1), running(5), Delayed(START)])
def test_an_unfinished_job_tells_its_model_and_its_owner(state: JobState) -> None:
    assert job_text(a_job(), state, START).splitlines()[1:] == [
        "> A cat in space",
        "-# flux-dev · for <@4001>",
    ]


def test_a_model_name_cannot_act_as_markup() -> None:
    text = job_text(a_job(model="vendor/very__odd__name"), running(), START)

    assert r"very\_\_odd\_\_name" in text


@pytest.mark.parametrize(
    ("alteration", "words"),
    [
        (Alteration.SMALLER, "made smaller to fit Discord's limit"),
        (Alteration.CONVERTED, "was an AVIF"),
        (Alteration.DRAWN, "this is a drawing of it"),
        (Alteration.WORDLESS, "words in it are left out"),
        (Alteration.AS_FILE, "Open the file"),
        (Alteration.STILL, "this is its first picture"),
    ],
)
def test_a_picture_that_was_altered_says_how(alteration: Alteration, words: str) -> None:
    altered = done(a_picture(), replace(a_picture(), altered=(alteration,)))

    (line,) = (line for line in job_text(a_job(), altered, START).splitlines() if words in line)
    assert line.startswith("-# ")


def test_every_alteration_has_words_and_is_told_once() -> None:
    altered = replace(a_picture(), altered=tuple(Alteration))

    text = job_text(a_job(), done(altered, altered), START)

    assert len(text.splitlines()) == len(set(text.splitlines())) == 2 + len(Alteration)


def test_pictures_that_could_not_be_fetched_are_counted() -> None:
    two_of_three = replace(done(a_picture(), a_picture()), missing=1)

    assert "-# 1 of 3 pictures couldn't be fetched." in job_text(a_job(), two_of_three, START)


def test_a_mature_picture_says_why_it_is_hidden() -> None:
    assert "marked this picture as mature" in job_text(a_job(), done(flagged=True), START)


@pytest.mark.parametrize("state", [running(), done(), Failed(ConnectionLostError())])
def test_a_private_message_says_who_sees_it(state: JobState) -> None:
    text = job_text(a_job(private=True), state, START)

    stays = " · it stays under /history" if isinstance(state, Done) else ""
    assert text.splitlines()[-1] == f"-# only you can see this{stays}"


def test_a_description_names_the_prompt_as_it_was_typed() -> None:
    assert wording.alt_text("A *cat*\nin space") == "AI-generated: A *cat* in space"


def test_a_description_stays_within_discords_limit() -> None:
    assert len(wording.alt_text("x" * 1500)) == 1024
    assert wording.alt_text("x" * 1500).endswith("x…")
    assert wording.alt_text("x" * 1010) == "AI-generated: " + "x" * 1010


@pytest.mark.parametrize(
    ("model", "label"),
    [
        (Model("get3w/flux-dev"), "flux-dev"),
        (Model("get3w/flux-dev", 0.025), "flux-dev · $0.025 a picture"),
        (Model("a/free", 0.0), "free · $0 a picture"),
    ],
)
def test_a_model_is_offered_by_name_and_price(model: Model, label: str) -> None:
    assert wording.model_label(model) == label


def test_a_long_name_leaves_room_for_the_price() -> None:
    label = wording.model_label(Model("a/" + "x" * 200, 0.5))

    assert len(label) == 100
    assert label.endswith("x · $0.5 a picture")


def test_a_choice_sends_the_id_back() -> None:
    (choice,) = model_choices([Model("google/imagen4/fast", 0.02)])

    assert (choice.name, choice.value) == ("imagen4/fast · $0.02 a picture", "google/imagen4/fast")


def test_a_model_whose_id_is_too_long_for_a_choice_is_left_out() -> None:
    models = [Model("a/" + "x" * 99), Model("a/b")]

    assert [choice.value for choice in model_choices(models)] == ["a/b"]


def test_help_names_the_command_and_the_usual_model() -> None:
    text = wording.help_text("get3w/flux-dev", private=True, manages=False)

    assert "/imagine A cat in space" in text
    assert "without it flux-dev does" in text


def test_help_tells_of_private_pictures_and_the_panel_where_they_are_possible() -> None:
    plain = wording.help_text("get3w/flux-dev", private=False, manages=False)
    all_of_it = wording.help_text("get3w/flux-dev", private=True, manages=True)

    assert "**private**" not in plain
    assert "/settings" not in plain
    assert "**private** shows the picture to you alone." in all_of_it
    assert "**/settings panel**" in all_of_it


def test_help_leads_to_the_other_pages() -> None:
    text = wording.help_text(None, private=False, manages=False)

    assert all(f"**/{page}**" in text for page in ("models", "usage", "privacy"))
    assert "name one here" in text
    assert "The buttons below a picture" in text
