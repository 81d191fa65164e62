"""The world of the local Discord: people, rights, time, ids, events."""

from __future__ import annotations

import asyncio
import base64

import pytest

from sandbox.discord.access import permissions_in
from sandbox.discord.clock import ManualClock, RealClock
from sandbox.discord.events import EVENTS_KEPT, Event, EventKind, EventStream
from sandbox.discord.permissions import ALL_PERMISSIONS, Permission
from sandbox.discord.snowflakes import DISCORD_EPOCH_MS, Snowflakes, shard_of
from sandbox.discord.waiting import Watch
from sandbox.discord.world import Channel, ChannelKind, Guild, Overwrite, User, World
from tests.discord_wire import scene

NONE = Permission.NONE
ATTACH, SEND, VIEW = Permission.ATTACH_FILES, Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL
MANAGE = Permission.MANAGE_MESSAGES


@pytest.fixture
def world() -> World:
    return World.demo()


@pytest.fixture
def guild(world: World) -> Guild:
    return world.guild("Lantern Bay")


@pytest.fixture
def general(guild: Guild) -> Channel:
    return guild.channel("general")


@pytest.fixture
def alice(world: World) -> User:
    return world.user("alice")


@pytest.fixture
def mod(world: World) -> User:
    return world.user("mod")


def test_the_demo_has_two_servers_with_a_member_and_a_moderator(world: World) -> None:
    for guild in world.guilds.values():
        names = {member.user.name for member in guild.members.values()}
        assert {"alice", "mod", "imagine"} <= names
        assert "general" in {channel.name for channel in guild.channels.values()}
    assert [guild.name for guild in world.guilds.values()] == ["Lantern Bay", "Quiet Harbour"]


def test_the_demos_servers_lie_on_different_shards_of_two(world: World) -> None:
    assert {shard_of(guild_id, 2) for guild_id in world.guilds} == {0, 1}


def test_the_application_id_stands_in_the_token(world: World) -> None:
    first = world.application.token.partition(".")[0]

    assert int(base64.urlsafe_b64decode(first + "==")) == world.application.id


def test_what_has_no_such_name_is_not_found(world: World, guild: Guild) -> None:
    for find in (world.guild, world.user, guild.channel, guild.role):
        with pytest.raises(LookupError):
            find("nobody")


def test_a_direct_conversation_is_opened_once(world: World, alice: User) -> None:
    channel = world.direct_channel(alice)

    assert world.direct_channel(alice) is channel
    assert world.find_channel(channel.id) is channel
    assert channel.kind is ChannelKind.DIRECT
    assert world.guild_of(channel) is None


def test_mentions_read_as_discords(general: Channel, alice: User) -> None:
    assert alice.mention == f"<@{alice.id}>"
    assert general.mention == f"<#{general.id}>"


def test_a_member_is_called_by_nickname(guild: Guild, alice: User) -> None:
    member = guild.members[alice.id]
    assert member.shown_name == "Alice"
    member.nick = "Al"
    assert member.shown_name == "Al"


def test_a_member_may_talk_and_a_moderator_may_more(
    world: World, general: Channel, alice: User, mod: User
) -> None:
    member, moderator = (permissions_in(world, general, user) for user in (alice, mod))

    assert SEND in member
    assert MANAGE not in member
    assert MANAGE | Permission.MANAGE_GUILD in moderator


def test_the_owner_may_everything(world: World, general: Channel) -> None:
    assert permissions_in(world, general, world.user("host")) == ALL_PERMISSIONS


def test_an_administrator_may_everything_whatever_a_channel_denies(
    world: World, guild: Guild, general: Channel, alice: User
) -> None:
    admins = world.add_role(guild, "Admin", Permission.ADMINISTRATOR)
    guild.members[alice.id].role_ids.append(admins.id)
    general.overwrites[alice.id] = overwrite(deny=VIEW)

    assert permissions_in(world, general, alice) == ALL_PERMISSIONS


def test_who_is_no_member_may_nothing(world: World, general: Channel) -> None:
    assert permissions_in(world, general, world.add_user("stranger")) == NONE


def overwrite(allow: Permission = NONE, deny: Permission = NONE) -> Overwrite:
    return Overwrite(allow, deny)


def test_a_channel_overwrites_everyone_first_then_roles_then_the_member(
    world: World, guild: Guild, general: Channel, mod: User
) -> None:
    role = guild.role("Moderator")
    steps = [
        (guild.id, overwrite(deny=ATTACH), False),
        (role.id, overwrite(allow=ATTACH), True),
        (mod.id, overwrite(deny=ATTACH), False),
    ]
    for target, change, allowed in steps:
        general.overwrites[target] = change
        assert (ATTACH in permissions_in(world, general, mod)) is allowed


def test_among_roles_allowing_wins(world: World, guild: Guild, general: Channel, mod: User) -> None:
    other = world.add_role(guild, "Other")
    guild.members[mod.id].role_ids.append(other.id)
    general.overwrites[guild.role("Moderator").id] = overwrite(allow=ATTACH)
    general.overwrites[other.id] = overwrite(deny=ATTACH)

    assert ATTACH in permissions_in(world, general, mod)


def test_without_seeing_a_channel_nothing_is_left(
    world: World, general: Channel, alice: User
) -> None:
    general.overwrites[alice.id] = overwrite(deny=VIEW)

    assert permissions_in(world, general, alice) == NONE


def test_who_may_not_send_may_not_attach(world: World, general: Channel, alice: User) -> None:
    general.overwrites[alice.id] = overwrite(deny=SEND)

    assert ATTACH not in permissions_in(world, general, alice)


def test_a_thread_takes_its_parents_rights(
    world: World, guild: Guild, general: Channel, alice: User
) -> None:
    thread = world.add_channel(guild, "cats", parent=general)
    general.overwrites[alice.id] = overwrite(deny=ATTACH)

    assert thread.kind is ChannelKind.PUBLIC_THREAD
    assert ATTACH not in permissions_in(world, thread, alice)


def test_a_time_out_leaves_reading_until_it_ends(
    world: World, guild: Guild, general: Channel, alice: User
) -> None:
    guild.members[alice.id].timed_out_until_s = 100.0

    assert permissions_in(world, general, alice, 99.0) == VIEW | Permission.READ_MESSAGE_HISTORY
    assert SEND in permissions_in(world, general, alice, 101.0)


def test_in_a_direct_conversation_everything_needed_is_allowed(world: World, alice: User) -> None:
    assert ATTACH | SEND in permissions_in(world, world.direct_channel(alice), alice)


async def test_the_event_tells_what_member_and_bot_may_do() -> None:
    async with scene() as stage:
        bot = stage.discord.world.application.bot
        stage.discord.admin.deny(stage.general, bot, ATTACH)
        await stage.imagine()
        event = await stage.bot.event("INTERACTION_CREATE")

    assert not int(event["app_permissions"]) & ATTACH
    assert int(event["member"]["permissions"]) & ATTACH
    assert event["channel"]["permissions"] == event["member"]["permissions"]
    assert not int(event["member"]["permissions"]) & MANAGE


async def test_changes_of_the_world_reach_the_bot() -> None:
    async with scene() as stage:
        admin, guild = stage.discord.admin, stage.discord.world.guild("Lantern Bay")
        admin.allow(stage.general, stage.alice, MANAGE)
        role = admin.add_role(guild, "Painter", NONE)
        admin.give_role(guild.members[stage.alice.id], role)
        admin.set_role_permissions(guild, role, MANAGE)
        admin.delete_role(guild, role)
        thread = admin.add_channel(guild, "cats", parent=stage.general)
        channel = admin.add_channel(guild, "new")
        admin.delete_channel(guild, channel)
        admin.delete_channel(guild, thread)
        parent_id = str(stage.general.id)
        admin.remove_bot(guild)
        await stage.bot.event("GUILD_DELETE")

    told = [(item["t"], item["d"]) for item in stage.bot.seen if item["t"]][3:]
    assert [name for name, _ in told] == [
        "CHANNEL_UPDATE",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_ROLE_DELETE",
        "THREAD_CREATE",
        "CHANNEL_CREATE",
        "CHANNEL_DELETE",
        "THREAD_DELETE",
        "GUILD_DELETE",
    ]
    assert told[2][1]["role"]["permissions"] == str(int(MANAGE))
    assert told[4][1]["parent_id"] == parent_id != str(thread.id)
    assert all(data["guild_id"] == str(guild.id) for _, data in told[:-1])
    assert guild.members[stage.alice.id].role_ids == []


async def test_with_a_channel_go_its_threads() -> None:
    async with scene() as stage:
        guild = stage.discord.world.guild("Lantern Bay")
        stage.discord.admin.delete_channel(guild, guild.channel("pictures"))

        with pytest.raises(LookupError):
            guild.channel("cat-sketches")


async def test_with_a_role_go_its_overwrites() -> None:
    async with scene() as stage:
        guild = stage.discord.world.guild("Lantern Bay")
        role = guild.role("Moderator")
        stage.discord.admin.delete_role(guild, role)

        assert role.id not in guild.channel("mod-log").overwrites


async def test_a_role_may_be_taken_and_a_member_may_leave() -> None:
    async with scene() as stage:
        guild, admin = stage.discord.world.guild("Lantern Bay"), stage.discord.admin
        dora = guild.member("dora")
        admin.take_role(dora, guild.role("Artist"))
        admin.remove_member(guild, dora.user)

        assert dora.role_ids == []
        assert stage.discord.commands_for(dora.user, stage.general) == []


async def test_a_server_may_be_joined_later() -> None:
    async with scene() as stage:
        guild = stage.discord.world.guild("Lantern Bay")
        stage.discord.admin.remove_bot(guild)
        stage.discord.admin.invite_bot(guild)
        seen = [await stage.bot.event("GUILD_CREATE") for _ in range(3)]

    assert [one["name"] for one in seen] == ["Lantern Bay", "Quiet Harbour", "Lantern Bay"]
    assert [one.get("unavailable") for one in seen] == [False, False, None]


async def test_a_server_without_the_bot_is_not_its_any_more() -> None:
    async with scene() as stage:
        guild = stage.discord.world.guild("Lantern Bay")
        use = await stage.answered()
        stage.discord.admin.remove_bot(guild)
        server = await stage.bot.call("GET", f"/guilds/{guild.id}")
        edit = await stage.bot.edit(use, {}, {"a.png": b"x"})

    assert (server.code, edit.code) == (10004, 50013)
    assert [item.name for item in stage.discord.world.joined_guilds] == ["Quiet Harbour"]


async def test_a_silenced_member_is_offered_no_command() -> None:
    async with scene() as stage:
        guild = stage.discord.world.guild("Lantern Bay")
        stage.discord.admin.silence(guild.members[stage.alice.id], seconds=60)

        assert stage.discord.commands_for(stage.alice, stage.general) == []


def test_ids_grow_and_tell_their_moment() -> None:
    clock = ManualClock(1_800_000_000.0)
    ids = Snowflakes(clock)
    first, second = ids.next(), ids.next()
    clock.advance(1)
    third = ids.next()

    assert first < second < third
    assert ((third >> 22) + DISCORD_EPOCH_MS) / 1000 == 1_800_000_001.0


def test_ids_grow_even_when_the_clock_goes_back() -> None:
    clock = ManualClock()
    ids = Snowflakes(clock)
    before = ids.next()
    clock.advance(-5)

    assert ids.next() > before


def test_the_manual_clock_runs_what_falls_due_in_order() -> None:
    clock = ManualClock(0.0)
    ran: list[tuple[str, float]] = []
    for name, at_s in (("late", 5.0), ("early", 1.0), ("never", 20.0)):
        clock.call_at(at_s, lambda name=name: ran.append((name, clock.now())))
    clock.advance(10)

    assert ran == [("early", 1.0), ("late", 5.0)]
    assert clock.now() == 10.0


def test_what_was_called_off_does_not_run() -> None:
    clock = ManualClock(0.0)
    ran: list[str] = []
    clock.call_at(1.0, lambda: ran.append("x")).cancel()
    clock.advance(2)

    assert ran == []


async def test_the_real_clock_calls_back() -> None:
    clock, called = RealClock(), asyncio.Event()
    clock.call_at(clock.now() - 1, called.set)

    async with asyncio.timeout(5):
        await called.wait()


class Look:
    """A condition that counts how often it was looked at."""

    def __init__(self) -> None:
        self.answer = 0
        self.times = 0
        self._looked = asyncio.Event()

    def __call__(self) -> int:
        self.times += 1
        self._looked.set()
        return self.answer

    async def happened(self) -> None:
        async with asyncio.timeout(5):
            await self._looked.wait()
        self._looked.clear()


async def test_a_wait_ends_when_the_condition_holds() -> None:
    watch, look = Watch(), Look()
    waiting = asyncio.create_task(watch.until(look))
    await look.happened()
    look.answer = 3
    watch.changed()

    assert await waiting == 3


async def test_a_wait_looks_again_only_after_changes_and_once_for_many() -> None:
    watch, look = Watch(), Look()
    waiting = asyncio.create_task(watch.until(look))
    await look.happened()
    for _ in range(100):
        watch.changed()
    await look.happened()

    assert look.times == 2
    look.answer = 1
    watch.changed()
    await waiting


async def test_a_wait_gives_up_in_time() -> None:
    with pytest.raises(TimeoutError):
        await Watch().until(lambda: False, timeout_s=0.01)


async def test_a_condition_that_fails_fails_the_wait() -> None:
    with pytest.raises(ZeroDivisionError):
        await Watch().until(lambda: 1 // 0)


async def test_a_subscription_gets_what_comes_after_it() -> None:
    stream = EventStream()
    stream.publish(Event(EventKind.WORLD_CHANGED, 0.0))
    with stream.subscribe() as events:
        stream.publish(Event(EventKind.COMMANDS_CHANGED, 1.0))
        first = await anext(events)
    stream.publish(Event(EventKind.WORLD_CHANGED, 2.0))

    assert first.kind is EventKind.COMMANDS_CHANGED
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await anext(events)


async def test_a_reader_that_waits_is_woken() -> None:
    stream = EventStream()
    with stream.subscribe() as events:
        asyncio.get_running_loop().call_soon(stream.publish, Event(EventKind.WORLD_CHANGED, 0.0))

        assert (await anext(events)).kind is EventKind.WORLD_CHANGED


async def test_a_slow_reader_loses_the_oldest_and_is_told_how_many() -> None:
    stream = EventStream()
    with stream.subscribe() as events:
        for number in range(EVENTS_KEPT + 3):
            stream.publish(Event(EventKind.WORLD_CHANGED, float(number)))

        assert events.missed == 3
        assert (await anext(events)).at_s == 3.0


async def test_an_event_of_a_private_message_is_for_its_owner() -> None:
    async with scene() as stage:
        with stage.discord.events.subscribe() as events:
            await stage.answered(content="For you", flags=64)
            created = [await anext(events) for _ in range(2)][-1]

    assert created.kind is EventKind.MESSAGE_CREATED
    assert created.visible_to(stage.alice)
    assert not created.visible_to(stage.mod)


def test_an_event_of_the_world_is_for_everybody(alice: User) -> None:
    assert Event(EventKind.WORLD_CHANGED, 0.0).visible_to(alice)
