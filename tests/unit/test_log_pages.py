"""The log in pages: newest first, back and forth, within what a message can hold."""

from discord import ui

from bot.domain.server_policy import AuditEntry, AuditRecord
from bot.domain.shown_pictures import ShownPicture
from bot.presentation.log_pages import LogPageButton, Turn, log_page_view
from bot.presentation.reports import report_form
from bot.presentation.result_buttons import (
    BlockButton,
    DeleteButton,
    DiscardButton,
    MoreButton,
    ReportButton,
    picture_of_report,
)
from tests.unit.discord_side import text_of
from tests.unit.log_side import SERVER_ID, START, Table, an_entry

LONG = "*" * 300


async def page(entries: int, turn: Turn) -> ui.LayoutView:
    table = Table(entries=[an_entry(subject=f"s{number}") for number in range(1, entries + 1)])
    records = await table.page(SERVER_ID, 11, turn.before_number, after_number=turn.after_number)
    return log_page_view(records, turn)


def buttons(view: ui.LayoutView) -> list[str]:
    return [
        str(item.item.custom_id) for item in view.walk_children() if isinstance(item, LogPageButton)
    ]


def shown(view: ui.LayoutView) -> list[int]:
    lines = text_of(view).splitlines()
    return [int(line.split("**s")[1].split("**")[0]) for line in lines if "**s" in line]


async def test_an_empty_log_says_so() -> None:
    view = await page(0, Turn())

    assert "Nothing has happened yet." in text_of(view)
    assert buttons(view) == []


async def test_one_page_needs_no_buttons() -> None:
    view = await page(10, Turn())

    assert shown(view) == list(range(10, 0, -1))
    assert buttons(view) == []


async def test_the_first_page_leads_to_what_is_older() -> None:
    view = await page(25, Turn())

    assert shown(view) == list(range(25, 15, -1))
    assert buttons(view) == ["log:before:16"]


async def test_a_page_between_leads_both_ways() -> None:
    view = await page(25, Turn(before_number=16))

    assert shown(view) == list(range(15, 5, -1))
    assert buttons(view) == ["log:after:15", "log:before:6"]


async def test_the_last_page_leads_back() -> None:
    view = await page(25, Turn(before_number=6))

    assert shown(view) == [5, 4, 3, 2, 1]
    assert buttons(view) == ["log:after:5"]


async def test_back_is_where_one_came_from() -> None:
    view = await page(25, Turn(after_number=5))

    assert shown(view) == list(range(15, 5, -1))
    assert buttons(view) == ["log:after:15", "log:before:6"]


async def test_back_at_the_newest_there_is_nothing_newer() -> None:
    view = await page(25, Turn(after_number=15))

    assert shown(view) == list(range(25, 15, -1))
    assert buttons(view) == ["log:before:16"]


async def test_long_entries_make_shorter_pages_that_miss_nothing() -> None:
    def record(number: int) -> AuditRecord:
        terms = [LONG + str(number)] * 9
        entry = AuditEntry(SERVER_ID, START, 1, "other", LONG, terms, {LONG: LONG, "x": LONG})
        return AuditRecord(number, entry)

    older = log_page_view([record(number) for number in range(11, 0, -1)], Turn())
    newer = log_page_view([record(number) for number in range(11, 0, -1)], Turn(after_number=0))

    assert older.content_length() <= 4000
    assert newer.content_length() <= 4000
    assert buttons(older)[-1].startswith("log:before:")
    assert buttons(newer)[0].startswith("log:after:")


async def test_the_form_of_a_report_is_known_by_its_id_alone() -> None:
    picture = ShownPicture(2001, 5001, 4001, "imagen4/fast")
    form = report_form(picture)

    assert picture_of_report(form.custom_id) == picture
    assert picture_of_report("delete:2001:5001:4001:flux-dev") is None
    assert form.is_finished(), "the library would keep it"


async def test_every_button_is_known_by_its_id_alone() -> None:
    ids = {
        MoreButton: "more:9001:4001:flux-dev",
        DiscardButton: "discard:4001",
        ReportButton: "report:2001:5001:4001:imagen4/fast",
        DeleteButton: "delete:2001:5001:4001:flux-dev",
        BlockButton: "block:2001:5001:4001:",
        LogPageButton: "log:before:16",
    }
    for kind, custom_id in ids.items():
        known = [
            other
            for other in ids
            if other.__discord_ui_compiled_template__.fullmatch(custom_id) is not None
        ]
        assert known == [kind]
