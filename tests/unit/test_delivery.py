"""How the end of a job reaches Discord, whatever stands in the way."""

import logging
from collections.abc import Collection
from itertools import pairwise

import pytest

from bot.domain.deeds import Deed
from bot.domain.errors import ConnectionLostError
from bot.domain.jobs import Failed, Job, Waiting
from bot.presentation.next_buttons import DeedButton
from bot.presentation.sending import (
    ChannelRoad,
    DirectMessageRoad,
    InteractionRoad,
    MessageGoneError,
    NewMessageRoad,
    RoadClosedError,
    RoadForbiddenError,
    SendBrokenError,
    SendError,
    SendLimitedError,
    SendRefusedError,
    SendTooLargeError,
)
from tests.unit.discord_side import (
    CHANNEL_ROAD,
    EPOCH_S,
    MESSAGE_ID,
    NEW_MESSAGE_ID,
    DiscordSide,
    a_delivery,
    a_message,
    told,
)
from tests.unit.jobs import CHANNEL_ID, GUILD_ID, OWNER_ID, a_job, a_picture, done, running
from tests.unit.virtual_time import LoopClock

MINUTE_S = 60
FAILED = Failed(ConnectionLostError())


def kinds(side: DiscordSide) -> list[str]:
    return [type(sent.road).__name__ for sent in side.sent]


async def test_the_end_goes_by_the_token_while_that_lives() -> None:
    side = DiscordSide()

    await a_delivery(side).deliver(done())

    assert kinds(side) == ["InteractionRoad"]


async def test_a_picture_comes_with_its_name_and_its_description() -> None:
    side, job = DiscordSide(), a_job(prompt="A cat in space")

    await a_delivery(side, job).deliver(done(a_picture(b"one"), a_picture(b"two")))

    uploads = side.sent[0].edit.uploads
    assert [upload.file_name for upload in uploads] == [
        f"imagine-{job.reference}-1.png",
        f"imagine-{job.reference}-2.png",
    ]
    assert {upload.alt_text for upload in uploads} == {"AI-generated: A cat in space"}


class Offering:
    """Offers what it is told to; fulfils ``DeedOffers``."""

    def __init__(self, *deeds: Deed) -> None:
        self._deeds = deeds

    async def offered(self, job: Job) -> Collection[Deed]:
        assert job == a_job()
        return self._deeds


async def test_what_can_be_done_next_is_asked_when_the_end_is_shown() -> None:
    side = DiscordSide()

    await a_delivery(side, offers=Offering(Deed.REROLL, Deed.UPSCALE)).deliver(done())

    items = side.sent[0].edit.view.walk_children()
    named = [item.custom_id for item in items if isinstance(item, DeedButton)]
    assert named == ["next:reroll:9001", "next:upscale:9001"]


async def test_the_end_of_a_failed_job_has_no_upload() -> None:
    side = DiscordSide()

    await a_delivery(side).deliver(FAILED)

    assert side.sent[0].edit.uploads == ()


@pytest.mark.parametrize("times", [1, 3, 8])
async def test_a_broken_connection_or_a_server_error_is_tried_again(times: int) -> None:
    side = DiscordSide(script={InteractionRoad: [SendBrokenError()] * times})

    await a_delivery(side).deliver(done())

    assert len(side.sent) == times + 1
    assert kinds(side)[-1] == "InteractionRoad"


async def test_each_attempt_waits_longer_than_the_one_before() -> None:
    side = DiscordSide(script={InteractionRoad: [SendBrokenError()] * 6})

    await a_delivery(side).deliver(done())

    moments = [sent.at_s for sent in side.sent]
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits == sorted(waits)
    assert waits[0] <= 0.25


async def test_a_road_that_stays_broken_is_left_within_a_minute() -> None:
    side = DiscordSide(closed={InteractionRoad: SendBrokenError()})

    await a_delivery(side).deliver(done())

    assert side.taken[0].road == CHANNEL_ROAD
    assert side.taken[0].at_s < MINUTE_S


async def test_a_429_is_waited_out_and_the_end_is_sent_again() -> None:
    side = DiscordSide(script={InteractionRoad: [SendLimitedError(6), SendLimitedError(2)]})

    await a_delivery(side).deliver(done())

    assert [sent.at_s for sent in side.sent] == pytest.approx([0, 6, 8])


async def test_a_public_message_is_edited_on_as_its_author_from_minute_14() -> None:
    side = DiscordSide()
    delivery = a_delivery(side)
    await LoopClock().sleep(14 * MINUTE_S)

    await delivery.deliver(done())

    assert [sent.road for sent in side.sent] == [CHANNEL_ROAD]


async def test_progress_of_a_public_message_goes_on_after_minute_14() -> None:
    side = DiscordSide()

    await told(a_message(side, running()), 14 * MINUTE_S, running(50), 5, done())

    assert kinds(side) == ["InteractionRoad", "ChannelRoad", "ChannelRoad"][-len(side.sent) :]
    assert "50 %" in side.sent[-2].text
    assert isinstance(side.sent[-2].road, ChannelRoad)


async def test_a_token_that_dies_early_makes_room_for_the_next_road() -> None:
    side = DiscordSide(closed={InteractionRoad: RoadClosedError()})

    await told(a_message(side, running()), running(10), 2, running(20), 2, done())

    assert kinds(side) == ["InteractionRoad", "ChannelRoad", "ChannelRoad"]
    assert [sent.road for sent in side.taken] == [CHANNEL_ROAD, CHANNEL_ROAD]


async def test_where_the_message_may_not_be_edited_a_new_one_links_to_it() -> None:
    side = DiscordSide(closed={InteractionRoad: RoadClosedError(), ChannelRoad: RoadClosedError()})

    await a_delivery(side).deliver(done())

    (new,) = side.taken
    assert isinstance(new.road, NewMessageRoad)
    assert new.road.channel_id == CHANNEL_ID
    assert f"https://discord.com/channels/{GUILD_ID}/{CHANNEL_ID}/{MESSAGE_ID}" in new.text
    assert new.edit.uploads


async def test_whoever_asks_later_is_told_of_the_message_that_tells_the_end() -> None:
    side = DiscordSide(closed={InteractionRoad: RoadClosedError(), ChannelRoad: RoadClosedError()})
    delivery = a_delivery(side)
    before = delivery.channel_id, delivery.message_id

    await delivery.deliver(done())

    assert before == (CHANNEL_ID, MESSAGE_ID)
    assert (delivery.channel_id, delivery.message_id) == (CHANNEL_ID, NEW_MESSAGE_ID)


async def test_a_private_end_is_found_in_its_direct_conversation() -> None:
    side = DiscordSide(closed={InteractionRoad: RoadClosedError()})
    delivery = a_delivery(side, a_job(private=True))

    await delivery.deliver(done())

    assert (delivery.channel_id, delivery.message_id) == (OWNER_ID, NEW_MESSAGE_ID)


async def test_a_message_of_unknown_address_is_known_once_its_end_was_shown() -> None:
    delivery = a_delivery(DiscordSide(), message_id=None)

    await delivery.deliver(done())

    assert delivery.message_id == MESSAGE_ID


async def test_a_new_message_sent_again_can_be_told_from_another() -> None:
    side = DiscordSide(
        closed={InteractionRoad: RoadClosedError(), ChannelRoad: RoadClosedError()},
        script={NewMessageRoad: [SendBrokenError()]},
    )

    await a_delivery(side, a_job(9001)).deliver(done())

    nonces = {s.road.nonce for s in side.sent if isinstance(s.road, NewMessageRoad)}
    assert nonces == {"9001"}


async def test_progress_never_makes_a_new_message() -> None:
    side = DiscordSide(closed={InteractionRoad: RoadClosedError(), ChannelRoad: RoadClosedError()})
    events = [step for n in (10, 20, 30, 40) for step in (running(n), 2)]

    await told(a_message(side, running()), *events, done())

    assert len(side.roads(NewMessageRoad)) == 1
    assert side.sent[-1].edit.uploads


async def test_a_message_of_unknown_address_has_a_new_one_after_the_token_died() -> None:
    side = DiscordSide(closed={InteractionRoad: RoadClosedError()})

    await a_delivery(side, message_id=None).deliver(done())

    assert kinds(side) == ["InteractionRoad", "NewMessageRoad"]
    assert f"https://discord.com/channels/{GUILD_ID}/{CHANNEL_ID}>" in side.taken[0].text


async def test_a_token_in_its_last_minute_is_used_where_the_message_cannot_be_edited() -> None:
    side = DiscordSide(closed={ChannelRoad: RoadClosedError()})
    delivery = a_delivery(side)
    await LoopClock().sleep(14.5 * MINUTE_S)

    await delivery.deliver(done())

    assert kinds(side) == ["ChannelRoad", "InteractionRoad"]


async def test_a_dead_token_is_not_used_any_more() -> None:
    side = DiscordSide(closed={ChannelRoad: RoadClosedError()})
    delivery = a_delivery(side)
    await LoopClock().sleep(15 * MINUTE_S)

    await delivery.deliver(done())

    assert kinds(side) == ["ChannelRoad", "NewMessageRoad"]


async def test_a_private_message_says_in_minute_14_how_it_goes_on() -> None:
    side = DiscordSide()
    message = a_message(side, running(), a_job(private=True))

    await told(message, 16 * MINUTE_S, done())

    handed_over, end = side.sent
    assert handed_over.at_s == pytest.approx(14 * MINUTE_S)
    assert isinstance(handed_over.road, InteractionRoad)
    assert "The end comes as a direct message." in handed_over.text
    assert isinstance(end.road, DirectMessageRoad)
    assert end.road.user_id == OWNER_ID


async def test_a_private_message_far_back_in_line_is_told_in_minute_14_too() -> None:
    side = DiscordSide()
    message = a_message(side, Waiting(201), a_job(private=True))

    await told(message, 14 * MINUTE_S - 5, Waiting(200), 16 * MINUTE_S, done())

    assert [sent.at_s for sent in side.sent[:2]] == pytest.approx([835, 840])
    assert "The end comes as a direct message." in side.sent[1].text


async def test_a_private_message_is_not_changed_between_the_hand_over_and_the_end() -> None:
    side = DiscordSide()
    message = a_message(side, running(10), a_job(private=True))

    await told(message, 14 * MINUTE_S + 1, running(50), 5, running(60), 120, done())

    assert len(side.sent) == 2


async def test_a_hand_over_that_fails_is_tried_again() -> None:
    side = DiscordSide(script={InteractionRoad: [SendBrokenError(), SendLimitedError(3)]})
    message = a_message(side, running(), a_job(private=True))

    await told(message, 16 * MINUTE_S, done())

    assert "The end comes as a direct message." in side.taken[0].text
    assert isinstance(side.taken[0].road, InteractionRoad)


async def test_a_hand_over_that_never_gets_through_is_given_up() -> None:
    side = DiscordSide(closed={InteractionRoad: SendBrokenError()})
    message = a_message(side, running(), a_job(private=True))

    await told(message, 60 * MINUTE_S, done())

    assert all(sent.at_s < 15 * MINUTE_S for sent in side.roads(InteractionRoad))
    assert kinds(side)[-1] == "DirectMessageRoad"


async def test_a_private_end_shortly_after_the_hand_over_still_takes_the_message() -> None:
    side = DiscordSide()
    message = a_message(side, running(), a_job(private=True))

    await told(message, 14 * MINUTE_S + 10, done())

    assert kinds(side) == ["InteractionRoad", "InteractionRoad"]
    assert "direct message" not in side.sent[-1].text


async def test_a_private_end_never_becomes_public() -> None:
    side = DiscordSide(
        closed={InteractionRoad: RoadClosedError(), DirectMessageRoad: RoadClosedError()}
    )

    await a_delivery(side, a_job(private=True)).deliver(done())

    assert kinds(side) == ["InteractionRoad", "DirectMessageRoad"]


async def test_an_end_that_reaches_nobody_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    side = DiscordSide(
        closed={InteractionRoad: RoadClosedError(), DirectMessageRoad: RoadClosedError()}
    )

    await a_delivery(side, a_job(private=True)).deliver(done())

    assert a_job().reference in caplog.text


@pytest.mark.parametrize("road", [InteractionRoad, ChannelRoad])
async def test_a_deleted_message_is_left_alone(
    road: type[InteractionRoad | ChannelRoad], caplog: pytest.LogCaptureFixture
) -> None:
    side = DiscordSide(closed={InteractionRoad: RoadClosedError(), road: MessageGoneError()})

    await a_delivery(side).deliver(done())

    assert side.taken == []
    assert side.roads(NewMessageRoad) == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_what_discord_holds_for_wrong_is_logged_and_tried_on_the_next_road(
    caplog: pytest.LogCaptureFixture,
) -> None:
    side = DiscordSide(closed={InteractionRoad: SendRefusedError(400, 50035)})

    await a_delivery(side).deliver(done())

    assert kinds(side) == ["InteractionRoad", "ChannelRoad"]
    assert "50035" in caplog.text


@pytest.mark.parametrize("refusal", [SendRefusedError(400, 50035), RoadForbiddenError(50013)])
async def test_a_picture_that_no_road_takes_leaves_the_words_and_a_link(
    refusal: SendError,
) -> None:
    side = DiscordSide(
        script={InteractionRoad: [refusal]},
        closed={ChannelRoad: refusal, NewMessageRoad: refusal},
    )

    await a_delivery(side).deliver(done(a_picture(source_url="https://cdn.example/a.png")))

    assert kinds(side) == [
        "InteractionRoad",
        "ChannelRoad",
        "NewMessageRoad",
        "InteractionRoad",
    ]
    assert side.taken[0].edit.uploads == ()
    assert "Discord didn't take the picture." in side.texts[0]
    assert "It may have been charged." in side.texts[0]
    assert "(<https://cdn.example/a.png>)" in side.texts[0]


async def test_a_dead_token_is_not_tried_again_without_the_picture() -> None:
    side = DiscordSide(
        closed={
            InteractionRoad: RoadClosedError(),
            ChannelRoad: RoadForbiddenError(50013),
            NewMessageRoad: RoadForbiddenError(50013),
        }
    )

    await a_delivery(side).deliver(done())

    assert len(side.roads(InteractionRoad)) == 1


async def test_words_that_are_refused_are_not_sent_a_second_time() -> None:
    refusal = SendRefusedError(400, 50035)
    side = DiscordSide(
        closed={InteractionRoad: refusal, ChannelRoad: refusal, NewMessageRoad: refusal}
    )

    await a_delivery(side).deliver(FAILED)

    assert len(side.sent) == 3


async def test_a_text_that_discord_calls_too_large_is_not_sent_for_ever() -> None:
    side = DiscordSide(closed={InteractionRoad: SendTooLargeError()})

    await a_delivery(side).deliver(FAILED)

    assert kinds(side) == ["InteractionRoad", "ChannelRoad"]


async def test_the_line_about_an_earlier_message_is_for_new_messages_only() -> None:
    side = DiscordSide()

    await a_delivery(side).deliver(FAILED)

    assert "earlier message" not in side.texts[0]


async def test_a_picture_that_cannot_be_made_to_fit_becomes_a_link_with_its_last_day() -> None:
    side = DiscordSide()
    picture = a_picture(b"no picture at all" * 10_000, source_url="https://cdn.example/a b(1).png")

    await a_delivery(side, file_max_bytes=100_000).deliver(done(picture))

    assert side.sent[0].edit.uploads == ()
    assert "(<https://cdn.example/a%20b%281%29.png>)" in side.texts[0]
    assert f"<t:{EPOCH_S + 7 * 24 * 3600}:D>" in side.texts[0]


@pytest.mark.parametrize("source_url", [None, "https://cdn.example/" + "a" * 4000])
async def test_a_picture_without_a_usable_address_is_said_to_be_lost(
    source_url: str | None,
) -> None:
    side = DiscordSide()
    picture = a_picture(b"no picture at all" * 10_000, source_url=source_url)

    await a_delivery(side, file_max_bytes=100_000).deliver(done(picture))

    assert "no address that I could link to" in side.texts[0]


async def test_the_pictures_that_fit_are_shown_beside_the_link_to_one_that_does_not() -> None:
    side = DiscordSide()
    huge = a_picture(b"no picture at all" * 10_000, source_url="https://cdn.example/huge.png")

    await a_delivery(side, file_max_bytes=100_000).deliver(done(huge, a_picture(b"small")))

    assert [upload.picture.data for upload in side.sent[0].edit.uploads] == [b"small"]
    assert "https://cdn.example/huge.png" in side.texts[0]
