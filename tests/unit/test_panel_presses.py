"""What pressing, choosing and typing in the panel does."""

import discord
import pytest

from bot.domain.model_rules import Effect, ServerModels
from bot.domain.refusals import NotPermittedError
from bot.domain.server_settings import from_stored
from bot.presentation.panel.lists import role_limit_key, rule_key
from bot.presentation.panel.screens import NOTE_MAX_CHARACTERS
from tests.unit.moderated import DEFAULT, MOD, OTHER_SERVER, PRO, SERVER
from tests.unit.panelled import Desk, parts
from tests.unit.ruled import CHANNEL, ROLE, allow, deny

TYPED = "panel:limits:0:type:member_pictures_per_day"


def fields(form: object) -> dict[str, object]:
    """Give a form's fields by their ids."""
    return {one["custom_id"]: one for one in parts(form) if "custom_id" in one}


async def test_the_command_opens_the_page_of_models_privately() -> None:
    desk = Desk()

    await desk.open()

    assert desk.text.startswith("## Models\n")
    assert desk.answers.private == [True]


async def test_who_may_not_manage_the_server_opens_nothing() -> None:
    desk = Desk(permissions=discord.Permissions(manage_messages=True))

    with pytest.raises(NotPermittedError):
        await desk.open()


@pytest.mark.parametrize(
    "custom_id",
    ["panel:log:0:open", "panel:log:0:put:log_prompts=on", TYPED, "panel:access:0:block"],
)
async def test_the_right_is_checked_again_at_every_press(custom_id: str) -> None:
    desk = Desk(permissions=discord.Permissions.none())

    await desk.press(custom_id)
    first = desk.error
    await desk.submit(custom_id, VALUE="5", MEMBER=["7"])

    assert isinstance(first, NotPermittedError)
    assert isinstance(desk.error, NotPermittedError)
    assert not desk.answers.views
    assert not desk.office.policies.kept


async def test_a_press_that_is_not_the_panels_is_left_to_others() -> None:
    desk = Desk()

    await desk.press("cancel:7")

    assert desk.error is None
    assert not desk.answers.views


async def test_a_button_below_shows_another_page() -> None:
    desk = Desk()

    await desk.press("panel:access:0:open")

    assert desk.text.startswith("## Access\n")


async def test_a_switch_is_turned_at_once_and_shows_before_and_after() -> None:
    desk = Desk()

    await desk.press("panel:log:0:put:log_prompts=on")

    assert desk.policy.settings == {"log_prompts": True}
    assert desk.note == "✅ **Log prompts**: off → on"
    assert "**Log prompts** · on" in desk.text


async def test_a_switch_of_an_old_panel_is_turned_to_what_it_said_and_not_over() -> None:
    desk = Desk()
    await desk.press("panel:log:0:put:log_prompts=on")

    await desk.press("panel:log:0:put:log_prompts=on")

    assert desk.policy.settings == {"log_prompts": True}
    assert "Nothing to change" in desk.note


async def test_a_choice_is_set() -> None:
    desk = Desk()

    await desk.press("panel:safety:0:pick:flagged_pictures", "withhold")

    assert desk.policy.settings == {"flagged_pictures": "withhold"}


async def test_channels_are_set_by_choosing_and_cleared_by_choosing_none() -> None:
    desk = Desk()

    await desk.press("panel:access:0:pick:open_channels", str(CHANNEL), "802")
    chosen = desk.policy.settings
    await desk.press("panel:access:0:pick:open_channels")

    assert chosen == {"open_channels": [str(CHANNEL), "802"]}
    assert desk.policy.settings == {}


async def test_one_channel_is_switched_off_by_choosing_none() -> None:
    desk = Desk()

    await desk.press("panel:log:0:pick:log_channel", str(CHANNEL))
    await desk.press("panel:log:0:pick:log_channel")

    assert from_stored(desk.policy.settings).log_channel is None


async def test_a_number_is_asked_for_with_its_value_and_limits() -> None:
    desk = Desk()

    await desk.press(TYPED)

    assert desk.form["title"] == "Member pictures per day"
    assert desk.form["custom_id"] == TYPED
    (label,) = desk.form["components"]
    assert label["description"] == "From 1 to 10000, or off."
    assert label["component"]["value"] == "off"


async def test_what_was_typed_is_set_and_shown() -> None:
    desk = Desk()

    await desk.submit(TYPED, VALUE="5")

    assert from_stored(desk.policy.settings).member_pictures_per_day == 5
    assert desk.note == "✅ **Member pictures per day**: off → 5"


@pytest.mark.parametrize(
    ("typed", "flaw"), [("-1", "TOO_SMALL"), ("many", "NOT_A_NUMBER"), ("99999", "TOO_LARGE")]
)
async def test_what_cannot_be_taken_changes_nothing(typed: str, flaw: str) -> None:
    desk = Desk()

    await desk.submit(TYPED, VALUE=typed)

    assert desk.flaw == ("member_pictures_per_day", flaw)
    assert not desk.office.policies.kept
    assert not desk.answers.views


async def test_a_dangerous_setting_is_asked_about_once() -> None:
    desk = Desk()

    await desk.press("panel:safety:0:pick:mature_pictures", "age_restricted")
    asked = desk.text
    unchanged = dict(desk.office.policies.kept)
    await desk.press("panel:safety:0:sure:mature_pictures=age_restricted")

    assert "off → age restricted\n-# Whether mature pictures" in asked
    assert "Are you sure?" in asked
    assert not unchanged
    assert desk.policy.settings == {"mature_pictures": "age_restricted"}


async def test_a_dangerous_setting_that_stays_as_it_is_is_not_asked_about() -> None:
    desk = Desk()

    await desk.press("panel:safety:0:pick:mature_pictures", "off")

    assert "Nothing to change" in desk.note


async def test_a_setting_of_another_version_is_refused() -> None:
    desk = Desk()

    await desk.press("panel:log:0:put:log_moods=on")

    assert desk.flaw == ("log_moods", "UNKNOWN")


@pytest.mark.parametrize("effect", Effect)
async def test_a_rule_is_asked_for_with_model_role_and_channel(effect: Effect) -> None:
    desk = Desk()

    await desk.press(f"panel:models:0:rule:{effect.value}")

    required = {name: one.get("required") for name, one in fields(desk.form).items()}
    invited = [one["placeholder"] for one in fields(desk.form).values() if "placeholder" in one]
    assert invited == ["Everybody", "Everywhere"]
    assert desk.form["custom_id"] == f"panel:models:0:rule:{effect.value}"
    assert required == {"MODEL": True, "ROLE": False, "CHANNEL": False}


async def test_a_model_is_allowed_for_a_role_in_a_channel() -> None:
    desk = Desk()

    await desk.submit(
        "panel:models:0:rule:allow", MODEL=PRO, ROLE=[str(ROLE)], CHANNEL=[str(CHANNEL)]
    )

    (rule,) = desk.policy.models.rules
    assert (rule.model, rule.effect) == (PRO, Effect.ALLOW)
    assert (rule.role_id, rule.channel_id) == (ROLE, CHANNEL)
    assert "no rule → allowed" in desk.note
    assert "1. ✅ allow get3w/flux-pro" in desk.text


async def test_a_rule_without_places_holds_for_the_whole_server() -> None:
    desk = Desk()

    await desk.submit("panel:models:0:rule:deny", MODEL="get3w/*")

    (rule,) = desk.policy.models.rules
    assert (rule.role_id, rule.channel_id) == (None, None)


async def test_a_model_that_no_catalogue_lists_is_taken_with_a_warning() -> None:
    desk = Desk()

    await desk.submit("panel:models:0:rule:allow", MODEL="new/model")

    assert "⚠️ The image service doesn't list this model." in desk.note


@pytest.mark.parametrize("typed", ["", "a*b/c", "no model"])
async def test_what_is_no_model_is_refused(typed: str) -> None:
    desk = Desk()

    await desk.submit("panel:models:0:rule:allow", MODEL=typed)

    assert desk.flaw[0].casefold() == "model"
    assert not desk.office.policies.kept


async def test_chosen_rules_are_taken_away_and_no_others() -> None:
    desk = Desk()
    for rule in (allow("a/b"), deny("a/c", ROLE), allow("a/d", None, CHANNEL)):
        await desk.office.moderation().put_rule(
            MOD, rule.model, rule.effect, rule.role_id, rule.channel_id
        )

    keys = rule_key(allow("a/b")), rule_key(deny("a/c", ROLE)), "gone already"
    await desk.press("panel:models:0:drop_rules:0", *keys)

    assert [rule.model for rule in desk.policy.models.rules] == ["a/d"]
    assert "**a/b** in the whole server: allowed → no rule" in desk.note
    assert desk.office.log.actions[-1] == "rule.reset"


async def test_a_rule_that_is_gone_already_changes_nothing() -> None:
    desk = Desk()

    await desk.press("panel:models:0:drop_rules:0", rule_key(allow("a/b")))

    assert desk.policy.models == ServerModels(DEFAULT)
    assert "Nothing to change" in desk.note


async def test_a_role_gets_a_limit_of_its_own() -> None:
    desk = Desk()
    await desk.press("panel:limits:0:role_limit")

    await desk.submit("panel:limits:0:role_limit", ROLE=[str(ROLE)], LIMIT=["cooldown"], VALUE="5m")

    assert set(fields(desk.form)) == {"ROLE", "LIMIT", "VALUE"}
    assert desk.note == f"✅ **Cooldown** for <@&{ROLE}>: as usual → 5m"
    assert f"1. <@&{ROLE}> · cooldown 5m" in desk.text


async def test_limits_of_roles_are_taken_away_by_choosing_them() -> None:
    desk = Desk()
    for name in ("at_once", "pictures_per_hour"):
        await desk.office.moderation().set_role_limit(MOD, ROLE, name, "7")
    at_once, _ = from_stored(desk.policy.settings).role_limits

    await desk.press("panel:limits:0:drop_role_limits:0", role_limit_key(at_once), "other")

    (left,) = from_stored(desk.policy.settings).role_limits
    assert left.name == "pictures_per_hour"
    assert "7 → as usual" in desk.note


async def test_a_limit_of_a_role_goes_by_typing_off() -> None:
    desk = Desk()
    await desk.office.moderation().set_role_limit(MOD, ROLE, "at_once", "7")

    await desk.submit("panel:limits:0:role_limit", ROLE=[str(ROLE)], LIMIT=["at_once"], VALUE="off")

    assert from_stored(desk.policy.settings).role_limits == ()


async def test_terms_are_added_and_taken_away_in_one_form() -> None:
    desk = Desk()
    await desk.office.moderation().add_terms(MOD, "cat, dog*")

    await desk.submit("panel:safety:0:terms", ADD="*ana*\nbird", REMOVE="cat")

    assert desk.policy.terms == ("*ana*", "bird", "dog*")
    assert desk.note == "✅ **Blocked terms**: 2 → 3 (2 added, 1 taken away)"


async def test_a_bad_term_to_take_away_adds_nothing_either() -> None:
    desk = Desk()

    await desk.submit("panel:safety:0:terms", ADD="cat", REMOVE="x" * 61)

    assert desk.flaw == ("terms", "TOO_LONG")
    assert not desk.office.policies.kept


async def test_a_form_that_adds_too_many_terms_takes_none_away() -> None:
    desk = Desk()
    full = ", ".join(f"term{n}" for n in range(1000))
    await desk.office.moderation().add_terms(MOD, full)

    await desk.submit("panel:safety:0:terms", ADD="one, more", REMOVE="term1")

    assert desk.flaw == ("terms", "TOO_MANY")
    assert len(desk.policy.terms) == 1000


async def test_an_empty_form_for_terms_changes_nothing() -> None:
    desk = Desk()

    await desk.submit("panel:safety:0:terms")

    assert "Nothing to change" in desk.note


async def test_a_member_is_blocked_for_a_time_with_a_reason() -> None:
    desk = Desk()
    await desk.press("panel:access:0:block")

    await desk.submit("panel:access:0:block", MEMBER=["7"], SPAN="1d", REASON="spam")

    assert desk.form["title"] == "Block a member"
    assert {"MEMBER", "SPAN", "REASON"} == set(fields(desk.form))
    block = desk.policy.blocks[7]
    assert block.until is not None
    assert (block.until - block.since).total_seconds() == 86_400
    assert "<@7> **can't make pictures in this server** until" in desk.note
    assert "**Blocked members** · 1" in desk.text


async def test_a_member_is_blocked_for_good_where_no_time_is_given() -> None:
    desk = Desk()

    await desk.submit("panel:access:0:block", MEMBER=["7"])

    assert desk.policy.blocks[7].until is None


async def test_chosen_members_are_let_in_again() -> None:
    desk = Desk()
    for member_id in (7, 8):
        await desk.office.moderation().block(MOD, member_id, None, "")

    await desk.press("panel:access:0:unblock:0", "7")

    assert set(desk.policy.blocks) == {8}
    assert "<@7> **can make pictures again:**" in desk.note


async def test_another_server_is_never_touched() -> None:
    desk = Desk()

    await desk.press("panel:log:0:put:log_prompts=on")
    await desk.submit("panel:models:0:rule:allow", MODEL=PRO)
    await desk.submit("panel:access:0:block", MEMBER=["7"])

    assert set(desk.office.policies.kept) == {SERVER}
    assert OTHER_SERVER not in desk.office.policies.kept
    assert {entry.server_id for entry in desk.office.log.told} == {SERVER}


async def test_every_change_is_in_the_log_under_who_made_it() -> None:
    desk = Desk()

    await desk.press("panel:log:0:put:log_prompts=on")

    (entry,) = desk.office.log.told
    assert (entry.actor_id, entry.subject) == (MOD.member_id, "log_prompts")
    assert (entry.before, entry.after) == (False, True)


async def test_the_longest_change_leaves_room_for_the_page() -> None:
    desk = Desk()
    ids = [str(10**18 + at) for at in range(100)]

    for listed in (ids, ids[::-1]):
        await desk.submit("panel:access:0:type:open_channels", VALUE=" ".join(listed))

    assert len(from_stored(desk.policy.settings).open_channels) == 100
    assert len(desk.note) <= NOTE_MAX_CHARACTERS + 100
    assert desk.answers.views[-1].content_length() <= 4000
