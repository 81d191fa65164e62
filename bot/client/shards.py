"""Which servers a process serves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict


class _ShardOptions(TypedDict, total=False):
    shard_count: int
    shard_ids: list[int]


@dataclass(frozen=True, slots=True)
class Shards:
    """Which part of the servers this process serves; both empty: all of them."""

    count: int | None = None
    ids: Sequence[int] = ()

    def options(self) -> _ShardOptions:
        """Give the part as the library's constructor takes it."""
        options = _ShardOptions()
        if self.count is not None:
            options["shard_count"] = self.count
        if self.ids:
            options["shard_ids"] = list(self.ids)
        return options


def counted(number: int, what: str) -> str:
    """Count things: ``1 shard``, ``2 servers``."""
    return f"{number} {what}{'' if number == 1 else 's'}"
