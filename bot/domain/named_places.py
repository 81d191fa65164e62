"""The roles and channels that a policy names, and the check that each of them can be named."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import cast

from bot.domain.role_limits import RoleLimit, RoleLimitTable
from bot.domain.setting_declaration import Page, Setting
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort

Named = tuple[Sort, int]


class Purpose(Enum):
    """What a role or a channel is named for."""

    RULE = "rule"
    LOG = "log"


# Takes what is named, what for, and by which field; gives the id that stands for it, as a thread's
# channel does where a rule is to hold, or refuses it with a ``BadInputError``.
PlaceCheck = Callable[[Named, Purpose, str], int]


def as_named(thing: Named, _purpose: Purpose, _field: str) -> int:
    """Take everything as it is named."""
    return thing[1]


def named(one: Setting, value: object) -> Iterator[Named]:
    """List the roles and channels in the value of a setting."""
    return _named(one.kind, value)


def _named(kind: object, value: object) -> Iterator[Named]:
    match kind:
        case Snowflake(sort) if value is not None:
            yield sort, cast("int", value)
        case Snowflakes(sort):
            yield from ((sort, each) for each in cast("tuple[int, ...]", value))
        case RoleLimitTable():
            table = cast("tuple[RoleLimit, ...]", value)
            yield from dict.fromkeys((Sort.ROLE, limit.role_id) for limit in table)
        case _:
            pass


def checked(one: Setting, before: object, after: object, check: PlaceCheck) -> object:
    """Check what a value newly names, and give the value with what stands for it.

    Raises
    ------
    BadInputError
    """
    purpose = Purpose.LOG if one.page is Page.LOG else Purpose.RULE
    known = set(named(one, before))
    ids = {
        thing[1]: thing[1] if thing in known else check(thing, purpose, one.name)
        for thing in named(one, after)
    }
    kind: object = one.kind
    if isinstance(kind, Snowflakes):
        return tuple(dict.fromkeys(ids.values()))
    return next(iter(ids.values()), after) if isinstance(kind, Snowflake) else after
