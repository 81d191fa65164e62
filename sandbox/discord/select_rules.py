"""What Discord demands of a select menu: how many may be chosen, and what is chosen beforehand."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sandbox.discord.components import ComponentKind
from sandbox.discord.errors import invalid
from sandbox.discord.json_types import int_of, objects, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.discord.json_types import JsonObject

VALUES_MAX = 25
DEFAULT_TYPES: Final[Mapping[int, frozenset[str]]] = MappingProxyType(
    {
        ComponentKind.STRING_SELECT: frozenset(),
        ComponentKind.USER_SELECT: frozenset({"user"}),
        ComponentKind.ROLE_SELECT: frozenset({"role"}),
        ComponentKind.MENTIONABLE_SELECT: frozenset({"user", "role"}),
        ComponentKind.CHANNEL_SELECT: frozenset({"channel"}),
    }
)


def check_select(select: JsonObject, path: str) -> None:
    """Refuse limits or presets that Discord would refuse.

    Raises
    ------
    ApiError
        50035, naming the field.
    """
    least, most = int_of(select, "min_values", 1), int_of(select, "max_values", 1)
    if not 0 <= least <= VALUES_MAX:
        raise invalid(f"{path}.min_values", "NUMBER_TYPE_MAX", "Must be 0 to 25.")
    if not max(1, least) <= most <= VALUES_MAX:
        raise invalid(f"{path}.max_values", "NUMBER_TYPE_MAX", "Must be min_values to 25.")
    _check_options_suffice(select, most, path)
    _check_presets(select, least, most, path)


def _check_options_suffice(select: JsonObject, most: int, path: str) -> None:
    options = objects(select.get("options"))
    if select.get("type") == ComponentKind.STRING_SELECT and len(options) < most:
        words = f"Must be between {most} and {VALUES_MAX} in length."
        raise invalid(f"{path}.options", "BASE_TYPE_BAD_LENGTH", words)
    if sum(option.get("default") is True for option in options) > most:
        raise invalid(path, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "More than max_values.")


def _check_presets(select: JsonObject, least: int, most: int, path: str) -> None:
    presets = objects(select.get("default_values"))
    if presets and not least <= len(presets) <= most:
        words = f"Must be between {least} and {most} in length."
        raise invalid(f"{path}.default_values", "BASE_TYPE_BAD_LENGTH", words)
    allowed = DEFAULT_TYPES[int_of(select, "type")]
    for index, preset in enumerate(presets):
        if text_of(preset, "type") not in allowed or not int_of(preset, "id"):
            where = f"{path}.default_values.{index}.type"
            raise invalid(where, "BASE_TYPE_CHOICES", f"Value must be one of {sorted(allowed)}.")
