"""How often Python looks for cycles once the bot runs."""

import gc
from collections.abc import Iterator

import pytest

from bot.command_line import calm_collector

# That stay until it is answered, counted with a thousand at once.
OBJECTS_OF_A_COMMAND = 75


@pytest.fixture(autouse=True)
def _collector_as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_what_the_imports_made_is_not_looked_through_again() -> None:
    calm_collector()

    assert gc.get_freeze_count() > len(gc.get_objects())


def test_a_crowd_of_commands_sets_the_collector_off_a_few_times_at_most() -> None:
    calm_collector()

    assert gc.isenabled()
    assert 1_000 * OBJECTS_OF_A_COMMAND / gc.get_threshold()[0] <= 3
