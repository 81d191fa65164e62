from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.backstage.comparing import Level, flags
from sandbox.backstage.facts import Claim, Entry, MessageFacts, TaskFacts
from sandbox.get3w.fate import Fate
from tests.unit.backstage_facts import (
    CANCELLED,
    COMPLETED,
    DONE_S,
    ENDED,
    FAILED,
    PAINTING,
    PICTURE,
    REFUSED,
    TASK,
    entry,
)


def said(found: Entry, now_s: float = DONE_S + 1) -> list[tuple[str, str]]:
    return [(flag.level.value, flag.words) for flag in flags(found, now_s)]


@pytest.mark.parametrize(
    ("message", "task"),
    [
        pytest.param(PAINTING, TASK, id="painting while the task works"),
        pytest.param(PICTURE, COMPLETED, id="a picture that was made"),
        pytest.param(PAINTING, COMPLETED, id="a picture on its way"),
        pytest.param(replace(ENDED, claim=Claim.NOTHING), REFUSED, id="refused, nothing charged"),
        pytest.param(replace(ENDED, claim=Claim.USUALLY_NOT), FAILED, id="failed, not charged"),
        pytest.param(replace(ENDED, claim=Claim.MAYBE), CANCELLED, id="cancelled in time"),
        pytest.param(replace(PAINTING, deleted=True), COMPLETED, id="deleted by a moderator"),
    ],
)
def test_nothing_is_flagged_where_both_sides_agree(message: MessageFacts, task: TaskFacts) -> None:
    assert said(entry(message, task)) == []


def test_a_wish_that_still_waits_for_its_submission_is_not_flagged() -> None:
    assert said(entry(PAINTING), DONE_S + 600) == []


def test_two_submissions_for_one_command_are_wrong() -> None:
    twice = entry(PICTURE, COMPLETED, replace(COMPLETED, submitted_at_s=DONE_S))
    assert said(twice) == [("wrong", "Submitted 2 times for one command, charged 2 times.")]


def test_a_submission_after_a_refused_one_is_no_second_one() -> None:
    assert said(entry(PICTURE, REFUSED, COMPLETED)) == []


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (Claim.NOTHING, "The message says that nothing was charged; the API charged."),
        (Claim.USUALLY_NOT, "The message says that it is usually not charged; it was."),
    ],
)
def test_a_charge_that_the_message_denies_is_wrong(claim: Claim, words: str) -> None:
    assert said(entry(replace(ENDED, claim=claim), COMPLETED)) == [("wrong", words)]


def test_a_charged_picture_that_the_message_is_silent_about_is_wrong() -> None:
    words = "Charged, and the message ended without a picture."
    assert said(entry(ENDED, COMPLETED)) == [("wrong", words)]


def test_a_lost_picture_that_the_message_is_honest_about_is_a_note() -> None:
    [flag] = flags(entry(replace(ENDED, claim=Claim.MAYBE), COMPLETED), DONE_S + 1)
    assert flag.level is Level.NOTE
    assert "may have been charged" in flag.words


@pytest.mark.parametrize("task", [COMPLETED, FAILED, CANCELLED])
def test_a_message_that_stands_still_after_its_task_has_ended_is_wrong(task: TaskFacts) -> None:
    words = "The task ended 6 s ago; the message hasn't moved for 8 s."
    assert said(entry(PAINTING, task), DONE_S + 6) == [("wrong", words)]


def test_a_message_has_five_seconds_to_follow_its_task() -> None:
    assert said(entry(PAINTING, COMPLETED), DONE_S + 5) == []


def test_a_message_that_moves_on_after_its_task_has_ended_is_not_stuck() -> None:
    moving = replace(PAINTING, changed_at_s=DONE_S + 7)
    assert said(entry(moving, COMPLETED), DONE_S + 8) == []


def test_a_message_that_waits_to_ask_again_after_a_refusal_is_not_stuck() -> None:
    assert said(entry(PAINTING, REFUSED), DONE_S + 60) == []


def test_a_submission_whose_command_has_no_message_is_wrong() -> None:
    assert said(entry(None, COMPLETED), DONE_S + 6) == [
        ("wrong", "The task ended 6 s ago; there is no message.")
    ]


def test_a_picture_that_the_api_has_not_made_is_wrong() -> None:
    words = "The message shows a picture that the API hasn't made."
    assert said(entry(PICTURE, TASK)) == [
        ("wrong", words),
        ("note", "The message has ended; the API is still making the picture."),
    ]


def test_a_task_that_goes_on_after_its_message_has_ended_is_a_note() -> None:
    words = "The message has ended; the API is still making the picture."
    assert said(entry(replace(ENDED, claim=Claim.MAYBE), TASK)) == [("note", words)]


def test_a_submission_that_nobody_asked_for_is_a_note() -> None:
    stray = Entry(None, (replace(TASK, fate=Fate.COMPLETED, ended_at_s=DONE_S),))
    assert said(stray, DONE_S + 60) == [("note", "No command here asked for this prompt.")]
