"""A server is greeted once, whoever comes along and however often."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from bot.domain.errors import StoreTrouble, StoreUnavailableError
from bot.presentation.layout import text_view
from bot.presentation.member_words import first_minute
from bot.services.first_minute import FirstMinute
from tests.unit.discord_side import text_of
from tests.unit.virtual_time import LoopClock

HERE, THERE = 10, 20


@dataclass
class KeptGreetings:
    """Fulfils ``Greetings``."""

    greeted: dict[int, datetime] = field(default_factory=dict)
    asked: int = 0
    away: bool = False

    async def take(self, server_id: int, at: datetime) -> bool:
        self.asked += 1
        await LoopClock().sleep(0.1)
        if self.away:
            raise StoreUnavailableError(StoreTrouble.AWAY)
        return self.greeted.setdefault(server_id, at) == at


@pytest.fixture
def greetings() -> KeptGreetings:
    return KeptGreetings()


def in_a_process(greetings: KeptGreetings) -> FirstMinute:
    return FirstMinute(greetings, LoopClock())


async def test_each_server_is_greeted_once(greetings: KeptGreetings) -> None:
    process = in_a_process(greetings)

    assert [await process.begins(server) for server in (HERE, HERE, THERE)] == [True, False, True]


async def test_a_server_that_the_host_does_not_name_is_not_greeted(
    greetings: KeptGreetings,
) -> None:
    process = FirstMinute(greetings, LoopClock(), frozenset({THERE}))

    assert [await process.begins(server) for server in (HERE, THERE)] == [False, True]


async def test_two_commands_at_once_are_one_greeting(greetings: KeptGreetings) -> None:
    process = in_a_process(greetings)

    begun = await asyncio.gather(process.begins(HERE), process.begins(HERE))

    assert sorted(begun) == [False, True]


async def test_a_later_process_doesn_t_greet_again(greetings: KeptGreetings) -> None:
    await in_a_process(greetings).begins(HERE)

    assert not await in_a_process(greetings).begins(HERE)


async def test_the_store_is_asked_once_for_each_server(greetings: KeptGreetings) -> None:
    process = in_a_process(greetings)

    for _ in range(3):
        await process.begins(HERE)

    assert greetings.asked == 1


async def test_without_the_database_the_greeting_waits_for_another_time(
    greetings: KeptGreetings,
) -> None:
    process = in_a_process(greetings)
    greetings.away = True
    assert not await process.begins(HERE)

    greetings.away = False

    assert await process.begins(HERE)


def test_it_says_what_works_and_what_is_missing_where() -> None:
    missing = {("Attach Files",): [1, 2], ("View Channel", "Send Messages"): [3]}

    heading, permissions, panel = first_minute(4, missing)

    assert "**/imagine** works in 4 channels." in heading
    assert permissions.splitlines()[1:3] == [
        "⚠️ *Attach Files* in <#1>, <#2>",
        "⚠️ *View Channel* and *Send Messages* in <#3>",
    ]
    assert "**/settings panel**" in panel


def test_with_all_permissions_nothing_is_said_of_them() -> None:
    heading, panel = first_minute(1, {})

    assert "works in 1 channel." in heading
    assert "it comes once" in panel


def test_a_bot_that_may_do_nothing_anywhere_says_so() -> None:
    assert "doesn't work yet" in first_minute(0, {("Send Messages",): [1]})[0]


def test_five_hundred_channels_fit_into_a_message() -> None:
    missing = {("Attach Files",): range(2**62, 2**62 + 250), ("View Channel",): range(250)}

    view = text_view(*first_minute(0, missing))

    assert len(text_of(view)) <= 4000
    assert "and 240 more" in text_of(view)
