"""What moderators set in a server, declared once, as data.

Each field of :class:`ServerSettings` carries its kind, its page in the panel and a line of meaning;
the panel, the command, the documents, validation, export and import are made from that. Models
have rules instead (:mod:`bot.domain.model_changes`), and blocked terms a list of their own.

The host's limits come first: a server can only be stricter, and a value above them has no effect.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from typing import Any

from bot.domain.ledgers import MICRODOLLARS
from bot.domain.limits import Limits, member_limits
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.role_limits import (
    AT_ONCE,
    COOLDOWN,
    PICTURES_PER_DAY,
    PICTURES_PER_HOUR,
    RoleLimit,
    RoleLimitTable,
    limits_by_role,
)
from bot.domain.server_policy import JsonValue
from bot.domain.setting_declaration import Page, Setting, always, optional, switch
from bot.domain.setting_kinds import Choice, Dollars, WholeNumber
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort


@dataclass(frozen=True)
class ServerSettings:
    """The settings of one server; each is described where it is declared.

    Money is in millionths of a dollar, times are in seconds, channels and roles are ids.
    """

    member_pictures_per_hour: int | None = optional(
        PICTURES_PER_HOUR, Page.LIMITS, "How many pictures a member can make in an hour."
    )
    member_pictures_per_day: int | None = optional(
        PICTURES_PER_DAY, Page.LIMITS, "How many pictures a member can make in a day."
    )
    member_at_once: int | None = optional(
        AT_ONCE, Page.LIMITS, "How many pictures of a member can be under way at once."
    )
    member_cooldown: int | None = optional(
        COOLDOWN, Page.LIMITS, "How long a member waits from one picture to the next."
    )
    role_limits: tuple[RoleLimit, ...] = always(
        (), RoleLimitTable(100), Page.LIMITS, "Limits that roles have instead of a member's."
    )
    server_pictures_per_hour: int | None = optional(
        WholeNumber(1, 100_000), Page.LIMITS, "How many pictures all can make in an hour."
    )
    server_pictures_per_day: int | None = optional(
        WholeNumber(1, 1_000_000), Page.LIMITS, "How many pictures all can make in a day."
    )
    server_at_once: int | None = optional(
        WholeNumber(1, 1_000), Page.LIMITS, "How many pictures of all can be under way at once."
    )
    server_budget_per_day: int | None = optional(
        Dollars(MICRODOLLARS // 100, 10_000 * MICRODOLLARS),
        Page.LIMITS,
        "What the server's pictures can cost in a day.",
    )
    server_budget_per_month: int | None = optional(
        Dollars(MICRODOLLARS // 100, 100_000 * MICRODOLLARS),
        Page.LIMITS,
        "What the server's pictures can cost in a month.",
    )
    mature_pictures: str = always(
        "off",
        Choice(("off", "age_restricted")),
        Page.SAFETY,
        "Whether mature pictures are shown openly in age-restricted channels.",
        dangerous=True,
    )
    flagged_pictures: str = always(
        "spoiler",
        Choice(("spoiler", "withhold")),
        Page.SAFETY,
        "What becomes of a mature picture elsewhere, as far as the image service marks it.",
    )
    spoiler_roles: tuple[int, ...] = always(
        (), Snowflakes(Sort.ROLE, 25), Page.SAFETY, "Roles whose pictures are hidden at first."
    )
    show_prompts: bool = switch(
        Page.SAFETY, "Whether the prompt is shown with its picture.", on=True
    )
    private_pictures: bool = switch(
        Page.SAFETY,
        "Whether members can make pictures that they alone see. The log gets a hidden copy.",
        on=False,
    )
    upload_roles: tuple[int, ...] = always(
        (),
        Snowflakes(Sort.ROLE, 25),
        Page.SAFETY,
        "Roles that can begin with a picture of their own, which can show anybody. None: nobody.",
    )
    open_channels: tuple[int, ...] = always(
        (),
        Snowflakes(Sort.CHANNEL, 100),
        Page.ACCESS,
        "The channels where pictures can be made, with their threads. None named: all.",
    )
    others_pictures: bool = switch(
        Page.ACCESS,
        "Whether members can change, vary and enlarge the pictures of others.",
        on=False,
    )
    log_channel: int | None = optional(
        Snowflake(Sort.CHANNEL), Page.LOG, "Where changes, refusals and reports are written."
    )
    log_prompts: bool = switch(Page.LOG, "Whether the log tells what was asked for.", on=False)
    retention_days: int = always(
        30,
        WholeNumber(1, 90),
        Page.LOG,
        "For how many days prompts, counts and the log are kept.",
    )

    def member_limits(self, role_ids: frozenset[int]) -> Limits:
        """Give the limits of a member who has these roles."""
        return member_limits(self._usual_limits, self._limits_by_role, role_ids)

    @cached_property
    def server_limits(self) -> Limits:
        """The limits that all members share."""
        return Limits(
            pictures_per_hour=self.server_pictures_per_hour,
            pictures_per_day=self.server_pictures_per_day,
            at_once=self.server_at_once,
            microdollars_per_day=self.server_budget_per_day,
            microdollars_per_month=self.server_budget_per_month,
        )

    @cached_property
    def _usual_limits(self) -> Limits:
        return Limits(
            pictures_per_hour=self.member_pictures_per_hour,
            pictures_per_day=self.member_pictures_per_day,
            at_once=self.member_at_once,
            cooldown_s=self.member_cooldown,
        )

    @cached_property
    def _limits_by_role(self) -> Mapping[int, Limits]:
        return limits_by_role(self.role_limits)


@cache
def all_settings() -> Mapping[str, Setting]:
    """Give every setting by its name, in the order in which they are declared."""
    return {one.name: Setting(one.name, **one.metadata) for one in fields(ServerSettings)}


def setting(name: str) -> Setting:
    """Find a setting by its name.

    Raises
    ------
    BadInputError
    """
    found = all_settings().get(name.strip().casefold())
    if found is None:
        raise BadInputError(name, Flaw.UNKNOWN)
    return found


def value_of(settings: ServerSettings, name: str) -> object:
    """Give the value of a setting."""
    value: object = getattr(settings, setting(name).name)
    return value


def with_values(settings: ServerSettings, values: Mapping[str, Any]) -> ServerSettings:
    """Give settings other values, by their names; each value came out of the setting's kind."""
    return replace(settings, **values)


def stored(settings: ServerSettings) -> dict[str, JsonValue]:
    """Give what is to be kept: the settings that aren't as they come, as JSON."""
    return {
        one.name: one.dump(value_of(settings, one.name))
        for one in all_settings().values()
        if value_of(settings, one.name) != one.default
    }


def from_stored(values: Mapping[str, JsonValue]) -> ServerSettings:
    """Build settings out of what was kept.

    What another version of the bot kept under a name or in a form that this one doesn't know is as
    if it had not been set.
    """
    known = (one for one in all_settings().values() if one.name in values)
    return with_values(ServerSettings(), dict(_usable(known, values)))


def _usable(
    settings: Iterable[Setting], values: Mapping[str, JsonValue]
) -> Iterator[tuple[str, object]]:
    for one in settings:
        with suppress(BadInputError):
            yield one.name, one.load(values[one.name])
