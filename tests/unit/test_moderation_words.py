"""What moderators read: before and after, what to know of it, and never more than fits."""

from datetime import timedelta

import pytest

from bot.domain.model_changes import ModelChange, Note, put_rule
from bot.domain.model_rules import ServerModels
from bot.domain.role_limits import RoleLimit
from bot.domain.server_document import ServerDocument, SettingChange, difference
from bot.domain.server_policy import MemberBlock
from bot.domain.server_settings import ServerSettings, all_settings, setting
from bot.presentation import moderation_lists as lists
from bot.presentation import moderation_words as words
from tests.unit.ruled import CHANNEL, DAY_ONE, OPEN, OTHER_CHANNEL, ROLE, allow, default, deny

DEFAULT, PRO = "get3w/flux-dev", "get3w/flux-pro"
UNDECIDED = ServerModels(DEFAULT)
TEXT_MAX_CHARACTERS = 4_000


def changed(change: ModelChange, *, known: bool = True) -> str:
    return "\n".join(words.models_changed(change, known=known))


def test_a_rule_is_told_with_its_place_before_and_after() -> None:
    change = put_rule(UNDECIDED, allow(PRO, ROLE, CHANNEL), OPEN)

    assert changed(change) == (
        f"✅ **get3w/flux-pro** for <@&{ROLE}> in <#{CHANNEL}>: no rule → allowed"
    )


@pytest.mark.parametrize(
    ("role", "channel", "place"),
    [
        (None, None, "in the whole server"),
        (ROLE, None, f"for <@&{ROLE}>"),
        (None, CHANNEL, f"in <#{CHANNEL}>"),
    ],
)
def test_each_place_has_its_words(role: int | None, channel: int | None, place: str) -> None:
    assert place in changed(put_rule(UNDECIDED, deny(PRO, role, channel), OPEN))


def test_a_rule_that_takes_anothers_place_is_one_line() -> None:
    first = put_rule(UNDECIDED, allow(PRO, ROLE), OPEN).after

    assert changed(put_rule(first, deny(PRO, ROLE), OPEN)).endswith("allowed → denied")


def test_a_usual_model_is_told_before_and_after() -> None:
    change = put_rule(UNDECIDED, default(PRO), OPEN)

    assert f"✅ **Usual model** of the server: {DEFAULT} → {PRO}" in changed(change)


def test_what_is_so_already_is_said() -> None:
    first = put_rule(UNDECIDED, allow(PRO), OPEN).after

    assert changed(put_rule(first, allow(PRO), OPEN)) == words.NOTHING_CHANGED


@pytest.mark.parametrize("note", Note)
def test_every_note_has_words(note: Note) -> None:
    (line,) = words.notes([note], known=True)

    assert line.startswith("⚠️ ")
    assert line.endswith(".")


def test_a_model_that_no_catalogue_lists_is_a_warning() -> None:
    change = put_rule(UNDECIDED, allow("new/model"), OPEN)

    assert "doesn't list this model" in changed(change, known=False)


def test_stars_are_no_markup() -> None:
    assert r"google/\*" in changed(put_rule(UNDECIDED, deny("google/*"), OPEN))


@pytest.mark.parametrize(
    ("name", "before", "after", "line"),
    [
        ("member_pictures_per_day", None, 5, "**Member pictures per day**: off → 5"),
        ("server_budget_per_day", 5_000_000, None, "**Server budget per day**: $5 → off"),
        ("log_channel", None, CHANNEL, f"**Log channel**: off → <#{CHANNEL}>"),
        ("member_cooldown", 30, 90, "**Member cooldown**: 30s → 1m 30s"),
    ],
)
def test_a_setting_is_told_before_and_after(
    name: str, before: object, after: object, line: str
) -> None:
    assert words.setting_changed(SettingChange(setting(name), before, after)) == f"✅ {line}"


def test_a_setting_that_stays_is_told_with_its_value() -> None:
    told = words.setting_changed(SettingChange(setting("retention_days"), 30, 30))

    assert told.startswith(words.NOTHING_CHANGED)
    assert "Retention days: 30" in told


def test_a_limit_of_a_role_is_told_alone() -> None:
    held, new = RoleLimit(ROLE, "at_once", 3), RoleLimit(ROLE, "cooldown", 60)
    change = SettingChange(setting("role_limits"), (held,), (held, new))

    assert words.setting_changed(change) == f"✅ **Cooldown** for <@&{ROLE}>: as usual → 1m"


@pytest.mark.parametrize("name", all_settings())
def test_the_title_of_a_setting_is_plain_words(name: str) -> None:
    title = words.setting_title(name)

    assert title[0].isupper()
    assert "_" not in title


def test_a_block_tells_its_end_and_its_reason() -> None:
    until = DAY_ONE + timedelta(days=1)
    told = words.blocked(MemberBlock(5, until, "*spam* @everyone", 6, DAY_ONE))

    assert f"until <t:{int(until.timestamp())}:f>" in told
    assert r"\*spam\* \@everyone" in told


def test_a_block_without_an_end_is_for_good() -> None:
    told = words.blocked(MemberBlock(5, None, "", 6, DAY_ONE))

    assert told.endswith("for good.")
    assert "Reason" not in told


def test_a_member_who_is_not_blocked_is_no_error() -> None:
    assert "isn't blocked" in words.unblocked(5, None)


def test_a_difference_has_a_line_for_each_thing() -> None:
    before = ServerDocument(ServerSettings(), UNDECIDED, ("cat", "dog"))
    after = ServerDocument(
        ServerSettings(retention_days=7), put_rule(UNDECIDED, allow(PRO), OPEN).after, ("fox",)
    )

    assert words.document_lines(difference(before, after)) == [
        "**Retention days**: 30 → 7",
        "**get3w/flux-pro** in the whole server: no rule → allowed",
        "**Terms blocked** (1): fox",
        "**Terms blocked no more** (2): cat, dog",
    ]


def test_rules_are_listed_place_by_place() -> None:
    rules = (allow("b/two", ROLE), deny(PRO), allow("a/one", ROLE), deny("c/three", ROLE))

    assert lists.models_listed(ServerModels(DEFAULT, rules)).split("\n") == [
        f"⭐ **Usual model** of the server: {DEFAULT}",
        "**In the whole server**",
        f"⛔ denied: {PRO}",
        f"**For <@&{ROLE}>**",
        "✅ allowed: b/two, a/one",
        "⛔ denied: c/three",
    ]


def test_rules_of_one_place_are_listed_alone() -> None:
    rules = (allow(PRO, ROLE, CHANNEL), deny("b/two", None, OTHER_CHANNEL))

    listed = lists.models_listed(ServerModels(DEFAULT, rules), (ROLE, CHANNEL))
    assert PRO in listed
    assert "b/two" not in listed


def test_no_rules_and_no_usual_model_are_said() -> None:
    listed = lists.models_listed(ServerModels(None))

    assert "of the server: none" in listed
    assert "No rules here." in listed


def test_fifty_rules_fit_whole() -> None:
    rules = tuple(
        allow(f"vendor-{n % 5}/model-{n}", ROLE + n % 3, CHANNEL + n % 4) for n in range(50)
    )

    listed = lists.models_listed(ServerModels(DEFAULT, rules))
    assert all(rule.model in listed for rule in rules)
    assert len(listed) < TEXT_MAX_CHARACTERS


def test_what_is_too_long_is_cut_and_counted() -> None:
    rules = tuple(allow(f"{'x' * 90}/{n}", 10**18 + n, 10**18) for n in range(200))

    listed = lists.models_listed(ServerModels(DEFAULT, rules))
    assert len(listed) < TEXT_MAX_CHARACTERS
    assert "more lines" in listed
    assert "`/settings export` has all." in listed


def test_what_is_left_out_is_whole_lines_and_all_of_them_are_counted() -> None:
    lines = [f"line {n} of many" for n in range(20)]

    kept, _, more = words.shortened(lines, 100).rpartition("\n")
    assert kept.split("\n") == lines[:6]
    assert more == "-# … and 14 more lines. `/settings export` has all."


def test_a_long_difference_does_not_point_to_a_file_that_has_something_else() -> None:
    rules = tuple(allow(f"{'x' * 90}/{n}", 10**18 + n, 10**18) for n in range(200))
    change = difference(
        ServerDocument(ServerSettings(), ServerModels(DEFAULT, rules)),
        ServerDocument(ServerSettings(), UNDECIDED),
    )

    for told in (words.proposed(change), words.applied(change)):
        assert told.endswith("more lines.")


def test_limits_are_listed_with_those_that_are_off() -> None:
    limit = RoleLimit(ROLE, "pictures_per_day", 50)
    listed = lists.limits_listed(ServerSettings(member_pictures_per_day=5, role_limits=(limit,)))

    assert "**Member pictures per day**: 5" in listed
    assert f"**Pictures per day** for <@&{ROLE}>: 50" in listed
    assert "Not limited: Member pictures per hour" in listed


def test_terms_are_listed_as_they_were_typed() -> None:
    assert lists.terms_listed(("cat*", "a_b")) == r"**Blocked terms** (2): cat\*, a\_b"


@pytest.mark.parametrize("told", [words.terms_added, words.terms_removed])
def test_a_thousand_terms_are_told_within_a_message(told: object) -> None:
    assert callable(told)
    assert len(told(["*" * 30 + str(n) for n in range(1000)])) < TEXT_MAX_CHARACTERS


def test_a_difference_of_everything_fits_a_message() -> None:
    rules = tuple(allow(f"{'x' * 90}/{n}", 10**18 + n, 10**18) for n in range(200))
    terms = tuple(f"{'*' * 50}{n}" for n in range(1000))
    before = ServerDocument(ServerSettings(), UNDECIDED)
    change = difference(before, ServerDocument(ServerSettings(), ServerModels(PRO, rules), terms))

    assert len(words.proposed(change)) < TEXT_MAX_CHARACTERS - 700
    assert len(words.applied(change)) < TEXT_MAX_CHARACTERS
