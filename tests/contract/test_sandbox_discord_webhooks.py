"""What follows the first answer: edits, follow-ups, files, deletions, and the token's end."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from sandbox.discord.clock import ManualClock
from sandbox.discord.events import EventKind
from sandbox.discord.messages import MessageFlag
from sandbox.discord.permissions import Permission
from sandbox.discord.settings import Rate, SandboxSettings
from tests.discord_wire import Scene, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

V2 = int(MessageFlag.COMPONENTS_V2)
EPHEMERAL = int(MessageFlag.EPHEMERAL)
PLENTY = Rate(1000, 1.0)


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with scene(settings=SandboxSettings(webhook_rate=PLENTY)) as opened:
        yield opened


def png(width: int = 48, height: int = 32) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(stream, "PNG")
    return stream.getvalue()


def gallery(*names: str) -> dict[str, Any]:
    items = [{"media": {"url": f"attachment://{name}"}, "description": "A cat"} for name in names]
    return {"flags": V2, "components": [{"type": 12, "items": items}]}


async def test_the_original_can_be_edited(stage: Scene) -> None:
    use = await stage.answered()
    reply = await stage.bot.edit(use, {"content": "46 %"})

    assert use.message is not None
    assert reply.body["content"] == use.message.content == "46 %"
    assert reply.body["id"] == str(use.message.id)
    assert reply.body["edited_timestamp"]


async def test_every_state_stays_on_record_with_its_moment() -> None:
    clock = ManualClock(2_000_000_000)
    async with scene(clock=clock) as stage:
        use = await stage.answered()
        for percent in (10, 50):
            clock.advance(1)
            await stage.bot.edit(use, {"content": f"{percent} %"})

    assert use.message is not None
    states = [(state.at_s - 2_000_000_000, state.text) for state in use.message.history]
    assert states == [(0, "Waiting"), (1, "10 %"), (2, "50 %")]


async def test_an_edit_wakes_who_waits_for_it(stage: Scene) -> None:
    use = await stage.answered()
    assert use.message is not None
    await stage.bot.edit(use, {"content": "46 %"})

    assert await use.message.until(lambda message: "46" in message.text and message.text)


async def test_an_edit_is_an_event_with_the_state_of_then(stage: Scene) -> None:
    use = await stage.answered()
    with stage.discord.events.subscribe() as events:
        await stage.bot.edit(use, {"content": "10 %"})
        await stage.bot.edit(use, {"content": "50 %"})
        edits = [await anext(events) for _ in range(2)]

    assert [event.kind for event in edits] == [EventKind.MESSAGE_EDITED] * 2
    assert [event.state.text for event in edits if event.state] == ["10 %", "50 %"]


async def test_what_an_edit_leaves_out_stays(stage: Scene) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 2, "label": "A", "custom_id": "a"}]}
    use = await stage.answered(content="Waiting", components=[row])
    await stage.bot.edit(use, {"content": "46 %"})

    assert use.message is not None
    assert [button.label for button in use.message.buttons] == ["A"]


async def test_a_deferred_answer_may_become_a_layout(stage: Scene) -> None:
    use = await stage.imagine()
    await stage.bot.answer(use, {"type": 5})
    await stage.bot.edit(use, {"flags": V2, "components": [{"type": 10, "content": "A cat"}]})

    assert use.message is not None
    assert use.message.flags == MessageFlag.COMPONENTS_V2
    assert use.message.text == "A cat"


async def test_a_classic_message_becomes_a_layout_only_with_its_content_cleared(
    stage: Scene,
) -> None:
    use = await stage.answered(content="Waiting")
    layout = {"flags": V2, "components": [{"type": 10, "content": "A cat"}]}

    assert (await stage.bot.edit(use, layout)).code == 50035
    assert (await stage.bot.edit(use, layout | {"content": None})).status == 200


async def test_a_layout_stays_one(stage: Scene) -> None:
    use = await stage.answered(flags=V2, components=[{"type": 10, "content": "A cat"}])
    await stage.bot.edit(use, {"flags": 0})

    assert use.message is not None
    assert use.message.flags == MessageFlag.COMPONENTS_V2
    assert (await stage.bot.edit(use, {"content": "Plain"})).code == 50035


async def test_an_edit_can_not_make_a_message_private(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {"content": "Secret", "flags": EPHEMERAL})

    assert use.message is not None
    assert use.message.audience is None
    assert use.message.flags == MessageFlag.NONE


async def test_a_follow_up_is_a_message_of_its_own(stage: Scene) -> None:
    use = await stage.answered()
    reply = await stage.bot.hook("POST", use, {"content": "More", "flags": EPHEMERAL}, message="")

    (follow_up,) = use.followups
    assert reply.body["id"] == str(follow_up.id)
    assert follow_up.audience is stage.alice
    assert follow_up is not use.message


async def test_a_follow_up_straight_after_a_deferral_fills_that_message(stage: Scene) -> None:
    use = await stage.imagine()
    await stage.bot.answer(use, {"type": 5})
    await stage.bot.hook("POST", use, {"content": "Here"}, message="")

    assert use.message is not None
    assert use.message.content == "Here"
    assert use.followups == []


async def test_a_follow_up_is_edited_by_its_id(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.hook("POST", use, {"content": "More"}, message="")
    (follow_up,) = use.followups
    await stage.bot.hook("PATCH", use, {"content": "Even more"}, message=str(follow_up.id))

    assert follow_up.content == "Even more"


async def test_the_original_is_found_by_its_id_too(stage: Scene) -> None:
    use = await stage.answered()
    assert use.message is not None
    reply = await stage.bot.hook("GET", use, message=str(use.message.id))

    assert reply.body["content"] == "Waiting"


async def test_the_original_can_be_fetched_and_deleted(stage: Scene) -> None:
    use = await stage.answered()

    assert (await stage.bot.hook("GET", use)).body["content"] == "Waiting"
    assert (await stage.bot.hook("DELETE", use)).status == 204
    assert stage.discord.messages_in(stage.general) == []


async def test_a_message_that_a_moderator_deleted_is_unknown(stage: Scene) -> None:
    use = await stage.answered()
    assert use.message is not None
    stage.discord.delete_message(use.message)
    replies = [await stage.bot.hook(method, use, {}) for method in ("GET", "PATCH", "DELETE")]

    assert [(reply.status, reply.code) for reply in replies] == [(404, 10008)] * 3


async def test_another_interactions_message_is_unknown(stage: Scene) -> None:
    first, second = await stage.answered(), await stage.answered()
    assert first.message is not None
    reply = await stage.bot.hook("GET", second, message=str(first.message.id))

    assert reply.code == 10008


async def test_before_the_first_answer_the_webhook_is_unknown(stage: Scene) -> None:
    reply = await stage.bot.edit(await stage.imagine(), {"content": "Early"})

    assert (reply.status, reply.code) == (404, 10015)


async def test_another_applications_webhook_is_unknown(stage: Scene) -> None:
    use = await stage.answered()
    reply = await stage.bot.call("GET", f"/webhooks/1/{use.token}/messages/@original")

    assert (reply.status, reply.code) == (404, 10015)


async def test_a_token_that_never_was_is_invalid(stage: Scene) -> None:
    path = f"/webhooks/{stage.bot.application_id}/never/messages/@original"
    reply = await stage.bot.call("GET", path)

    assert (reply.status, reply.code) == (401, 50027)


async def test_a_token_lives_for_fifteen_minutes() -> None:
    clock = ManualClock()
    async with scene(clock=clock) as stage:
        use = await stage.answered()
        clock.advance(899)
        alive = await stage.bot.edit(use, {"content": "14:59"})
        clock.advance(2)
        dead = await stage.bot.edit(use, {"content": "15:01"})

    assert alive.status == 200
    assert (dead.status, dead.code) == (401, 50027)


async def test_a_tokens_life_is_the_tests_to_set(stage: Scene) -> None:
    use = await stage.answered()
    stage.discord.settings.token_life_s = 0.0

    assert (await stage.bot.edit(use, {"content": "Late"})).code == 50027


async def test_a_token_can_be_ended_at_once(stage: Scene) -> None:
    use = await stage.answered()
    stage.discord.expire(use)

    assert (await stage.bot.edit(use, {"content": "Late"})).code == 50027


async def test_a_file_is_kept_and_served_back(stage: Scene) -> None:
    use = await stage.answered()
    picture = png()
    body = {"attachments": [{"id": 0, "description": "A cat"}]}
    reply = await stage.bot.edit(use, body, {"cat.png": picture})

    assert use.message is not None
    (file,) = use.message.attachments
    assert file.data == picture
    assert reply.body["attachments"] == [
        {
            "id": str(file.id),
            "filename": "cat.png",
            "size": len(picture),
            "url": file.url,
            "proxy_url": file.url,
            "content_type": "image/png",
            "description": "A cat",
            "width": 48,
            "height": 32,
        }
    ]
    async with stage.bot.http.get(file.url) as served:
        assert await served.read() == picture
        assert served.headers["Content-Type"] == "image/png"


async def test_a_file_that_is_no_picture_has_no_size_in_pixels(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {}, {"cat.png": b"not a picture"})

    assert use.message is not None
    assert (use.message.attachments[0].width, use.message.attachments[0].height) == (None, None)


async def test_without_keeping_bytes_size_and_digest_remain(stage: Scene) -> None:
    stage.discord.settings.keep_bytes = False
    use = await stage.answered()
    await stage.bot.edit(use, {}, {"cat.png": b"picture"})

    assert use.message is not None
    (file,) = use.message.attachments
    assert (file.size, file.data, len(file.sha256)) == (7, None, 64)
    async with stage.bot.http.get(file.url) as served:
        assert served.status == 404


async def test_a_file_is_not_digested_where_nobody_wants_that(stage: Scene) -> None:
    stage.discord.settings.digest_bytes = False
    use = await stage.answered()
    await stage.bot.edit(use, {}, {"cat.png": b"picture"})

    assert use.message is not None
    (file,) = use.message.attachments
    assert (file.size, file.sha256) == (7, "")


@pytest.mark.parametrize("path", ["1/1/cat.png", "1/x/cat.png", "cat.png"])
async def test_a_file_that_never_was_is_not_served(stage: Scene, path: str) -> None:
    async with stage.bot.http.get(f"{stage.discord.base_url}/attachments/{path}") as served:
        assert served.status == 404


async def test_files_that_a_given_list_leaves_out_are_removed(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {}, {"one.png": png(), "two.png": png()})
    assert use.message is not None
    one, two = use.message.attachments
    await stage.bot.edit(use, {"attachments": [{"id": str(two.id)}, {"id": 0}]}, {"3.png": b"x"})

    assert [file.filename for file in use.message.attachments] == ["two.png", "3.png"]
    async with stage.bot.http.get(one.url) as served:
        assert served.status == 404


async def test_files_stay_when_no_list_is_given(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {}, {"one.png": png()})
    await stage.bot.edit(use, {"content": "Done"}, {"two.png": png()})

    assert use.message is not None
    assert [file.filename for file in use.message.attachments] == ["one.png", "two.png"]


async def test_an_empty_list_removes_every_file(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {}, {"one.png": png()})
    await stage.bot.edit(use, {"attachments": []})

    assert use.message is not None
    assert use.message.attachments == ()


async def test_a_gallery_shows_an_uploaded_file(stage: Scene) -> None:
    use = await stage.answered(flags=V2, components=[{"type": 10, "content": "A cat"}])
    await stage.bot.edit(use, gallery("cat.png") | {"attachments": [{"id": 0}]}, {"cat.png": png()})

    assert use.message is not None
    (file,) = use.message.attachments
    media = use.message.components[0]["items"][0]["media"]
    assert media["url"] == file.url
    assert media["attachment_id"] == str(file.id)
    assert (media["width"], media["height"]) == (48, 32)


async def test_a_gallery_may_show_a_file_that_was_kept(stage: Scene) -> None:
    use = await stage.answered(flags=V2, components=[{"type": 10, "content": "A cat"}])
    await stage.bot.edit(use, gallery("cat.png"), {"cat.png": png()})
    reply = await stage.bot.edit(use, gallery("cat.png"))

    assert reply.status == 200


async def test_a_gallery_can_not_show_a_file_that_is_not_there(stage: Scene) -> None:
    use = await stage.answered(flags=V2, components=[{"type": 10, "content": "A cat"}])
    reply = await stage.bot.edit(use, gallery("dog.png"), {"cat.png": png()})

    assert reply.code == 50035
    assert "REFERENCED_ATTACHMENT_NOT_FOUND" in str(reply.body["errors"])


async def test_a_gallery_can_not_show_a_file_that_the_edit_removes(stage: Scene) -> None:
    use = await stage.answered(flags=V2, components=[{"type": 10, "content": "A cat"}])
    await stage.bot.edit(use, gallery("cat.png"), {"cat.png": png()})
    reply = await stage.bot.edit(use, gallery("cat.png") | {"attachments": []})

    assert reply.code == 50035


async def test_a_description_needs_its_file(stage: Scene) -> None:
    use = await stage.answered()
    reply = await stage.bot.edit(use, {"attachments": [{"id": 0}, {"id": 1}]}, {"a.png": b"x"})

    assert reply.code == 50035


async def test_characters_that_discord_replaces_are_replaced(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {}, {"a cat (1).png": b"x"})

    assert use.message is not None
    assert use.message.attachments[0].filename == "a_cat__1_.png"


async def test_the_name_in_the_list_is_the_files_name(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {"attachments": [{"id": 0, "filename": "b.png"}]}, {"a.png": b"x"})

    assert use.message is not None
    assert use.message.attachments[0].filename == "b.png"


async def test_a_spoiler_is_known_by_its_name(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {}, {"SPOILER_a.png": b"x", "b.png": b"x"})

    assert use.message is not None
    assert [file.spoiler for file in use.message.attachments] == [True, False]


async def test_more_than_ten_files_are_refused(stage: Scene) -> None:
    use = await stage.answered()
    reply = await stage.bot.edit(use, {}, {f"{n}.png": b"x" for n in range(11)})

    assert reply.code == 50035


async def test_a_file_over_the_limit_is_too_large(stage: Scene) -> None:
    use = await stage.answered()
    stage.discord.settings.file_max_bytes = 10
    reply = await stage.bot.edit(use, {}, {"a.png": b"x" * 11})

    assert (reply.status, reply.code) == (413, 40005)


async def test_a_request_over_the_limit_is_too_large(stage: Scene) -> None:
    use = await stage.answered()
    stage.discord.settings.request_max_bytes = 1000
    reply = await stage.bot.edit(use, {}, {"a.png": b"x" * 500, "b.png": b"x" * 501})

    assert (reply.status, reply.code) == (413, 40005)


async def test_a_refused_edit_changes_nothing(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {"content": "x" * 2001})

    assert use.message is not None
    assert len(use.message.history) == 1


async def test_files_need_the_permission_to_attach(stage: Scene) -> None:
    use = await stage.answered()
    stage.discord.admin.deny(
        stage.general, stage.discord.world.application.bot, Permission.ATTACH_FILES
    )
    reply = await stage.bot.edit(use, {}, {"a.png": b"x"})

    assert (reply.status, reply.code) == (403, 50013)


async def test_an_answer_needs_no_permission_to_see_or_send(stage: Scene) -> None:
    bot = stage.discord.world.application.bot
    stage.discord.admin.deny(stage.general, bot, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
    use = await stage.answered()

    assert (await stage.bot.edit(use, {"content": "46 %"})).status == 200
