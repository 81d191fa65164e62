"""Which scenario answers which submission.

One running bot serves many tests: each test scripts its own prompt. What is scripted for a prompt
goes before the queue of next answers, and that before the default.
"""

import re
from collections import deque
from dataclasses import dataclass, field

from sandbox.get3w.scenario import Scenario


@dataclass(eq=False, kw_only=True)
class Playbook:
    """The test's instructions.

    Attributes
    ----------
    default
        What answers when nothing else is said.
    """

    default: Scenario
    _exact: dict[str, deque[Scenario]] = field(default_factory=dict[str, deque[Scenario]])
    _patterns: dict[re.Pattern[str], deque[Scenario]] = field(
        default_factory=dict[re.Pattern[str], deque[Scenario]]
    )
    _next: deque[Scenario] = field(default_factory=deque[Scenario])

    def script(self, prompt: str | re.Pattern[str], *scenarios: Scenario) -> None:
        """Answer this prompt, or those in which the pattern is found, with these in turn.

        The last one stays. Saying it again replaces what was said.

        Raises
        ------
        ValueError
            When no scenario is given.
        """
        if not scenarios:
            raise ValueError("a script needs at least one scenario")
        if isinstance(prompt, str):
            self._exact[prompt] = deque(scenarios)
        else:
            self._patterns[prompt] = deque(scenarios)

    def enqueue(self, *scenarios: Scenario) -> None:
        """Answer the next submissions with these, one each, whatever their prompts."""
        self._next.extend(scenarios)

    def scripted(self, prompt: str) -> Scenario | None:
        """Take what answers `prompt`; None when only the default is left."""
        row = self._exact.get(prompt) or self._row_by_pattern(prompt)
        if row is not None:
            return row.popleft() if len(row) > 1 else row[0]
        return self._next.popleft() if self._next else None

    def _row_by_pattern(self, prompt: str) -> deque[Scenario] | None:
        rows = (row for pattern, row in self._patterns.items() if pattern.search(prompt))
        return next(rows, None)
