"""The pages that members open, as they read them: models, privacy, and the file of their data."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.ledgers import Account
from bot.domain.member_records import MemberRecord, SafetyRecord
from bot.domain.models import Model
from bot.domain.server_policy import AuditEntry, MemberBlock
from bot.domain.usage_entries import UsageEntry
from bot.presentation import member_words
from bot.presentation.layout import text_view
from bot.presentation.member_file import exported_file
from bot.presentation.member_words import MODELS_A_PAGE, models_page, pages_of
from bot.presentation.model_pages import ModelPageButton, page_buttons
from bot.presentation.privacy_steps import PrivacyButton, deletion_buttons, privacy_buttons
from tests.unit.discord_side import text_of

FLUX = Model("get3w/flux-dev", 0.012, "Fast and good.")
MANY = [Model(f"get3w/model-{n}", 0.01, "x" * 400) for n in range(20)]
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SERVER, MEMBER, OTHER = 2**60, 2**61, 2**62


def test_the_usual_model_says_so_and_each_has_its_price() -> None:
    _, lines, position = models_page([FLUX, Model("a/b")], FLUX.id, 0)

    assert lines.splitlines() == [
        "**flux-dev** · $0.012 a picture · the usual one",
        "-# Fast and good.",
        "**b** · price unknown",
    ]
    assert position == "-# 2 models"


def test_without_a_usual_model_it_says_that_one_has_to_be_named() -> None:
    heading, _, position = models_page([FLUX], None, 0)

    assert "always needs one" in heading
    assert position == "-# 1 model"


def test_where_nothing_is_allowed_it_says_who_can_change_that() -> None:
    (only,) = models_page([], None, 0)

    assert "A moderator can allow some." in only


def test_a_long_list_has_pages_that_say_where_they_are() -> None:
    pages = [models_page(MANY, None, page) for page in range(pages_of(MANY))]

    assert [page[-1] for page in pages] == [
        "-# 1 to 8 of 20 models",
        "-# 9 to 16 of 20 models",
        "-# 17 to 20 of 20 models",
    ]


def test_a_full_page_fits_into_a_message() -> None:
    longest = [Model(f"v/{'m' * 98}", 0.123456, "*" * 500)] * MODELS_A_PAGE

    assert len(text_of(text_view(*models_page(longest, longest[0].id, 0)))) <= 4000


def test_a_description_of_the_catalogue_is_no_markup() -> None:
    _, lines, _ = models_page([Model("a/b", None, "# Big\n<@1> **bold**")], None, 0)

    assert lines.splitlines()[1] == "-# \\# Big \\<\\@1\\> \\*\\*bold\\*\\*"


@pytest.mark.parametrize(
    ("page", "pages", "leads_to"),
    [(0, 1, []), (0, 3, ["models:1"]), (1, 3, ["models:0", "models:2"]), (2, 3, ["models:1"])],
)
def test_buttons_lead_to_the_pages_beside(page: int, pages: int, leads_to: list[str]) -> None:
    row = page_buttons(page, pages)

    buttons = [] if row is None else row.children
    assert [getattr(button, "custom_id", None) for button in buttons] == leads_to


def test_every_button_is_known_again_by_its_id() -> None:
    rows = [page_buttons(1, 3), privacy_buttons(), deletion_buttons()]
    templates = [kind.__discord_ui_compiled_template__ for kind in (ModelPageButton, PrivacyButton)]

    ids = [str(getattr(b, "custom_id", "")) for row in rows if row for b in row.children]

    assert len(ids) == 6
    assert all(any(t.fullmatch(custom_id) for t in templates) for custom_id in ids)


@pytest.mark.parametrize(
    "custom_id", ["models:", "models:-1", "models:12345", "privacy:", "privacy:x"]
)
def test_other_ids_are_no_buttons(custom_id: str) -> None:
    for kind in (ModelPageButton, PrivacyButton):
        assert kind.__discord_ui_compiled_template__.fullmatch(custom_id) is None


@pytest.mark.parametrize(("days", "words"), [(1, "**For 1 day**"), (30, "**For 30 days**")])
def test_the_notice_says_for_how_long_and_with_whom(days: int, words: str) -> None:
    notice = "\n".join(member_words.privacy_notice(days))

    assert words in notice
    assert "The image service gets your prompt" in notice
    assert "neither your name nor your id" in notice
    assert "30 days later" in notice


@pytest.mark.parametrize(
    "fact",
    [
        "The host of this bot has all that is kept",
        "copies for safety keep what was deleted for a while longer",
        "show prompts while it looks for a mistake",
        "30 days longer than it holds",
        "I can't take back lines and copies in a log channel",
        "done, refused or reported, with ids",
        "what counts against limits",
        "the image service's safety filter refused a prompt",
        "in all servers together",
        "Discord's own menu the message alone",
    ],
)
def test_the_notice_leaves_out_nothing_that_a_member_would_mind(fact: str) -> None:
    assert fact in "\n".join(member_words.privacy_notice(30))


def test_the_notice_fits_a_message() -> None:
    view = text_view(*member_words.privacy_notice(90), buttons=privacy_buttons())

    assert view.content_length() <= 4000


def test_nobody_is_told_that_their_id_goes_where_it_stays() -> None:
    question = member_words.deletion_question()

    assert "stays in the log with your id" in question
    assert "without your name" not in question


@pytest.mark.parametrize(
    ("staying", "words"),
    [(0, "are deleted"), (1, "one picture under way"), (2, "2 pictures under way")],
)
def test_the_end_of_a_deletion_says_what_stays(staying: int, words: str) -> None:
    assert words in member_words.deleted(staying)


def a_record() -> MemberRecord:
    return MemberRecord(
        SERVER,
        MEMBER,
        usage=(UsageEntry(2**59, SERVER, MEMBER, "a/b", 1, 50_000, AT),),
        account=Account(day_at=AT, day_pictures=3, day_microdollars=150_000),
        block=MemberBlock(MEMBER, None, "spam", OTHER, AT),
        log=(
            AuditEntry(SERVER, AT, MEMBER, "request.refused", "", None, {"prompt": "A cät"}),
            AuditEntry(
                SERVER, AT, OTHER, "picture.report", str(MEMBER), None, {"reason": "I, Bob"}
            ),
        ),
    )


def test_the_file_has_all_of_a_record_with_ids_as_text() -> None:
    facts = json.loads(exported_file(a_record()))

    assert (facts["server_id"], facts["member_id"]) == (str(SERVER), str(MEMBER))
    assert facts["pictures"] == [
        {
            "interaction_id": str(2**59),
            "model": "a/b",
            "pictures": 1,
            "dollars": 0.05,
            "asked_at": "2026-01-02T03:04:05+00:00",
            "ended_at": None,
            "counts_against_limits": True,
            "may_have_been_charged": True,
        }
    ]
    assert facts["counts"]["day"]["pictures"] == 3
    assert facts["block"]["reason"] == "spam"


def test_the_file_has_what_holds_in_all_servers() -> None:
    record = replace(
        a_record(), everywhere=Account(day_at=AT, day_pictures=9), safety=SafetyRecord((AT,), AT)
    )

    everywhere = json.loads(exported_file(record))["in_all_servers"]

    assert everywhere["counts"]["day"]["pictures"] == 9
    assert everywhere["refused_by_safety_filter_at"] == ["2026-01-02T03:04:05+00:00"]
    assert everywhere["paused_until"] == "2026-01-02T03:04:05+00:00"


def test_the_file_keeps_letters_as_they_are() -> None:
    assert "A cät" in exported_file(a_record()).decode()


def test_the_file_gives_nobody_else_away() -> None:
    text = exported_file(a_record()).decode()

    assert str(OTHER) not in text
    assert "Bob" not in text


def test_the_file_of_a_stranger_is_empty() -> None:
    facts = json.loads(exported_file(MemberRecord(SERVER, MEMBER)))

    assert (facts["pictures"], facts["block"], facts["log"]) == ([], None, [])
