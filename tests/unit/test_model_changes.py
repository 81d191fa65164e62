"""What the commands about models do to a server's rules."""

import pytest

from bot.domain.model_changes import (
    RULES_MAX,
    ModelChange,
    Note,
    model_id,
    model_pattern,
    put_rule,
    reset,
    without_rules,
)
from bot.domain.model_rules import ModelRule, ServerModels
from bot.domain.models import ModelCeiling
from bot.domain.refusals import BadInputError, Flaw
from tests.unit.ruled import CHANNEL, OPEN, OTHER_CHANNEL, ROLE, allow, default, deny

USUAL = "get3w/flux-dev"
PRO = "get3w/flux-pro"


def put(
    rule: ModelRule, *rules: ModelRule, usual: str | None = USUAL, ceiling: str = "*"
) -> ModelChange:
    return put_rule(ServerModels(usual, rules), rule, ModelCeiling((ceiling,)))


def test_a_rule_is_added_to_the_others() -> None:
    change = put(allow(PRO, ROLE, CHANNEL), deny("a/b"))

    assert change.after == ServerModels(USUAL, (deny("a/b"), allow(PRO, ROLE, CHANNEL)))
    assert change.added == (allow(PRO, ROLE, CHANNEL),)
    assert change.removed == ()
    assert change.notes == ()


def test_a_rule_replaces_its_opposite_in_the_same_place() -> None:
    change = put(deny(PRO, ROLE), allow(PRO, ROLE), allow(PRO, None, CHANNEL))

    assert change.after.rules == (allow(PRO, None, CHANNEL), deny(PRO, ROLE))
    assert change.removed == (allow(PRO, ROLE),)


def test_a_rule_that_is_there_already_stays_as_old_as_it_is() -> None:
    change = put(allow(PRO, day=9), allow(PRO, day=1))

    assert change.after == change.before


def test_what_was_before_is_kept_as_it_was() -> None:
    before = ServerModels(USUAL, (allow(PRO),))

    assert put_rule(before, deny(PRO), OPEN).before == ServerModels(USUAL, (allow(PRO),))


def test_denying_the_default_makes_the_oldest_allow_the_default() -> None:
    change = put(deny(USUAL), allow("a/younger", day=2), allow("a/older", day=1))

    assert change.after.default == "a/older"
    assert change.notes == (Note.DEFAULT_FOLLOWED,)


def test_a_pattern_that_denies_the_default_does_the_same() -> None:
    assert put(deny("get3w/*"), allow("a/b")).after.default == "a/b"


def test_no_pattern_follows_the_default() -> None:
    assert put(deny(USUAL), allow("a/*", day=1), allow("a/b", day=2)).after.default == "a/b"


@pytest.mark.parametrize("other", [allow("a/b", ROLE), allow("a/b", None, CHANNEL)])
def test_only_what_the_whole_server_may_use_follows_the_default(other: ModelRule) -> None:
    assert put(deny(USUAL), other).after.default is None


def test_what_is_denied_itself_does_not_follow_the_default() -> None:
    change = put(deny(USUAL), allow("a/one", day=1), deny("a/*"), allow("b/two", day=2))

    assert change.after.default == "b/two"


def test_what_the_operator_does_not_allow_does_not_follow_the_default() -> None:
    change = put(deny(USUAL), allow("a/one", day=1), allow("b/two", day=2), ceiling="b/*")

    assert change.after.default == "b/two"


def test_denying_the_last_model_leaves_no_default_and_says_so() -> None:
    change = put(deny(USUAL))

    assert change.after.default is None
    assert change.notes == (Note.DEFAULT_GONE,)


@pytest.mark.parametrize("rule", [deny(USUAL, ROLE), deny(USUAL, None, CHANNEL)])
def test_a_narrower_denial_leaves_the_default_alone(rule: ModelRule) -> None:
    assert put(rule, allow("a/b")).after.default == USUAL


def test_denying_another_model_leaves_the_default_alone() -> None:
    change = put(deny(PRO), allow("a/b"))

    assert change.after.default == USUAL
    assert change.notes == ()


def test_the_first_model_allowed_where_there_is_no_default_becomes_it() -> None:
    change = put(allow(PRO), deny(USUAL), usual=None)

    assert change.after.default == PRO
    assert change.notes == (Note.DEFAULT_FOUND,)


@pytest.mark.parametrize("rule", [allow("a/*"), allow(PRO, ROLE), deny("a/b")])
def test_no_other_rule_makes_a_default_where_there_is_none(rule: ModelRule) -> None:
    assert put(rule, usual=None).after.default is None


def test_setting_a_default_makes_no_rule() -> None:
    assert put(default(PRO)).after == ServerModels(PRO)


def test_setting_a_default_lifts_the_denial_of_that_model() -> None:
    change = put(default(PRO), deny(PRO), deny(PRO, ROLE))

    assert change.after == ServerModels(PRO, (deny(PRO, ROLE),))


def test_setting_a_default_warns_where_a_pattern_still_denies_it() -> None:
    change = put(default(PRO), deny("get3w/*"), usual="a/b")

    assert change.after.default == PRO
    assert Note.OUTWEIGHED in change.notes


def test_setting_a_default_tells_that_the_former_one_is_closed() -> None:
    assert put(default(PRO)).notes == (Note.FORMER_DEFAULT_CLOSED,)


def test_a_former_default_that_a_rule_allows_stays_open() -> None:
    assert put(default(PRO), allow("get3w/*")).notes == ()


def test_setting_the_same_default_again_says_nothing() -> None:
    assert put(default(USUAL)).notes == ()


def test_a_role_has_one_default_in_one_place() -> None:
    rules = (default("a/b", ROLE), default("a/b", ROLE, CHANNEL), allow("c/d", ROLE))

    assert put(default(PRO, ROLE), *rules).after.rules == (*rules[1:], default(PRO, ROLE))


def test_a_default_of_a_role_leaves_the_servers_alone() -> None:
    assert put(default(PRO, ROLE)).after.default == USUAL


def test_a_default_is_no_pattern() -> None:
    with pytest.raises(BadInputError) as refused:
        put(default("get3w/*"))

    assert (refused.value.field, refused.value.flaw) == ("model", Flaw.NOT_A_MODEL)


@pytest.mark.parametrize("rule", [allow("b/c"), default("b/c"), default("b/c", ROLE)])
def test_a_rule_above_the_ceiling_is_kept_with_a_warning(rule: ModelRule) -> None:
    assert Note.ABOVE_CEILING in put(rule, ceiling="get3w/*").notes


@pytest.mark.parametrize("rule", [deny("b/c"), allow("b/*")])
def test_nothing_is_said_of_the_ceiling_where_it_changes_nothing(rule: ModelRule) -> None:
    assert put(rule, ceiling="get3w/*").notes == ()


def test_an_allow_beside_a_denial_that_fits_warns() -> None:
    assert put(allow(PRO, ROLE), deny("get3w/*", ROLE)).notes == (Note.OUTWEIGHED,)


@pytest.mark.parametrize("other", [deny("get3w/*"), deny("a/*", ROLE), allow("get3w/*", ROLE)])
def test_an_allow_that_holds_does_not_warn(other: ModelRule) -> None:
    assert put(allow(PRO, ROLE), other, usual="a/b").notes == ()


def test_a_server_has_a_bounded_number_of_rules() -> None:
    rules = [allow(f"a/m{number}") for number in range(RULES_MAX)]

    with pytest.raises(BadInputError) as refused:
        put(allow("one/more"), *rules)

    assert (refused.value.flaw, refused.value.limit) == (Flaw.TOO_MANY, str(RULES_MAX))


def test_a_full_server_can_still_replace_a_rule() -> None:
    rules = [allow(f"a/m{number}") for number in range(RULES_MAX)]

    assert deny("a/m7") in put(deny("a/m7"), *rules).after.rules


def test_a_reset_goes_back_to_the_operators_default() -> None:
    models = ServerModels(PRO, (allow("a/b"), deny("a/c", ROLE)))

    assert reset(models, USUAL).after == ServerModels(USUAL)


@pytest.mark.parametrize(
    ("role", "channel"), [(ROLE, None), (None, CHANNEL), (ROLE, CHANNEL), (ROLE, OTHER_CHANNEL)]
)
def test_a_reset_of_one_place_takes_its_rules_alone(role: int, channel: int) -> None:
    rules = [
        allow("a/b", one, other) for one in (None, ROLE) for other in (None, CHANNEL, OTHER_CHANNEL)
    ]

    change = reset(ServerModels(PRO, tuple(rules)), USUAL, role, channel)

    assert change.removed == (allow("a/b", role, channel),)
    assert change.after.default == PRO


def test_single_rules_are_taken_away_and_the_default_stays() -> None:
    models = ServerModels(PRO, (allow("a/b"), deny("a/c", ROLE), allow("a/d")))

    change = without_rules(models, [deny("a/c", ROLE), allow("a/b", CHANNEL)])

    assert change.removed == (deny("a/c", ROLE),)
    assert change.after == ServerModels(PRO, (allow("a/b"), allow("a/d")))


@pytest.mark.parametrize("text", ["get3w/flux-dev", "  a/b/c "])
def test_an_id_is_read_without_the_space_around_it(text: str) -> None:
    assert model_id(text) == text.strip()


@pytest.mark.parametrize("text", ["google/*", "*-pro", "*flux*", "*", "a/b"])
def test_a_pattern_is_read(text: str) -> None:
    assert model_pattern(f" {text} ") == text


@pytest.mark.parametrize(
    ("text", "flaw", "limit"),
    [
        ("", Flaw.NOT_A_MODEL, ""),
        ("flux-dev", Flaw.NOT_A_MODEL, ""),
        ("a/b c", Flaw.NOT_A_MODEL, ""),
        ("get3w/<@1>*", Flaw.NOT_A_MODEL, ""),
        ("a/[bc]*", Flaw.NOT_A_MODEL, ""),
        ("***", Flaw.NOT_A_MODEL, ""),
        ("a/*/b", Flaw.STAR_INSIDE, ""),
        ("a/" + "b" * 4998, Flaw.TOO_LONG, "100"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_name_of_the_option(
    text: str, flaw: Flaw, limit: str
) -> None:
    with pytest.raises(BadInputError) as refused:
        model_pattern(text)

    assert (refused.value.field, refused.value.flaw, refused.value.limit) == ("model", flaw, limit)


def test_an_id_has_no_star() -> None:
    with pytest.raises(BadInputError):
        model_id("a/*")
