"""A story told by chance: many members, many faults, any order; a seed tells the same one again.

Theory
------
A seed furnishes a world: how many slots, servers, members and processes. Then members ask, in
bursts and alone, about as fast as the slots can serve; some press *Cancel*, some interactions come
twice, moderators delete messages. Meanwhile processes are killed, now or at one of their next
steps, asked to stop, or made to stand still; the database and Discord are away for a while, or lose
an answer. Nothing that is drawn depends on anything but the seed.
"""

from collections.abc import Callable
from functools import partial
from random import Random

from bot.domain.jobs import Job
from tests.simulation.discord_side import Roads
from tests.simulation.image_api import Answer, End, Script, Way
from tests.simulation.process import Process
from tests.simulation.world import Settings, Verdict, World, run_world

JOBS = 100
_FATE_WITHIN_CROSSINGS = 6
_STANDS_STILL_S = 40.0
_DISASTER_EVERY_S = 20.0

_ANSWERS = (
    *[(Answer.TAKEN,)] * 15,
    (Answer.BUSY, Answer.TAKEN),
    (Answer.BUSY,),
    (Answer.UNREACHED, Answer.BUSY, Answer.UNREACHED, Answer.TAKEN),
    (Answer.UNREACHED,),
    (Answer.REFUSED,),
    (Answer.BROKEN_AFTER,),
    (Answer.BROKEN_BEFORE,),
)
_ENDS = (*[End.PICTURE] * 17, End.FAILURE, End.UNSAFE, End.GONE)

# How many are asked for, and how many come.
_COUNTS = (*[(1, 1)] * 12, (4, 4), (4, 3), (2, 1), (1, 2))


def run_seed(seed: int, jobs: int = JOBS, *, taped: bool = False) -> Verdict:
    """Let a seed's story happen."""
    luck = Random(f"world {seed}")  # noqa: S311  a seed has to replay
    settings = Settings(
        seed=seed,
        slots=luck.choice((1, 2, 2, 3, 5)),
        member_waiting_max=luck.choice((3, 10)),
        alone=luck.random() < 1 / 2,
        taped=taped,
    )
    return run_world(settings, partial(_story, luck=luck, jobs=jobs))


async def _story(world: World, luck: Random, jobs: int) -> None:
    chance = Chance(world, luck)
    for _ in range(1 if world.settings.alone else luck.choice((2, 2, 3))):
        world.start_process()
    world.around.discord.broken = luck.choice((0.0, 0.02, 0.1))
    world.around.discord.limited = luck.choice((0.0, 0.02))
    world.around.database.answers_lost = luck.choice((0.0, 0.0, 0.01))
    disasters = world.loop.create_task(chance.let_disasters_come())
    await chance.let_members_ask(jobs)
    await world.clock.sleep(30)
    disasters.cancel()
    chance.over = True


class Chance:
    """What happens by chance in one world.

    Attributes
    ----------
    over
        Whether nothing bad is to happen any more.
    """

    def __init__(self, world: World, luck: Random) -> None:
        self.over = False
        self._world = world
        self._luck = luck
        self._servers = luck.choice((1, 2, 3, 6))
        self._members = luck.choice((1, 3))
        self._taking_s = luck.choice((1.0, 4.0))

    async def let_members_ask(self, jobs: int) -> None:
        """Let members ask for so many pictures."""
        luck, world = self._luck, self._world
        every_s = 1.2 * self._taking_s / world.settings.slots
        while len(world.jobs) < jobs:
            burst = luck.choice((1, 1, 1, 2, 8))
            for _ in range(burst):
                self._ask()
            await world.clock.sleep(burst * luck.expovariate(1 / every_s))

    async def let_disasters_come(self) -> None:
        """Let one thing after the other go wrong, until cancelled."""
        luck = self._luck
        disasters = (
            *[partial(self._doom, self._kill)] * 5,
            *[partial(self._doom, self._freeze)] * 2,
            self._kill,
            self._freeze,
            self._stop,
            self._cut_off,
            self._database_away,
            self._discord_away,
        )
        while True:
            await self._world.clock.sleep(luck.expovariate(1 / _DISASTER_EVERY_S))
            if self._world.serving:
                luck.choice(disasters)(luck.choice(self._world.serving))

    def _ask(self) -> None:
        luck, world = self._luck, self._world
        # One server asks as much as all others together.
        server_id = 1 if luck.random() < 1 / 2 else 1 + luck.randrange(self._servers)
        member_id = 10 * server_id + luck.randrange(self._members)
        private = luck.random() < 0.1
        job = world.new_job(server_id, member_id, self._script(), private=private)
        self._close_roads(job)
        self._deliver(job)
        if luck.random() < 0.05:
            world.later(luck.choice((0.0, 0.05, 1.0, 30.0)), partial(self._deliver, job))
        if luck.random() < 0.1:
            world.later(luck.expovariate(1 / 6), partial(self._cancel, job))
        if luck.random() < 0.02:
            world.later(luck.expovariate(1 / 6), partial(world.around.discord.delete, job.id))

    def _script(self) -> Script:
        luck = self._luck
        asked, made = luck.choice(_COUNTS)
        return Script(
            attempts=luck.choice(_ANSWERS),
            way=luck.choice((Way.STREAM, Way.NAMED_STREAM, Way.POLLED)),
            takes_s=self._taking_s * (0.3 + luck.expovariate(1)),
            steps=luck.randrange(4),
            end=luck.choice(_ENDS),
            cut_at=0.5 if luck.random() < 0.05 else 1.0,
            inline=luck.random() < 0.2,
            asked=asked,
            made=made,
        )

    def _close_roads(self, job: Job) -> None:
        if (chance := self._luck.random()) < 0.04:
            roads = Roads(token=chance < 0.02, pictures=0.01 < chance < 0.03)
            self._world.around.discord.roads[job.id] = roads

    def _deliver(self, job: Job) -> None:
        if self._world.serving:
            self._luck.choice(self._world.serving).hand(job)

    def _cancel(self, job: Job) -> None:
        if self._world.serving and job.id in self._world.around.discord.firsts:
            self._luck.choice(self._world.serving).press_cancel(job, job.owner_id)

    def _doom(self, fate: Callable[[Process], None], process: Process) -> None:
        """Let something befall a process at one of its next crossings."""
        crossing = process.border.crossings + self._luck.randint(1, _FATE_WITHIN_CROSSINGS)
        process.border.fate = crossing, partial(fate, process)

    def _kill(self, process: Process) -> None:
        if not self.over:
            process.border.kill()
            self._world.later(self._luck.uniform(1, 10), self._replace)

    def _stop(self, process: Process) -> None:
        process.terminate(self._luck.choice((0.5, 5.0, 30.0)))
        self._world.later(self._luck.uniform(1, 50), self._replace)

    def _replace(self) -> None:
        """Start a process where one is gone; alone on a database it waits for the last to stop."""
        world = self._world
        left = [each for each in world.processes if not (each.life.dead or each.stopped)]
        if world.settings.alone and left:
            world.later(1.0, self._replace)
        elif not self.over or not left:
            world.start_process()

    def _freeze(self, process: Process) -> None:
        if self.over:
            return
        process.border.freeze()
        self._world.later(self._luck.uniform(1, _STANDS_STILL_S), process.go_on)

    def _cut_off(self, process: Process) -> None:
        until_s = self._world.clock.monotonic() + self._luck.uniform(1, _STANDS_STILL_S)
        process.database.cut_until_s = until_s
        self._world.tape.note(process.life.name, "is cut off from the database")

    def _database_away(self, _: Process) -> None:
        now_s = self._world.clock.monotonic()
        self._world.around.database.away_until_s = now_s + self._luck.uniform(0.5, 8)
        self._world.tape.note("database", "is away")

    def _discord_away(self, _: Process) -> None:
        now_s = self._world.clock.monotonic()
        self._world.around.discord.away_until_s = now_s + self._luck.uniform(2, 90)
        self._world.tape.note("discord", "is away")
