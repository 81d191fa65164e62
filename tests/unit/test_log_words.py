"""The log says who did what, from what to what, and when; nothing typed in it acts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit_actions import Action
from bot.domain.log_entries import Told
from bot.domain.server_policy import JsonValue
from bot.domain.server_settings import all_settings
from bot.presentation.log_values import free_text, setting_text, value_text
from bot.presentation.log_words import (
    LONG_CHARACTERS,
    SHORT_CHARACTERS,
    copied_words,
    left_out_line,
    log_line,
)
from tests.unit.log_side import MOD_ID, SERVER_ID, START, AuditEntry

EPOCH_S = int(START.timestamp())
UNTIL = START.isoformat()
RULE: JsonValue = {"model": "get3w/flux-pro", "effect": "allow", "role": "7", "channel": "8"}
PICTURE: JsonValue = {"channel": "2001", "owner": "4001", "model": "flux-dev", "reason": "rude"}
JUMP = f"https://discord.com/channels/{SERVER_ID}/2001/5001"
ALLOWED = "allow get3w/flux-pro for <@&7> in <#8>"
FILTERED = "the image service's safety filter refused several prompts"
MOD = f"<@{MOD_ID}>"


def line(
    action: str,
    subject: str = "",
    before: JsonValue = None,
    after: JsonValue = None,
    room: int = LONG_CHARACTERS,
) -> str:
    entry = AuditEntry(SERVER_ID, START, MOD_ID, action, subject, before, after)
    return log_line(Told(entry), room)


@pytest.mark.parametrize("action", Action)
def test_every_action_has_words(action: Action) -> None:
    assert action.value not in line(action)


@pytest.mark.parametrize(
    ("action", "subject", "before", "after", "words"),
    [
        (
            Action.RULE_ALLOW,
            "get3w/flux-pro",
            None,
            [RULE],
            f"{MOD} allowed **get3w/flux-pro**: no rule → allow get3w/flux-pro for <@&7> in <#8>",
        ),
        (
            Action.RULE_DENY,
            "google/*",
            None,
            [{"model": "google/*", "effect": "deny"}],
            rf"{MOD} denied **google/\***: no rule → deny google/\*",
        ),
        (
            Action.RULE_DEFAULT,
            "get3w/flux-pro",
            [{"model": "get3w/flux-dev", "effect": "default"}],
            [{"model": "get3w/flux-pro", "effect": "default"}],
            (
                f"{MOD} made the default **get3w/flux-pro**: default get3w/flux-dev"
                " → default get3w/flux-pro"
            ),
        ),
        (
            Action.RULE_RESET,
            "",
            [RULE],
            None,
            f"{MOD} took back model rules: allow get3w/flux-pro for <@&7> in <#8> → no rule",
        ),
        (
            Action.SETTING_CHANGE,
            "member_pictures_per_day",
            None,
            5,
            rf"{MOD} changed **Member pictures per day**: off → 5",
        ),
        (
            Action.SETTING_CHANGE,
            "log_channel",
            "8",
            "9",
            rf"{MOD} changed **Log channel**: <#8> → <#9>",
        ),
        (Action.TERM_ADD, "", None, ["cat*", "dog"], rf"{MOD} blocked terms: cat\*, dog"),
        (Action.TERM_REMOVE, "", ["dog"], None, f"{MOD} unblocked terms: dog"),
        (
            Action.MEMBER_BLOCK,
            "4001",
            None,
            {"until": UNTIL, "reason": "spam"},
            f"{MOD} blocked <@4001> until <t:{EPOCH_S}:f> · spam",
        ),
        (
            Action.MEMBER_BLOCK,
            "4001",
            {"until": UNTIL, "reason": ""},
            {"until": None, "reason": "again"},
            f"{MOD} blocked <@4001> for good · again (before: until <t:{EPOCH_S}:f>)",
        ),
        (
            Action.MEMBER_UNBLOCK,
            "4001",
            {"until": None, "reason": "spam"},
            None,
            f"{MOD} unblocked <@4001>, who was blocked for good · spam",
        ),
        (
            Action.MEMBER_PAUSE,
            "4001",
            None,
            {"until": UNTIL},
            f"<@4001> is paused until <t:{EPOCH_S}:f>: {FILTERED}",
        ),
        (
            Action.POLICY_IMPORT,
            "",
            {"settings": {"log_prompts": False}, "terms": ["dog"]},
            {"settings": {"log_prompts": True}, "rules": [RULE]},
            rf"{MOD} imported settings: log\_prompts off · dog → log\_prompts on · {ALLOWED}",
        ),
        (Action.POLICY_RESET, "", {}, {}, f"{MOD} took back all settings: nothing → nothing"),
        (
            Action.REQUEST_REFUSED,
            "terms",
            None,
            {"model": "get3w/flux-dev", "channel": "8", "prompt": "a *cat*"},
            rf"{MOD} was refused: a blocked term · get3w/flux-dev · <#8> · “a \*cat\*”",
        ),
        (Action.REQUEST_REFUSED, "new_gate", None, None, rf"{MOD} was refused: new\_gate"),
        (
            Action.SAFETY_REFUSED,
            "",
            None,
            {"model": "get3w/flux-dev"},
            f"The image service's safety filter refused {MOD} · get3w/flux-dev",
        ),
        (
            Action.PICTURE_REPORT,
            "5001",
            None,
            PICTURE,
            f"🚩 {MOD} reported [a picture](<{JUMP}>) of <@4001> · flux-dev · “rude”",
        ),
        (
            Action.PICTURE_DELETE,
            "5001",
            None,
            PICTURE,
            f"{MOD} deleted [a picture](<{JUMP}>) of <@4001> · flux-dev",
        ),
        (Action.PICTURE_DELETE, "", None, None, f"{MOD} deleted a private picture"),
        ("later.idea", "x", 1, 2.5, f"{MOD}: later.idea x: 1 → 2.5"),
    ],
)
def test_a_line_says_who_did_what_from_what_to_what(
    action: str, subject: str, before: JsonValue, after: JsonValue, words: str
) -> None:
    assert line(action, subject, before, after) == f"<t:{EPOCH_S}:f> {words}"


def test_what_repeats_is_counted() -> None:
    entry = AuditEntry(SERVER_ID, START, MOD_ID, Action.REQUEST_REFUSED, "terms")

    assert log_line(Told(entry, 12)).endswith("was refused: a blocked term · **12 times**")
    assert "times" not in log_line(Told(entry))


def test_what_the_bot_did_by_itself_mentions_nobody() -> None:
    entry = AuditEntry(SERVER_ID, START, 0, Action.SETTING_CHANGE, "retention_days", 30, 14)

    assert log_line(Told(entry)).endswith("The bot changed **Retention days**: 30 → 14")


def test_of_the_limits_of_roles_only_what_changed_is_told() -> None:
    before: JsonValue = {"7": {"at_once": 3}, "8": {"cooldown": 60}}
    after: JsonValue = {"7": {"at_once": 3, "cooldown": 10}}

    assert line(Action.SETTING_CHANGE, "role_limits", before, after).endswith(
        "changed **Cooldown** for <@&8>: 1m → as usual · **Cooldown** for <@&7>: as usual → 10s"
    )


def test_limits_of_roles_of_another_version_are_told_as_they_are() -> None:
    told = line(Action.SETTING_CHANGE, "role_limits", None, {"7": {"naps": 3}})

    assert "**Role limits**: nothing → 7 naps 3" in told


@pytest.mark.parametrize("name", list(all_settings()))
def test_every_setting_is_shown_as_it_could_be_typed(name: str) -> None:
    one = all_settings()[name]

    assert setting_text(name, one.dump(one.default), LONG_CHARACTERS) == one.show(one.default)


def test_a_setting_that_is_no_more_or_cannot_be_read_is_shown_plainly() -> None:
    assert setting_text("gone", [1, True, None], 90) == "1, on, nothing"
    assert setting_text("retention_days", "*", 90) == r"\*"


@pytest.mark.parametrize(
    "typed",
    ["@everyone", "<@4001>", "<@&7>", "**bold**", "[a](https://x.example)", "`a`", "||a||", "a\nb"],
)
def test_what_was_typed_acts_as_nothing(typed: str) -> None:
    shown = line(Action.REQUEST_REFUSED, typed, None, {"prompt": typed, "model": typed})

    assert "\n" not in shown
    assert typed not in re.sub(r"\\.", "", shown)
    assert free_text(typed, 90) in shown


def test_ids_that_are_none_are_no_mentions() -> None:
    shown = line(Action.MEMBER_BLOCK, "everyone> @here", None, {"until": "<@1>"})

    assert r"\@here" in shown
    assert r"\<\@1\>" in shown


@given(st.text(max_size=400), st.integers(10, 300))
def test_free_text_keeps_within_its_room_and_no_escape_is_cut_in_two(text: str, room: int) -> None:
    shown = free_text(text, room)

    assert len(shown) <= room
    assert re.fullmatch(r"(?:\\.|[^\\])*", shown, re.DOTALL)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=350),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=20), inner),
    max_leaves=12,
)


@given(st.sampled_from([*Action, "other"]), st.text(max_size=100), JSON, JSON)
def test_any_line_is_one_line_and_bounded(
    action: str, subject: str, before: JsonValue, after: JsonValue
) -> None:
    shown = line(action, subject, before, after, SHORT_CHARACTERS)

    assert len(shown) <= 5 * SHORT_CHARACTERS + 250
    assert "\n" not in shown


def test_a_long_list_is_cut_between_its_items() -> None:
    terms = [f"term{number}" for number in range(1000)]

    shown = value_text(terms, 40)

    assert shown == "term0, term1, term2, term3, term4, …"


def test_a_long_row_of_mentions_is_cut_between_them() -> None:
    roles: JsonValue = [str(10**18 + number) for number in range(25)]

    shown = setting_text("spoiler_roles", roles, 90)

    assert shown.endswith("> …")
    assert shown.count("<@&") == shown.count(">")


def test_a_copy_of_a_private_picture_says_whose_it_is_and_by_what() -> None:
    silent = copied_words(4001, "get3w/flux-dev", None)

    assert silent == "🔒 A private picture of <@4001> · get3w/flux-dev"
    assert copied_words(4001, "get3w/flux-dev", "a *cat*").endswith("\n> a \\*cat\\*")


@pytest.mark.parametrize(("count", "words"), [(1, "1 more entry"), (5, "5 more entries")])
def test_what_is_left_out_is_found_elsewhere(count: int, words: str) -> None:
    assert left_out_line(count) == f"-# {words} before these: see `/settings log show`."


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (
            {"holder": "member", "measure": "pictures a day", "at_most": 5, "used": 5},
            "a limit, 5 pictures a day for a member",
        ),
        (
            {"holder": "server", "measure": "microdollars a month", "at_most": 2_500_000},
            "a limit, $2.50 a month for the whole server",
        ),
        (
            {"holder": "member", "measure": "seconds between", "at_most": 90},
            "a limit, 1m 30s between pictures for a member",
        ),
        (
            {"holder": "member everywhere", "measure": "pictures a day", "at_most": 20},
            "a limit, 20 pictures a day for a member in all servers",
        ),
        (
            {"holder": "server", "measure": "jobs at once", "at_most": 3},
            "a limit, 3 jobs at once for the whole server",
        ),
        ({"holder": "host"}, "the bot takes a break"),
        (None, "a limit"),
        ({"holder": "member", "measure": 7}, "for a member"),
    ],
)
def test_a_refusal_tells_which_limit_it_was(limit: JsonValue, words: str) -> None:
    shown = line("request.refused", "limits", None, {"model": "a/b", "limit": limit})

    assert shown.endswith(f"{MOD} was refused: {words} · a/b")
