"""What Discord offers while a moderator types."""

import pytest

from bot.domain.server_settings import ServerSettings, all_settings, setting
from bot.presentation.settings_choices import (
    CHOICES_MAX,
    choices,
    named_offers,
    setting_offers,
    time_offers,
    value_offers,
)

SHOWN_MAX_CHARACTERS = 100


def offered(name: str, typed: str = "", settings: ServerSettings | None = None) -> list[str]:
    offers = value_offers(setting(name), settings or ServerSettings(), None)
    return [choice.value for choice in choices(offers, typed)]


def test_all_settings_are_offered_page_by_page() -> None:
    found = choices(setting_offers(), "")

    assert [choice.value for choice in found] == list(all_settings())
    assert found[0].name == "Limits · Member pictures per hour"


@pytest.mark.parametrize("typed", ["retention", "RETENTION D", "retention_days", "log · ret"])
def test_a_setting_is_found_by_any_part_of_its_name(typed: str) -> None:
    assert [choice.value for choice in choices(setting_offers(), typed)] == ["retention_days"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("show_prompts", ["on", "off", "default"]),
        ("flagged_pictures", ["spoiler", "withhold", "default"]),
        ("member_at_once", ["off", "default"]),
        ("retention_days", ["30", "default"]),
    ],
)
def test_values_are_offered_where_they_are_few(name: str, values: list[str]) -> None:
    assert offered(name) == values


def test_the_value_that_is_set_is_offered_first() -> None:
    settings = ServerSettings(member_pictures_per_day=7)
    found = choices(value_offers(setting("member_pictures_per_day"), settings, None), "")

    assert (found[0].name, found[0].value) == ("7 (now)", "7")


@pytest.mark.parametrize("name", all_settings())
def test_every_offered_value_can_be_taken(name: str) -> None:
    one = setting(name)

    for value in offered(name):
        assert value == "default" or one.show(one.parse(value)) == value


def test_no_more_is_offered_than_discord_shows() -> None:
    found = choices(named_offers(f"vendor/model-{n}" for n in range(60)), "MODEL")

    assert len(found) == CHOICES_MAX


def test_what_is_too_long_to_be_sent_is_not_offered() -> None:
    assert choices(named_offers(["x" * 101]), "") == []


def test_labels_are_cut_to_what_discord_shows() -> None:
    (choice,) = choices([("long " * 50, "value")], "")

    assert len(choice.name) == SHOWN_MAX_CHARACTERS


def test_times_are_offered_for_a_block() -> None:
    assert [choice.value for choice in choices(time_offers(), "d")] == [
        "1d",
        "7d",
        "30d",
        "for good",
    ]
