"""The members: each orders a picture, and does with its message what its order says."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random

from sandbox.discord.components import buttons
from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.server import DiscordSandbox
from sandbox.discord.world import Channel, User
from sandbox.get3w import Get3WSandbox
from tests.soak.crew import Crew
from tests.soak.orders import Order
from tests.stage import has_ended

_FOREVER_S = 600.0
_ANSWERED_WITHIN_S = 3.5
_ENDED_WITHIN_S = 30.0
_ROOMS = 6
_BLIND = 0.05
_ATTEMPTS = 5

Place = tuple[User, Channel]


class Crowd:
    """Orders pictures, some at once.

    Attributes
    ----------
    uses
        What was sent, and the order behind it.
    """

    def __init__(self, discord: DiscordSandbox, api: Get3WSandbox, crew: Crew) -> None:
        self.uses: list[tuple[Interaction, Order]] = []
        self._discord = discord
        self._api = api
        self._crew = crew
        self._busy = 0
        self._places = _places(discord)

    async def order_all(self, orders: Sequence[Order], at_once: int, luck: Random) -> None:
        """Order one after the other, so that some are under way at once."""
        async with asyncio.TaskGroup() as members:
            for order in orders:
                # Some ask though nobody may be there to answer.
                blind = luck.random() < _BLIND
                await self._discord.until(lambda b=blind: self._room(at_once, b), _FOREVER_S)
                self._busy += 1
                members.create_task(self._insist(order, luck.choice(self._places)))

    def answered_s(self) -> list[float]:
        """Tell after how long each interaction had its first answer, where it had one."""
        return [use.answered_after_s for use, _ in self.uses if use.answered_at_s is not None]

    def _room(self, at_once: int, blind: bool) -> bool:  # noqa: FBT001  it has no other meaning
        """Tell whether another one fits in, and somebody is there for it."""
        return self._busy < at_once and (blind or self._crew.complete)

    async def _insist(self, order: Order, place: Place) -> None:
        """Order, and again where the bot is restarting or nobody answers."""
        try:
            for attempt in range(1, _ATTEMPTS + 1):
                if await self._order(replace(order, prompt=f"{order.prompt}.{attempt}"), place):
                    return
                await self._discord.until(lambda: self._crew.complete, _FOREVER_S)
        finally:
            self._busy -= 1

    async def _order(self, order: Order, place: Place) -> bool:
        self._api.script(order.prompt, *order.scenarios)
        user, channel = place
        options = {"prompt": order.prompt, **({"private": True} if order.private else {})}
        use = await self._discord.invoke(user, channel, "imagine", options)
        self.uses.append((use, order))
        await self._live(use, order)
        return _taken(use)

    async def _live(self, use: Interaction, order: Order) -> None:
        if order.again:
            self._discord.gateway.resend(use)
        with suppress(TimeoutError, LookupError):
            await use.until(lambda seen: seen.message is not None, _ANSWERED_WITHIN_S)
            assert use.message is not None
            await self._follow(use, use.message, order)
            await use.message.until(has_ended, _ENDED_WITHIN_S)

    async def _follow(self, use: Interaction, message: SandboxMessage, order: Order) -> None:
        if order.cancelled_at is not None:
            await _state(message, order.cancelled_at)
            await self._discord.press(use.user, message, "Cancel")
        if order.deleted_at is not None:
            await _state(message, order.deleted_at)
            self._discord.delete_message(message)


async def _state(message: SandboxMessage, number: int) -> None:
    """Wait for so many states, or the end."""
    await message.until(lambda now: len(now.history) >= number or has_ended(now), _ENDED_WITHIN_S)


def _taken(use: Interaction) -> bool:
    """Tell whether it became a job: what is refused can't be cancelled."""
    first = use.message.history[0] if use.message is not None else None
    return first is not None and any(each.label == "Cancel" for each in buttons(first.components))


def _places(discord: DiscordSandbox) -> list[Place]:
    world = discord.world
    bay, harbour = world.guild("Lantern Bay"), world.guild("Quiet Harbour")
    rooms = [discord.admin.add_channel(bay, f"room-{number}") for number in range(_ROOMS)]
    in_bay = [(world.user(name), room) for name in ("alice", "bob", "dora") for room in rooms]
    gallery = harbour.channel("gallery")
    return [*in_bay, *((world.user(name), gallery) for name in ("alice", "carol", "mod") * 3)]
