"""Why a setting doesn't take effect as it stands: what is deleted, forbidden, or cut short."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from bot.domain.role_limits import RoleLimit
from bot.domain.server_settings import all_settings
from bot.domain.setting_declaration import Setting
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort
from bot.presentation import panel_words
from bot.presentation.panel.overview import Overview
from bot.presentation.rights import DELIVERING, LOGGING


def obstacles(setting: Setting, value: object, overview: Overview) -> list[str]:
    """Give a sentence for each thing that stands against a setting's value."""
    kind: object = setting.kind
    if isinstance(kind, Snowflake | Snowflakes):
        # One channel is written to, several are where pictures are made.
        wanted = LOGGING if isinstance(kind, Snowflake) else DELIVERING
        return list(_in_places(kind.sort, ids_in(value), wanted, overview))
    return list(_by_host(setting, value, overview))


def role_limit_obstacles(limit: RoleLimit, overview: Overview) -> list[str]:
    """Give a sentence for each thing that stands against a role's limit."""
    usual = all_settings()[f"member_{limit.name}"]
    gone = overview.sight.gone(Sort.ROLE, limit.role_id)
    words = [panel_words.gone(Sort.ROLE, 1)] if gone else []
    return [*words, *_by_host(usual, limit.value, overview)]


def ids_in(value: object) -> tuple[int, ...]:
    """Give the ids of a setting's value: one, several or none."""
    if isinstance(value, tuple):
        several = cast("tuple[object, ...]", value)
        return tuple(one for one in several if isinstance(one, int))
    return (value,) if isinstance(value, int) else ()


def _by_host(setting: Setting, value: object, overview: Overview) -> Iterator[str]:
    limit = overview.host.largest.get(setting.name)
    if limit is not None and (not isinstance(value, int) or value > limit):
        yield panel_words.host_is_stricter(setting, limit)


def _in_places(
    sort: Sort, ids: Sequence[int], wanted: Sequence[str], overview: Overview
) -> Iterator[str]:
    gone = [one for one in ids if overview.sight.gone(sort, one)]
    if gone:
        yield panel_words.gone(sort, len(gone))
    if sort is Sort.CHANNEL:
        there = (one for one in ids if one not in gone)
        yield from _unwritable({one: overview.sight.lacking(one, wanted) for one in there})


def _unwritable(lacking: Mapping[int, Sequence[str]]) -> Iterator[str]:
    shut = [one for one in lacking if lacking[one]]
    if shut:
        yield panel_words.lacking(shut[0], lacking[shut[0]])
    if len(shut) > 1:
        yield panel_words.lacking_in_others(len(shut) - 1)
