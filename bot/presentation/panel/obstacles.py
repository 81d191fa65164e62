"""Why a setting doesn't take effect as it stands: what is deleted, forbidden, or cut short."""

from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from bot.domain.role_limits import RoleLimit
from bot.domain.server_settings import ServerSettings, all_settings
from bot.domain.setting_declaration import Page, Setting
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort
from bot.presentation import moderation_words as words
from bot.presentation import panel_words
from bot.presentation.copy_obstacles import copy_obstacles
from bot.presentation.panel.overview import HostLimits
from bot.presentation.panel.sight import Sight
from bot.presentation.rights import DELIVERING, LOGGING
from bot.presentation.server_places import mention


class Surroundings(Protocol):
    """What a decision meets: the server as the bot sees it, the host's limits, all settings."""

    @property
    def sight(self) -> Sight:
        """The server."""
        ...

    @property
    def host(self) -> HostLimits:
        """The limits."""
        ...

    @property
    def settings(self) -> ServerSettings | None:
        """All settings, the decision among them, where they are known."""
        ...


def obstacles(setting: Setting, value: object, overview: Surroundings) -> list[str]:
    """Give a sentence for each thing that stands against a setting's value."""
    settings = overview.settings
    if settings is None:
        return _in_itself(setting, value, overview)
    copies = copy_obstacles(setting.name, settings, overview.sight.missing)
    return [*_in_itself(setting, value, overview), *copies]


def _in_itself(setting: Setting, value: object, overview: Surroundings) -> list[str]:
    kind: object = setting.kind
    if isinstance(kind, Snowflake | Snowflakes):
        wanted = LOGGING if setting.page is Page.LOG else DELIVERING
        return list(_in_places(kind.sort, ids_in(value), wanted, overview))
    return list(_by_host(setting, value, overview))


def role_limit_obstacles(limit: RoleLimit, overview: Surroundings) -> list[str]:
    """Give a sentence for each thing that stands against a role's limit."""
    usual = all_settings()[f"member_{limit.name}"]
    gone = _in_places(Sort.ROLE, (limit.role_id,), (), overview)
    return [*gone, *_by_host(usual, limit.value, overview)]


def ids_in(value: object) -> tuple[int, ...]:
    """Give the ids of a setting's value: one, several or none."""
    if isinstance(value, tuple):
        several = cast("tuple[object, ...]", value)
        return tuple(one for one in several if isinstance(one, int))
    return (value,) if isinstance(value, int) else ()


def _by_host(setting: Setting, value: object, overview: Surroundings) -> Iterator[str]:
    largest = overview.host.largest(setting.name)
    if largest is not None and (not isinstance(value, int) or value > largest):
        yield words.host_is_stricter(setting.show(largest))


def _in_places(
    sort: Sort, ids: Sequence[int], wanted: Sequence[str], overview: Surroundings
) -> Iterator[str]:
    gone = [one for one in ids if overview.sight.gone(sort, one)]
    yield from _first([words.gone(mention((sort, one))) for one in gone])
    if sort is Sort.CHANNEL:
        there = (one for one in ids if one not in gone)
        lacking = ((one, overview.sight.lacking(one, wanted)) for one in there)
        yield from _first([words.unreachable(*one) for one in lacking if one[1]])


def _first(sentences: Sequence[str]) -> list[str]:
    """Keep the first of sentences that are alike, and count the others."""
    more = len(sentences) - 1
    return [f"{one}{panel_words.others(more)}" for one in sentences[:1]]
