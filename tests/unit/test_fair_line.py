"""Whose turn is next, by examples and for any line at all."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fair_line import FairLine, InLine, Turns, in_order
from tests.unit.virtual_time import START

BUSY, QUIET, THIRD = 1, 2, 3

jobs = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), max_size=40).map(
    lambda pairs: [InLine(number, *pair) for number, pair in enumerate(pairs)]
)


turns = st.dictionaries(
    st.tuples(st.integers(1, 4), st.integers(1, 3)),
    st.integers(0, 9).map(lambda seconds: START + timedelta(seconds=seconds)),
).map(Turns)


def servers_in_turn(waiting: list[InLine], slots: int) -> list[int]:
    """Serve a line, the oldest picture done first; list the servers as their turns come."""
    had: dict[tuple[int, int], datetime] = {}
    running: list[InLine] = []
    served: list[int] = []
    left = list(waiting)
    while left:
        job = in_order(left, running, Turns(had))[0]
        left.remove(job)
        had[job.server_id, job.member_id] = START + timedelta(seconds=len(served))
        served.append(job.server_id)
        running = [*running, job][-slots:] if slots > 1 else []
        running = running[1:] if len(running) == slots else running
    return served


def line(*jobs: tuple[int, int]) -> list[InLine]:
    return [InLine(number, server, member) for number, (server, member) in enumerate(jobs)]


def test_one_member_alone_is_served_in_the_order_of_asking() -> None:
    waiting = line(*[(BUSY, 7)] * 3)

    assert in_order(reversed(waiting), []) == waiting


def test_a_single_job_elsewhere_is_among_the_next_two_of_500() -> None:
    waiting = line(*[(BUSY, member) for member in range(500)], (QUIET, 9000))

    assert waiting[-1] in in_order(waiting, [])[:2]


def test_a_single_job_elsewhere_is_next_while_the_others_run() -> None:
    running = [InLine(-2, BUSY, 1), InLine(-1, BUSY, 2)]
    waiting = line(*[(BUSY, member) for member in range(500)], (QUIET, 9000))

    assert in_order(waiting, running)[0] == waiting[-1]


def test_a_member_with_one_job_goes_before_the_second_of_another() -> None:
    first, second, other = line((BUSY, 7), (BUSY, 7), (BUSY, 8))

    assert in_order([first, second, other], []) == [first, other, second]


def test_a_member_whose_picture_runs_goes_after_one_who_has_none() -> None:
    second, other = line((BUSY, 7), (BUSY, 8))

    assert in_order([second, other], [InLine(-1, BUSY, 7)]) == [other, second]


def test_one_person_in_two_servers_counts_in_each() -> None:
    here, there = line((BUSY, 7), (QUIET, 7))

    assert in_order([here, there], [InLine(-1, BUSY, 7)]) == [there, here]


def test_with_one_slot_two_servers_take_turns_however_many_jobs_one_has() -> None:
    waiting = line(*[(BUSY, 7)] * 4, (QUIET, 9))

    assert servers_in_turn(waiting, slots=1)[:2] == [BUSY, QUIET]


def test_more_servers_than_slots_all_take_turns() -> None:
    waiting = line(*[(BUSY, 7)] * 4, *[(THIRD, 8)] * 4, *[(QUIET, 9)] * 2)

    assert servers_in_turn(waiting, slots=2)[:6] == [BUSY, THIRD, QUIET] * 2


def test_members_of_a_server_take_turns_too() -> None:
    first, second, other = line((BUSY, 7), (BUSY, 7), (BUSY, 8))

    assert in_order([second, other], [], Turns({(BUSY, 7): START})) == [other, second]
    assert first < second


@given(jobs, st.integers(1, 3))
def test_no_server_has_a_second_turn_before_the_first_of_one_that_waits(
    waiting: list[InLine], slots: int
) -> None:
    served = servers_in_turn(waiting, slots)

    for server_id in {job.server_id for job in waiting}:
        ahead = Counter(served[: served.index(server_id)])
        others = len({job.server_id for job in waiting}) - 1
        assert all(count == 1 for count in ahead.values()) or slots > others


@given(jobs, jobs)
def test_everybody_who_waits_is_in_the_order_once(
    waiting: list[InLine], running: list[InLine]
) -> None:
    assert sorted(in_order(waiting, running)) == sorted(waiting)


@given(jobs)
def test_members_keep_the_order_of_their_own_jobs(waiting: list[InLine]) -> None:
    order = in_order(waiting, [])

    for job in waiting:
        own = [each for each in order if each[1:] == job[1:]]
        assert own == sorted(own)


@given(jobs, jobs, st.integers(1, 4))
def test_before_the_first_job_of_a_server_goes_at_most_one_of_each_other(
    waiting: list[InLine], running: list[InLine], server_id: int
) -> None:
    elsewhere = [job for job in running if job.server_id != server_id]
    order = in_order(waiting, elsewhere)
    first = next((at for at, job in enumerate(order) if job.server_id == server_id), 0)

    ahead = Counter(job.server_id for job in order[:first])

    assert all(count == 1 for count in ahead.values())


@given(jobs, jobs, turns, st.integers(1, 4), st.integers(1, 3))
def test_a_newcomer_is_told_the_place_that_the_order_gives(
    waiting: list[InLine], running: list[InLine], had: Turns, server_id: int, member_id: int
) -> None:
    newcomer = InLine(len(waiting), server_id, member_id)

    place = FairLine(waiting, running, had).place_of(newcomer)

    assert in_order([*waiting, newcomer], running, had).index(newcomer) + 1 == place
