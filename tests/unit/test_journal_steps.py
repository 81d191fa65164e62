"""The steps of a job: which may follow which, and what each of them says."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.error_document import error_document, read_error
from bot.domain.errors import (
    AccountRefusedError,
    Charge,
    ConnectionLostError,
    GenerationError,
    InputRefusedError,
    InterruptedByStopError,
    ModelUnavailableError,
    UnexpectedError,
)
from bot.domain.journal import IllegalStepError, JournalEntry, Made, MessageMark, Step
from bot.domain.pictures import OutputLink
from tests.unit.jobs import a_job
from tests.unit.virtual_time import START

MADE = Made((OutputLink("https://pictures.example/1.png"),), 3.2)
LOST = ConnectionLostError()
CUT = InterruptedByStopError(Charge.MAYBE)
ENTRY = JournalEntry(a_job(), MessageMark(5001, "a-token", 10 << 20), START, owner=7)

Change = Callable[[JournalEntry], JournalEntry]
CHANGES: dict[str, Change] = {
    "answered": lambda e: e.answered(6001),
    "submitted": lambda e: e.submitted(START),
    "refused": lambda e: e.refused(),
    "running": lambda e: e.running(),
    "at_percent": lambda e: e.at_percent(46),
    "completed": lambda e: e.completed(MADE),
    "delivered": lambda e: e.delivered(START),
    "failed": lambda e: e.failed(LOST, START),
    "interrupted": lambda e: e.interrupted(CUT, START),
    "cancelled": lambda e: e.cancelled(8, e.charge, START),
    "closed": lambda e: e.closed(),
    "with_slot": lambda e: e.with_slot(),
}
ANY_END = {"failed", "interrupted", "cancelled"}
ALLOWED = {
    Step.ACCEPTED: {"answered", "with_slot"} | ANY_END,
    Step.QUEUED: {"submitted", "with_slot"} | ANY_END,
    Step.SUBMITTED: {"refused", "running", "at_percent", "completed"} | ANY_END,
    Step.RUNNING: {"running", "at_percent", "completed"} | ANY_END,
    Step.COMPLETED: {"delivered", "failed"},
    Step.DELIVERED: set[str](),
    Step.FAILED: {"closed"},
    Step.INTERRUPTED: {"closed"},
    Step.CANCELLED: {"closed"},
}
REACHED: dict[Step, JournalEntry] = {
    Step.ACCEPTED: ENTRY,
    Step.QUEUED: (queued := ENTRY.answered(6001)),
    Step.SUBMITTED: (submitted := queued.with_slot().submitted(START)),
    Step.RUNNING: (running := submitted.running("p-1")),
    Step.COMPLETED: (completed := running.completed(MADE)),
    Step.DELIVERED: completed.delivered(START),
    Step.FAILED: running.failed(LOST, START),
    Step.INTERRUPTED: submitted.interrupted(CUT, START),
    Step.CANCELLED: running.cancelled(8, Charge.MAYBE, START),
}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("name", CHANGES)
def test_only_what_can_follow_follows(step: Step, name: str) -> None:
    entry = REACHED[step]

    if name in ALLOWED[step]:
        assert CHANGES[name](entry) is not None
    else:
        with pytest.raises(IllegalStepError):
            CHANGES[name](entry)


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("name", CHANGES)
def test_nothing_follows_once_an_entry_is_closed(step: Step, name: str) -> None:
    with pytest.raises(IllegalStepError):
        CHANGES[name](replace(REACHED[step], open=False))


def test_from_the_submission_on_it_may_have_cost_money() -> None:
    assert {step: entry.charge for step, entry in REACHED.items()} == {
        Step.ACCEPTED: Charge.NOTHING,
        Step.QUEUED: Charge.NOTHING,
        **dict.fromkeys(set(Step) - {Step.ACCEPTED, Step.QUEUED}, Charge.MAYBE),
    }


def test_what_the_api_refused_for_load_has_cost_nothing_and_keeps_its_slot() -> None:
    back = REACHED[Step.SUBMITTED].refused()

    assert (back.step, back.charge, back.granted) == (Step.QUEUED, Charge.NOTHING, True)


@pytest.mark.parametrize("step", Step)
def test_a_slot_is_held_only_while_the_api_may_be_at_work(step: Step) -> None:
    assert REACHED[step].granted is (step in {Step.SUBMITTED, Step.RUNNING})


@pytest.mark.parametrize("step", [Step.FAILED, Step.INTERRUPTED, Step.CANCELLED])
def test_an_end_without_a_picture_stays_open_until_its_message_says_so(step: Step) -> None:
    ended = REACHED[step]

    closed = ended.closed()

    assert (ended.open, ended.message.token, ended.owner) == (True, "a-token", 7)
    assert (closed.open, closed.message.token, closed.owner) == (False, "", None)
    assert closed.message.message_id == 6001


def test_a_picture_that_discord_has_leaves_nothing_to_do() -> None:
    delivered = REACHED[Step.DELIVERED]

    assert not delivered.open
    assert delivered.message.token == ""


def test_a_percentage_never_gets_smaller() -> None:
    assert REACHED[Step.RUNNING].at_percent(46).at_percent(30).percent == 46


def test_a_name_that_the_api_gave_is_not_lost_by_a_later_word() -> None:
    assert REACHED[Step.RUNNING].running().prediction_id == "p-1"


def test_what_was_never_sent_stands_in_line_again_in_other_hands() -> None:
    taken = REACHED[Step.QUEUED].with_slot().taken_up(8)

    assert (taken.owner, taken.waits) == (8, True)


def test_what_may_be_at_work_keeps_its_slot_in_other_hands() -> None:
    taken = REACHED[Step.RUNNING].taken_up(8)

    assert (taken.owner, taken.granted) == (8, True)


@pytest.mark.parametrize(
    "error",
    [
        LOST,
        CUT,
        AccountRefusedError(403),
        InputRefusedError("seed", 77),
        ModelUnavailableError("a/b", ("c/d", "e/f")),
        UnexpectedError(Charge.NOTHING),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_that_was_written_reads_the_same(error: GenerationError) -> None:
    read = read_error(error_document(error))

    assert type(read) is type(error)
    assert (vars(read), read.charge) == (vars(error), error.charge)


def test_an_error_of_a_newer_version_says_the_same_of_the_money() -> None:
    read = read_error({"kind": "SunspotError", "charge": "USUALLY_NOT", "at": 7})

    assert isinstance(read, UnexpectedError)
    assert read.charge is Charge.USUALLY_NOT


def test_an_error_that_lacks_a_field_says_the_same_of_the_money() -> None:
    read = read_error({"kind": "AccountRefusedError", "charge": "NOTHING"})

    assert isinstance(read, UnexpectedError)
    assert read.charge is Charge.NOTHING
