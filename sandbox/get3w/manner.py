"""How the API behaves while a person watches: two choices, made on the page or by the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.get3w.dialects import IdPlace, Wording
from sandbox.get3w.scenario import DEMO_PROGRESS, Scenario

USUAL_EVERY_S: Final = 0.5
SLOW_STEPS: Final = 25
SLOW_EVERY_S: Final = 0.8


@dataclass(frozen=True, slots=True)
class Manner:
    """What one may choose.

    Attributes
    ----------
    with_ids
        The events of a stream carry the task's id, which the documentation doesn't show. By an id
        a task can be asked for after the stream is lost.
    slow
        A picture takes 20 seconds instead of four: long enough to pull a plug.
    """

    with_ids: bool = False
    slow: bool = False

    def scenario(self) -> Scenario:
        """Return what answers a prompt."""
        words = Wording(ids=IdPlace.TOP if self.with_ids else IdPlace.NOWHERE)
        if not self.slow:
            return Scenario.stream(DEMO_PROGRESS, every_s=USUAL_EVERY_S, wording=words)
        steps = (step / (SLOW_STEPS + 1) for step in range(1, SLOW_STEPS + 1))
        return Scenario.stream(steps, every_s=SLOW_EVERY_S, wording=words)
