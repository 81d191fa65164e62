"""The times of a job, as they are taken and as they are told."""

import logging

import pytest

from bot.domain.errors import ConnectionLostError
from bot.domain.happenings import Happening, JobEnded
from bot.domain.job_times import JobTimes, JobWatch, Moment
from bot.domain.jobs import Cancelled, Charge, Failed, HandedOver, LastState
from bot.services.job_reports import report_end
from tests.unit.jobs import a_job, done

TIMES = JobTimes(answered_s=0.1, slot_s=0.1, completed_s=3.25, delivered_s=3.5)


def test_each_moment_counts_from_the_acceptance() -> None:
    watch = JobWatch(accepted_s=10.0)

    watch.mark(Moment.ANSWERED, 10.5)
    watch.mark(Moment.COMPLETED, 13.0)
    watch.mark(Moment.DELIVERED, 14.0)

    assert watch.times == JobTimes(answered_s=0.5, completed_s=3.0, delivered_s=4.0)
    assert watch.times.picture_s == 1.0


def test_of_many_percentages_the_first_one_counts() -> None:
    watch = JobWatch(accepted_s=0.0)

    for now_s in (1.0, 2.0, 3.0):
        watch.mark(Moment.PROGRESS, now_s)

    assert watch.times.progress_s == 1.0


def test_a_clock_that_was_set_back_makes_no_time_before_the_acceptance() -> None:
    watch = JobWatch(accepted_s=10.0)

    watch.mark(Moment.ANSWERED, 9.0)

    assert watch.times.answered_s == 0.0


def test_what_did_not_happen_has_no_time() -> None:
    assert JobWatch(0.0).times == JobTimes()
    assert JobTimes(delivered_s=1.0).picture_s is None


@pytest.mark.parametrize(
    ("last", "outcome", "reason"),
    [
        (done(), "done", ""),
        (Failed(ConnectionLostError()), "failed", "connection lost"),
        (Cancelled(1, Charge.MAYBE), "cancelled", ""),
        (HandedOver(begun=True), "handed over", ""),
    ],
)
def test_an_end_is_one_line_and_one_happening(
    caplog: pytest.LogCaptureFixture, last: LastState, outcome: str, reason: str
) -> None:
    job, seen = a_job(), list[Happening]()

    with caplog.at_level(logging.INFO):
        report_end(job, last, 3.2, TIMES, seen.append)

    assert seen == [JobEnded(job.request.model, outcome, reason, TIMES)]
    (record,) = caplog.records
    how = f"{outcome}: {reason}" if reason else outcome
    assert record.getMessage() == f"job {job.reference}  {job.request.model}  {how}  3.2 s"


def test_a_line_has_the_ids_and_the_times_that_there_are(caplog: pytest.LogCaptureFixture) -> None:
    job = a_job()

    with caplog.at_level(logging.INFO):
        report_end(job, done(), 3.2, TIMES, list[Happening]().append)

    told = vars(caplog.records[0])
    assert (told["job"], told["interaction"]) == (job.reference, job.id)
    assert (told["server"], told["member"]) == (job.visit.server_id, job.owner_id)
    assert (told["answered_s"], told["delivered_s"], told["picture_s"]) == (0.1, 3.5, 0.25)
    assert "progress_s" not in told


def test_no_prompt_is_in_the_line_of_an_end(caplog: pytest.LogCaptureFixture) -> None:
    job = a_job()

    with caplog.at_level(logging.INFO):
        report_end(job, done(), 3.2, TIMES, list[Happening]().append)

    assert job.request.prompt not in str(vars(caplog.records[0]))
