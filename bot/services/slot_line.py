"""The line in front of the image API: first come, first served, over a number of slots."""

import asyncio
from collections import deque
from collections.abc import Callable


class Place:
    """One job's place, in the line and then in a slot; left exactly once, however often asked."""

    def __init__(self, line: "SlotLine") -> None:
        self._line = line
        self._moved = asyncio.Event()
        self.position = 0

    @property
    def reached(self) -> bool:
        """Whether the slot is there."""
        return self.position == 0

    def move(self, position: int) -> None:
        """Take a new position; 0 is the slot."""
        self.position = position
        self._moved.set()

    async def wait(self, on_move: Callable[[int], None]) -> None:
        """Wait for the slot; tells of each position on the way."""
        while not self.reached:
            await self._moved.wait()
            self._moved.clear()
            if not self.reached:
                on_move(self.position)

    def leave(self) -> None:
        """Free the slot, or the place in the line."""
        self._line.leave(self)


class SlotLine:
    """Hands out slots in the order in which places were taken."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._running: set[Place] = set()
        self._waiting: deque[Place] = deque()

    @property
    def slots(self) -> int:
        """How many jobs may run at once."""
        return self._slots

    def join(self) -> Place:
        """Take a place; it has its slot at once where one is free."""
        place = Place(self)
        if len(self._running) < self._slots:
            self._running.add(place)
        else:
            self._waiting.append(place)
            place.position = len(self._waiting)
        return place

    def leave(self, place: Place) -> None:
        """Take a place out, and let those behind it move up."""
        if place in self._running:
            self._running.remove(place)
        elif place in self._waiting:
            self._waiting.remove(place)
        else:
            return
        self._move_up()

    def _move_up(self) -> None:
        while self._waiting and len(self._running) < self._slots:
            first = self._waiting.popleft()
            self._running.add(first)
            first.move(0)
        for position, place in enumerate(self._waiting, 1):
            if place.position != position:
                place.move(position)
