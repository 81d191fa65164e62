"""Slowing down while the image API is too busy, and coming back.

The API refuses for load (429) where an account has too many tasks at once, whatever number its host
believes in. So each refusal halves how many pictures are made at once, and each quarter of a minute
without one gives back one more, up to what the host has set.
"""

_ONE_MORE_EVERY_S = 15.0
# Refusals of jobs that were sent together are one and the same.
_ONE_REFUSAL_S = 2.0


class LineBrake:
    """How many pictures may be made at once, as the API lets it be."""

    def __init__(self, slots: int) -> None:
        self._most = slots
        self._after_refusal = slots
        self._refused_s: float | None = None

    def slots(self, now_s: float) -> int:
        """Tell how many; ``now_s`` is on a monotonic scale."""
        if self._refused_s is None:
            return self._most
        regained = int((now_s - self._refused_s) / _ONE_MORE_EVERY_S)
        return min(self._most, self._after_refusal + regained)

    def on(self, now_s: float) -> bool:
        """Tell whether it is fewer than the host has set."""
        return self.slots(now_s) < self._most

    def refuse(self, now_s: float) -> None:
        """Take note that the API refused a task for load."""
        if self._refused_s is not None and now_s - self._refused_s < _ONE_REFUSAL_S:
            return
        self._after_refusal = max(1, self.slots(now_s) // 2)
        self._refused_s = now_s
