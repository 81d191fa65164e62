"""The first answer to an interaction: in time, once, and of a kind that fits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from sandbox.discord.clock import ManualClock
from sandbox.discord.events import EventKind
from sandbox.discord.interactions import AnswerKind, Choice
from sandbox.discord.messages import MessageFlag, MessageKind
from sandbox.discord.settings import Rate, SandboxSettings
from tests.discord_wire import Scene, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sandbox.discord.interactions import Interaction

V2 = int(MessageFlag.COMPONENTS_V2)
EPHEMERAL = int(MessageFlag.EPHEMERAL)
BUTTON = {"type": 2, "style": 4, "label": "Cancel", "custom_id": "stop:1"}
ROW = {"type": 1, "components": [BUTTON]}
FIELD = {"type": 4, "custom_id": "prompt", "style": 1, "value": "A cat"}
MODAL = {
    "custom_id": "edit:1",
    "title": "Edit",
    "components": [{"type": 18, "label": "Prompt", "component": FIELD}],
}


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with scene() as opened:
        yield opened


async def pressed(stage: Scene) -> Interaction:
    """Let alice press the button of a message."""
    use = await stage.answered(content="Waiting", components=[ROW])
    assert use.message is not None
    return await stage.discord.press(stage.alice, use.message, "Cancel")


async def test_the_event_carries_what_discord_sends(stage: Scene) -> None:
    use = await stage.imagine("A cat", private=True)
    event = await stage.bot.event("INTERACTION_CREATE")

    assert event["id"] == str(use.id)
    assert (event["type"], event["version"], event["token"]) == (2, 1, use.token)
    assert event["application_id"] == str(stage.bot.application_id)
    assert event["data"]["name"] == "imagine"
    assert event["data"]["options"] == [
        {"name": "prompt", "type": 3, "value": "A cat"},
        {"name": "private", "type": 5, "value": True},
    ]


async def test_the_event_tells_place_and_person(stage: Scene) -> None:
    await stage.imagine()
    event = await stage.bot.event("INTERACTION_CREATE")

    guild_id = str(stage.general.guild_id)
    assert event["guild_id"] == event["guild"]["id"] == guild_id
    assert event["channel_id"] == event["channel"]["id"] == str(stage.general.id)
    assert event["member"]["user"]["id"] == str(stage.alice.id)
    assert (event["locale"], event["guild_locale"]) == ("en-GB", "en-GB")
    assert event["authorizing_integration_owners"] == {"0": guild_id}
    assert (event["context"], event["entitlements"]) == (0, [])
    assert event["attachment_size_limit"] == 10 * 1024 * 1024
    assert "user" not in event


async def test_the_event_of_a_direct_message_carries_the_user_alone(stage: Scene) -> None:
    conversation = stage.discord.world.direct_channel(stage.alice)
    await stage.discord.invoke(stage.alice, conversation, "imagine", {"prompt": "A cat"})
    event = await stage.bot.event("INTERACTION_CREATE")

    assert event["user"]["id"] == str(stage.alice.id)
    assert event["context"] == 1
    assert not {"member", "guild_id", "guild"} & event.keys()


async def test_the_attachment_limit_is_the_settings(stage: Scene) -> None:
    stage.discord.settings.file_max_bytes = 1000
    await stage.imagine()

    assert (await stage.bot.event("INTERACTION_CREATE"))["attachment_size_limit"] == 1000


async def test_a_message_is_an_answer(stage: Scene) -> None:
    use = await stage.imagine()
    await stage.bot.say(use, content="Waiting")
    await use.answered()

    assert use.message is not None
    assert use.answer is AnswerKind.MESSAGE
    assert use.message.content == "Waiting"
    assert use.message.kind is MessageKind.COMMAND
    assert stage.discord.messages_in(stage.general) == [use.message]


async def test_an_answer_may_be_a_layout(stage: Scene) -> None:
    text = {"type": 10, "content": "Waiting"}
    use = await stage.answered(flags=V2, components=[{"type": 17, "components": [text, ROW]}])

    assert use.message is not None
    assert use.message.flags == MessageFlag.COMPONENTS_V2
    assert use.message.text == "Waiting"
    assert [button.label for button in use.message.buttons] == ["Cancel"]
    assert [item["id"] for item in use.message.components[0]["components"]] == [2, 3]


@pytest.mark.parametrize("flag", ["1", "true"])
async def test_an_answer_is_confirmed_with_its_message_when_asked(stage: Scene, flag: str) -> None:
    use = await stage.imagine()
    reply = await stage.bot.call(
        "POST",
        f"/interactions/{use.id}/{use.token}/callback?with_response={flag}",
        {"type": 4, "data": {"content": "Waiting", "flags": EPHEMERAL}},
    )

    assert reply.status == 200
    assert use.message is not None
    assert reply.body["interaction"] == {
        "id": str(use.id),
        "type": 2,
        "response_message_id": str(use.message.id),
        "response_message_loading": False,
        "response_message_ephemeral": True,
    }
    assert reply.body["resource"]["type"] == 4
    assert reply.body["resource"]["message"]["content"] == "Waiting"
    metadata = reply.body["resource"]["message"]["interaction_metadata"]
    assert (metadata["id"], metadata["user"]["id"]) == (str(use.id), str(stage.alice.id))


async def test_an_answer_is_confirmed_with_nothing_otherwise(stage: Scene) -> None:
    use = await stage.imagine()
    reply = await stage.bot.call(
        "POST", f"/interactions/{use.id}/{use.token}/callback", {"type": 5}
    )

    assert (reply.status, reply.body) == (204, "")


async def test_json_is_announced_without_a_charset(stage: Scene) -> None:
    reply = await stage.bot.say(await stage.imagine(), content="Waiting")

    assert reply.headers["Content-Type"] == "application/json"


async def test_an_ephemeral_answer_is_seen_by_its_owner_alone(stage: Scene) -> None:
    use = await stage.answered(content="For you", flags=EPHEMERAL)

    assert use.message is not None
    assert use.message.audience is stage.alice
    assert stage.discord.messages_in(stage.general, stage.alice) == [use.message]
    assert stage.discord.messages_in(stage.general, stage.mod) == []


async def test_a_deferred_answer_is_a_loading_message(stage: Scene) -> None:
    use = await stage.imagine()
    reply = await stage.bot.answer(use, {"type": 5})

    assert use.message is not None
    assert use.message.now.loading
    assert reply.body["interaction"]["response_message_loading"] is True


async def test_a_deferred_answer_may_be_ephemeral(stage: Scene) -> None:
    use = await stage.imagine()
    await stage.bot.answer(use, {"type": 5, "data": {"flags": EPHEMERAL}})

    assert use.message is not None
    assert use.message.audience is stage.alice


async def test_a_deferred_answer_takes_no_other_flag(stage: Scene) -> None:
    reply = await stage.bot.answer(await stage.imagine(), {"type": 5, "data": {"flags": V2}})

    assert (reply.status, reply.code) == (400, 50035)


async def test_an_answer_within_three_seconds_is_taken() -> None:
    clock = ManualClock()
    async with scene(clock=clock) as stage:
        use = await stage.imagine()
        clock.advance(2.9)
        reply = await stage.bot.say(use, content="Just in time")

    assert reply.status == 200
    assert use.answered_after_s == pytest.approx(2.9)


async def test_an_answer_after_three_seconds_is_to_an_unknown_interaction() -> None:
    clock = ManualClock()
    async with scene(clock=clock) as stage:
        use = await stage.imagine()
        clock.advance(3.1)
        reply = await stage.bot.say(use, content="Too late")

    assert (reply.status, reply.code) == (404, 10062)
    assert use.message is None


async def test_without_an_answer_the_interaction_fails_and_says_so() -> None:
    clock = ManualClock()
    async with scene(clock=clock) as stage:
        with stage.discord.events.subscribe() as events:
            use = await stage.imagine()
            clock.advance(3.1)
            kinds = [(await anext(events)).kind for _ in range(2)]

    assert use.failed
    assert kinds == [EventKind.INTERACTION_SENT, EventKind.INTERACTION_FAILED]


async def test_an_answered_interaction_does_not_fail_later() -> None:
    clock = ManualClock()
    async with scene(clock=clock) as stage:
        use = await stage.answered()
        clock.advance(60)

    assert not use.failed


async def test_the_time_to_answer_is_the_tests_to_set() -> None:
    clock = ManualClock()
    async with scene(clock=clock, settings=SandboxSettings(answer_within_s=30)) as stage:
        use = await stage.imagine()
        clock.advance(29)

        assert (await stage.bot.say(use, content="Slow")).status == 200


async def test_how_soon_it_was_answered_is_unknown_before_that(stage: Scene) -> None:
    use = await stage.imagine()

    with pytest.raises(RuntimeError, match="imagine hasn't been answered"):
        _ = use.answered_after_s


async def test_a_second_answer_is_refused_as_already_acknowledged(stage: Scene) -> None:
    use = await stage.answered()
    reply = await stage.bot.say(use, content="Again")

    assert (reply.status, reply.code) == (400, 40060)
    assert use.message is not None
    assert use.message.content == "Waiting"


@pytest.mark.parametrize("path", ["/interactions/1/{token}", "/interactions/{id}/wrong"])
async def test_an_unknown_id_or_token_is_an_unknown_interaction(stage: Scene, path: str) -> None:
    use = await stage.imagine()
    path = path.format(id=use.id, token=use.token)
    reply = await stage.bot.call("POST", f"{path}/callback", {"type": 5})

    assert (reply.status, reply.code) == (404, 10062)


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 99])
async def test_a_command_is_not_answered_by_another_kind(stage: Scene, kind: int) -> None:
    reply = await stage.bot.answer(await stage.imagine(), {"type": kind})

    assert (reply.status, reply.code) == (400, 50035)


async def test_a_refused_answer_leaves_the_interaction_open(stage: Scene) -> None:
    use = await stage.imagine()
    await stage.bot.say(use, content="x" * 2001)

    assert use.answer is None
    assert (await stage.bot.say(use, content="Shorter")).status == 200


async def test_a_press_carries_its_message(stage: Scene) -> None:
    use = await pressed(stage)
    await stage.bot.event("INTERACTION_CREATE")
    event = await stage.bot.event("INTERACTION_CREATE")

    assert use.source is not None
    assert event["type"] == 3
    assert event["data"] == {"custom_id": "stop:1", "component_type": 2, "id": 2}
    assert event["message"]["id"] == str(use.source.id)
    assert event["message"]["components"][0]["components"][0]["label"] == "Cancel"


async def test_a_press_may_update_its_message(stage: Scene) -> None:
    use = await pressed(stage)
    await stage.bot.answer(use, {"type": 7, "data": {"content": "Stopped", "components": []}})

    assert use.message is use.source is not None
    assert use.message.content == "Stopped"
    assert use.message.buttons == []


async def test_a_press_may_be_acknowledged_without_a_change(stage: Scene) -> None:
    use = await pressed(stage)
    reply = await stage.bot.answer(use, {"type": 6})

    assert use.message is use.source is not None
    assert reply.body["interaction"]["response_message_id"] == str(use.message.id)
    assert "resource" not in reply.body
    assert len(use.message.history) == 1


@pytest.mark.parametrize("kind", [6, 7])
async def test_a_message_that_is_gone_can_not_be_updated(stage: Scene, kind: int) -> None:
    use = await pressed(stage)
    assert use.source is not None
    stage.discord.delete_message(use.source)
    reply = await stage.bot.answer(use, {"type": kind, "data": {"content": "x"}})

    assert (reply.status, reply.code) == (404, 10008)


@pytest.mark.parametrize("kind", [6, 7])
async def test_a_modal_of_a_command_has_no_message_to_update(stage: Scene, kind: int) -> None:
    use = await stage.imagine()
    await stage.bot.answer(use, {"type": 9, "data": MODAL})
    assert use.modal is not None
    submitted = await stage.discord.submit_modal(use.modal, {})
    reply = await stage.bot.answer(submitted, {"type": kind, "data": {"content": "x"}})

    assert (reply.status, reply.code) == (400, 50035)


async def test_a_press_may_be_answered_by_a_message_of_its_own(stage: Scene) -> None:
    use = await pressed(stage)
    await stage.bot.say(use, content="Stopped", flags=EPHEMERAL)

    assert use.message is not None
    assert use.message is not use.source
    assert use.message.reply_to is use.source


async def test_autocomplete_is_answered_by_choices(stage: Scene) -> None:
    command = {"type": 8, "data": {"choices": [{"name": "Flux", "value": "get3w/flux-dev"}]}}
    with stage.discord.events.subscribe() as events:
        asked = stage.discord.autocomplete(
            stage.alice,
            stage.general,
            "imagine",
            {"prompt": "A cat", "model": "fl"},
            focused="model",
        )
        choices = await answered_by(stage, asked, command)
        kinds = [(await anext(events)).kind for _ in range(3)]

    assert choices == (Choice("Flux", "get3w/flux-dev"),)
    assert kinds[-1] is EventKind.CHOICES_OFFERED


async def test_autocomplete_tells_which_option_is_being_typed(stage: Scene) -> None:
    asked = stage.discord.autocomplete(stage.alice, stage.general, "imagine", {}, focused="model")
    await answered_by(stage, asked, {"type": 8, "data": {"choices": []}})
    (event,) = [item["d"] for item in stage.bot.seen if item["t"] == "INTERACTION_CREATE"]

    assert event["type"] == 4
    assert event["data"]["options"] == [{"name": "model", "type": 3, "value": "", "focused": True}]


async def answered_by(stage: Scene, asked: object, body: object) -> object:
    """Answer the query that `asked` sends, and return what it gives."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(asked)
        await stage.bot.event("INTERACTION_CREATE")
        (use,) = stage.discord.interactions
        await stage.bot.answer(use, body)
    return task.result()


async def test_autocomplete_without_an_answer_times_out(stage: Scene) -> None:
    stage.discord.settings.answer_within_s = 0.01

    with pytest.raises(TimeoutError):
        await stage.discord.autocomplete(stage.alice, stage.general, "imagine", {}, focused="model")


@pytest.mark.parametrize(
    "choices",
    [
        [{"name": "x", "value": "x"}] * 26,
        [{"name": "", "value": "x"}],
        [{"name": "x" * 101, "value": "x"}],
        [{"name": "x", "value": "x" * 101}],
        [{"name": "x", "value": True}],
        [{"name": "x"}],
    ],
)
async def test_choices_that_discord_would_refuse_are_refused(
    stage: Scene, choices: list[object]
) -> None:
    stage.discord.settings.answer_within_s = 0.5
    asked = stage.discord.autocomplete(stage.alice, stage.general, "imagine", {}, focused="model")
    task = asyncio.create_task(asked)
    await stage.bot.event("INTERACTION_CREATE")
    (use,) = stage.discord.interactions
    reply = await stage.bot.answer(use, {"type": 8, "data": {"choices": choices}})
    task.cancel()

    assert (reply.status, reply.code) == (400, 50035)


async def test_a_modal_is_opened_for_the_person(stage: Scene) -> None:
    use = await stage.imagine()
    with stage.discord.events.subscribe() as events:
        reply = await stage.bot.answer(use, {"type": 9, "data": MODAL})
        opened = [await anext(events) for _ in range(2)][-1]

    assert use.modal is not None
    assert (use.modal.title, use.modal.custom_id) == ("Edit", "edit:1")
    assert "resource" not in reply.body
    assert opened.kind is EventKind.MODAL_OPENED
    assert opened.visible_to(stage.alice)
    assert not opened.visible_to(stage.mod)


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": "x" * 46},
        {"custom_id": ""},
        {"components": []},
        {"components": MODAL["components"] * 6},
        {"components": [ROW]},
        {"components": [{"type": 18, "label": "x" * 46, "component": FIELD}]},
        {"components": [{"type": 18, "label": "Prompt", "component": BUTTON}]},
    ],
)
async def test_a_modal_that_discord_would_refuse_is_refused(
    stage: Scene, change: dict[str, object]
) -> None:
    reply = await stage.bot.answer(await stage.imagine(), {"type": 9, "data": MODAL | change})

    assert (reply.status, reply.code) == (400, 50035)


async def test_a_modal_can_not_be_answered_by_a_modal(stage: Scene) -> None:
    use = await stage.imagine()
    await stage.bot.answer(use, {"type": 9, "data": MODAL})
    assert use.modal is not None
    submitted = await stage.discord.submit_modal(use.modal, {})
    reply = await stage.bot.answer(submitted, {"type": 9, "data": MODAL})

    assert (reply.status, reply.code) == (400, 50035)


async def test_answers_are_not_counted_in_the_hidden_bucket() -> None:
    async with scene(settings=SandboxSettings(hidden_rate=Rate(1, 60))) as stage:
        uses = [await stage.imagine() for _ in range(5)]
        replies = [await stage.bot.say(use, content="Waiting") for use in uses]

    assert [reply.status for reply in replies] == [200] * 5


async def test_files_may_come_with_the_first_answer(stage: Scene) -> None:
    use = await stage.imagine()
    data = {"content": "Done", "attachments": [{"id": 0, "description": "A cat"}]}
    await stage.bot.answer(use, {"type": 4, "data": data}, {"cat.png": b"x"})

    assert use.message is not None
    assert use.message.attachments[0].description == "A cat"
