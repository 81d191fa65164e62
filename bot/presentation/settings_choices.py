"""What Discord offers while a moderator types: settings, their values, models, terms, times."""

from collections.abc import Iterable, Iterator, Sequence

import discord
from discord import app_commands

from bot.domain.server_settings import ServerSettings, all_settings, value_of
from bot.domain.setting_declaration import OFF, Setting
from bot.domain.setting_kinds import Choice, Switch
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort
from bot.presentation.moderation_words import FOR_GOOD, setting_title
from bot.presentation.wording import CHOICE_MAX_CHARACTERS

# https://discord.com/developers/docs/interactions/application-commands#autocomplete
CHOICES_MAX = 25
_TIMES = ("1h", "6h", "1d", "7d", "30d", FOR_GOOD)

# A label, and what is sent for it.
Offer = tuple[str, str]


def choices(offers: Iterable[Offer], typed: str) -> list[app_commands.Choice[str]]:
    """Offer what has in it what is typed, as far as Discord shows it."""
    wanted = typed.strip().casefold()
    fitting = [(label, value) for label, value in offers if _fits(wanted, label, value)]
    return [
        app_commands.Choice(name=label[:CHOICE_MAX_CHARACTERS], value=value)
        for label, value in fitting[:CHOICES_MAX]
    ]


def setting_offers() -> Iterator[Offer]:
    """Offer every setting, page by page."""
    for name, one in all_settings().items():
        yield f"{one.page.value} · {setting_title(name)}", name


def value_offers(
    one: Setting, settings: ServerSettings, guild: discord.Guild | None
) -> Iterator[Offer]:
    """Offer values for a setting: the one it has, and others where they are few."""
    now = one.show(value_of(settings, one.name))
    optional = (OFF,) if one.optional else ()
    words = dict.fromkeys((now, *_words(one.kind), *optional))
    things = [] if guild is None else list(_things(one.kind, guild))
    # A mention shows as digits in a picker; the thing's own name says more.
    named = {value for _, value in things}
    yield from ((f"{word} (now)" if word == now else word, word) for word in _shown(words, named))
    yield from things
    yield f"default: {one.show(one.default)}", "default"


def named_offers(names: Iterable[str]) -> Iterator[Offer]:
    """Offer names as they are."""
    return ((name, name) for name in names)


def time_offers() -> Iterator[Offer]:
    """Offer times for which a member can be blocked."""
    return named_offers(_TIMES)


def _fits(wanted: str, label: str, value: str) -> bool:
    short_enough = len(value) <= CHOICE_MAX_CHARACTERS
    return short_enough and (wanted in label.casefold() or wanted in value.casefold())


def _shown(words: Iterable[str], named: set[str]) -> Iterator[str]:
    return (word for word in words if word not in named)


def _words(kind: object) -> Sequence[str]:
    match kind:
        case Switch():
            return "on", "off"
        case Choice(options):
            return options
        case _:
            return ()


def _things(kind: object, guild: discord.Guild) -> Iterator[Offer]:
    match kind:
        case Snowflake(sort) | Snowflakes(sort):
            yield from _roles(guild) if sort is Sort.ROLE else _channels(guild)
        case _:
            pass


def _roles(guild: discord.Guild) -> Iterator[Offer]:
    return ((f"@{role.name.removeprefix('@')}", role.mention) for role in guild.roles)


def _channels(guild: discord.Guild) -> Iterator[Offer]:
    return (
        (f"#{channel.name}", channel.mention)
        for channel in guild.channels
        if not isinstance(channel, discord.CategoryChannel)
    )
