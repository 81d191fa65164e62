"""What moderators change: kept, told to the log, and without effect on any other server."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.domain.model_changes import Note
from bot.domain.model_rules import Effect
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.terms import TERMS_MAX
from bot.services.moderation import Moderation
from bot.services.moderation_steps import BLOCKS_MAX
from tests.unit.moderated import (
    DEFAULT,
    MEMBER,
    MOD,
    OTHER_SERVER,
    PRO,
    SERVER,
    UNDECIDED,
    Office,
)
from tests.unit.ruled import CHANNEL, ROLE
from tests.unit.virtual_time import START

Deed = Callable[[Moderation], Awaitable[object]]

DAY = timedelta(days=1)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def moderation(office: Office) -> Moderation:
    return office.moderation()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (PRO, PRO),
        ("flux-pro", PRO),
        (" FLUX-PRO ", PRO),
        ("imagen4/fast", "google/imagen4/fast"),
        ("new/model", "new/model"),
        ("google/*", "google/*"),
        ("*", "*"),
    ],
)
async def test_a_model_is_meant_by_id_short_name_or_pattern(
    moderation: Moderation, typed: str, meant: str
) -> None:
    change = await moderation.put_rule(MOD, typed, Effect.ALLOW)

    assert [rule.model for rule in change.added] == [meant]


async def test_a_rule_holds_where_it_was_made(moderation: Moderation) -> None:
    change = await moderation.put_rule(MOD, PRO, Effect.ALLOW, ROLE, CHANNEL)

    kept = (await moderation.policy(SERVER)).models.rules
    assert kept == change.added
    assert (kept[0].role_id, kept[0].channel_id, kept[0].since) == (ROLE, CHANNEL, START)


@pytest.mark.parametrize(
    ("model", "known"), [(PRO, True), ("google/*", True), ("new/model", False), ("new/*", False)]
)
def test_a_model_is_known_where_the_catalogue_lists_it(
    moderation: Moderation, model: str, *, known: bool
) -> None:
    assert moderation.is_known(model) is known


async def test_a_rule_above_the_operators_ceiling_is_kept_with_a_note(office: Office) -> None:
    change = await office.moderation(DEFAULT).put_rule(MOD, PRO, Effect.ALLOW)

    assert change.notes == (Note.ABOVE_CEILING,)


def test_models_are_suggested_by_any_part_of_their_name_under_the_ceiling(office: Office) -> None:
    assert office.moderation().suggest_models("FLUX") == [DEFAULT, PRO]
    assert office.moderation("get3w/*").suggest_models("") == [DEFAULT, PRO]


async def test_resetting_a_place_leaves_the_others(moderation: Moderation) -> None:
    await moderation.put_rule(MOD, PRO, Effect.ALLOW, ROLE)
    await moderation.put_rule(MOD, PRO, Effect.DENY, ROLE, CHANNEL)

    change = await moderation.reset_models(MOD, ROLE)

    assert [rule.channel_id for rule in change.removed] == [None]
    assert len(change.after.rules) == 1


async def test_resetting_all_models_brings_the_operators_default_back(
    moderation: Moderation,
) -> None:
    await moderation.put_rule(MOD, PRO, Effect.DEFAULT)
    expected = await moderation.compare_models_reset(SERVER)

    change = await moderation.reset_models(MOD)

    assert change.after.default == DEFAULT
    assert expected.models == change
    assert expected.settings == ()


async def test_a_setting_changes_and_tells_before_and_after(moderation: Moderation) -> None:
    expected = await moderation.compare_set(SERVER, "member_pictures_per_day", "5")
    change = await moderation.set(MOD, "Member_Pictures_Per_Day", " 5 ")

    assert (change.before, change.after) == (None, 5)
    assert change == expected
    assert (await moderation.settings(SERVER)).member_pictures_per_day == 5


async def test_default_brings_back_what_a_setting_came_with(moderation: Moderation) -> None:
    await moderation.set(MOD, "retention_days", "7")
    await moderation.set(MOD, "retention_days", "Default")

    assert (await moderation.policy(SERVER)).settings == {}


async def test_what_a_newer_version_keeps_stays(office: Office) -> None:
    newer = {"from_tomorrow": [1, 2]}
    office.policies.kept[SERVER] = type(UNDECIDED)(UNDECIDED.models, newer)

    await office.moderation().set(MOD, "show_prompts", "off")

    assert office.policies.kept[SERVER].settings == {**newer, "show_prompts": False}


async def test_a_role_gets_a_limit_and_loses_it(moderation: Moderation) -> None:
    await moderation.set_role_limit(MOD, ROLE, "pictures_per_day", "50")
    held = (await moderation.settings(SERVER)).member_limits(frozenset({ROLE}))
    await moderation.set_role_limit(MOD, ROLE, "pictures_per_day", None)

    assert held.pictures_per_day == 50
    assert (await moderation.settings(SERVER)).role_limits == ()


async def test_only_new_terms_are_told(moderation: Moderation) -> None:
    await moderation.add_terms(MOD, "cat*")

    assert await moderation.add_terms(MOD, "CAT*, dog\nmouse, Dog") == ("Dog", "mouse")
    assert (await moderation.policy(SERVER)).terms == ("Dog", "cat*", "mouse")


async def test_terms_are_removed_whatever_their_case(moderation: Moderation) -> None:
    await moderation.add_terms(MOD, "cat*, Dog")

    assert await moderation.remove_terms(MOD, "dog, fish") == ("Dog",)
    assert (await moderation.policy(SERVER)).terms == ("cat*",)


async def test_a_member_is_blocked_until_a_moment(moderation: Moderation) -> None:
    block = await moderation.block(MOD, MEMBER, START + DAY, " spam ")

    assert (block.until, block.reason, block.by_id) == (START + DAY, "spam", MOD.member_id)
    assert (await moderation.policy(SERVER)).blocks == {MEMBER: block}


async def test_unblocking_tells_of_a_block_that_was_in_force(moderation: Moderation) -> None:
    block = await moderation.block(MOD, MEMBER, None, "")

    assert await moderation.unblock(MOD, MEMBER) == block
    assert await moderation.unblock(MOD, MEMBER) is None
    assert (await moderation.policy(SERVER)).blocks == {}


async def test_blocks_that_are_over_make_room(office: Office) -> None:
    moderation = office.moderation()
    for member_id in range(BLOCKS_MAX):
        await moderation.block(MOD, 1000 + member_id, START - DAY, "")
    await moderation.block(MOD, MEMBER, None, "")

    assert list((await moderation.policy(SERVER)).blocks) == [MEMBER]


@pytest.mark.parametrize(
    ("deed", "action"),
    [
        (lambda m: m.put_rule(MOD, PRO, Effect.ALLOW), "rule.allow"),
        (lambda m: m.put_rule(MOD, PRO, Effect.DENY), "rule.deny"),
        (lambda m: m.put_rule(MOD, PRO, Effect.DEFAULT), "rule.default"),
        (lambda m: m.set(MOD, "retention_days", "7"), "setting.change"),
        (lambda m: m.set_role_limit(MOD, ROLE, "at_once", "2"), "setting.change"),
        (lambda m: m.add_terms(MOD, "cat"), "term.add"),
        (lambda m: m.block(MOD, MEMBER, None, ""), "member.block"),
        (lambda m: m.bring_in(MOD, '{"version": 1, "terms": ["cat"]}'), "policy.import"),
    ],
)
async def test_each_change_is_told_to_the_log_once(office: Office, deed: Deed, action: str) -> None:
    await deed(office.moderation())

    (entry,) = office.log.told
    assert entry.action == action
    assert (entry.server_id, entry.actor_id, entry.at) == (SERVER, MOD.member_id, START)
    assert entry.before != entry.after


@pytest.mark.parametrize(
    "deed",
    [
        lambda m: m.reset_models(MOD),
        lambda m: m.put_rule(MOD, DEFAULT, Effect.DEFAULT),
        lambda m: m.set(MOD, "retention_days", "30"),
        lambda m: m.set_role_limit(MOD, ROLE, "at_once", None),
        lambda m: m.remove_terms(MOD, "cat"),
        lambda m: m.unblock(MOD, MEMBER),
        lambda m: m.bring_in(MOD, '{"version": 1}'),
        lambda m: m.reset(MOD),
    ],
)
async def test_what_changes_nothing_is_not_told(office: Office, deed: Deed) -> None:
    await deed(office.moderation())

    assert office.log.told == []


async def test_the_log_tells_which_default_followed_a_denied_one(office: Office) -> None:
    moderation = office.moderation()
    await moderation.put_rule(MOD, PRO, Effect.ALLOW)
    await moderation.put_rule(MOD, DEFAULT, Effect.DENY)

    entry = office.log.told[-1]
    assert entry.before == [{"model": DEFAULT, "effect": "default"}]
    assert entry.after == [
        {"model": DEFAULT, "effect": "deny"},
        {"model": PRO, "effect": "default"},
    ]


async def test_the_log_tells_a_rules_place(office: Office) -> None:
    await office.moderation().put_rule(MOD, PRO, Effect.ALLOW, ROLE, CHANNEL)

    (entry,) = office.log.told
    place = {"role": str(ROLE), "channel": str(CHANNEL)}
    assert (entry.subject, entry.before) == (PRO, None)
    assert entry.after == [{"model": PRO, "effect": "allow", **place}]


async def test_the_log_tells_of_the_one_role_whose_limit_changes(office: Office) -> None:
    moderation = office.moderation()
    await moderation.set_role_limit(MOD, ROLE + 1, "at_once", "3")
    await moderation.set_role_limit(MOD, ROLE, "at_once", "2")

    entry = office.log.told[-1]
    assert (entry.subject, entry.before) == ("role_limits", {})
    assert entry.after == {str(ROLE): {"at_once": 2}}


async def test_what_was_exported_comes_back(moderation: Moderation) -> None:
    await moderation.put_rule(MOD, PRO, Effect.ALLOW, ROLE)
    await moderation.set(MOD, "member_pictures_per_day", "5")
    await moderation.add_terms(MOD, "cat")
    before, text = await moderation.policy(SERVER), await moderation.export(SERVER)
    await moderation.reset(MOD)

    await moderation.bring_in(MOD, text)

    assert await moderation.policy(SERVER) == before


async def test_a_comparison_tells_what_an_import_would_change(moderation: Moderation) -> None:
    text = '{"version": 1, "settings": {"retention_days": 7}, "terms": ["cat"]}'

    expected = await moderation.compare(SERVER, text)

    assert await moderation.policy(SERVER) == UNDECIDED
    assert await moderation.bring_in(MOD, text) == expected
    assert expected.terms_added == ("cat",)


async def test_a_reset_keeps_blocked_members(moderation: Moderation) -> None:
    block = await moderation.block(MOD, MEMBER, None, "")
    await moderation.set(MOD, "member_pictures_per_day", "5")
    expected = await moderation.compare_reset(SERVER)

    assert await moderation.reset(MOD) == expected
    policy = await moderation.policy(SERVER)
    assert (policy.settings, policy.blocks) == ({}, {MEMBER: block})


@pytest.mark.parametrize(
    ("deed", "field", "flaw", "limit"),
    [
        (lambda m: m.add_terms(MOD, "x" * 5000), "terms", Flaw.TOO_LONG, "60"),
        (lambda m: m.add_terms(MOD, " ,\n"), "terms", Flaw.EMPTY, ""),
        (lambda m: m.add_terms(MOD, "c*t"), "terms", Flaw.STAR_INSIDE, ""),
        (lambda m: m.set(MOD, "member_pictures_per_day", "-5"), "", Flaw.TOO_SMALL, "1"),
        (lambda m: m.set(MOD, "server_budget_per_day", "-1"), "", Flaw.TOO_SMALL, "$0.01"),
        (lambda m: m.set(MOD, "member_cooldown", "soon"), "", Flaw.NOT_A_DURATION, ""),
        (lambda m: m.set(MOD, "no_such", "1"), "no_such", Flaw.UNKNOWN, ""),
        (lambda m: m.set_role_limit(MOD, ROLE, "at_once", "0"), "at_once", Flaw.TOO_SMALL, "1"),
        (lambda m: m.put_rule(MOD, "x" * 101, Effect.ALLOW), "model", Flaw.TOO_LONG, "100"),
        (lambda m: m.put_rule(MOD, "no id", Effect.ALLOW), "model", Flaw.NOT_A_MODEL, ""),
        (lambda m: m.put_rule(MOD, "get3w/*", Effect.DEFAULT), "model", Flaw.NOT_A_MODEL, ""),
        (lambda m: m.block(MOD, MEMBER, None, "x" * 301), "reason", Flaw.TOO_LONG, "300"),
        (lambda m: m.bring_in(MOD, "{"), "file", Flaw.NOT_A_DOCUMENT, ""),
        (lambda m: m.bring_in(MOD, " " * 500_001), "file", Flaw.TOO_LONG, "500,000"),
        (lambda m: m.bring_in(MOD, '{"version": 1, "x": 2}'), "file.x", Flaw.UNKNOWN, ""),
        (
            lambda m: m.bring_in(MOD, '{"version": 1, "settings": {"retention_days": "7"}}'),
            "retention_days",
            Flaw.WRONG_TYPE,
            "a whole number",
        ),
        (
            lambda m: m.bring_in(MOD, '{"version": 1, "terms": ["a\\u0000b"]}'),
            "terms[0]",
            Flaw.WRONG_TYPE,
            "a text",
        ),
    ],
)
async def test_bad_input_names_field_and_limit_and_changes_nothing(
    office: Office, deed: Deed, field: str, flaw: Flaw, limit: str
) -> None:
    with pytest.raises(BadInputError) as refused:
        await deed(office.moderation())

    assert (refused.value.flaw, refused.value.limit) == (flaw, limit)
    assert field in refused.value.field
    assert office.policies.kept == {}
    assert office.log.told == []


async def test_no_more_terms_are_taken_than_a_server_may_have(moderation: Moderation) -> None:
    await moderation.add_terms(MOD, ",".join(f"word{n}" for n in range(TERMS_MAX)))

    with pytest.raises(BadInputError):
        await moderation.add_terms(MOD, "one more")


async def test_no_more_role_limits_are_taken_than_a_server_may_have(
    moderation: Moderation,
) -> None:
    for role_id in range(1, 101):
        await moderation.set_role_limit(MOD, role_id, "at_once", "2")

    with pytest.raises(BadInputError):
        await moderation.set_role_limit(MOD, 101, "at_once", "2")


async def test_other_servers_are_untouched(office: Office) -> None:
    moderation = office.moderation()
    await moderation.put_rule(MOD, PRO, Effect.ALLOW)
    await moderation.set(MOD, "retention_days", "7")
    await moderation.add_terms(MOD, "cat")
    await moderation.block(MOD, MEMBER, None, "")
    await moderation.reset(MOD)

    assert await moderation.policy(OTHER_SERVER) == UNDECIDED
    assert {entry.server_id for entry in office.log.told} == {SERVER}
