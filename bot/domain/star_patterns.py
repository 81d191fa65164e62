"""Names and stars: the one pattern syntax that moderators write.

A star stands for anything, at the beginning, at the end, or at both: ``google/*``, ``*-pro``,
``*flux*``. AutoMod writes its keywords the same way, and such patterns can be tested many at once
without a regular expression.
"""

from collections.abc import Iterable
from dataclasses import dataclass

STAR = "*"


@dataclass(frozen=True, slots=True)
class StarPattern:
    """One pattern in its parts: the text, and where a star stands beside it."""

    text: str
    open_start: bool
    open_end: bool

    @classmethod
    def of(cls, pattern: str) -> "StarPattern":
        """Take a pattern apart; a star inside the text stays a part of it."""
        start, end = pattern.startswith(STAR), pattern.endswith(STAR)
        return cls(pattern[start : len(pattern) - end], start, end)

    @property
    def starred(self) -> bool:
        """Whether there is a star at all."""
        return self.open_start or self.open_end


@dataclass(frozen=True, slots=True)
class StarPatterns:
    """Many patterns, sorted by where their stars stand, so that a name is tested against all."""

    names: frozenset[str]
    starred: bool
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    parts: tuple[str, ...]

    @classmethod
    def of(cls, patterns: Iterable[str]) -> "StarPatterns":
        """Sort patterns; they are few, names to be tested may be many."""
        written = tuple(patterns)
        taken = [StarPattern.of(pattern) for pattern in written if STAR in pattern]
        plain = [pattern for pattern in written if STAR not in pattern]
        return cls(
            frozenset((*plain, *(p.text for p in taken if not p.starred))),
            any(p.starred for p in taken),
            tuple(p.text for p in taken if p.open_end and not p.open_start),
            tuple(p.text for p in taken if p.open_start and not p.open_end),
            tuple(p.text for p in taken if p.open_start and p.open_end),
        )

    def fit(self, name: str) -> bool:
        """Tell whether any of them fits the whole name; upper and lower case differ."""
        return name in self.names or (self.starred and self._fit_starred(name))

    def _fit_starred(self, name: str) -> bool:
        return (
            name.startswith(self.heads)
            or name.endswith(self.tails)
            or any(part in name for part in self.parts)
        )
