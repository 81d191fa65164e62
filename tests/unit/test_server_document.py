"""A server's policy as a file: it comes back as it was, and nothing bad in it is taken."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_rules import Effect, ModelRule, ServerModels
from bot.domain.named_places import Named, PlaceCheck, Purpose
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.role_limits import RoleLimit
from bot.domain.server_document import (
    DOCUMENT_MAX_CHARACTERS,
    ServerDocument,
    difference,
    export,
    read,
)
from bot.domain.server_settings import ServerSettings
from tests.unit.ruled import CHANNEL, DAY_ONE, ROLE, allow, default, deny

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FRESH = ServerDocument(ServerSettings(), ServerModels("get3w/flux-dev"))
FULL = ServerDocument(
    ServerSettings(
        member_pictures_per_day=5,
        role_limits=(RoleLimit(ROLE, "cooldown", 30),),
        server_budget_per_day=2_500_000,
        spoiler_roles=(ROLE,),
        log_channel=2**63 - 1,
    ),
    ServerModels(
        None, (allow("a/*", day=3), deny("a/b", ROLE), default("c/d", ROLE, CHANNEL, day=1))
    ),
    ("cat*", "b\u00f6se", "\u732b"),
)


def a_file(**parts: object) -> str:
    return json.dumps({"version": 1, **parts})


def refused(text: str) -> tuple[str, Flaw, str]:
    with pytest.raises(BadInputError) as caught:
        read(text, FULL, NOW)
    return caught.value.field, caught.value.flaw, caught.value.limit


@pytest.mark.parametrize("document", [FRESH, FULL], ids=["fresh", "full"])
@pytest.mark.parametrize("current", [FRESH, FULL], ids=["over fresh", "over full"])
def test_what_was_exported_comes_back_as_it_was(
    document: ServerDocument, current: ServerDocument
) -> None:
    assert read(export(document), current, NOW) == document


def test_a_file_is_made_to_be_read_by_people() -> None:
    text = export(FULL)

    assert '"server_budget_per_day": 2.5' in text
    assert '"b\u00f6se"' in text
    assert '"log_channel": "9223372036854775807"' in text
    assert '"effect": "deny"' in text
    assert text.endswith("}\n")


def test_what_a_file_does_not_name_stays() -> None:
    assert read(a_file(), FULL, NOW) == FULL


def test_a_setting_that_a_file_names_changes_alone() -> None:
    after = read(a_file(settings={"show_prompts": False}), FULL, NOW)

    assert [change.setting.name for change in difference(FULL, after).settings] == ["show_prompts"]


def test_rules_that_a_file_names_replace_the_old_ones() -> None:
    after = read(a_file(models={"rules": [{"model": "x/y", "effect": "allow"}]}), FULL, DAY_ONE)

    assert after.models == ServerModels(None, (allow("x/y"),))


def test_a_default_that_a_file_names_changes_alone() -> None:
    after = read(a_file(models={"default": "x/y"}), FULL, NOW)

    assert after.models == ServerModels("x/y", FULL.models.rules)


def test_the_same_term_counts_once() -> None:
    assert read(a_file(terms=["cat", " cat "]), FULL, NOW).terms == ("cat",)


def test_the_difference_tells_before_and_after() -> None:
    change = difference(FRESH, FULL)

    told = {one.setting.name: (one.before, one.after) for one in change.settings}
    assert told["member_pictures_per_day"] == (None, 5)
    assert change.models.added == FULL.models.rules
    assert (change.terms_removed, change.terms_added) == ((), FULL.terms)
    assert not change.empty


def test_the_difference_tells_what_goes() -> None:
    change = difference(FULL, FRESH)

    assert change.models.removed == FULL.models.rules
    assert change.terms_removed == FULL.terms


@pytest.mark.parametrize("document", [FRESH, FULL], ids=["fresh", "full"])
def test_between_equals_there_is_no_difference(document: ServerDocument) -> None:
    assert difference(document, document).empty


def test_a_new_default_alone_is_a_difference() -> None:
    assert not difference(FRESH, ServerDocument(FRESH.settings, ServerModels(None))).empty


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "{",
        '{"version": NaN}',
        '{"version": Infinity}',
        "[" * 100_000,
        '{"version": ' + "9" * 5000 + "}",
    ],
)
def test_what_is_no_json_is_no_file_of_ours(text: str) -> None:
    assert refused(text) == ("file", Flaw.NOT_A_DOCUMENT, "")


def test_a_file_that_is_too_long_is_not_even_read() -> None:
    text = " " * (DOCUMENT_MAX_CHARACTERS + 1)

    assert refused(text) == ("file", Flaw.TOO_LONG, "500,000")


RULE = {"model": "a/b", "effect": "allow"}


@pytest.mark.parametrize(
    ("text", "field", "flaw", "limit"),
    [
        ("[]", "file", Flaw.WRONG_TYPE, "names with values"),
        ("{}", "version", Flaw.WRONG_TYPE, "1"),
        ('{"version": 2}', "version", Flaw.WRONG_TYPE, "1"),
        ('{"version": 1, "version": 1}', "version", Flaw.TWICE, ""),
        (a_file(extra=1), "file.extra", Flaw.UNKNOWN, ""),
        (a_file(settings=[]), "settings", Flaw.WRONG_TYPE, "names with values"),
        (a_file(settings={"nonsense": 1}), "settings.nonsense", Flaw.UNKNOWN, ""),
        (
            a_file(settings={"member_pictures_per_day": "5"}),
            "member_pictures_per_day",
            Flaw.WRONG_TYPE,
            "a whole number",
        ),
        (
            a_file(settings={"member_pictures_per_day": -5}),
            "member_pictures_per_day",
            Flaw.TOO_SMALL,
            "1",
        ),
        (
            a_file(settings={"role_limits": {"7": {"at_once": 0}}}),
            "role_limits.7.at_once",
            Flaw.TOO_SMALL,
            "1",
        ),
        (
            a_file(settings={"log_channel": 123}),
            "log_channel",
            Flaw.WRONG_TYPE,
            "an id in quotation marks",
        ),
        (a_file(models=3), "models", Flaw.WRONG_TYPE, "names with values"),
        (a_file(models={"defualt": "a/b"}), "models.defualt", Flaw.UNKNOWN, ""),
        (a_file(models={"default": "a/*"}), "models.default", Flaw.NOT_A_MODEL, ""),
        (a_file(models={"default": 1}), "models.default", Flaw.WRONG_TYPE, "a text"),
        (a_file(models={"rules": {}}), "models.rules", Flaw.WRONG_TYPE, "a list"),
        (a_file(models={"rules": [RULE] * 201}), "models.rules", Flaw.TOO_MANY, "200"),
        (a_file(models={"rules": [RULE, RULE]}), "models.rules", Flaw.TWICE, ""),
        (
            a_file(models={"rules": [{"effect": "allow"}]}),
            "models.rules[0].model",
            Flaw.WRONG_TYPE,
            "a text",
        ),
        (
            a_file(models={"rules": [RULE, {**RULE, "effect": "maybe"}]}),
            "models.rules[1].effect",
            Flaw.NOT_A_CHOICE,
            "allow, deny, default",
        ),
        (
            a_file(models={"rules": [{**RULE, "role": 7}]}),
            "models.rules[0].role",
            Flaw.WRONG_TYPE,
            "an id in quotation marks",
        ),
        (
            a_file(models={"rules": [{**RULE, "channel": "here"}]}),
            "models.rules[0].channel",
            Flaw.NOT_A_CHANNEL,
            "",
        ),
        (
            a_file(models={"rules": [{**RULE, "effect": "default"}]}),
            "models.rules[0].role",
            Flaw.MISSING,
            "",
        ),
        (
            a_file(models={"rules": [{"model": "a/*", "effect": "default", "role": "7"}]}),
            "models.rules[0].model",
            Flaw.NOT_A_MODEL,
            "",
        ),
        (a_file(terms="cat"), "terms", Flaw.WRONG_TYPE, "a list"),
        (a_file(terms=["cat", 1]), "terms[1]", Flaw.WRONG_TYPE, "a text"),
        (a_file(terms=["x" * 5000]), "terms[0]", Flaw.TOO_LONG, "60"),
        (a_file(terms=["c*t"]), "terms[0]", Flaw.STAR_INSIDE, ""),
        (a_file(terms=["cat\ud800"]), "terms[0]", Flaw.WRONG_TYPE, "a text"),
        (a_file(terms=["cat"] * 1001), "terms", Flaw.TOO_MANY, "1000"),
    ],
)
def test_a_bad_file_is_refused_by_the_place_of_what_is_wrong(
    text: str, field: str, flaw: Flaw, limit: str
) -> None:
    assert refused(text) == (field, flaw, limit)


@pytest.mark.parametrize("since", ["yesterday", "2026-01-01", "2026-01-01T00:00:00"])
def test_a_rule_has_the_age_of_a_moment_in_a_known_zone(since: str) -> None:
    field, flaw, _ = refused(a_file(models={"rules": [{**RULE, "since": since}]}))

    assert (field, flaw) == ("models.rules[0].since", Flaw.WRONG_TYPE)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["version", "settings", "models", "rules", "terms", "role_limits", "x"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["settings", "models", "terms"]), json_values))
def test_whatever_a_file_holds_it_is_read_or_refused(parts: dict[str, object]) -> None:
    try:
        document = read(a_file(**parts), FULL, NOW)
    except BadInputError:
        return
    assert read(export(document), FRESH, NOW) == document


def rules_of(*rules: ModelRule) -> ServerDocument:
    return replace(FRESH, models=ServerModels("get3w/flux-dev", rules))


OLD, NEWER = allow("a/b", ROLE), deny("c/d", day=3)


def test_the_same_rules_in_another_order_are_no_difference() -> None:
    assert difference(rules_of(OLD, NEWER), rules_of(NEWER, OLD)).empty


def test_a_rule_that_is_there_stays_as_old_as_it_is() -> None:
    file = a_file(models={"rules": [{"model": "a/b", "effect": "allow", "role": str(ROLE)}]})
    current = rules_of(OLD)

    after = read(file, current, NOW)

    assert after.models.rules == (OLD,)
    assert difference(current, after).empty


def test_a_rule_that_turns_round_is_as_old_as_the_file_says() -> None:
    file = a_file(models={"rules": [{"model": "a/b", "effect": "deny", "role": str(ROLE)}]})

    (rule,) = read(file, rules_of(OLD), NOW).models.rules

    assert (rule.effect, rule.since) == (Effect.DENY, NOW)


def test_a_term_that_is_there_in_capitals_too_is_one_term() -> None:
    assert read(a_file(terms=["Cat", "cat", "CAT*"]), FRESH, NOW).terms == ("Cat", "CAT*")


def test_a_version_is_a_number() -> None:
    assert refused('{"version": true}') == ("version", Flaw.WRONG_TYPE, "1")


def only_here(*ids: int) -> PlaceCheck:
    def check(thing: Named, _: Purpose, field: str) -> int:
        if thing[1] not in ids:
            raise BadInputError(field, Flaw.NOT_HERE, str(thing[1]))
        return thing[1]

    return check


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"settings": {"spoiler_roles": ["5"]}}, "spoiler_roles"),
        ({"settings": {"open_channels": ["5"]}}, "open_channels"),
        ({"settings": {"log_channel": "5"}}, "log_channel"),
        ({"settings": {"role_limits": {"5": {"at_once": 1}}}}, "role_limits"),
        (
            {"models": {"rules": [{"model": "a/b", "effect": "deny", "role": "5"}]}},
            "models.rules[0].role",
        ),
        (
            {"models": {"rules": [{"model": "a/b", "effect": "deny", "channel": "5"}]}},
            "models.rules[0].channel",
        ),
    ],
)
def test_what_isnt_here_is_refused_by_its_field(parts: dict[str, object], field: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read(a_file(**parts), FRESH, NOW, only_here(6))

    assert (caught.value.field, caught.value.flaw) == (field, Flaw.NOT_HERE)


def test_what_is_decided_already_may_be_named_again_though_it_is_gone() -> None:
    assert read(export(FULL), FULL, NOW, only_here()) == FULL
