"""What the panel shows, page by page, and that Discord takes all of it."""

import re
from collections.abc import Iterator

import pytest
from discord import ui

from bot.domain.model_rules import Effect, ServerModels
from bot.domain.models import ModelCeiling
from bot.domain.role_limits import ROLE_LIMITS
from bot.domain.server_policy import MemberBlock, ServerPolicy
from bot.domain.server_settings import all_settings
from bot.domain.setting_declaration import Page, Setting
from bot.domain.setting_kinds import Choice, Switch
from bot.domain.snowflake_kinds import Sort
from bot.presentation.moderation_words import setting_title
from bot.presentation.panel.overview import Overview
from bot.presentation.panel.pages import page_blocks
from bot.presentation.panel.places import CUSTOM_ID_MAX_CHARACTERS, Act, Press, Spot, read_press
from bot.presentation.panel.screens import NOTE_MAX_CHARACTERS, page_view
from bot.presentation.panel.sight import Sight
from bot.presentation.rights import DELIVERING, LOGGING
from tests.unit.moderated import DEFAULT
from tests.unit.panelled import (
    SIGHT,
    Host,
    Payload,
    components,
    pressable,
    screens,
    seen,
    texts,
    the_fullest,
)
from tests.unit.ruled import CHANNEL, OTHER_CHANNEL, ROLE, allow, deny
from tests.unit.virtual_time import START

SETTINGS = list(all_settings().values())
UNDECIDED = seen()
ROW, TEXT, SEPARATOR = 1, 10, 14
SHUT = Sight(SIGHT.names, lambda _, wanted: ("Send Messages",) if wanted else ())
NO_FILES = Sight(
    SIGHT.names, lambda _, wanted: ("Attach Files",) if "attach_files" in wanted else ()
)
EMPTY = Sight({Sort.ROLE: {}, Sort.CHANNEL: {}}, SHUT.lacking)


def all_screens(overview: Overview, note: str = "") -> Iterator[ui.LayoutView]:
    for page in Page:
        yield from screens(page, overview, note)


def control(setting: Setting, overview: Overview = UNDECIDED) -> Payload:
    """Give the component that changes a setting."""
    for view in screens(setting.page, overview):
        for one in pressable(view):
            press = read_press(one["custom_id"])
            assert press is not None
            if setting.name in (press.setting_and_value[0], f"{press.act.value}s"):
                return one
    raise AssertionError(setting.name)


@pytest.mark.parametrize("overview", [UNDECIDED, the_fullest()], ids=["empty", "full"])
async def test_discord_takes_every_screen(overview: Overview) -> None:
    for view in all_screens(overview, "x" * NOTE_MAX_CHARACTERS):
        assert len(components(view)) <= 40
        assert view.content_length() <= 4000
        ids = [one["custom_id"] for one in pressable(view)]
        assert len(set(ids)) == len(ids)
        assert all(len(one) <= CUSTOM_ID_MAX_CHARACTERS for one in ids)


async def test_discord_takes_every_select_of_the_longest_lists() -> None:
    selects = [one for view in all_screens(the_fullest()) for one in pressable(view)]

    for one in selects:
        options = one.get("options", [])
        values = [option["value"] for option in options]
        assert len(options) <= 25
        assert len(set(values)) == len(values)
        assert all(len(option["label"]) <= 100 for option in options)
        assert all(0 < len(option["value"]) <= 100 for option in options)
        assert one.get("max_values", 1) <= 25
        assert len(one.get("default_values", [])) <= one.get("max_values", 1)


async def test_nothing_of_the_panel_is_kept_by_the_library() -> None:
    for view in all_screens(UNDECIDED):
        assert view.is_finished()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
async def test_every_setting_is_on_its_page_with_value_and_meaning(setting: Setting) -> None:
    text = "\n".join(texts(view) for view in screens(setting.page, UNDECIDED))
    value = setting.show(setting.default).replace("_", " ")

    assert f"**{setting_title(setting.name)}** · {value}\n-# {setting.meaning}" in text


@pytest.mark.parametrize("page", Page)
async def test_every_page_is_named_told_of_and_marked(page: Page) -> None:
    (first, *_) = screens(page, UNDECIDED)
    buttons = [one for one in components(first) if one["type"] == 2]
    (marked,) = [one["label"] for one in buttons if one["style"] == 1]

    assert re.search(rf"^## {page.value}.*\n\w.+\.$", texts(first), re.MULTILINE)
    assert [one["label"] for one in buttons][-5:] == [one.value for one in Page]
    assert marked == page.value


async def test_what_is_set_stands_between_the_heading_and_the_pages_apart_from_both() -> None:
    for view in all_screens(UNDECIDED, "A note"):
        kinds = [one["type"] for one in view.to_components()[0]["components"]]
        first, last = (at for at, kind in enumerate(kinds) if kind == SEPARATOR)

        assert kinds[:first] == [TEXT, TEXT]
        assert set(kinds[last + 1 :]) == {ROW}


async def test_limits_of_roles_are_counted_beside_their_title_and_listed_below() -> None:
    limits = {str(ROLE): {"pictures_per_day": 50, "at_once": 2}}

    (first, *_) = screens(Page.LIMITS, seen(role_limits=limits))

    assert "**Role limits** · 2\n" in texts(first)
    assert "at_once" not in texts(first)


async def test_a_small_page_has_one_screen_and_nothing_to_turn() -> None:
    (only,) = screens(Page.SAFETY, UNDECIDED)

    assert not {"Previous", "Next"} & {one.get("label") for one in pressable(only)}


async def test_limits_are_on_two_screens_of_five() -> None:
    first, second = screens(Page.LIMITS, UNDECIDED)

    assert "Limits · 1 of 2" in texts(first)
    assert "Server pictures per hour" in texts(second)
    assert {"Next"} == {"Previous", "Next"} & {one.get("label") for one in pressable(first)}
    assert {"Previous"} == {"Previous", "Next"} & {one.get("label") for one in pressable(second)}


async def test_a_screen_that_is_gone_becomes_the_last_one() -> None:
    spot = Spot(Page.LIMITS, 7)

    assert "2 of 2" in texts(page_view(spot, page_blocks(spot, UNDECIDED)))


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
async def test_every_setting_has_something_to_change_it_with(setting: Setting) -> None:
    if setting.name == "role_limits":
        assert [
            one
            for one in pressable(screens(Page.LIMITS, UNDECIDED)[0])
            if "role_limit" in one["custom_id"]
        ]
    else:
        assert control(setting)


async def test_a_switch_asks_for_the_other_value_and_not_for_a_turn() -> None:
    on, off = seen(log_prompts=True), seen(log_prompts=False)
    setting = all_settings()["log_prompts"]

    assert control(setting, on)["label"] == "Turn off"
    assert control(setting, on)["custom_id"] == "panel:log:0:put:log_prompts=off"
    assert control(setting, off)["custom_id"] == "panel:log:0:put:log_prompts=on"


async def test_a_choice_is_made_beforehand_as_it_is_set() -> None:
    options = control(all_settings()["flagged_pictures"], seen(flagged_pictures="withhold"))[
        "options"
    ]

    assert isinstance(options, list)
    assert [(one["label"], one["default"]) for one in options] == [
        ("Spoiler", False),
        ("Withhold", True),
    ]


async def test_channels_and_roles_are_chosen_beforehand_as_they_are_set() -> None:
    overview = seen(log_channel=str(CHANNEL), spoiler_roles=[str(ROLE)])

    channel = control(all_settings()["log_channel"], overview)
    role = control(all_settings()["spoiler_roles"], overview)

    assert channel["default_values"] == [{"id": CHANNEL, "type": "channel"}]
    assert role["default_values"] == [{"id": ROLE, "type": "role"}]


async def test_what_is_deleted_is_said_and_not_chosen_beforehand() -> None:
    overview = seen(sight=EMPTY, log_channel=str(CHANNEL), spoiler_roles=[str(ROLE)])

    assert f"⚠️ <#{CHANNEL}> isn't in this server any more" in texts(screens(Page.LOG, overview)[0])
    assert f"⚠️ <@&{ROLE}> isn't in this server any more" in texts(screens(Page.SAFETY, overview)[0])
    assert "default_values" not in control(all_settings()["log_channel"], overview)


async def test_nothing_counts_as_deleted_before_discord_has_told_of_the_server() -> None:
    overview = seen(sight=Sight(None, SIGHT.lacking), log_channel=str(CHANNEL))

    assert "any more" not in texts(screens(Page.LOG, overview)[0])


async def test_more_channels_than_a_select_takes_are_typed() -> None:
    overview = seen(open_channels=[str(one) for one in range(1, 31)])

    assert control(all_settings()["open_channels"], overview)["label"] == "Change"


@pytest.mark.parametrize(
    ("page", "name", "needed"),
    [(Page.LOG, "log_channel", LOGGING), (Page.ACCESS, "open_channels", DELIVERING)],
)
async def test_a_channel_where_the_bot_cannot_write_is_said_beside_it(
    page: Page, name: str, needed: tuple[str, ...]
) -> None:
    shut = Sight(SIGHT.names, lambda _, wanted: wanted)
    value = str(CHANNEL) if name == "log_channel" else [str(CHANNEL), str(OTHER_CHANNEL)]

    text = texts(screens(page, seen(sight=shut, **{name: value}))[0])

    assert f"⚠️ I can't work in <#{CHANNEL}> yet. Give me *{'* and *'.join(needed)}* there." in text


async def test_of_channels_that_lack_the_same_the_first_is_named_and_the_others_counted() -> None:
    shut = Sight(SIGHT.names, lambda _, wanted: wanted)
    both = [str(CHANNEL), str(OTHER_CHANNEL)]

    text = texts(screens(Page.ACCESS, seen(sight=shut, open_channels=both))[0])

    assert text.count("I can't work in") == 1
    assert "there. It is the same with 1 more." in text


async def test_a_limit_above_the_hosts_says_that_the_hosts_comes_first() -> None:
    host = Host(limits={"member_pictures_per_day": 20, "server_budget_per_day": 5_000_000})

    low = "\n".join(
        texts(v) for v in screens(Page.LIMITS, seen(host=host, member_pictures_per_day=5))
    )
    high = texts(screens(Page.LIMITS, seen(host=host, member_pictures_per_day=50))[0])

    assert "⚠️ The host of this bot allows 20 at most, which comes first." in high
    assert "allows 20" not in low
    assert "⚠️ The host of this bot allows $5 at most, which comes first." in low


async def test_a_limit_of_a_role_above_the_hosts_says_so_too() -> None:
    host = Host(limits={"member_pictures_per_day": 20})
    limits = {str(ROLE): {"pictures_per_day": 50}, "999": {"at_once": 2}}

    text = texts(screens(Page.LIMITS, seen(host=host, role_limits=limits))[0])

    assert f"1. <@&{ROLE}> · pictures per day 50 · ⚠️ The host of this bot allows 20" in text
    assert "2. <@&999> · at once 2 · ⚠️ <@&999> isn't in this server any more" in text


async def test_rules_are_listed_by_place_the_widest_first() -> None:
    rules = (
        deny("a/b", ROLE, CHANNEL),
        allow("a/c", None, CHANNEL),
        allow("a/d", ROLE),
        allow("a/e"),
        deny("a/f"),
    )

    (view,) = screens(Page.MODELS, seen(ServerPolicy(ServerModels(DEFAULT, rules))))

    lines = texts(view).split("\n")
    assert lines[lines.index("**In the whole server**") :] == [
        "**In the whole server**",
        "1. ✅ allow a/e",
        "2. ⛔ deny a/f",
        f"**For <@&{ROLE}>**",
        "3. ✅ allow a/d",
        f"**In <#{CHANNEL}>**",
        "4. ✅ allow a/c",
        f"**For <@&{ROLE}> in <#{CHANNEL}>**",
        "5. ⛔ deny a/b",
    ]


async def test_fifty_rules_are_read_on_two_screens_of_a_length_that_is_looked_through() -> None:
    rules = tuple(allow(f"vendor/model-{at}", ROLE + at % 10) for at in range(50))

    views = screens(Page.MODELS, seen(ServerPolicy(ServerModels(DEFAULT, rules))))

    assert len(views) == 2
    assert all(len(texts(view).split("\n")) <= 50 for view in views)
    text = "\n".join(texts(view) for view in views)
    assert all(f"vendor/model-{at}\n" in text + "\n" for at in range(50))


async def test_a_rule_that_cannot_take_effect_says_why() -> None:
    rules = (allow("a/b"), allow("a/c", 999), allow("a/*", None, 998))
    host = Host(ModelCeiling(("get3w/*",)))

    (view,) = screens(Page.MODELS, seen(ServerPolicy(ServerModels(DEFAULT, rules)), host=host))

    assert "1. ✅ allow a/b · ⚠️ the host does not allow it" in texts(view)
    assert "<@&999>** · ⚠️ this role is deleted" in texts(view)
    assert "<#998>** · ⚠️ this channel is deleted" in texts(view)


async def test_a_server_without_rules_says_what_holds() -> None:
    (view,) = screens(Page.MODELS, UNDECIDED)

    assert f"**Usual model** · {DEFAULT}" in texts(view)
    assert "There are no rules." in texts(view)
    assert {"Allow a model", "Deny a model"} <= {one.get("label") for one in pressable(view)}


@pytest.mark.parametrize(("model", "words"), [(None, "none: members"), ("x/y", "host does not")])
async def test_a_usual_model_that_is_no_use_is_said(model: str | None, words: str) -> None:
    host = Host(ModelCeiling(("get3w/*",)))

    (view,) = screens(Page.MODELS, seen(ServerPolicy(ServerModels(model)), host=host))

    assert words in texts(view)


async def test_a_rule_is_named_in_the_select_by_its_number_and_place() -> None:
    rules = (allow("a/b", ROLE, CHANNEL),)

    (view,) = screens(Page.MODELS, seen(ServerPolicy(ServerModels(DEFAULT, rules))))

    (select,) = [one for one in pressable(view) if one["type"] == 3]
    (option,) = select["options"]
    assert (option["label"], option["description"]) == ("1. allow a/b", "@Artist in #art")


async def test_blocked_terms_are_counted_and_hidden_at_first() -> None:
    policy = ServerPolicy(ServerModels(DEFAULT), terms=("*ana*", "cat"))

    (view,) = screens(Page.SAFETY, seen(policy))

    assert "**Blocked terms** · 2 terms" in texts(view)
    assert r"||\*ana\*, cat||" in texts(view)


async def test_a_term_with_bars_does_not_open_the_hidden_list() -> None:
    policy = ServerPolicy(ServerModels(DEFAULT), terms=("a||b", "@everyone"))

    (view,) = screens(Page.SAFETY, seen(policy))

    assert r"||a\|\|b, \@everyone||" in texts(view)


async def test_only_blocks_that_hold_are_listed_with_time_and_reason() -> None:
    blocks = {
        7: MemberBlock(7, None, "spam *and* <@1>", 1, START),
        8: MemberBlock(8, START, "over", 1, START),
    }

    (view,) = screens(Page.ACCESS, seen(ServerPolicy(ServerModels(DEFAULT), blocks=blocks)))

    assert "**Blocked members** · 1" in texts(view)
    assert r"1. <@7> · for good · spam \*and\* \<\@1\>" in texts(view)
    assert "Let in again…" in [one.get("placeholder") for one in pressable(view)]
    assert "<@8>" not in texts(view)


async def test_reports_are_counted_on_the_logs_page_where_somebody_counts() -> None:
    assert "**Reports** · 3" in texts(screens(Page.LOG, seen(reports=3))[0])
    assert "Reports" not in texts(screens(Page.LOG, seen())[0])


@pytest.mark.parametrize("effect", Effect)
def test_an_id_is_read_as_it_was_written(effect: Effect) -> None:
    spot = Spot(Page.MODELS, 12)

    press = read_press(spot.press(Act.RULE, effect.value))

    assert press == Press(spot, Act.RULE, effect.value)


@pytest.mark.parametrize(
    "other",
    [
        "cancel:7",
        "panel:",
        "panel:pets:0:open",
        "panel:log:0:dance",
        "panel:log:x:open",
        "xpanel:log:0:open",
    ],
)
def test_what_is_not_the_panels_is_not_read(other: str) -> None:
    assert read_press(other) is None


@pytest.mark.parametrize(
    "setting", [one for one in SETTINGS if one.dangerous], ids=lambda o: o.name
)
def test_a_dangerous_setting_fits_into_the_id_of_a_yes(setting: Setting) -> None:
    assert isinstance(setting.kind, Choice | Switch)
    options = setting.kind.options if isinstance(setting.kind, Choice) else ("off",)
    ids = [Spot(setting.page, 9999).press(Act.SURE, f"{setting.name}={one}") for one in options]

    assert all(len(one) <= CUSTOM_ID_MAX_CHARACTERS for one in ids)


@pytest.mark.parametrize("name", ROLE_LIMITS)
def test_a_roles_limit_has_a_members_limit_beside_it(name: str) -> None:
    assert f"member_{name}" in all_settings()


@pytest.mark.parametrize(
    ("sight", "log_channel", "told"),
    [
        (SIGHT, None, "there is no log channel"),
        (EMPTY, str(CHANNEL), "there is no log channel"),
        (NO_FILES, str(CHANNEL), f"can't be put into <#{CHANNEL}>"),
    ],
)
async def test_that_nobody_gets_copies_of_private_pictures_is_said_beside_them(
    sight: Sight, log_channel: str | None, told: str
) -> None:
    private = seen(sight=sight, log_channel=log_channel, private_pictures=True)
    public = seen(sight=sight, log_channel=log_channel)

    assert told in texts(screens(Page.SAFETY, private)[0])
    assert told not in texts(screens(Page.SAFETY, public)[0])
