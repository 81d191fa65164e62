"""The gateway of the local Discord, seen through a bare websocket."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox.discord.permissions import Permission
from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from sandbox.discord.snowflakes import shard_of
from tests.discord_wire import IMAGINE, WireBot, connected, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@pytest.fixture
async def sandbox() -> AsyncGenerator[DiscordSandbox]:
    async with DiscordSandbox.open() as opened:
        yield opened


@asynccontextmanager
async def identified(sandbox: DiscordSandbox, **changes: object) -> AsyncGenerator[WireBot]:
    async with connected(sandbox) as bot:
        await bot.identify(**changes)
        yield bot


async def test_the_gateway_says_hello_first(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox) as bot:
        hello = await bot.receive()

    assert (hello["op"], hello["d"]["heartbeat_interval"]) == (10, 41_250)


async def test_a_heartbeat_is_acknowledged_even_before_identifying(
    sandbox: DiscordSandbox,
) -> None:
    async with connected(sandbox) as bot:
        await bot.send(1)

        assert await bot.op(11)
        assert sandbox.gateway.counts.heartbeats == 1


async def test_what_an_identify_told_is_on_record_without_its_token(
    sandbox: DiscordSandbox,
) -> None:
    async with identified(sandbox, large_threshold=50):
        (record,) = sandbox.gateway.identifies

    assert record.told["large_threshold"] == 50
    assert "token" not in record.told


async def test_requests_for_members_are_counted(sandbox: DiscordSandbox) -> None:
    async with identified(sandbox) as bot:
        await bot.send(8, {"guild_id": "1", "query": "", "limit": 0})
        await bot.send(1)
        await bot.op(11)

    assert sandbox.gateway.counts.member_requests == 1


async def test_a_test_can_leave_heartbeats_without_an_answer(sandbox: DiscordSandbox) -> None:
    sandbox.gateway.acknowledges_heartbeats = False
    async with connected(sandbox) as bot:
        await bot.send(1)
        await bot.identify()

    assert 11 not in [message["op"] for message in bot.seen]


async def test_ready_carries_what_the_library_needs(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox) as bot:
        ready = await bot.identify(shard=[0, 1])

    assert ready["user"]["bot"] is True
    assert ready["application"] == {"id": str(bot.application_id), "flags": 0}
    assert ready["resume_gateway_url"] == sandbox.gateway.url
    assert ready["shard"] == [0, 1]
    assert ready["session_id"]


async def test_servers_are_unavailable_in_ready_and_then_presented(
    sandbox: DiscordSandbox,
) -> None:
    async with connected(sandbox) as bot:
        ready = await bot.identify()
        presented = [await bot.event("GUILD_CREATE") for _ in ready["guilds"]]

    assert all(guild["unavailable"] for guild in ready["guilds"])
    assert [guild["id"] for guild in presented] == [guild["id"] for guild in ready["guilds"]]
    assert [guild["name"] for guild in presented] == ["Lantern Bay", "Quiet Harbour"]
    assert presented[0]["members"][0]["user"]["id"] == ready["user"]["id"]
    assert [channel["name"] for channel in presented[1]["channels"]] == ["general", "gallery"]


async def test_a_thread_is_presented_apart_from_the_channels(sandbox: DiscordSandbox) -> None:
    guild = sandbox.world.guild("Lantern Bay")
    sandbox.world.add_channel(guild, "cats", parent=guild.channel("general"))
    async with connected(sandbox) as bot:
        await bot.identify()
        presented = await bot.event("GUILD_CREATE")

    assert [thread["name"] for thread in presented["threads"]] == ["cat-sketches", "cats"]
    assert "cats" not in [channel["name"] for channel in presented["channels"]]


async def test_events_are_numbered_from_one(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox) as bot:
        await bot.identify()
        await bot.event("GUILD_CREATE")

    assert [message["s"] for message in bot.seen] == [None, 1, 2]


async def test_ready_shards_counts_connected_sessions(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox) as bot:
        assert sandbox.ready_shards == 0
        await bot.identify()
        assert sandbox.ready_shards == 1

    await sandbox.until(lambda: sandbox.ready_shards == 0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"shard": [2, 2]}, 4010),
        ({"shard": [0, 0]}, 4010),
        ({"intents": 1 << 40}, 4013),
        ({"intents": None}, 4013),
        ({"intents": 1 | 1 << 15}, 4014),
        ({"intents": 1 << 1}, 4014),
        ({"intents": 1 << 8}, 4014),
    ],
)
async def test_a_bad_identify_is_closed_with_its_code(
    sandbox: DiscordSandbox, changes: dict[str, object], code: int
) -> None:
    async with connected(sandbox) as bot:
        await bot.send_identify(**changes)

        assert await bot.close_code() == code
    assert sandbox.gateway.identifies == []


async def test_a_privileged_intent_is_accepted_once_it_is_switched_on(
    sandbox: DiscordSandbox,
) -> None:
    sandbox.world.application.privileged_intents = 1 << 15
    async with connected(sandbox) as bot:
        assert await bot.identify(intents=1 | 1 << 15)


async def test_an_identify_is_on_record_with_shard_and_intents(sandbox: DiscordSandbox) -> None:
    async with identified(sandbox, shard=[1, 2], intents=1):
        (record,) = sandbox.gateway.identifies

    assert (record.shard, record.intents) == ((1, 2), 1)


async def test_an_unknown_opcode_closes_the_connection(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox) as bot:
        await bot.send(42)

        assert await bot.close_code() == 4001


async def test_what_is_no_json_closes_the_connection(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox) as bot:
        await bot.socket.send_str("{")

        assert await bot.close_code() == 4002


async def test_a_presence_before_identifying_closes_the_connection(
    sandbox: DiscordSandbox,
) -> None:
    async with connected(sandbox) as bot:
        await bot.send(3, {})

        assert await bot.close_code() == 4003


async def test_a_presence_after_identifying_is_taken(sandbox: DiscordSandbox) -> None:
    async with identified(sandbox) as bot:
        await bot.send(3, {})
        await bot.send(1)

        assert await bot.op(11)


async def test_a_second_identify_closes_the_connection(sandbox: DiscordSandbox) -> None:
    async with identified(sandbox) as bot:
        await bot.send_identify()

        assert await bot.close_code() == 4005


@pytest.mark.parametrize("query", ["&v=9", "&encoding=etf"])
async def test_another_version_or_encoding_is_refused(sandbox: DiscordSandbox, query: str) -> None:
    name, _, value = query.strip("&").partition("=")
    async with connected(sandbox) as bot:
        url = f"{sandbox.gateway.url}?{name}={value}"
        async with bot.http.ws_connect(url) as socket:
            await socket.receive()

    assert socket.close_code == 4012


async def test_compressed_messages_form_one_deflate_stream(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox, "&compress=zlib-stream") as bot:
        ready = await bot.identify()
        guild = await bot.event("GUILD_CREATE")

    assert ready["user"]["username"] == "imagine"
    assert guild["name"] == "Lantern Bay"


async def test_an_unknown_compression_is_answered_in_plain_text(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox, "&compress=zstd-stream") as bot:
        assert (await bot.receive())["op"] == 10


async def test_each_shard_hears_of_its_own_servers(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox) as first, connected(sandbox) as second:
        readies = [await first.identify(shard=[0, 2]), await second.identify(shard=[1, 2])]

    ids = [{int(guild["id"]) for guild in ready["guilds"]} for ready in readies]
    assert ids[0] | ids[1] == set(sandbox.world.guilds)
    assert [len(part) for part in ids] == [1, 1]
    assert all(shard_of(guild_id, 2) == 1 for guild_id in ids[1])


async def test_an_interaction_reaches_only_the_shard_of_its_server() -> None:
    async with scene() as stage, connected(stage.discord) as other:
        number = shard_of(stage.general.guild_id, 2)
        await other.identify(shard=[1 - number, 2])
        await stage.imagine()
        await stage.bot.event("INTERACTION_CREATE")
        await other.send(1)
        await other.op(11)

    assert "INTERACTION_CREATE" not in [message["t"] for message in other.seen]


async def test_a_direct_message_reaches_the_first_shard() -> None:
    async with scene() as stage, connected(stage.discord) as other:
        await other.identify(shard=[0, 3])
        conversation = stage.discord.world.direct_channel(stage.alice)
        await stage.discord.invoke(stage.alice, conversation, "imagine", {"prompt": "A cat"})

        assert (await other.event("INTERACTION_CREATE"))["context"] == 1


async def test_two_sessions_of_the_same_shard_both_hear_everything() -> None:
    async with scene() as stage, connected(stage.discord) as other:
        await other.identify()
        use = await stage.imagine()
        heard = [await bot.event("INTERACTION_CREATE") for bot in (stage.bot, other)]

    assert [event["id"] for event in heard] == [str(use.id)] * 2


async def test_without_the_guilds_intent_only_interactions_come() -> None:
    async with scene() as stage, connected(stage.discord) as quiet:
        await quiet.identify(intents=0)
        stage.discord.admin.deny(stage.general, stage.mod, Permission.ATTACH_FILES)
        await stage.imagine()
        await quiet.event("INTERACTION_CREATE")

    assert [message["t"] for message in quiet.seen] == [None, "READY", "INTERACTION_CREATE"]


async def test_a_resume_replays_what_was_missed() -> None:
    async with scene() as stage:
        discord = stage.discord
        (session,) = discord.gateway.sessions
        await stage.bot.event("GUILD_CREATE")
        await stage.bot.event("GUILD_CREATE")
        last = session.sequence
        discord.gateway.close(4000)
        assert await stage.bot.close_code() == 4000
        await discord.until(lambda: discord.ready_shards == 0)
        use = await stage.imagine()
        async with connected(discord) as again:
            await again.send(6, {"token": again.token, "session_id": session.id, "seq": last})
            missed = await again.event("INTERACTION_CREATE")
            await again.event("RESUMED")

    assert missed["id"] == str(use.id)
    assert [message["t"] for message in again.seen] == [None, "INTERACTION_CREATE", "RESUMED"]
    assert discord.gateway.counts.resumes == 1


async def test_a_resume_takes_the_session_over_from_an_older_connection(
    sandbox: DiscordSandbox,
) -> None:
    async with connected(sandbox) as old, connected(sandbox) as new:
        ready = await old.identify()
        await new.send(6, {"token": new.token, "session_id": ready["session_id"], "seq": 1})
        await new.event("RESUMED")

        assert await old.close_code() == 4009
        assert sandbox.ready_shards == 1


async def test_an_unknown_session_can_not_be_resumed(sandbox: DiscordSandbox) -> None:
    async with connected(sandbox) as bot:
        await bot.send(6, {"token": bot.token, "session_id": "gone", "seq": 1})

        assert (await bot.op(9))["d"] is False


@pytest.mark.parametrize(("changes", "code"), [({"seq": 99}, 4007), ({"token": "x"}, 4004)])
async def test_a_bad_resume_is_closed_with_its_code(
    sandbox: DiscordSandbox, changes: dict[str, object], code: int
) -> None:
    async with connected(sandbox) as first, connected(sandbox) as bot:
        ready = await first.identify()
        resume = {"token": bot.token, "session_id": ready["session_id"], "seq": 1}
        await bot.send(6, resume | changes)

        assert await bot.close_code() == code


async def test_a_session_that_its_bot_closed_is_over(sandbox: DiscordSandbox) -> None:
    async with identified(sandbox) as bot:
        await bot.socket.close(code=1000)

    await sandbox.until(lambda: sandbox.gateway.sessions == [])


async def test_a_session_that_was_cut_off_can_be_resumed(sandbox: DiscordSandbox) -> None:
    async with identified(sandbox) as bot:
        await bot.socket.close(code=4000)
        await sandbox.until(lambda: sandbox.ready_shards == 0)

    assert len(sandbox.gateway.sessions) == 1


async def test_a_reconnect_is_asked_for_on_command(sandbox: DiscordSandbox) -> None:
    async with identified(sandbox) as bot:
        sandbox.gateway.send_reconnect()

        assert await bot.op(7)


async def test_an_invalidated_session_is_forgotten_and_may_identify_anew(
    sandbox: DiscordSandbox,
) -> None:
    async with connected(sandbox) as bot:
        first = await bot.identify()
        sandbox.gateway.invalidate()

        assert (await bot.op(9))["d"] is False
        assert sandbox.gateway.sessions == []
        assert (await bot.identify())["session_id"] != first["session_id"]


async def test_a_resumable_invalidation_keeps_the_session(sandbox: DiscordSandbox) -> None:
    async with identified(sandbox) as bot:
        sandbox.gateway.invalidate(resumable=True)

        assert (await bot.op(9))["d"] is True
        assert len(sandbox.gateway.sessions) == 1


async def test_any_close_code_can_be_sent(sandbox: DiscordSandbox) -> None:
    async with identified(sandbox) as bot:
        sandbox.gateway.close(4013)

        assert await bot.close_code() == 4013


async def test_a_redelivered_interaction_has_the_same_id_and_token() -> None:
    async with scene() as stage:
        use = await stage.imagine()
        first = await stage.bot.event("INTERACTION_CREATE")
        stage.discord.gateway.resend(use)
        second = await stage.bot.event("INTERACTION_CREATE")

    assert first == second


async def test_the_bot_is_told_where_the_gateway_is_and_what_is_left() -> None:
    async with scene(settings=SandboxSettings(recommended_shards=3)) as stage:
        reply = await stage.bot.call("GET", "/gateway/bot")

    assert reply.body["url"] == stage.discord.gateway.url
    assert reply.body["shards"] == 3
    assert reply.body["session_start_limit"]["remaining"] == 999


async def test_anybody_is_told_where_the_gateway_is() -> None:
    async with scene() as stage:
        reply = await stage.bot.call("GET", "/gateway", Authorization="")

    assert reply.body == {"url": stage.discord.gateway.url}


async def test_a_gateway_that_is_down_takes_no_connection(sandbox: DiscordSandbox) -> None:
    sandbox.gateway.accepts_connections = False

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with connected(sandbox):
            pass
    assert refused.value.status == 503


async def test_a_thousand_interactions_at_once_all_arrive_in_order() -> None:
    async with scene() as stage:
        uses = [await stage.imagine(f"Cat {number}") for number in range(1000)]
        heard = [(await stage.bot.event("INTERACTION_CREATE"))["id"] for _ in uses]

    assert heard == [str(use.id) for use in uses]


async def test_closing_the_sandbox_tells_bots_that_it_goes_away() -> None:
    async with DiscordSandbox.open() as sandbox, connected(sandbox) as bot:
        await bot.register(IMAGINE)
        await bot.identify()
        sandbox.gateway.shut()

        assert await bot.close_code() == 1001


async def test_a_session_that_is_opened_too_soon_after_another_is_invalid(
    sandbox: DiscordSandbox,
) -> None:
    sandbox.settings = SandboxSettings(identify_every_s=60.0)
    async with identified(sandbox, shard=[0, 2]), connected(sandbox) as second:
        await second.send_identify(shard=[1, 2])

        assert (await second.op(9))["d"] is False
    assert len(sandbox.gateway.identifies) == 1
    assert sandbox.gateway.counts.early_identifies == 1


async def test_sessions_of_different_buckets_may_be_opened_at_once(
    sandbox: DiscordSandbox,
) -> None:
    sandbox.settings = SandboxSettings(identify_every_s=60.0, max_concurrency=2)
    async with identified(sandbox, shard=[0, 4]), identified(sandbox, shard=[1, 4]):
        assert len(sandbox.gateway.identifies) == 2


async def test_what_is_left_of_the_days_sessions_is_the_tests_to_set() -> None:
    settings = SandboxSettings(sessions_a_day=40, sessions_reset_s=1.5, max_concurrency=16)
    async with scene(settings=settings) as stage:
        limit = (await stage.bot.call("GET", "/gateway/bot")).body["session_start_limit"]

    assert limit == {
        "total": 40,
        "remaining": 39,
        "reset_after": 1500,
        "max_concurrency": 16,
    }
