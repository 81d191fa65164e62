"""The sender against a real server: what it sends, and what it makes of each answer."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import Random

import aiohttp
import pytest

from bot.client.sender import DiscordSender
from bot.domain.jobs import Running
from bot.domain.pictures import Picture, PictureFormat
from bot.presentation.layout import GalleryItem, job_view, text_view
from bot.presentation.sending import (
    Bucket,
    ChannelRoad,
    DirectMessageRoad,
    Edit,
    FoundAnswer,
    InteractionRoad,
    MessageGoneError,
    NewMessageRoad,
    Road,
    RoadClosedError,
    RoadForbiddenError,
    SendBrokenError,
    SendError,
    SendLimitedError,
    SendRefusedError,
    SendTooLargeError,
    Upload,
)
from tests.contract.discord_rest import BOT_TOKEN, PATIENCE_S, Answer, DiscordRest, discord_rest
from tests.unit.jobs import a_job, done
from tests.unit.virtual_time import START

INTERACTION = InteractionRoad(3001, "interaction-token", 2001)
CHANNEL = ChannelRoad(2001, 5001)
NEW = NewMessageRoad(2001, "9001")
DIRECT = DirectMessageRoad(4001, "9001")
COMPONENTS_V2 = 1 << 15

Pair = tuple[DiscordRest, DiscordSender]


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    async with discord_rest() as pair:
        yield pair


def an_edit(*pictures: Picture) -> Edit:
    if not pictures:
        return Edit(text_view("Painting"))
    uploads = tuple(
        Upload(f"imagine-{n}.{p.format.extension}", p, "AI-generated: A cat")
        for n, p in enumerate(pictures, 1)
    )
    gallery = tuple(GalleryItem(u.file_name, u.alt_text, spoiler=False) for u in uploads)
    return Edit(job_view(a_job(), done(*pictures), START, gallery), uploads)


def a_picture(size_bytes: int, path: Path | None = None) -> Picture:
    data = Random(size_bytes).randbytes(size_bytes)  # noqa: S311  # no secret is made of it
    if path is not None:
        path.write_bytes(data)
    kept = None if path else data
    return Picture(PictureFormat.PNG, 64, 64, size_bytes, kept, path)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_an_edit_by_token_goes_to_the_original_answer(pair: Pair) -> None:
    rest, sender = pair

    await sender.send(INTERACTION, an_edit())

    (request,) = rest.received
    assert request.method == "PATCH"
    assert request.path == "/api/v10/webhooks/3001/interaction-token/messages/@original"
    assert request.headers["Content-Type"] == "application/json"


async def test_an_edit_by_token_carries_no_token_of_the_bot(pair: Pair) -> None:
    rest, sender = pair

    await sender.send(INTERACTION, an_edit())

    assert "Authorization" not in rest.received[0].headers
    assert BOT_TOKEN not in str(rest.received[0])


async def test_an_edit_as_author_goes_to_the_message(pair: Pair) -> None:
    rest, sender = pair

    await sender.send(CHANNEL, an_edit())

    (request,) = rest.received
    assert (request.method, request.path) == ("PATCH", "/api/v10/channels/2001/messages/5001")
    assert request.headers["Authorization"] == f"Bot {BOT_TOKEN}"
    assert "nonce" not in request.payload


async def test_a_new_message_shows_once_however_often_it_is_sent(pair: Pair) -> None:
    rest, sender = pair

    await sender.send(NEW, an_edit())

    (request,) = rest.received
    assert (request.method, request.path) == ("POST", "/api/v10/channels/2001/messages")
    assert request.payload["nonce"] == "9001"
    assert request.payload["enforce_nonce"] is True


async def test_a_mention_answers_a_message_and_tells_one_person_alone(pair: Pair) -> None:
    rest, sender = pair

    await sender.send(
        NewMessageRoad(2001, "ping", reply_to=5001), replace(an_edit(), mentioned_ids=(4001,))
    )

    payload = rest.received[0].payload
    assert payload["message_reference"] == {"message_id": "5001"}
    assert payload["allowed_mentions"] == {"parse": [], "users": ["4001"]}


async def test_files_that_were_there_go_where_that_is_wanted(pair: Pair) -> None:
    rest, sender = pair

    await sender.send(INTERACTION, replace(an_edit(), replaces_files=True))

    assert rest.received[0].payload["attachments"] == []


async def test_a_direct_message_opens_its_channel_first(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(body={"id": "7001", "type": 1})]

    await sender.send(DIRECT, an_edit())

    opened, sent = rest.received
    assert (opened.method, opened.path) == ("POST", "/api/v10/users/@me/channels")
    assert opened.payload == {"recipient_id": "4001"}
    assert sent.path == "/api/v10/channels/7001/messages"
    assert sent.headers["Authorization"] == f"Bot {BOT_TOKEN}"


@pytest.mark.parametrize("body", [b"", b"<html>", [], {"id": None}, {"id": "x"}, {}])
async def test_a_direct_channel_that_cannot_be_read_is_a_broken_answer(
    pair: Pair, body: object
) -> None:
    rest, sender = pair
    rest.answers = [Answer(body=body)]

    with pytest.raises(SendBrokenError):
        await sender.send(DIRECT, an_edit())

    assert len(rest.received) == 1


async def test_a_closed_door_to_direct_messages_closes_the_road(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(403, {"code": 50007, "message": "Cannot send messages to this user"})]

    with pytest.raises(RoadClosedError):
        await sender.send(DIRECT, an_edit())


@pytest.mark.parametrize("road", [INTERACTION, CHANNEL, NEW])
async def test_every_edit_is_components_and_pings_nobody(pair: Pair, road: Road) -> None:
    rest, sender = pair

    await sender.send(road, an_edit())

    payload = rest.received[0].payload
    assert payload["flags"] == COMPONENTS_V2
    assert payload["allowed_mentions"] == {"parse": []}
    assert payload["components"] == text_view("Painting").to_components()
    assert not {"content", "embeds"} & set(payload)


async def test_progress_leaves_the_attachments_alone(pair: Pair) -> None:
    rest, sender = pair

    await sender.send(INTERACTION, an_edit())

    assert "attachments" not in rest.received[0].payload


@pytest.mark.parametrize("size_bytes", [1, 1000, 256 * 1024, 256 * 1024 + 1, 1_500_000])
@pytest.mark.parametrize("where", ["memory", "disk"])
async def test_a_picture_arrives_byte_for_byte(
    pair: Pair, tmp_path: Path, where: str, size_bytes: int
) -> None:
    rest, sender = pair
    picture = a_picture(size_bytes, tmp_path / "picture" if where == "disk" else None)

    await sender.send(INTERACTION, an_edit(picture))

    name, kind, data = rest.received[0].files["files[0]"]
    assert (name, kind) == ("imagine-1.png", "image/png")
    assert digest(data) == digest(picture.data or (tmp_path / "picture").read_bytes())


async def test_pictures_go_with_their_names_and_descriptions(pair: Pair) -> None:
    rest, sender = pair

    await sender.send(INTERACTION, an_edit(a_picture(10), a_picture(20)))

    (request,) = rest.received
    assert list(request.files) == ["files[0]", "files[1]"]
    assert request.payload["attachments"] == [
        {"id": "0", "filename": "imagine-1.png", "description": "AI-generated: A cat"},
        {"id": "1", "filename": "imagine-2.png", "description": "AI-generated: A cat"},
    ]


async def test_the_length_of_an_upload_is_told_beforehand(pair: Pair) -> None:
    rest, sender = pair

    await sender.send(INTERACTION, an_edit(a_picture(300_000)))

    headers = rest.received[0].headers
    assert int(headers["Content-Length"]) > 300_000
    assert "Transfer-Encoding" not in headers


async def test_a_picture_whose_file_is_gone_is_a_broken_send(pair: Pair, tmp_path: Path) -> None:
    _, sender = pair
    picture = a_picture(1000, tmp_path / "picture")
    (tmp_path / "picture").unlink()

    with pytest.raises(SendBrokenError):
        await sender.send(INTERACTION, an_edit(picture))


async def test_the_bucket_is_read_from_the_answer(pair: Pair) -> None:
    rest, sender = pair
    headers = {"X-RateLimit-Remaining": "3", "X-RateLimit-Reset-After": "1.75"}
    rest.answers = [Answer(headers=headers)]

    assert (await sender.send(INTERACTION, an_edit())).bucket == Bucket(3, 1.75)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Remaining": "3"},
        {"X-RateLimit-Remaining": "many", "X-RateLimit-Reset-After": "1"},
    ],
)
async def test_an_answer_without_a_bucket_has_none(pair: Pair, headers: dict[str, str]) -> None:
    rest, sender = pair
    rest.answers = [Answer(headers=headers)]

    assert (await sender.send(INTERACTION, an_edit())).bucket is None


async def test_it_is_told_in_which_message_an_edit_stands(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(body={"id": "5002", "channel_id": "2007"})]

    sent = await sender.send(NEW, an_edit())

    assert (sent.message_id, sent.channel_id) == (5002, 2007)


async def test_an_answer_is_found_with_the_buttons_inside_it(pair: Pair) -> None:
    rest, sender = pair
    view = job_view(a_job(9001), Running(START), START)
    rest.answers = [Answer(body={"id": "5001", "components": view.to_components()})]

    assert await sender.find(INTERACTION) == FoundAnswer(5001, ("cancel:9001",))


async def test_an_answer_without_buttons_is_found_without(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(body={"id": "5001", "components": text_view("No").to_components()})]

    assert await sender.find(INTERACTION) == FoundAnswer(5001, ())


async def test_a_found_answer_that_nobody_can_read_says_nothing(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(body=b"<html>")]

    with pytest.raises(SendBrokenError):
        await sender.find(INTERACTION)


@pytest.mark.parametrize("body", [b"", b"<html>", [], {"id": 7}, {"channel_id": None}])
async def test_an_edit_is_taken_though_nobody_can_read_what_is_said_of_it(
    pair: Pair, body: object
) -> None:
    rest, sender = pair
    rest.answers = [Answer(body=body)]

    sent = await sender.send(INTERACTION, an_edit())

    assert (sent.message_id, sent.channel_id) == (None, None)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, 10008, MessageGoneError),
        (404, 10003, MessageGoneError),
        (404, 10015, RoadClosedError),
        (401, 50027, RoadClosedError),
        (401, 0, RoadClosedError),
        (403, 50001, RoadForbiddenError),
        (403, 50013, RoadForbiddenError),
        (413, 40005, SendTooLargeError),
        (400, 40005, SendTooLargeError),
        (413, 0, SendTooLargeError),
        (400, 50035, SendRefusedError),
        (404, 0, SendRefusedError),
        (307, 0, SendRefusedError),
        (500, 0, SendBrokenError),
        (502, 0, SendBrokenError),
        (503, 10008, SendBrokenError),
    ],
)
async def test_each_refusal_has_its_error(
    pair: Pair, status: int, code: int, error: type[SendError]
) -> None:
    rest, sender = pair
    rest.answers = [Answer(status, {"code": code, "message": "no"})]

    with pytest.raises(SendError) as refused:
        await sender.send(INTERACTION, an_edit())

    assert type(refused.value) is error


async def test_a_wrong_request_tells_status_and_code(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(400, {"code": 50035, "message": "Invalid Form Body"})]

    with pytest.raises(SendRefusedError) as refused:
        await sender.send(INTERACTION, an_edit())

    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert "Invalid Form Body" not in repr(refused.value)


@pytest.mark.parametrize("body", [b"<html>Bad Request</html>", b"", b"[1]", b'{"code": "x"}'])
async def test_a_refusal_that_cannot_be_read_is_still_one(pair: Pair, body: bytes) -> None:
    rest, sender = pair
    rest.answers = [Answer(400, body)]

    with pytest.raises(SendRefusedError) as refused:
        await sender.send(INTERACTION, an_edit())

    assert refused.value.code == 0


@pytest.mark.parametrize(
    ("body", "headers", "retry_after_s"),
    [
        ({"retry_after": 1.25, "global": False}, {}, 1.25),
        ({"retry_after": 0.5}, {"Retry-After": "9"}, 0.5),
        ({}, {"Retry-After": "9"}, 9.0),
        (b"error code: 1015", {"Retry-After": "30"}, 30.0),
        (b"error code: 1015", {}, 5.0),
        ({"retry_after": "soon"}, {}, 5.0),
        ({"retry_after": -1}, {}, 0.0),
    ],
)
async def test_a_429_tells_how_long_to_wait(
    pair: Pair, body: object, headers: dict[str, str], retry_after_s: float
) -> None:
    rest, sender = pair
    rest.answers = [Answer(429, body, headers)]

    with pytest.raises(SendLimitedError) as limited:
        await sender.send(INTERACTION, an_edit())

    assert limited.value.retry_after_s == retry_after_s


@pytest.mark.parametrize("instead", ["reset", "close", "reset before the body"])
@pytest.mark.parametrize("where", ["nowhere", "memory", "disk"])
async def test_a_broken_connection_is_a_broken_send(
    pair: Pair, tmp_path: Path, instead: str, where: str
) -> None:
    rest, sender = pair
    rest.answers = [Answer(instead=instead)]
    picture = a_picture(3_000_000, tmp_path / "picture" if where == "disk" else None)

    with pytest.raises(SendBrokenError):
        await sender.send(INTERACTION, an_edit() if where == "nowhere" else an_edit(picture))


async def test_nobody_at_the_address_is_a_broken_send() -> None:
    async with discord_rest() as (_, sender):
        pass
    async with aiohttp.ClientSession() as session:
        nobody = DiscordSender(session, sender.api_url, BOT_TOKEN)

        with pytest.raises(SendBrokenError):
            await nobody.send(INTERACTION, an_edit())


async def test_a_server_that_keeps_silent_is_left(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(instead="silence")]
    hasty = DiscordSender(sender.session, sender.api_url, BOT_TOKEN, timeout_s=0.05)

    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(SendBrokenError):
            await hasty.send(INTERACTION, an_edit())


async def test_a_redirection_is_not_followed(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(307, headers={"Location": f"{rest.url}/elsewhere"})]

    with pytest.raises(SendRefusedError):
        await sender.send(CHANNEL, an_edit())

    assert len(rest.received) == 1


async def test_one_send_is_one_request(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(500)]

    with pytest.raises(SendBrokenError):
        await sender.send(INTERACTION, an_edit())

    assert len(rest.received) == 1


async def test_a_message_is_deleted_as_its_author(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(204, b"")]

    await sender.delete(2001, 5001)

    (request,) = rest.received
    assert (request.method, request.path) == ("DELETE", "/api/v10/channels/2001/messages/5001")
    assert request.headers["Authorization"] == f"Bot {BOT_TOKEN}"
    assert request.body == b""


@pytest.mark.parametrize("code", [10003, 10008])
async def test_deleting_what_is_gone_already_says_so(pair: Pair, code: int) -> None:
    rest, sender = pair
    rest.answers = [Answer(404, {"code": code, "message": "Unknown"})]

    with pytest.raises(MessageGoneError):
        await sender.delete(2001, 5001)


@pytest.mark.parametrize(
    ("body", "server_id"),
    [({"id": "2001", "guild_id": "1001"}, 1001), ({"id": "2001"}, None), (b"<html>", None)],
)
async def test_a_channel_tells_its_server(pair: Pair, body: object, server_id: int | None) -> None:
    rest, sender = pair
    rest.answers = [Answer(body=body)]

    assert await sender.server_of(2001) == server_id
    assert (rest.received[0].method, rest.received[0].path) == ("GET", "/api/v10/channels/2001")


async def test_a_channel_that_the_bot_does_not_see_is_a_forbidden_road(pair: Pair) -> None:
    rest, sender = pair
    rest.answers = [Answer(403, {"code": 50001, "message": "Missing Access"})]

    with pytest.raises(RoadForbiddenError):
        await sender.server_of(2001)
