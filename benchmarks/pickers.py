"""The picker of ``/imagine``: how long members wait for what is offered to them."""

import asyncio
import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from benchmarks.bot_process import BotProcess
from benchmarks.figures import Figures, spread
from benchmarks.loads import PickerLoad
from benchmarks.stage import Stage
from sandbox.discord.interactions import Interaction, InteractionKind
from sandbox.discord.world import Channel, User

SEED: Final = 3
PICKER: Final = ("imagine", "model")
# Offers the same few lines to everybody: what any question costs that no rule is asked about.
PLAIN: Final = ("settings limits set", "limit")
PLAIN_ASKS: Final = 300
TYPED: Final = ("", "f", "fl", "flux", "m", "model-1", "maker-3", "maker-3/model-27", "se", "zzz")
MS: Final = 1_000
# A bot that has just started looks into every server first; what it saw there is old by then where
# other processes could change it.
OLD_AFTER_S: Final = 33.0

Ask = tuple[User, Channel, str]


async def picked(load: PickerLoad, stage: Stage, process: BotProcess) -> Figures:
    """Let members type, and return how long they waited."""
    await asyncio.sleep(OLD_AFTER_S)
    chance = random.Random(SEED)  # noqa: S311  the same members in every trial
    await _ask_steadily(stage, PLAIN, load.asks_per_s, _plain_asks(stage))
    before_cpu_s = process.cpu_s()
    await _ask_steadily(stage, PICKER, load.asks_per_s, _asks(load, stage, chance))
    cpu_s = process.cpu_s() - before_cpu_s
    asked = [u for u in stage.discord.interactions if u.kind is InteractionKind.AUTOCOMPLETE]
    uses = [use for use in asked if use.name == PICKER[0]]
    first = {use.id: use for use in _first_in_each_server(uses)}
    return {
        **_waited("plain", [use for use in asked if use.name == PLAIN[0]]),
        **_waited("picker", uses),
        **_waited("first", first.values()),
        **_waited("again", [use for use in uses if use.id not in first]),
        "cpu_ms_per_ask": cpu_s * MS / load.asks,
        "unanswered": float(sum(use.answered_at_s is None for use in uses)),
    }


def _plain_asks(stage: Stage) -> Iterator[Ask]:
    for server in stage.servers[:PLAIN_ASKS]:
        yield server.guild.owner, server.channels[0], ""


def _asks(load: PickerLoad, stage: Stage, chance: random.Random) -> Iterator[Ask]:
    for _ in range(load.asks):
        channel = chance.choice(chance.choice(stage.servers).channels)
        yield chance.choice(stage.members), channel, chance.choice(TYPED)


async def _ask_steadily(
    stage: Stage, about: tuple[str, str], per_s: int, asks: Iterable[Ask]
) -> None:
    loop = asyncio.get_running_loop()
    begun_s = loop.time()
    async with asyncio.TaskGroup() as waiting:
        for number, ask in enumerate(asks):
            await asyncio.sleep(begun_s + number / per_s - loop.time())
            waiting.create_task(_ask(stage, about, ask))


async def _ask(stage: Stage, about: tuple[str, str], ask: Ask) -> None:
    command, option = about
    user, channel, typed = ask
    try:
        await stage.discord.autocomplete(user, channel, command, {option: typed}, focused=option)
    except TimeoutError:
        return


def _first_in_each_server(uses: Sequence[Interaction]) -> Iterator[Interaction]:
    seen: set[int | None] = set()
    for use in uses:
        if use.channel.guild_id not in seen:
            seen.add(use.channel.guild_id)
            yield use


def _waited(name: str, uses: Iterable[Interaction]) -> Figures:
    waits = [use.answered_after_s * MS for use in uses if use.answered_at_s is not None]
    return spread(name, "ms", waits)
