"""The border of a process: whatever it does to the world crosses here, and here it can die.

A call crosses twice, on its way out and on its way back; at either it may be the last thing that
its process does. Between them it is in flight: a process that is killed then doesn't know whether
the other side still hears it, and neither does anybody who breaks a call off. Luck decides.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from random import Random
from typing import Any, TypeVar

from tests.simulation.mortal_loop import Life
from tests.simulation.tape import Tape
from tests.unit.virtual_time import LoopClock

T = TypeVar("T")


class _Call:
    """A call in flight: it lands when its time comes, whatever its process does meanwhile."""

    def __init__(self, effect: Callable[[], Any], out_s: float) -> None:
        loop = asyncio.get_running_loop()
        self.effect = effect
        self.landed = False
        self.answer: asyncio.Future[Any] = loop.create_future()
        self._landing = loop.call_later(out_s, self._land, context=Context())

    def stop(self) -> None:
        """Let it not land by itself."""
        self._landing.cancel()

    def _land(self) -> None:
        self.landed = True
        try:
            self.answer.set_result(self.effect())
        except Exception as error:  # noqa: BLE001  it is the caller's
            self.answer.set_exception(error)
            # Whoever is killed never hears of it, and asyncio needn't complain.
            self.answer.exception()


class Border:
    """Where one process meets the world.

    Attributes
    ----------
    crossings
        How often it was crossed, each way counted.
    fate
        The number of the crossing at which something happens to the process, and what.
    lands
        Whether a call that is in flight at the process's death is still heard; ``None`` for luck.
    left_in_flight
        How many were.
    """

    def __init__(self, life: Life, luck: Random, tape: Tape) -> None:
        self.life = life
        self.crossings = 0
        self.fate: tuple[int, Callable[[], None]] | None = None
        self.lands: bool | None = None
        self.left_in_flight = 0
        self._luck = luck
        self._tape = tape
        self._flying: list[_Call] = []
        self._shut = False

    async def cross(
        self, name: str, effect: Callable[[], T], out_s: float = 0, back_s: float = 0
    ) -> T:
        """Have an effect on the world, after some seconds, and hear of it after some more."""
        await self._point(name, "out")
        result = await self._fly(effect, out_s) if out_s else effect()
        await self._point(name, "back")
        if back_s:
            await LoopClock().sleep(back_s)
        return result

    def kill(self) -> None:
        """Let the process be over; what is in flight may still land."""
        self._tape.note(self.life.name, "killed")
        self.life.kill()
        self.left_in_flight = len(self._flying)
        for call in self._flying:
            call.stop()
            self._perhaps(call)

    def freeze(self) -> None:
        """Let the process stand still; :meth:`mortal_loop.Life.go_on` ends it."""
        self._tape.note(self.life.name, "stands still")
        self.life.halt()

    def shut(self) -> None:
        """Let nothing cross any more."""
        self._shut = True

    async def _point(self, name: str, way: str) -> None:
        self.crossings += 1
        if self.fate is not None and self.crossings == self.fate[0]:
            self._tape.note(self.life.name, "meets its fate", name, way)
            self.fate[1]()
        if self.life.halted:
            await asyncio.sleep(0)
        if self._shut:
            raise asyncio.CancelledError

    async def _fly(self, effect: Callable[[], T], out_s: float) -> T:
        call = _Call(effect, out_s)
        self._flying.append(call)
        try:
            return await call.answer
        except asyncio.CancelledError:
            call.stop()
            if not self._shut:
                self._perhaps(call)
            raise
        finally:
            self._flying.remove(call)

    def _perhaps(self, call: _Call) -> None:
        if call.landed:
            return
        if self._luck.random() < 1 / 2 if self.lands is None else self.lands:
            self._tape.note(self.life.name, "a call in flight lands")
            try:
                call.effect()
            except Exception as error:  # noqa: BLE001  nobody is left to hear of it
                self._tape.note(self.life.name, "and fails", type(error).__name__)
