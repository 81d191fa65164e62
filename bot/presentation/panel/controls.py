"""What a setting is changed with, by its kind: a button, a choice, or a form."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.domain.role_limits import RoleLimitTable
from bot.domain.server_settings import value_of
from bot.domain.setting_declaration import Page, Setting
from bot.domain.setting_kinds import Choice, Switch
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort
from bot.presentation import panel_words
from bot.presentation.moderation_words import setting_title
from bot.presentation.panel.obstacles import ids_in, obstacles
from bot.presentation.panel.overview import Overview
from bot.presentation.panel.places import Act, Spot
from bot.presentation.panel.screens import Block, button
from bot.presentation.server_places import LOG_CHANNEL_TYPES

# https://discord.com/developers/docs/components/reference#string-select
OPTIONS_MAX = 25

# Where pictures can be made.
CHANNEL_TYPES = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
)
_LOG_TYPES = (
    *LOG_CHANNEL_TYPES,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
)

_Button = ui.Button[ui.LayoutView]
_Select = ui.Item[ui.LayoutView]


def setting_block(setting: Setting, spot: Spot, overview: Overview) -> Block:
    """Show a setting, with what changes it."""
    value = value_of(overview.settings, setting.name)
    text = panel_words.section(setting, value, obstacles(setting, value, overview))
    select = _select(setting, value, spot, overview)
    if select is not None:
        return Block(text, rows=((select,),))
    return Block(text, _button(setting, value, spot))


def _button(setting: Setting, value: object, spot: Spot) -> _Button:
    kind: object = setting.kind
    if isinstance(kind, Switch):
        label = panel_words.TURN_OFF if value else panel_words.TURN_ON
        wanted = f"{setting.name}={kind.show(not value)}"
        return button(label, spot.press(Act.PUT, wanted))
    if isinstance(kind, RoleLimitTable):
        return button(panel_words.ADD, spot.press(Act.ROLE_LIMIT))
    return button(panel_words.CHANGE, spot.press(Act.TYPE, setting.name))


def _select(setting: Setting, value: object, spot: Spot, overview: Overview) -> _Select | None:
    custom_id = spot.press(Act.PICK, setting.name)
    kind: object = setting.kind
    if isinstance(kind, Choice):
        return ui.Select(custom_id=custom_id, options=_options(kind, value))
    chosen = ids_in(value)
    if not isinstance(kind, Snowflake | Snowflakes) or len(chosen) > OPTIONS_MAX:
        return None
    most = min(kind.max_count, OPTIONS_MAX) if isinstance(kind, Snowflakes) else 1
    defaults = _defaults(kind.sort, chosen, overview)
    if kind.sort is Sort.ROLE:
        return _roles(custom_id, most, defaults)
    types = _LOG_TYPES if setting.page is Page.LOG else CHANNEL_TYPES
    return _channels(custom_id, most, defaults, types)


def _options(kind: Choice, value: object) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=setting_title(one), value=one, default=one == value)
        for one in kind.options
    ]


def _roles(custom_id: str, most: int, defaults: list[discord.SelectDefaultValue]) -> _Select:
    return ui.RoleSelect(
        custom_id=custom_id,
        placeholder=panel_words.choose(Sort.ROLE, most),
        min_values=0,
        max_values=most,
        default_values=defaults,
    )


def _channels(
    custom_id: str,
    most: int,
    defaults: list[discord.SelectDefaultValue],
    types: Sequence[discord.ChannelType],
) -> _Select:
    return ui.ChannelSelect(
        custom_id=custom_id,
        channel_types=list(types),
        placeholder=panel_words.choose(Sort.CHANNEL, most),
        min_values=0,
        max_values=most,
        default_values=defaults,
    )


def _defaults(
    sort: Sort, ids: tuple[int, ...], overview: Overview
) -> list[discord.SelectDefaultValue]:
    """Choose beforehand what is set; what is deleted can't be chosen."""
    kinds = discord.SelectDefaultValueType
    kind = kinds.role if sort is Sort.ROLE else kinds.channel
    there = (one for one in ids if not overview.sight.gone(sort, one))
    return [discord.SelectDefaultValue(id=one, type=kind) for one in there]
