"""Whether Discord has our commands already."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from bot.presentation.command_sync import same_commands

Command = dict[str, Any]

OURS: Command = {
    "name": "imagine",
    "description": "Make a picture from words.",
    "type": 1,
    "nsfw": False,
    "contexts": [0],
    "integration_types": [0],
    "default_member_permissions": None,
    "options": [
        {
            "type": 3,
            "name": "prompt",
            "description": "What the picture shows.",
            "required": True,
            "min_length": 1,
            "max_length": 1500,
        },
        {
            "type": 3,
            "name": "model",
            "description": "What makes it.",
            "autocomplete": True,
            "choices": [],
        },
        {
            "type": 4,
            "name": "count",
            "description": "How many.",
            "choices": [{"name": "one", "value": 1}, {"name": "two", "value": 2}],
        },
    ],
}
SETTINGS: Command = {
    "name": "settings",
    "description": "What may be done here.",
    "default_member_permissions": 32,
    "options": [
        {
            "type": 1,
            "name": "panel",
            "description": "Open the panel.",
            "options": [
                {"type": 7, "name": "where", "description": "The channel.", "channel_types": [0, 5]}
            ],
        }
    ],
}


def as_discord_tells(command: Command) -> Command:
    """Answer as Discord does: ids, versions, defaults filled in, permissions as text."""
    told = deepcopy(command) | {
        "id": "1300000000000000001",
        "application_id": "1300000000000000000",
        "version": "1300000000000000002",
        "type": command.get("type", 1),
        "nsfw": False,
        "dm_permission": False,
        "name_localizations": None,
        "description_localizations": None,
    }
    if command.get("default_member_permissions") is not None:
        told["default_member_permissions"] = str(command["default_member_permissions"])
    told["options"] = [_option_as_told(option) for option in command["options"]]
    return told


def _option_as_told(option: Command) -> Command:
    defaults = {"required": False, "name_localizations": None, "description_localizations": None}
    told = defaults | deepcopy(option)
    if not told.get("choices"):
        told.pop("choices", None)
    if "options" in told:
        told["options"] = [_option_as_told(inner) for inner in told["options"]]
    return told


def changed(path: str, value: object) -> Command:
    """Change one thing in what we have; a path such as ``options.0.name``."""
    command = deepcopy(OURS)
    *parents, last = path.split(".")
    place: Any = command
    for key in parents:
        place = place[int(key)] if isinstance(place, list) else place[key]
    place[last] = value
    return command


def test_what_discord_filled_in_is_no_difference() -> None:
    assert same_commands([OURS, SETTINGS], [as_discord_tells(OURS), as_discord_tells(SETTINGS)])


def test_the_order_of_commands_is_no_difference() -> None:
    assert same_commands([OURS, SETTINGS], [as_discord_tells(SETTINGS), as_discord_tells(OURS)])


@pytest.mark.parametrize("key", ["contexts", "integration_types"])
def test_the_order_of_contexts_is_no_difference(key: str) -> None:
    assert same_commands([changed(key, [0, 1])], [as_discord_tells(changed(key, [1, 0]))])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("description", "Make pictures."),
        ("nsfw", True),
        ("contexts", [0, 1]),
        ("integration_types", [0, 1]),
        ("default_member_permissions", 8),
        ("default_member_permissions", 0),
        ("name_localizations", {"de": "male"}),
        ("name_localizations", {"id": "gambar"}),
        ("options.0.name", "words"),
        ("options.0.description", "What it shows."),
        ("options.0.required", False),
        ("options.0.max_length", 1000),
        ("options.0.type", 10),
        ("options.1.autocomplete", False),
        ("options.2.choices", [{"name": "one", "value": 1}]),
        ("options.2.choices", [{"name": "one", "value": 1}, {"name": "two", "value": 3}]),
        ("options", []),
        ("options", list(reversed(OURS["options"]))),
    ],
)
def test_a_change_of_ours_is_a_difference(path: str, value: object) -> None:
    assert not same_commands([changed(path, value)], [as_discord_tells(OURS)])


def test_a_change_inside_a_subcommand_is_a_difference() -> None:
    other = deepcopy(SETTINGS)
    other["options"][0]["options"][0]["channel_types"] = [0]

    assert not same_commands([other], [as_discord_tells(SETTINGS)])


def test_a_new_translation_of_one_language_is_a_difference() -> None:
    ours = changed("name_localizations", {"de": "malen", "id": "gambar"})
    theirs = as_discord_tells(OURS) | {"name_localizations": {"de": "malen", "id": "lukis"}}

    assert not same_commands([ours], [theirs])


@pytest.mark.parametrize(
    ("ours", "theirs"), [([OURS], []), ([], [OURS]), ([OURS], [OURS, SETTINGS])]
)
def test_a_command_more_or_less_is_a_difference(
    ours: list[Mapping[str, object]], theirs: list[Mapping[str, object]]
) -> None:
    assert not same_commands(ours, theirs)


def test_commands_of_one_name_and_different_kinds_are_told_apart() -> None:
    menu: Command = {"name": "imagine", "type": 3}

    assert not same_commands([OURS], [as_discord_tells(OURS), menu])


def test_no_commands_on_either_side_are_the_same() -> None:
    assert same_commands([], [])


def test_a_menu_of_messages_is_the_same_with_and_without_empty_words() -> None:
    ours = [{"type": 3, "name": "Use it"}]

    assert same_commands(ours, [{"type": 3, "name": "Use it", "description": ""}])
    assert not same_commands(ours, [{"type": 1, "name": "Use it", "description": ""}])
