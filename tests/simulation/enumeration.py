"""Short stories, and each of them again with a fate at every step.

A story happens once undisturbed, which tells how often its first process crosses its border. Then
it happens again for each crossing, on the way out and on the way back, and there the process is
killed, or stands still for a while. Who goes on is the same process, started again, or another one
that shares the database. The tests give each crossing one of the three fates, in turn;
``make soak`` gives it all three.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial

from tests.simulation.image_api import Answer, End, Script, Way
from tests.simulation.process import Process
from tests.simulation.world import Settings, Verdict, World, run_world

# Longer than it takes to be held for dead, and to have one's jobs taken.
_STANDS_STILL_S = 40.0
_STARTS_AGAIN_AFTER_S = 2.0
# What a story takes where nothing happens to it.
_TAKES_S = 8.0

Story = Callable[[World], Awaitable[None]]


class Fate(Enum):
    """What happens at a crossing, and who goes on."""

    RESTART = "killed, started again"
    SURVIVOR = "killed beside another"
    STILLNESS = "stands still beside another"


@dataclass(frozen=True)
class Case:
    """A story, and a fate at one of its steps.

    Attributes
    ----------
    crossing
        0 for none.
    lands
        Whether calls that are in flight at a death are still heard.
    """

    story: str
    fate: Fate
    crossing: int = 0
    lands: bool = False


async def one_picture(world: World, script: Script, *, private: bool = False) -> None:
    """Let a member have one picture."""
    hand(world, 1, 11, script, private=private)
    await world.clock.sleep(_TAKES_S)


async def a_line(world: World) -> None:
    """Let members of two servers wait for one another."""
    for server_id, member_id in ((1, 11), (1, 11), (2, 21)):
        hand(world, server_id, member_id, Script(way=Way.NAMED_STREAM, takes_s=1, steps=1))
        await world.clock.sleep(0.2)
    await world.clock.sleep(10)


async def twice_delivered(world: World) -> None:
    """Deliver an interaction again, to whoever serves, at once and later."""
    job = hand(world, 1, 11, Script(takes_s=3))
    for pause_s in (0.0, 0.2, 3.0):
        await world.clock.sleep(pause_s)
        for process in world.serving:
            process.hand(world.jobs[job])
    await world.clock.sleep(_TAKES_S)


async def cancelled(world: World, after_s: float, script: Script) -> None:
    """Press *Cancel* after a while."""
    job = hand(world, 1, 11, script)
    await world.clock.sleep(after_s)
    for process in world.serving[-1:]:
        process.press_cancel(world.jobs[job], 11)
    await world.clock.sleep(_TAKES_S)


async def asked_to_stop(world: World, after_s: float) -> None:
    """Ask the first process to stop while one picture is made, one is named and one waits."""
    ways = (Way.STREAM, Way.NAMED_STREAM, Way.STREAM)
    for member_id, way in enumerate(ways, 11):
        hand(world, 1, member_id, Script(way=way, takes_s=8))
    await world.clock.sleep(after_s)
    world.processes[0].terminate(2.0)
    await world.clock.sleep(_TAKES_S)
    if not world.serving:
        world.start_process()


async def discord_away(world: World) -> None:
    """Let nobody know for a while whether a first answer arrived, while another waits."""
    hand(world, 1, 11, Script())
    await world.clock.sleep(0.1)
    world.around.discord.away_until_s = world.clock.monotonic() + 50
    await world.clock.sleep(10)
    for process in world.serving[:1]:
        world.around.discord.away_until_s, until_s = 0.0, world.around.discord.away_until_s
        process.hand(world.new_job(2, 21, Script()))
        await world.clock.sleep(1)
        world.around.discord.away_until_s = until_s
    await world.clock.sleep(45)


def hand(
    world: World, server_id: int, member_id: int, script: Script, *, private: bool = False
) -> int:
    """Let a member ask, and the first process that serves hear of it."""
    job = world.new_job(server_id, member_id, script, private=private)
    for process in world.serving[:1]:
        process.hand(job)
    return job.id


STORIES: Mapping[str, Story] = {
    "a stream without a name": partial(one_picture, script=Script()),
    "a stream with a name": partial(one_picture, script=Script(way=Way.NAMED_STREAM)),
    "a polled task": partial(one_picture, script=Script(way=Way.POLLED)),
    "a stream with a name that is cut": partial(
        one_picture, script=Script(way=Way.NAMED_STREAM, cut_at=0.5)
    ),
    "a long task": partial(one_picture, script=Script(way=Way.NAMED_STREAM, takes_s=45, steps=6)),
    "a picture that comes as bytes": partial(one_picture, script=Script(inline=True)),
    "fewer pictures than asked for": partial(
        one_picture, script=Script(way=Way.NAMED_STREAM, asked=4, made=3)
    ),
    "too busy, then no connection": partial(
        one_picture, script=Script((Answer.BUSY, Answer.UNREACHED, Answer.TAKEN))
    ),
    "refused": partial(one_picture, script=Script((Answer.REFUSED,))),
    "failed by the API": partial(one_picture, script=Script(end=End.FAILURE, way=Way.POLLED)),
    "an answer that is lost": partial(one_picture, script=Script((Answer.BROKEN_AFTER,))),
    "a private picture": partial(one_picture, script=Script(), private=True),
    "a line": a_line,
    "delivered twice": twice_delivered,
    "cancelled on the way": partial(cancelled, after_s=2.0, script=Script(way=Way.NAMED_STREAM)),
    "cancelled at once": partial(cancelled, after_s=0.2, script=Script()),
    "asked to stop": partial(asked_to_stop, after_s=1.5),
    "Discord is away": discord_away,
}


def outcomes(
    story: str, fates: Iterable[Fate] = Fate, *, in_turn: bool = False
) -> Iterator[tuple[Case, Verdict]]:
    """Let all cases of a story happen: each fate at each crossing, heard and unheard.

    Parameters
    ----------
    in_turn
        Whether each crossing gets only one of three fates, the next one the next.
    """
    every = len(Fate) if in_turn else 1
    for at, fate in enumerate(fates):
        undisturbed = Case(story, fate)
        verdict = run_case(undisturbed)
        yield undisturbed, verdict
        for number in range(1 + at % every, verdict.first_crossings + 1, every):
            yield from _at_crossing(Case(story, fate, number))


def _at_crossing(case: Case) -> Iterator[tuple[Case, Verdict]]:
    verdict = run_case(case)
    yield case, verdict
    if verdict.left_in_flight:
        heard = replace(case, lands=True)
        yield heard, run_case(heard)


def run_case(case: Case) -> Verdict:
    """Let a case happen."""
    slots = 1 if case.story in {"a line", "Discord is away"} else 2
    settings = Settings(slots=slots, alone=case.fate is Fate.RESTART)
    return run_world(settings, partial(_fated, case=case))


async def _fated(world: World, case: Case) -> None:
    first = world.start_process()
    first.border.lands = case.lands
    if case.crossing:
        first.border.fate = case.crossing, partial(_befall, world, first, case.fate)
    if case.fate is not Fate.RESTART:
        world.start_process()
    await world.clock.sleep(1)
    await STORIES[case.story](world)
    if case.crossing and case.fate is Fate.STILLNESS:
        await world.clock.sleep(_STANDS_STILL_S)


def _befall(world: World, process: Process, fate: Fate) -> None:
    if fate is Fate.STILLNESS:
        process.border.freeze()
        world.later(_STANDS_STILL_S, process.go_on)
        return
    process.border.kill()
    if fate is Fate.RESTART:
        world.later(_STARTS_AGAIN_AFTER_S, partial(_start_again, world))


def _start_again(world: World) -> None:
    if not world.serving:
        world.start_process()
