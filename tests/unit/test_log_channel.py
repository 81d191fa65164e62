"""A log channel gets lines, and under a report the buttons to act on it; in its own server only."""

from collections.abc import Sequence

import pytest
from discord import ui

from bot.domain.log_entries import Told
from bot.domain.server_policy import AuditEntry
from bot.domain.shown_pictures import ShownPicture
from bot.presentation.log_channel import ChannelHomes, PostedLog, log_view, reported_picture
from bot.presentation.sending import (
    MessageGoneError,
    NewMessageRoad,
    RoadForbiddenError,
    SendBrokenError,
    SendError,
    SendLimitedError,
)
from tests.unit.discord_side import text_of
from tests.unit.log_side import LOG_CHANNEL_ID, SERVER_ID, Messages, an_entry
from tests.unit.virtual_time import START

OTHER_SERVER_ID = 1002
LONG = "*" * 300


def a_report(message_id: int = 5001, owner_id: int = 4001, reason: str = "rude") -> AuditEntry:
    picture = ShownPicture(2001, message_id, owner_id, "flux-dev")
    return an_entry("picture.report", str(message_id), after=picture.logged(reason=reason))


def told(*entries: AuditEntry) -> list[Told]:
    return [Told(entry) for entry in entries]


def changes(count: int) -> list[Told]:
    return told(*(an_entry(subject=f"setting-{number}") for number in range(count)))


def button_ids(view: ui.LayoutView) -> list[str]:
    items = view.walk_children()
    return [str(i.item.custom_id) for i in items if isinstance(i, ui.DynamicItem)]


def a_log(messages: Messages) -> PostedLog:
    return PostedLog(messages, ChannelHomes(messages))


async def written(messages: Messages, lines: Sequence[Told], left_out: int = 0) -> int:
    return await a_log(messages).write(SERVER_ID, LOG_CHANNEL_ID, lines, left_out)


async def test_lines_are_one_text_of_a_new_message() -> None:
    messages = Messages()

    assert await written(messages, changes(3)) == 3

    ((road, edit),) = messages.sent
    assert isinstance(road, NewMessageRoad)
    assert road.channel_id == LOG_CHANNEL_ID
    assert len(text_of(edit.view).splitlines()) == 3
    assert edit.view.has_components_v2()


async def test_the_same_lines_sent_again_show_once() -> None:
    messages = Messages(errors=[SendBrokenError()])
    log = a_log(messages)

    first = await log.write(SERVER_ID, LOG_CHANNEL_ID, changes(2), 0)
    for _ in range(2):
        await log.write(SERVER_ID, LOG_CHANNEL_ID, changes(2), 0)
    await log.write(SERVER_ID, LOG_CHANNEL_ID, changes(3), 0)

    assert first == 0
    one, again, other = (road for road, _ in messages.sent)
    assert one == again != other
    assert isinstance(one, NewMessageRoad)
    assert len(one.nonce) <= 25


async def test_what_was_left_out_is_said_first() -> None:
    messages = Messages()

    await written(messages, changes(1), 7)

    assert text_of(messages.sent[0][1].view).startswith("-# 7 more entries")


async def test_a_report_has_buttons_to_delete_and_to_block() -> None:
    view = log_view(told(a_report()))

    ids = "2001:5001:4001:flux-dev"
    assert button_ids(view) == [f"delete:{ids}", f"branch:{ids}", f"block:{ids}"]


async def test_other_entries_have_no_buttons() -> None:
    assert button_ids(log_view(changes(3))) == []


async def test_lines_around_a_report_keep_their_order() -> None:
    before, after = changes(2)

    view = log_view([before, Told(a_report()), after])

    texts = [i.content for i in view.walk_children() if isinstance(i, ui.TextDisplay)]
    assert [text.count("\n") for text in texts] == [1, 0]
    assert "setting-0" in texts[0]
    assert "reported" in texts[0]
    assert "setting-1" in texts[1]


@pytest.mark.parametrize(
    "entry",
    [
        an_entry("picture.delete", "5001", after={"channel": "1", "owner": "2"}),
        an_entry("picture.report", "", after={"channel": "1", "owner": "2"}),
        an_entry("picture.report", "5001", after={"channel": "x", "owner": "2"}),
        an_entry("picture.report", "5001"),
    ],
)
def test_what_names_no_picture_has_none(entry: AuditEntry) -> None:
    assert reported_picture(Told(entry)) is None


async def test_the_same_picture_stands_in_a_message_once() -> None:
    messages = Messages()

    count = await written(messages, told(a_report(), a_report(5002), a_report()))

    assert count == 2
    ids = button_ids(messages.sent[0][1].view)
    assert len(set(ids)) == len(ids)


async def test_the_largest_message_stays_within_discords_limits() -> None:
    messages = Messages()
    reports = told(*(a_report(number, reason=LONG) for number in range(10)))

    assert 0 < await written(messages, reports, 99) < 10

    view = messages.sent[0][1].view
    assert view.content_length() <= 4000
    assert len(list(view.walk_children())) <= 40


async def test_many_short_reports_stay_within_discords_limits() -> None:
    messages = Messages()

    count = await written(messages, told(*(a_report(number) for number in range(10))))

    assert 0 < count < 10
    assert len(list(messages.sent[0][1].view.walk_children())) <= 40


async def test_ids_of_buttons_stay_within_discords_limits() -> None:
    largest = 2**63 - 1
    picture = ShownPicture(largest, largest, largest, "m" * 90)
    entry = an_entry("picture.report", str(largest), after=picture.logged(reason="x"))

    assert all(len(custom_id) <= 100 for custom_id in button_ids(log_view(told(entry))))


async def test_a_channel_of_another_server_is_never_written_to() -> None:
    messages = Messages(homes={LOG_CHANNEL_ID: OTHER_SERVER_ID})

    assert await written(messages, changes(1)) == 0
    assert messages.sent == []


async def test_a_direct_conversation_is_never_written_to() -> None:
    messages = Messages(homes={})

    assert await written(messages, changes(1)) == 0
    assert messages.sent == []


async def test_discord_is_asked_once_where_a_channel_belongs() -> None:
    messages = Messages()
    log = a_log(messages)

    for _ in range(3):
        await log.write(SERVER_ID, LOG_CHANNEL_ID, changes(1), 0)

    assert messages.asked == [LOG_CHANNEL_ID]


@pytest.mark.parametrize(
    "error",
    [SendBrokenError(), SendLimitedError(5), MessageGoneError(), RoadForbiddenError(50001)],
)
async def test_a_channel_that_cannot_be_written_to_takes_nothing(error: SendError) -> None:
    messages = Messages(errors=[error])

    assert await written(messages, changes(1)) == 0


async def test_moments_are_shown_to_everybody_in_their_own_time() -> None:
    assert f"<t:{int(START.timestamp())}:f>" in text_of(log_view(changes(1)))
