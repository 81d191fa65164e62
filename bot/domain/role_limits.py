"""Limits that a role has instead of the usual ones, as a setting of the server."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.json_reading import members
from bot.domain.limits import Limits
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_policy import JsonValue
from bot.domain.setting_kinds import Duration, WholeNumber
from bot.domain.snowflake_kinds import Snowflake, Sort

PICTURES_PER_HOUR = WholeNumber(1, 1_000)
PICTURES_PER_DAY = WholeNumber(1, 10_000)
AT_ONCE = WholeNumber(1, 100)
COOLDOWN = Duration(1, 86_400)

# By the names that members have them under: a role changes nothing else.
ROLE_LIMITS: Mapping[str, WholeNumber | Duration] = {
    "pictures_per_hour": PICTURES_PER_HOUR,
    "pictures_per_day": PICTURES_PER_DAY,
    "at_once": AT_ONCE,
    "cooldown": COOLDOWN,
}
_ROLE = Snowflake(Sort.ROLE)
_BETWEEN = re.compile(r"[,;\n]+")


@dataclass(frozen=True, slots=True)
class RoleLimit:
    """One limit of one role; ``value`` is a number of pictures, or seconds."""

    role_id: int
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class RoleLimitTable:
    """Limits of several roles, each name once for each role."""

    max_count: int

    def parse(self, text: str, field: str) -> tuple[RoleLimit, ...]:
        """Read ``@role name value`` between commas; ``none`` for an empty table."""
        lines = [] if text.strip().casefold() == "none" else _BETWEEN.split(text.strip(" ,;\n"))
        return self._bounded([_parsed(line, field) for line in lines], field)

    def show(self, value: tuple[RoleLimit, ...]) -> str:
        """Write ``@role name value``, with commas between."""
        return ", ".join(map(_shown, value)) or "none"

    def load(self, value: JsonValue, field: str) -> tuple[RoleLimit, ...]:
        """Read roles with their limits by name."""
        return self._bounded(list(_loaded(value, field)), field)

    def dump(self, value: tuple[RoleLimit, ...]) -> JsonValue:
        """Give roles with their limits by name."""
        roles = dict.fromkeys(limit.role_id for limit in value)
        return {str(role_id): _dumped(value, role_id) for role_id in roles}

    def _bounded(self, limits: list[RoleLimit], field: str) -> tuple[RoleLimit, ...]:
        places = [(limit.role_id, limit.name) for limit in limits]
        if len(set(places)) < len(places):
            raise BadInputError(field, Flaw.TWICE)
        if len(places) > self.max_count:
            raise BadInputError(field, Flaw.TOO_MANY, str(self.max_count))
        return tuple(limits)


def limits_by_role(table: tuple[RoleLimit, ...]) -> Mapping[int, Limits]:
    """Put a table into the form that :func:`bot.domain.limits.member_limits` takes."""
    roles = dict.fromkeys(limit.role_id for limit in table)
    return {role_id: _limits(_of_role(table, role_id)) for role_id in roles}


def with_role_limit(
    table: tuple[RoleLimit, ...], role_id: int, name: str, text: str | None
) -> tuple[RoleLimit, ...]:
    """Give a role a limit in place of the one it has; ``None`` takes it away.

    Raises
    ------
    BadInputError
        Where there is no limit of that name, or the value isn't one.
    """
    kind = _kind(name)
    kept = tuple(limit for limit in table if (limit.role_id, limit.name) != (role_id, name))
    return kept if text is None else (*kept, RoleLimit(role_id, name, kind.parse(text, name)))


def _kind(name: str) -> WholeNumber | Duration:
    if name not in ROLE_LIMITS:
        raise BadInputError("limit", Flaw.NOT_A_CHOICE, ", ".join(ROLE_LIMITS))
    return ROLE_LIMITS[name]


def _parsed(line: str, field: str) -> RoleLimit:
    role, _, rest = line.strip().partition(" ")
    name, _, value = rest.strip().partition(" ")
    role_id = _ROLE.parse(role, field)
    return RoleLimit(role_id, name, _kind(name).parse(value, name))


def _shown(limit: RoleLimit) -> str:
    return f"{_ROLE.show(limit.role_id)} {limit.name} {_kind(limit.name).show(limit.value)}"


def _loaded(value: JsonValue, field: str) -> Iterator[RoleLimit]:
    for role, limits in members(value, field).items():
        role_id = _ROLE.load(role, field)
        for name, amount in members(limits, f"{field}.{role}").items():
            yield RoleLimit(role_id, name, _kind(name).load(amount, f"{field}.{role}.{name}"))


def _dumped(table: tuple[RoleLimit, ...], role_id: int) -> JsonValue:
    return {name: _kind(name).dump(value) for name, value in _of_role(table, role_id).items()}


def _of_role(table: tuple[RoleLimit, ...], role_id: int) -> dict[str, int]:
    return {limit.name: limit.value for limit in table if limit.role_id == role_id}


def _limits(values: Mapping[str, int]) -> Limits:
    return Limits(
        pictures_per_hour=values.get("pictures_per_hour"),
        pictures_per_day=values.get("pictures_per_day"),
        at_once=values.get("at_once"),
        cooldown_s=values.get("cooldown"),
    )
