"""Many jobs in one channel, whose limit no header tells of."""

import asyncio
from dataclasses import dataclass, field

from bot.presentation.pacing import ChannelPaces
from bot.presentation.sending import SendLimitedError
from tests.unit.discord_side import DiscordSide, Sent, Window, a_message, told
from tests.unit.jobs import a_job, done, running
from tests.unit.virtual_time import LoopClock

JOBS = 40
LIMIT, PER_S = 30, 6.0


@dataclass
class Crowd:
    """Forty jobs that report progress once a second and all end at the same moment."""

    run_s: int
    limit: int = LIMIT
    side: DiscordSide = field(init=False)

    def __post_init__(self) -> None:
        hidden = Window(self.limit, PER_S)
        self.side = DiscordSide(latency_s=0.05, own_limit=(5, 2), hidden_limit=hidden)

    async def run(self) -> None:
        channel = ChannelPaces(LoopClock()).of(1)
        steps = [step for second in range(self.run_s) for step in (running(second), 1)]
        messages = [a_message(self.side, running(), a_job(n), channel) for n in range(JOBS)]
        await asyncio.gather(*(told(message, *steps, done()) for message in messages))

    @property
    def pictures(self) -> list[Sent]:
        return [sent for sent in self.side.taken if sent.edit.uploads]

    @property
    def refused(self) -> list[Sent]:
        return [sent for sent in self.side.sent if isinstance(sent.error, SendLimitedError)]


async def test_every_picture_arrives() -> None:
    crowd = Crowd(run_s=20)

    await crowd.run()

    assert len({sent.road for sent in crowd.pictures}) == JOBS


async def test_pictures_arrive_at_the_rate_of_the_channel() -> None:
    crowd = Crowd(run_s=20)

    await crowd.run()

    # Two windows hold all of them; a window that progress has opened may be half gone.
    assert crowd.pictures[-1].at_s - 20 <= 2 * PER_S


async def test_progress_gives_way_while_pictures_wait() -> None:
    crowd = Crowd(run_s=20)

    await crowd.run()

    after_the_end = [sent for sent in crowd.side.taken if sent.at_s > 20.1]
    assert all(sent.edit.uploads for sent in after_the_end)


async def test_progress_of_a_crowd_leaves_room_under_the_limit() -> None:
    crowd = Crowd(run_s=20)

    await crowd.run()

    assert all(sent.at_s >= 20 for sent in crowd.refused)


async def test_pictures_that_are_soon_ready_find_the_channel_open() -> None:
    crowd = Crowd(run_s=2)

    await crowd.run()

    at_once = [sent for sent in crowd.pictures if sent.at_s < 2.1]
    assert len(at_once) >= LIMIT - 4 * 2 - 1


async def test_progress_slows_to_one_edit_in_five_seconds_for_the_whole_channel() -> None:
    crowd = Crowd(run_s=60, limit=10)

    await crowd.run()

    quiet = [sent for sent in crowd.side.taken if 10 < sent.at_s < 60]
    assert len(quiet) == 10


async def test_a_refused_channel_is_not_asked_again_and_again() -> None:
    crowd = Crowd(run_s=20)

    await crowd.run()

    # At most all jobs once at the first sight of the limit, and once more at their end.
    assert len(crowd.refused) <= 2 * JOBS


async def test_pictures_come_soon_after_progress_used_up_the_limit() -> None:
    crowd = Crowd(run_s=1)

    await crowd.run()

    assert len(crowd.pictures) == JOBS
    assert crowd.pictures[-1].at_s <= 1 + 3 * PER_S
