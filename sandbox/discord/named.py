"""Finding what has a name by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class Named(Protocol):
    """Whatever has a name."""

    @property
    def name(self) -> str:
        """Return it."""
        ...


NamedT = TypeVar("NamedT", bound=Named)


def named(things: Iterable[NamedT], name: str) -> NamedT:
    """Return the first thing of this name; LookupError when there is none."""
    for thing in things:
        if thing.name == name:
            return thing
    raise LookupError(name)
