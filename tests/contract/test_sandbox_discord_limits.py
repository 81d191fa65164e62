"""Rate limits as Discord shows them: headers, 429s, and one limit that shows itself only late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.discord.clock import ManualClock
from sandbox.discord.settings import Rate, SandboxSettings
from tests.discord_wire import Scene, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(2_000_000_000)


@pytest.fixture
async def stage(clock: ManualClock) -> AsyncGenerator[Scene]:
    async with scene(clock=clock) as opened:
        yield opened


async def test_each_edit_says_what_is_left_of_its_bucket(stage: Scene, clock: ManualClock) -> None:
    use = await stage.answered()
    first = await stage.bot.edit(use, {"content": "1"})
    clock.advance(0.5)
    second = await stage.bot.edit(use, {"content": "2"})

    assert first.headers["X-RateLimit-Limit"] == "5"
    assert first.headers["X-RateLimit-Remaining"] == "4"
    assert first.headers["X-RateLimit-Reset-After"] == "2.000"
    assert second.headers["X-RateLimit-Remaining"] == "3"
    assert second.headers["X-RateLimit-Reset-After"] == "1.500"
    assert second.headers["X-RateLimit-Reset"] == "2000000002.000"
    assert second.headers["X-RateLimit-Bucket"] == first.headers["X-RateLimit-Bucket"]


async def test_the_sixth_edit_within_two_seconds_is_refused(
    stage: Scene, clock: ManualClock
) -> None:
    use = await stage.answered()
    for number in range(5):
        await stage.bot.edit(use, {"content": str(number)})
    clock.advance(0.75)
    reply = await stage.bot.edit(use, {"content": "6"})

    assert reply.status == 429
    assert reply.body == {
        "message": "You are being rate limited.",
        "retry_after": 1.25,
        "global": False,
    }
    assert reply.headers["Retry-After"] == "2"
    assert reply.headers["Via"] == "1.1 sandbox"
    assert reply.headers["X-RateLimit-Scope"] == "user"
    assert reply.headers["X-RateLimit-Remaining"] == "0"
    assert use.message is not None
    assert use.message.content == "4"


async def test_a_bucket_fills_again_when_its_window_ends(stage: Scene, clock: ManualClock) -> None:
    use = await stage.answered()
    for number in range(5):
        await stage.bot.edit(use, {"content": str(number)})
    clock.advance(2.0)
    reply = await stage.bot.edit(use, {"content": "6"})

    assert reply.status == 200
    assert reply.headers["X-RateLimit-Remaining"] == "4"


async def test_a_refused_edit_is_not_counted(stage: Scene, clock: ManualClock) -> None:
    stage.discord.settings.hidden_rate = Rate(6, 60.0)
    first, second = await stage.answered(), await stage.answered()
    for number in range(8):
        await stage.bot.edit(first, {"content": str(number)})
    clock.advance(2.0)

    assert (await stage.bot.edit(second, {"content": "x"})).status == 200
    assert (await stage.bot.edit(second, {"content": "x"})).status == 429


async def test_each_interaction_has_a_bucket_of_its_own(stage: Scene) -> None:
    first, second = await stage.answered(), await stage.answered()
    for number in range(5):
        await stage.bot.edit(first, {"content": str(number)})

    assert (await stage.bot.edit(second, {"content": "x"})).status == 200


async def test_edits_follow_ups_and_fetches_share_the_bucket(stage: Scene) -> None:
    use = await stage.answered()
    replies = [
        await stage.bot.edit(use, {"content": "x"}),
        await stage.bot.hook("POST", use, {"content": "x"}, message=""),
        await stage.bot.hook("GET", use),
    ]

    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["4", "3", "2"]


async def test_the_bucket_is_the_tests_to_set(stage: Scene) -> None:
    stage.discord.settings.webhook_rate = Rate(1, 9.0)
    use = await stage.answered()
    await stage.bot.edit(use, {"content": "1"})
    reply = await stage.bot.edit(use, {"content": "2"})

    assert reply.body["retry_after"] == 9.0


async def test_the_hidden_bucket_is_shared_by_a_channel_and_shows_no_headers(
    stage: Scene,
) -> None:
    stage.discord.settings.hidden_rate = Rate(3, 60.0)
    uses = [await stage.answered() for _ in range(4)]
    replies = [await stage.bot.edit(use, {"content": "x"}) for use in uses]

    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    refused = replies[-1]
    assert refused.body["message"] == "The resource is being rate limited."
    assert refused.body["retry_after"] == 60.0
    assert refused.headers["X-RateLimit-Scope"] == "shared"
    assert refused.headers["Via"] == "1.1 sandbox"
    assert "X-RateLimit-Remaining" not in refused.headers


async def test_another_channel_has_another_hidden_bucket(stage: Scene) -> None:
    stage.discord.settings.hidden_rate = Rate(1, 60.0)
    other = stage.discord.world.guild("Lantern Bay").channel("pictures")
    first = await stage.answered()
    await stage.bot.edit(first, {"content": "x"})
    second = await stage.discord.invoke(stage.alice, other, "imagine", {"prompt": "A cat"})
    await stage.bot.say(second, content="Waiting")

    assert (await stage.bot.edit(second, {"content": "x"})).status == 200


async def test_fetching_and_deleting_are_not_counted_in_the_hidden_bucket(stage: Scene) -> None:
    stage.discord.settings.hidden_rate = Rate(1, 60.0)
    use = await stage.answered()
    await stage.bot.edit(use, {"content": "x"})

    assert (await stage.bot.hook("GET", use)).status == 200
    assert (await stage.bot.hook("DELETE", use)).status == 204


async def test_the_hidden_bucket_can_be_off(stage: Scene) -> None:
    stage.discord.settings.hidden_rate = None
    uses = [await stage.answered() for _ in range(31)]
    replies = [await stage.bot.edit(use, {"content": "x"}) for use in uses]

    assert {reply.status for reply in replies} == {200}


async def test_a_channels_messages_have_an_announced_bucket(stage: Scene) -> None:
    path = f"/channels/{stage.general.id}/messages"
    replies = [await stage.bot.call("POST", path, {"content": "x"}) for _ in range(6)]

    assert [reply.status for reply in replies] == [200] * 5 + [429]
    assert replies[0].headers["X-RateLimit-Reset-After"] == "5.000"


async def test_the_global_limit_holds_for_the_bots_token(stage: Scene) -> None:
    stage.discord.settings.global_rate = Rate(3, 1.0)
    replies = [await stage.bot.call("GET", "/users/@me") for _ in range(4)]

    refused = replies[-1]
    assert refused.status == 429
    assert refused.body["global"] is True
    assert refused.headers["X-RateLimit-Global"] == "true"
    assert refused.headers["X-RateLimit-Scope"] == "global"


async def test_the_global_limit_can_be_off(stage: Scene) -> None:
    stage.discord.settings.global_rate = None
    replies = [await stage.bot.call("GET", "/users/@me") for _ in range(51)]

    assert {reply.status for reply in replies} == {200}


async def test_all_settings_can_be_changed_at_once(stage: Scene) -> None:
    stage.discord.settings = SandboxSettings(webhook_rate=Rate(9, 1.0))
    use = await stage.answered()

    assert (await stage.bot.edit(use, {"content": "x"})).headers["X-RateLimit-Limit"] == "9"


async def test_interactions_are_free_of_the_global_limit(stage: Scene) -> None:
    stage.discord.settings.global_rate = Rate(1, 60.0)
    await stage.bot.call("GET", "/users/@me")
    use = await stage.answered()

    assert (await stage.bot.edit(use, {"content": "x"})).status == 200
