"""Fewer pictures at once while the API is too busy, and all of them again afterwards."""

import pytest

from bot.services.line_brake import LineBrake


def test_without_a_refusal_all_slots_are_there() -> None:
    brake = LineBrake(8)

    assert (brake.slots(0), brake.on(0)) == (8, False)


def test_a_refusal_halves_them() -> None:
    brake = LineBrake(8)
    brake.refuse(100)

    assert (brake.slots(100), brake.on(100)) == (4, True)


@pytest.mark.parametrize(("after_s", "slots"), [(14, 4), (15, 5), (44, 6), (60, 8), (9999, 8)])
def test_they_come_back_one_by_one(after_s: float, slots: int) -> None:
    brake = LineBrake(8)
    brake.refuse(100)

    assert brake.slots(100 + after_s) == slots


def test_refusals_of_jobs_that_were_sent_together_count_once() -> None:
    brake = LineBrake(8)
    for at_s in (100.0, 100.5, 101.9):
        brake.refuse(at_s)

    assert brake.slots(102) == 4


def test_one_slot_is_always_left() -> None:
    brake = LineBrake(2)
    for at_s in (100.0, 110.0, 120.0):
        brake.refuse(at_s)

    assert brake.slots(120) == 1
