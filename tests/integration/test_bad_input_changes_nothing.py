"""What can't be taken gets a private sentence that names the field and the limit, and no more."""

import json

import pytest

from sandbox.discord.attachments import Upload
from sandbox.discord.interactions import Interaction
from sandbox.discord.options import OptionValue
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from sandbox.discord.world import Role
from tests.ruled_server import RuledServer, assert_private, public_messages

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEN_THOUSAND = [f"term{number}" for number in range(10_000)]


async def assert_nothing_changed(
    server: RuledServer, before: bytes, use: Interaction, *words: str
) -> None:
    carol = server.person("carol")
    for expected in (*words, "Nothing was changed."):
        assert_private(use, carol, expected)
    assert public_messages(carol) == []
    assert await server.decided() == before


def deleted_role(server: RuledServer) -> Role:
    """Delete a role that somebody's client still shows."""
    admin = server.town.stage.discord.admin
    role = admin.add_role(server.guild, "Passing", Permission.NONE)
    admin.delete_role(server.guild, role)
    return role


@pytest.mark.parametrize(
    ("command", "options", "words"),
    [
        ("terms add", {"terms": "x" * 5_000}, "*Each term* can have at most 60 characters."),
        ("terms add", {"terms": " , ,, "}, "*Each term* can't be empty."),
        ("terms add", {"terms": "c*t"}, "can have a star only at its beginning or its end."),
        ("terms add", {"terms": "*"}, "*Each term*"),
        ("terms remove", {"terms": "x" * 5_000}, "*Each term* can have at most 60 characters."),
        ("limits set", {"limit": "member_pictures_per_day", "value": "-5"}, "less than 1."),
        ("limits set", {"limit": "member_pictures_per_day", "value": "0"}, "less than 1."),
        ("limits set", {"limit": "member_pictures_per_day", "value": "9" * 5_000}, "more than"),
        ("limits set", {"limit": "member_pictures_per_day", "value": "1.5"}, "a whole number"),
        ("limits set", {"limit": "member_pictures_per_day", "value": "٣x"}, "a whole number"),
        ("limits set", {"limit": "member_cooldown", "value": "-30s"}, "a time such as 30s"),
        ("limits set", {"limit": "server_budget_per_day", "value": "-$5"}, "less than $0.01."),
        ("limits set", {"limit": "server_budget_per_day", "value": "$1e9"}, "an amount in dollars"),
        ("limits set", {"limit": "nonsense", "value": "1"}, "*limit* can be one of: member"),
        ("set", {"name": "nonsense", "value": "on"}, "*nonsense* isn't a name that I know."),
        ("set", {"name": "show_prompts", "value": "maybe"}, "can be on or off."),
        ("set", {"name": "flagged_pictures", "value": "burn"}, "can be one of: spoiler, withhold."),
        ("set", {"name": "retention_days", "value": "100"}, "can't be more than 90."),
        ("set", {"name": "log_channel", "value": "#general"}, "should be a channel"),
        ("set", {"name": "log_channel", "value": "1234567890123456789"}, "doesn't have."),
        ("models allow", {"model": "x" * 5_000}, "*model* can have at most 100 characters."),
        ("models allow", {"model": "not a model"}, "*model* should be a model such as"),
        ("models default", {"model": "get3w/*"}, "*model* should be a model such as"),
    ],
)
async def test_a_value_that_cannot_be_taken_is_refused_by_name_and_limit(
    server: RuledServer, command: str, options: dict[str, OptionValue], words: str
) -> None:
    before = await server.decided()

    refused = await server.person("carol").use(f"settings {command}", **options)

    await assert_nothing_changed(server, before, refused, words)


@pytest.mark.parametrize(
    ("span", "words"),
    [("soon", "a time such as"), ("-1h", "a time such as"), ("5s", "1m"), ("9999d", "366d")],
)
async def test_a_block_for_no_sensible_time_blocks_nobody(
    server: RuledServer, span: str, words: str
) -> None:
    bob, before = server.guild.member("bob"), await server.decided()

    refused = await server.person("carol").use("settings block", member=bob, **{"for": span})

    await assert_nothing_changed(server, before, refused, "*for*", words)
    await server.grants(server.person("bob"))


async def test_a_reason_of_5000_characters_blocks_nobody(server: RuledServer) -> None:
    bob, before = server.guild.member("bob"), await server.decided()

    refused = await server.person("carol").force("settings block", member=bob, reason="x" * 5_000)

    await assert_nothing_changed(server, before, refused, "*reason* can have at most 300")
    await server.grants(server.person("bob"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"terms": [], "extra": 1}, "*file.extra* isn't a name that I know."),
        ({"settings": {"nonsense": 1}}, "*settings.nonsense* isn't a name that I know."),
        ({"settings": {"show_prompts": "yes"}}, "*Show prompts* should be true or false."),
        ({"settings": {"member_pictures_per_day": -1}}, "can't be less than 1."),
        ({"settings": {"member_pictures_per_day": True}}, "should be a whole number."),
        ({"settings": {"log_channel": 12345}}, "should be an id in quotation marks."),
        ({"settings": []}, "*settings* should be names with values."),
        ({"terms": "cat"}, "*terms* should be a list."),
        ({"terms": ["cat", 5]}, "*terms\\[1\\]* should be a text."),
        ({"terms": ["x" * 5_000]}, "*terms\\[0\\]* can have at most 60 characters."),
        ({"terms": TEN_THOUSAND}, "*terms* can have at most 1000 entries."),
        ({"models": {"default": "get3w/*"}}, "*models.default* should be a model"),
        ({"models": {"rules": [{"model": "a/b"}]}}, "effect* can be one of: allow, deny, default."),
        ({"version": 2}, "*version* should be 1."),
    ],
)
async def test_a_file_is_refused_by_the_place_of_what_is_wrong_in_it(
    server: RuledServer, content: dict[str, object], words: str
) -> None:
    before = await server.decided()
    sent = json.dumps({"version": 1, **content}).encode()

    refused = await imported(server, sent)

    await assert_nothing_changed(server, before, refused, words)


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"\xff\xfe\x00", b"[" * 100_000, b'{"version": NaN}']
)
async def test_what_is_no_settings_file_is_refused_as_one(
    server: RuledServer, content: bytes
) -> None:
    before = await server.decided()

    await assert_nothing_changed(server, before, await imported(server, content), "*")


async def test_a_file_of_three_megabytes_is_not_read(server: RuledServer) -> None:
    before = await server.decided()

    refused = await imported(server, b" " * 3_000_000)

    await assert_nothing_changed(server, before, refused, "*file* can't be more than 2 MB.")


async def imported(server: RuledServer, content: bytes) -> Interaction:
    file = Upload("settings.json", content)
    return await server.person("carol").use("settings import", file=file)


async def test_a_deleted_role_gets_no_rule(server: RuledServer) -> None:
    role, before, carol = deleted_role(server), await server.decided(), server.person("carol")

    for command, options in (
        ("models allow", {"model": "get3w/flux-schnell", "role": role}),
        ("models deny", {"model": "get3w/flux-schnell", "role": role}),
        ("models default", {"model": "get3w/flux-schnell", "role": role}),
        ("limits set", {"limit": "pictures_per_day", "value": "5", "role": role}),
    ):
        refused = await carol.use(f"settings {command}", **options)
        await assert_nothing_changed(server, before, refused, f"*role* names {role.id}, which")


async def test_a_deleted_role_is_in_no_setting(server: RuledServer) -> None:
    role, before = deleted_role(server), await server.decided()

    refused = await server.person("carol").use(
        "settings set", name="spoiler_roles", value=f"<@&{role.id}>"
    )

    await assert_nothing_changed(server, before, refused, f"names {role.id}, which this server")


async def test_a_thread_that_is_opened_opens_its_channel_whose_rules_hold_there(
    server: RuledServer,
) -> None:
    thread, channel = server.guild.channel("cat-sketches"), server.guild.channel("pictures")

    told = await server.decides("set", name="open_channels", value=thread.mention)

    assert f"none → {channel.mention}" in told.text
    await server.grants(server.person("bob", thread))


async def test_a_deleted_channel_gets_no_rule(server: RuledServer) -> None:
    admin = server.town.stage.discord.admin
    channel = admin.add_channel(server.guild, "passing")
    admin.delete_channel(server.guild, channel)
    before = await server.decided()

    refused = await server.person("carol").use(
        "settings models allow", model="get3w/flux-schnell", channel=channel
    )

    await assert_nothing_changed(server, before, refused, f"*channel* names {channel.id}, which")


async def sent_after_the_role_is_gone(
    carol: Person, page: str, label: str, values: dict[str, str], custom_id: str = ""
) -> tuple[Interaction, Role]:
    """Open a form of the panel, and send it with a role that was deleted meanwhile."""
    admin = carol.discord.admin
    panel = (await carol.use("settings panel")).message
    await carol.press(panel, page)
    asked = await carol.press(panel, label, custom_id=custom_id)
    role = admin.add_role(carol.guild, "Passing", Permission.NONE)
    admin.delete_role(carol.guild, role)
    return await carol.submit(asked.modal, {**values, "ROLE": [role]}), role


@pytest.mark.parametrize(
    ("page", "button", "values"),
    [
        ("Models", "panel:models:0:rule:allow", {"MODEL": "get3w/flux-schnell"}),
        ("Models", "panel:models:0:rule:deny", {"MODEL": "get3w/flux-schnell"}),
        ("Limits", "panel:limits:0:role_limit", {"LIMIT": "pictures_per_day", "VALUE": "5"}),
    ],
)
async def test_a_role_that_is_deleted_while_a_form_is_open_gets_no_rule(
    server: RuledServer, page: str, button: str, values: dict[str, str]
) -> None:
    before = await server.decided()

    refused, role = await sent_after_the_role_is_gone(
        server.person("carol"), page, "", values, button
    )

    await assert_nothing_changed(server, before, refused, f"*role* names {role.id}, which")
