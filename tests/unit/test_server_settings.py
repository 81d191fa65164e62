"""The settings of a server, as they are declared."""

import re
from dataclasses import fields

import pytest

from bot.domain.limits import Limits
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.role_limits import RoleLimit
from bot.domain.server_settings import (
    ServerSettings,
    all_settings,
    from_stored,
    setting,
    stored,
    value_of,
    with_values,
)
from bot.domain.setting_declaration import Page, Setting

EVERY = tuple(all_settings().values())


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_a_setting_comes_with_a_value_of_its_kind(one: Setting) -> None:
    assert one.load(one.dump(one.default)) == one.default
    assert one.parse(one.show(one.default)) == one.default


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_a_setting_says_in_a_line_what_it_means(one: Setting) -> None:
    assert re.fullmatch(r"[A-Z][^!\n]{10,98}\.", one.meaning)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_a_settings_name_can_be_typed(one: Setting) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", one.name)
    assert setting(f" {one.name.upper()} ") is one


def test_every_page_but_the_one_of_the_models_has_settings() -> None:
    assert {one.page for one in EVERY} == set(Page) - {Page.MODELS}


def test_every_field_is_a_setting() -> None:
    assert [one.name for one in EVERY] == [one.name for one in fields(ServerSettings)]


@pytest.mark.parametrize("name", ["", "members", "__class__", "x" * 5000])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(BadInputError) as refused:
        setting(name)

    assert (refused.value.field, refused.value.flaw) == (name, Flaw.UNKNOWN)


def test_what_may_be_off_is_turned_off_by_the_word() -> None:
    one = setting("member_pictures_per_day")

    assert one.parse(" OFF ") is None
    assert one.show(None) == "off"
    assert one.load(None) is None
    assert one.dump(None) is None


def test_what_always_has_a_value_cannot_be_off() -> None:
    with pytest.raises(BadInputError):
        setting("retention_days").parse("off")
    with pytest.raises(BadInputError):
        setting("retention_days").load(None)


def test_a_refusal_names_the_setting() -> None:
    with pytest.raises(BadInputError) as refused:
        setting("member_pictures_per_day").parse("-5")

    assert refused.value.field == "member_pictures_per_day"
    assert refused.value.limit == "1"


def test_settings_are_changed_by_name_and_stay_as_they_were() -> None:
    before = ServerSettings()

    after = with_values(before, {"log_channel": 5})

    assert value_of(after, "log_channel") == 5
    assert value_of(before, "log_channel") is None


def test_only_what_differs_from_the_beginning_is_kept() -> None:
    settings = ServerSettings(member_pictures_per_day=5, show_prompts=False, log_channel=2**62)

    assert stored(settings) == {
        "member_pictures_per_day": 5,
        "show_prompts": False,
        "log_channel": "4611686018427387904",
    }


def test_what_was_kept_comes_back() -> None:
    settings = ServerSettings(
        role_limits=(RoleLimit(7, "at_once", 2),),
        server_budget_per_day=2_500_000,
        mature_pictures="age_restricted",
        open_channels=(5, 6),
    )

    assert from_stored(stored(settings)) == settings


@pytest.mark.parametrize(
    "values", [{"from_another_version": 1}, {"retention_days": "long"}, {"log_channel": [1]}]
)
def test_what_another_version_kept_is_as_if_it_were_not_set(values: dict[str, object]) -> None:
    assert from_stored(values) == ServerSettings()


def test_what_can_be_read_is_kept_beside_what_cannot() -> None:
    assert from_stored({"retention_days": 500, "show_prompts": False}) == ServerSettings(
        show_prompts=False
    )


def test_a_member_has_the_limits_of_the_settings_and_the_roles() -> None:
    settings = ServerSettings(
        member_pictures_per_hour=1,
        member_pictures_per_day=2,
        member_at_once=3,
        member_cooldown=4,
        role_limits=(RoleLimit(7, "pictures_per_day", 50),),
    )

    assert settings.member_limits(frozenset()) == Limits(1, 2, 3, 4)
    assert settings.member_limits(frozenset({7})) == Limits(1, 50, 3, 4)


def test_a_server_has_the_limits_that_all_share() -> None:
    settings = ServerSettings(
        server_pictures_per_hour=1,
        server_pictures_per_day=2,
        server_at_once=3,
        server_budget_per_day=4,
        server_budget_per_month=5,
    )

    assert settings.server_limits == Limits(1, 2, 3, None, 4, 5)


def test_what_endangers_a_server_asks_first() -> None:
    assert [one.name for one in EVERY if one.dangerous] == ["mature_pictures"]
