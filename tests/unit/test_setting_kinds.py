"""How settings are written, kept and bounded, kind by kind."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.limits import Limits
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.role_limits import (
    RoleLimit,
    RoleLimitTable,
    limits_by_role,
    with_role_limit,
)
from bot.domain.server_policy import JsonValue
from bot.domain.setting_kinds import Choice, Dollars, Duration, Kind, Switch, WholeNumber
from bot.domain.snowflake_kinds import Snowflake, Snowflakes, Sort

NUMBER = WholeNumber(1, 1000)
MONEY = Dollars(10_000, 500_000_000)
TIME = Duration(1, 86_400)
CHOICE = Choice(("spoiler", "withhold"))
CHANNEL = Snowflake(Sort.CHANNEL)
ROLES = Snowflakes(Sort.ROLE, 3)
LIMITS = RoleLimitTable(3)
LARGEST_ID = 2**63 - 1
LONG = "9" * 5000

ids = st.integers(1, LARGEST_ID)
role_limits = st.builds(
    RoleLimit,
    ids,
    st.sampled_from(["pictures_per_hour", "pictures_per_day", "at_once", "cooldown"]),
    st.integers(1, 100),
)
VALUES: list[tuple[Kind[object], st.SearchStrategy[object]]] = [
    (Switch(), st.booleans()),
    (NUMBER, st.integers(1, 1000)),
    (MONEY, st.integers(10_000, 500_000_000)),
    (TIME, st.integers(1, 86_400)),
    (CHOICE, st.sampled_from(CHOICE.options)),
    (CHANNEL, ids),
    (ROLES, st.lists(ids, max_size=3, unique=True).map(tuple)),
    (LIMITS, st.lists(role_limits, max_size=3, unique_by=lambda limit: limit.role_id).map(tuple)),
]


@given(st.data())
@pytest.mark.parametrize(("kind", "values"), VALUES, ids=lambda value: type(value).__name__)
def test_a_value_that_is_shown_can_be_typed_again(
    kind: Kind[object], values: st.SearchStrategy[object], data: st.DataObject
) -> None:
    value = data.draw(values)

    assert kind.parse(kind.show(value), "name") == value


@given(st.data())
@pytest.mark.parametrize(("kind", "values"), VALUES, ids=lambda value: type(value).__name__)
def test_a_value_that_is_kept_comes_back(
    kind: Kind[object], values: st.SearchStrategy[object], data: st.DataObject
) -> None:
    value = data.draw(values)

    assert kind.load(kind.dump(value), "name") == value


@given(text=st.text(max_size=30))
@pytest.mark.parametrize("kind", [kind for kind, _ in VALUES], ids=lambda kind: type(kind).__name__)
def test_whatever_is_typed_is_read_or_refused(kind: Kind[object], text: str) -> None:
    try:
        value = kind.parse(text, "name")
    except BadInputError:
        return
    assert kind.parse(kind.show(value), "name") == value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)


@given(json=json_values)
@pytest.mark.parametrize("kind", [kind for kind, _ in VALUES], ids=lambda kind: type(kind).__name__)
def test_whatever_a_file_holds_is_read_or_refused(kind: Kind[object], json: JsonValue) -> None:
    try:
        value = kind.load(json, "name")
    except BadInputError:
        return
    assert kind.load(kind.dump(value), "name") == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Switch(), " ON ", True),
        (Switch(), "no", False),
        (NUMBER, " 007 ", 7),
        (NUMBER, "+5", 5),
        (MONEY, "5", 5_000_000),
        (MONEY, "$2.50", 2_500_000),
        (MONEY, "2.5 $", 2_500_000),
        (MONEY, "$ 0.015", 15_000),
        (TIME, "90", 90),
        (TIME, "30s", 30),
        (TIME, "5M", 300),
        (TIME, "1h30m", 5_400),
        (TIME, "1h 30m 5s", 5_405),
        (TIME, "1d", 86_400),
        (CHOICE, " Spoiler ", "spoiler"),
        (CHANNEL, "<#123>", 123),
        (CHANNEL, " 123 ", 123),
        (CHANNEL, str(LARGEST_ID), LARGEST_ID),
        (ROLES, "<@&1> <@&2>,3", (1, 2, 3)),
        (ROLES, "<@&1>, <@&1>", (1,)),
        (ROLES, "None", ()),
        (LIMITS, "<@&1> pictures_per_day 5", (RoleLimit(1, "pictures_per_day", 5),)),
        (
            LIMITS,
            "<@&1>  cooldown  1m; 2 at_once 3\n",
            (RoleLimit(1, "cooldown", 60), RoleLimit(2, "at_once", 3)),
        ),
    ],
)
def test_what_a_moderator_types_is_read(kind: Kind[object], text: str, value: object) -> None:
    assert kind.parse(text, "name") == value


@pytest.mark.parametrize(
    ("kind", "text", "flaw", "limit"),
    [
        (Switch(), "maybe", Flaw.NOT_A_SWITCH, ""),
        (NUMBER, "five", Flaw.NOT_A_NUMBER, "1"),
        (NUMBER, "1.5", Flaw.NOT_A_NUMBER, "1"),
        (NUMBER, "\u0665", Flaw.NOT_A_NUMBER, "1"),
        (NUMBER, "", Flaw.NOT_A_NUMBER, "1"),
        (NUMBER, "0", Flaw.TOO_SMALL, "1"),
        (NUMBER, "-5", Flaw.TOO_SMALL, "1"),
        (NUMBER, "1001", Flaw.TOO_LARGE, "1000"),
        (NUMBER, LONG, Flaw.TOO_LARGE, "1000"),
        (NUMBER, "-" + LONG, Flaw.TOO_SMALL, "1"),
        (MONEY, "much", Flaw.NOT_DOLLARS, "$0.01"),
        (MONEY, "1e3", Flaw.NOT_DOLLARS, "$0.01"),
        (MONEY, "0.0099", Flaw.TOO_SMALL, "$0.01"),
        (MONEY, "-$3", Flaw.TOO_SMALL, "$0.01"),
        (MONEY, "500.000001", Flaw.TOO_LARGE, "$500"),
        (MONEY, LONG, Flaw.TOO_LARGE, "$500"),
        (TIME, "soon", Flaw.NOT_A_DURATION, ""),
        (TIME, "", Flaw.NOT_A_DURATION, ""),
        (TIME, "5m 1h", Flaw.NOT_A_DURATION, ""),
        (TIME, "0s", Flaw.TOO_SMALL, "1s"),
        (TIME, "1d 1s", Flaw.TOO_LARGE, "1d"),
        (TIME, LONG + "d", Flaw.TOO_LARGE, "1d"),
        (CHOICE, "blur", Flaw.NOT_A_CHOICE, "spoiler, withhold"),
        (CHANNEL, "#general", Flaw.NOT_A_CHANNEL, ""),
        (CHANNEL, "<@&123>", Flaw.NOT_A_CHANNEL, ""),
        (CHANNEL, "0", Flaw.NOT_A_CHANNEL, ""),
        (CHANNEL, str(LARGEST_ID + 1), Flaw.NOT_A_CHANNEL, ""),
        (CHANNEL, LONG, Flaw.NOT_A_CHANNEL, ""),
        (ROLES, "<#123>", Flaw.NOT_A_ROLE, ""),
        (ROLES, "", Flaw.NOT_A_ROLE, ""),
        (ROLES, "1 2 3 4", Flaw.TOO_MANY, "3"),
        (LIMITS, "<@&1> at_once 1, <@&1> at_once 2", Flaw.TWICE, ""),
        (LIMITS, "someone at_once 1", Flaw.NOT_A_ROLE, ""),
        (LIMITS, "1 at_once 1,2 at_once 1,3 at_once 1,4 at_once 1", Flaw.TOO_MANY, "3"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_name_and_the_limit(
    kind: Kind[object], text: str, flaw: Flaw, limit: str
) -> None:
    with pytest.raises(BadInputError) as refused:
        kind.parse(text, "name")

    assert (refused.value.field, refused.value.flaw, refused.value.limit) == ("name", flaw, limit)


@pytest.mark.parametrize(
    ("kind", "json", "flaw"),
    [
        (Switch(), 1, Flaw.WRONG_TYPE),
        (NUMBER, True, Flaw.WRONG_TYPE),
        (NUMBER, 5.0, Flaw.WRONG_TYPE),
        (NUMBER, "5", Flaw.WRONG_TYPE),
        (NUMBER, -1, Flaw.TOO_SMALL),
        (MONEY, "5", Flaw.WRONG_TYPE),
        (MONEY, True, Flaw.WRONG_TYPE),
        (MONEY, math.inf, Flaw.TOO_LARGE),
        (MONEY, -math.inf, Flaw.TOO_SMALL),
        (MONEY, 10**400, Flaw.TOO_LARGE),
        (TIME, 1.5, Flaw.WRONG_TYPE),
        (CHOICE, 3, Flaw.NOT_A_CHOICE),
        (CHANNEL, 123, Flaw.WRONG_TYPE),
        (CHANNEL, "<#123>", Flaw.NOT_A_CHANNEL),
        (ROLES, "1", Flaw.WRONG_TYPE),
        (ROLES, [1], Flaw.WRONG_TYPE),
        (LIMITS, [], Flaw.WRONG_TYPE),
        (LIMITS, {"1": []}, Flaw.WRONG_TYPE),
        (LIMITS, {"1": {"height": 1}}, Flaw.NOT_A_CHOICE),
        (LIMITS, {"1": {"at_once": 0}}, Flaw.TOO_SMALL),
    ],
)
def test_a_file_is_held_to_the_same_limits(kind: Kind[object], json: JsonValue, flaw: Flaw) -> None:
    with pytest.raises(BadInputError) as refused:
        kind.load(json, "name")

    assert refused.value.flaw is flaw


def test_ids_are_kept_as_text_with_all_their_digits() -> None:
    assert CHANNEL.dump(LARGEST_ID) == "9223372036854775807"
    assert ROLES.dump((LARGEST_ID,)) == ["9223372036854775807"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(5_000_000, "$5"), (2_500_000, "$2.50"), (25_000, "$0.025"), (10_000, "$0.01")],
)
def test_money_is_shown_as_people_write_it(value: int, shown: str) -> None:
    assert MONEY.show(value) == shown


def test_limits_of_a_role_are_kept_under_the_role() -> None:
    table = (RoleLimit(7, "at_once", 2), RoleLimit(7, "cooldown", 30))

    assert LIMITS.dump(table) == {"7": {"at_once": 2, "cooldown": 30}}


def test_a_role_gets_a_limit_in_place_of_the_one_it_has() -> None:
    table = with_role_limit((RoleLimit(7, "at_once", 2),), 7, "at_once", "3")

    assert table == (RoleLimit(7, "at_once", 3),)


def test_a_limit_of_a_role_is_taken_away_alone() -> None:
    table = (RoleLimit(7, "at_once", 2), RoleLimit(7, "cooldown", 30), RoleLimit(8, "at_once", 1))

    assert with_role_limit(table, 7, "at_once", None) == table[1:]


def test_a_role_has_no_limit_of_an_unknown_name() -> None:
    with pytest.raises(BadInputError) as refused:
        with_role_limit((), 7, "height", "3")

    assert refused.value.field == "limit"
    assert "pictures_per_day" in refused.value.limit


def test_a_table_gives_the_limits_of_each_role() -> None:
    table = (
        RoleLimit(7, "pictures_per_hour", 1),
        RoleLimit(7, "pictures_per_day", 2),
        RoleLimit(8, "at_once", 3),
        RoleLimit(8, "cooldown", 4),
    )

    assert limits_by_role(table) == {
        7: Limits(pictures_per_hour=1, pictures_per_day=2),
        8: Limits(at_once=3, cooldown_s=4),
    }
