"""Lists that are longer than a setting: rules, limits of roles, blocked members.

Each is cut into blocks of a length that Discord takes, numbered throughout; the select below a
block takes its entries away. A value of the select names its entry by what it is, and not by its
number, so that an old panel takes nothing else away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import discord
from discord import ui

from bot.domain.model_rules import LEVELS, ModelRule
from bot.domain.role_limits import RoleLimit
from bot.domain.snowflake_kinds import Sort
from bot.presentation import panel_list_words, panel_words
from bot.presentation.panel.controls import OPTIONS_MAX
from bot.presentation.panel.obstacles import role_limit_obstacles
from bot.presentation.panel.overview import Overview
from bot.presentation.panel.places import Act, Spot
from bot.presentation.panel.screens import Block

_BLOCK_MAX_CHARACTERS = 2400
# https://discord.com/developers/docs/components/reference#string-select-select-option-structure
_OPTION_MAX_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list.

    Attributes
    ----------
    group
        The line above all entries of its kind; empty for none.
    value
        What it is known by in the select, where it reads ``choice`` and ``hint``.
    """

    line: str
    value: str
    choice: str
    hint: str = ""
    group: str = ""


def rule_blocks(spot: Spot, overview: Overview) -> list[Block]:
    """List the rules about models by the places where they hold, the widest first."""
    rules = sorted(overview.policy.models.rules, key=_place)
    entries = [_rule_entry(at, rule, overview) for at, rule in enumerate(rules, start=1)]
    return list(_blocks(entries, spot.press(Act.DROP_RULES)))


def role_limit_blocks(spot: Spot, overview: Overview) -> list[Block]:
    """List the limits that roles have."""
    limits = sorted(overview.settings.role_limits, key=lambda one: (one.role_id, one.name))
    entries = [_role_limit_entry(at, one, overview) for at, one in enumerate(limits, start=1)]
    return list(_blocks(entries, spot.press(Act.DROP_ROLE_LIMITS)))


def block_blocks(spot: Spot, overview: Overview) -> list[Block]:
    """List the members who are blocked."""
    entries = [
        Entry(
            panel_list_words.block_line(at, one),
            str(one.member_id),
            panel_list_words.block_choice(at, one),
        )
        for at, one in enumerate(overview.blocks, start=1)
    ]
    return list(_blocks(entries, spot.press(Act.UNBLOCK), panel_words.LET_IN))


def rule_key(rule: ModelRule) -> str:
    """Give what a rule is known by in a select, which has no room for the rule itself."""
    whole = f"{rule.effect.value} {rule.model} {rule.role_id} {rule.channel_id}"
    return blake2b(whole.encode(), digest_size=12).hexdigest()


def role_limit_key(limit: RoleLimit) -> str:
    """Give what a role's limit is known by in a select."""
    return f"{limit.role_id} {limit.name}"


def _place(rule: ModelRule) -> tuple[int, int, int]:
    return -LEVELS.index(rule.level), rule.role_id or 0, rule.channel_id or 0


def _rule_entry(number: int, rule: ModelRule, overview: Overview) -> Entry:
    admitted = not rule.names_one_model or overview.host.is_admitted(rule.model)
    places = ((Sort.ROLE, rule.role_id), (Sort.CHANNEL, rule.channel_id))
    gone = [sort for sort, one in places if overview.sight.gone(sort, one)]
    names = [overview.sight.name(sort, one) for sort, one in places if one is not None]
    return Entry(
        panel_list_words.rule_line(number, rule, admitted=admitted),
        rule_key(rule),
        panel_list_words.rule_choice(number, rule),
        " in ".join(names),
        panel_list_words.rules_at(rule, gone),
    )


def _role_limit_entry(number: int, limit: RoleLimit, overview: Overview) -> Entry:
    role = overview.sight.name(Sort.ROLE, limit.role_id)
    return Entry(
        panel_list_words.role_limit_line(number, limit, role_limit_obstacles(limit, overview)),
        role_limit_key(limit),
        panel_list_words.role_limit_choice(number, limit, role),
    )


def _blocks(
    entries: Sequence[Entry], custom_id: str, invitation: str = panel_words.TAKE_AWAY
) -> Iterator[Block]:
    for number, part in enumerate(_parts(entries)):
        # No id may be in a message twice; what is taken away stands in the values.
        select = ui.Select[ui.LayoutView](
            custom_id=f"{custom_id}:{number}",
            placeholder=invitation,
            max_values=len(part),
            options=[_option(entry) for entry in part],
        )
        yield Block("\n".join(_lines(part)), rows=((select,),))


def _parts(entries: Sequence[Entry]) -> list[list[Entry]]:
    parts: list[list[Entry]] = []
    for entry in entries:
        if not parts or not _has_room([*parts[-1], entry]):
            parts.append([])
        parts[-1].append(entry)
    return parts


def _has_room(part: Sequence[Entry]) -> bool:
    length = sum(len(line) + 1 for line in _lines(part))
    return len(part) <= OPTIONS_MAX and length <= _BLOCK_MAX_CHARACTERS


def _lines(part: Sequence[Entry]) -> Iterator[str]:
    group = ""
    for entry in part:
        if entry.group != group:
            yield entry.group
        group = entry.group
        yield entry.line


def _option(entry: Entry) -> discord.SelectOption:
    hint = entry.hint[:_OPTION_MAX_CHARACTERS] or None
    return discord.SelectOption(
        label=entry.choice[:_OPTION_MAX_CHARACTERS], value=entry.value, description=hint
    )
