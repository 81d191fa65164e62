"""What happened, a line for each thing, so that a run can be read and compared."""

from tests.unit.virtual_time import FIRST_S, LoopClock


class Tape:
    """Takes down what happens; written out only where somebody reads it."""

    def __init__(self) -> None:
        self._notes: list[tuple[float, str, tuple[object, ...]]] = []
        self._clock = LoopClock()

    def note(self, who: str, *what: object) -> None:
        """Take down that somebody did something."""
        self._notes.append((self._clock.monotonic() - FIRST_S, who, what))

    def lines(self) -> list[str]:
        """Write it out."""
        return [
            f"{at_s:9.3f}  {who:<8} {' '.join(str(each) for each in what)}"
            for at_s, who, what in self._notes
        ]
