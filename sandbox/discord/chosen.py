"""What Discord's client lets be chosen in a select menu, and how many of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sandbox.discord.components import ComponentKind
from sandbox.discord.json_types import text_of
from sandbox.discord.world import Channel, Member, Role, User

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.discord.components import Select
    from sandbox.discord.resolved import Entity

PEOPLE: Final = (User, Member)
FITTING: Final[Mapping[ComponentKind, tuple[type[Entity], ...]]] = MappingProxyType(
    {
        ComponentKind.USER_SELECT: PEOPLE,
        ComponentKind.ROLE_SELECT: (Role,),
        ComponentKind.MENTIONABLE_SELECT: (*PEOPLE, Role),
        ComponentKind.CHANNEL_SELECT: (Channel,),
    }
)


def check_chosen(menu: Select, values: Sequence[str | Entity]) -> None:
    """Refuse a choice that the client wouldn't send.

    Raises
    ------
    ValueError
        Too few or too many, or one that the menu doesn't offer.
    """
    if not menu.min_values <= len(values) <= menu.max_values:
        wanted = f"{menu.min_values} to {menu.max_values}"
        raise ValueError(f"{menu.custom_id} takes {wanted} values, not {len(values)}")
    check_offered(menu, values)


def check_offered(menu: Select, values: Sequence[str | Entity]) -> None:
    """Refuse what a menu doesn't offer, with a ValueError."""
    for value in values:
        if not _offers(menu, value):
            raise ValueError(f"{menu.custom_id} doesn't offer {_name(value):.80}")


def _offers(menu: Select, value: str | Entity) -> bool:
    if menu.kind is ComponentKind.STRING_SELECT:
        return any(text_of(option, "value") == value for option in menu.options)
    if isinstance(value, Channel) and menu.channel_types and value.kind not in menu.channel_types:
        return False
    return isinstance(value, FITTING[menu.kind])


def _name(value: str | Entity) -> str:
    return value if isinstance(value, str) else type(value).__name__
