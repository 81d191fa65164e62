"""What Discord demands of application commands, and what it fills in.

Discord's answer to a registration isn't the registration: ids, versions and defaults appear, and
what equals a default may be missing. A bot that compares the two must see that here too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sandbox.discord.component_rules import check_length
from sandbox.discord.errors import invalid
from sandbox.discord.json_types import as_object, int_of, objects, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.discord.json_types import Json, JsonObject

CHAT_INPUT = 1
MESSAGE_MENU = 3
NAME: Final = re.compile(r"[-_'\w]{1,32}")
OPTIONS_MAX = 25
CHOICES_MAX = 25
CHARACTERS_MAX = 8000
OPTION_KINDS = 11
SUBCOMMAND = 1
SUBCOMMAND_GROUP = 2
KEPT_WHEN_TRUE = ("required", "autocomplete")
OPTION_LIMITS = ("min_value", "max_value", "min_length", "max_length", "channel_types")


def check_commands(commands: Sequence[JsonObject]) -> None:
    """Refuse a bulk registration that Discord would refuse.

    Raises
    ------
    ApiError
        50035, naming the field.
    """
    for index, command in enumerate(commands):
        _check_command(command, str(index))
    keys = [(int_of(item, "type", CHAT_INPUT), text_of(item, "name")) for item in commands]
    if len(set(keys)) < len(keys):
        raise invalid("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Names must be unique.")


def _check_command(command: JsonObject, path: str) -> None:
    if int_of(command, "type", CHAT_INPUT) == CHAT_INPUT:
        _check_named(command, path)
        _check_options(command, path)
        if _characters(command) > CHARACTERS_MAX:
            raise invalid(path, "APPLICATION_COMMAND_TOO_LARGE", "Must be 8000 or fewer.")
    else:
        check_length(len(text_of(command, "name")), 1, 32, f"{path}.name")
        check_length(len(text_of(command, "description")), 0, 0, f"{path}.description")


def _check_named(thing: JsonObject, path: str) -> None:
    name = text_of(thing, "name")
    if not NAME.fullmatch(name) or name != name.lower():
        raise invalid(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", "Name is invalid")
    check_length(len(text_of(thing, "description")), 1, 100, f"{path}.description")


def _check_options(owner: JsonObject, path: str) -> None:
    options = objects(owner.get("options"))
    check_length(len(options), 0, OPTIONS_MAX, f"{path}.options")
    seen_optional = False
    for index, option in enumerate(options):
        where = f"{path}.options.{index}"
        _check_option(option, where)
        if option.get("required") is True and seen_optional:
            raise invalid(
                where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required ones come first."
            )
        seen_optional = seen_optional or option.get("required") is not True
    names = [text_of(option, "name") for option in options]
    if len(set(names)) < len(names):
        raise invalid(path, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Names must be unique.")


def _check_option(option: JsonObject, path: str) -> None:
    _check_named(option, path)
    if not 1 <= int_of(option, "type") <= OPTION_KINDS:
        raise invalid(f"{path}.type", "BASE_TYPE_CHOICES", "Value must be one of 1 to 11.")
    choices = objects(option.get("choices"))
    check_length(len(choices), 0, CHOICES_MAX, f"{path}.choices")
    check_choices(choices, f"{path}.choices")
    if choices and option.get("autocomplete"):
        raise invalid(path, "APPLICATION_COMMAND_OPTION_CHOICES_AUTOCOMPLETE", "Not both.")
    _check_options(option, path)


def check_choices(choices: Sequence[JsonObject], path: str) -> None:
    """Refuse choices of an option, or of an autocomplete answer, that Discord would refuse."""
    check_length(len(choices), 0, CHOICES_MAX, path)
    for index, choice in enumerate(choices):
        check_length(len(text_of(choice, "name")), 1, 100, f"{path}.{index}.name")
        value = choice.get("value")
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise invalid(f"{path}.{index}.value", "BASE_TYPE_REQUIRED", "This field is required")
        check_length(len(str(value)), 0, 100, f"{path}.{index}.value")


def _characters(thing: JsonObject) -> int:
    own = len(text_of(thing, "name")) + len(text_of(thing, "description"))
    choices = sum(
        len(text_of(choice, "name")) + len(str(choice.get("value")))
        for choice in objects(thing.get("choices"))
    )
    return own + choices + sum(_characters(option) for option in objects(thing.get("options")))


def registered(command: JsonObject, identity: JsonObject) -> JsonObject:
    """Return a command as Discord answers with it; `identity` holds its ids and version."""
    shown: JsonObject = {
        **identity,
        "type": int_of(command, "type", CHAT_INPUT),
        "name": command["name"],
        "name_localizations": command.get("name_localizations"),
        "description": text_of(command, "description"),
        "description_localizations": command.get("description_localizations"),
        "default_member_permissions": _permissions(command.get("default_member_permissions")),
        "nsfw": command.get("nsfw") is True,
    }
    if "guild_id" not in identity:
        shown |= {
            "dm_permission": command.get("dm_permission", True),
            "contexts": command.get("contexts"),
            "integration_types": command.get("integration_types", [0]),
        }
    options: list[Json] = [_option(option) for option in objects(command.get("options"))]
    if options:
        shown["options"] = options
    return shown


def _permissions(value: Json) -> str | None:
    return None if value is None else str(value)


def _option(option: JsonObject) -> JsonObject:
    shown: JsonObject = {
        "type": option["type"],
        "name": option["name"],
        "name_localizations": option.get("name_localizations"),
        "description": option["description"],
        "description_localizations": option.get("description_localizations"),
    }
    shown |= {key: True for key in KEPT_WHEN_TRUE if option.get(key)}
    shown |= {key: option[key] for key in OPTION_LIMITS if option.get(key) is not None}
    if choices := objects(option.get("choices")):
        shown["choices"] = [{"name_localizations": None, **choice} for choice in choices]
    if inner := objects(option.get("options")):
        shown["options"] = [_option(item) for item in inner]
    return shown


def without_localizations(command: JsonObject) -> JsonObject:
    """Return a command as a list shows it that wasn't asked for `with_localizations`."""
    shown = {key: value for key, value in command.items() if not key.endswith("_localizations")}
    for name in ("options", "choices"):
        if name in shown:
            shown[name] = [without_localizations(as_object(item)) for item in objects(shown[name])]
    return shown
