"""Who may decide is looked at with each command and each press, whatever was granted or opened."""

from collections.abc import Iterator

import pytest

from sandbox.discord.attachments import Upload
from sandbox.discord.json_types import JsonObject, as_object, objects
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.options import OptionKind, OptionValue
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from tests.ruled_server import RuledServer, assert_private, public_messages

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOT_YOURS = "**You can't do that here.**"
MANAGE_SERVER = "It takes *Manage Server*."
OPENING = (
    ("panel", {}),
    ("reset", {}),
    ("set", {"name": "mature_pictures", "value": "age_restricted"}),
    ("log show", {}),
)


def leaves(command: JsonObject, above: str = "") -> Iterator[tuple[str, list[JsonObject]]]:
    """List a command's subcommands, each with its options."""
    name, options = f"{above} {command['name']}".strip(), objects(command.get("options"))
    inner = [one for one in options if one["type"] in (OptionKind.SUBCOMMAND, 2)]
    if not inner:
        yield name, options
    for one in inner:
        yield from leaves(one, name)


def filled(server: RuledServer, options: list[JsonObject]) -> dict[str, OptionValue]:
    """Fill in what a command asks for; what it is doesn't matter to whoever may not."""
    things: dict[object, OptionValue] = {
        OptionKind.USER: server.guild.member("bob"),
        OptionKind.CHANNEL: server.guild.channel("pictures"),
        OptionKind.ROLE: server.guild.role("Artist"),
        OptionKind.ATTACHMENT: Upload("settings.json", b'{"version": 1, "terms": ["cat"]}'),
    }
    return {str(one["name"]): things.get(one["type"], "off") for one in options}


def settings_commands(server: RuledServer) -> list[tuple[str, list[JsonObject]]]:
    commands = server.town.stage.discord.commands
    (command,) = [one for one in commands if one["name"] == "settings"]
    return list(leaves(as_object(command)))


async def demoted(server: RuledServer) -> Person:
    """Take the moderator's role from mod, who has opened things meanwhile."""
    mod = server.person("mod")
    server.town.stage.discord.admin.take_role(mod.member, server.guild.role("Moderator"))
    return mod


async def test_no_member_uses_any_settings_command_though_discord_lets_them(
    server: RuledServer,
) -> None:
    before, alice = await server.decided(), server.person("alice")

    for name, options in settings_commands(server):
        refused = await alice.force(name, **filled(server, options))
        assert_private(refused, alice, NOT_YOURS)
        assert "*Manage Server*" in refused.message.text

    assert public_messages(alice) == []
    assert await server.decided() == before


async def test_who_may_time_out_members_may_block_them_and_nothing_else(
    server: RuledServer,
) -> None:
    admin, alice = server.town.stage.discord.admin, server.person("alice")
    guard = admin.add_role(server.guild, "Guard", Permission.MODERATE_MEMBERS)
    admin.give_role(alice.member, guard)

    done = await alice.force("settings block", member=server.guild.member("bob"))
    refused = await alice.force("settings terms add", terms="cat")

    assert "can't make pictures" in done.message.text
    assert_private(refused, alice, MANAGE_SERVER)


async def test_what_is_offered_while_typing_tells_members_nothing_of_the_server(
    server: RuledServer,
) -> None:
    await server.decides("terms add", terms="a-secret-word")
    await server.decides("set", name="log_channel", value=server.guild.channel("mod-log").mention)
    alice = server.person("alice")

    known = await server.person("carol").peek("settings terms remove", "terms")
    told = [
        *await alice.peek("settings terms remove", "terms"),
        *await alice.peek("settings set", "value", name="log_channel"),
    ]

    assert [choice.name for choice in known] == ["a-secret-word"]
    assert told == []


@pytest.mark.parametrize(("command", "options"), OPENING)
async def test_no_button_that_a_moderator_left_open_works_once_the_right_is_gone(
    server: RuledServer, command: str, options: dict[str, OptionValue]
) -> None:
    for number in range(11):
        await server.decides("terms add", terms=f"term{number}")
    mod = server.person("mod")
    opened = (await mod.use(f"settings {command}", **options)).message
    before = await server.decided()
    await demoted(server)

    pressed = [one.custom_id for one in opened.buttons if one.custom_id != "settings-leave"]
    for custom_id in pressed:
        assert_private(await mod.press(opened, custom_id=custom_id), mod, MANAGE_SERVER)

    assert pressed
    assert len(opened.history) == 1
    assert await server.decided() == before


async def test_no_page_of_an_old_panel_can_be_turned_or_changed(server: RuledServer) -> None:
    mod = server.person("mod")
    panel = (await mod.use("settings panel")).message
    pages = [await page_of(mod, panel, name) for name in ("Limits", "Safety", "Access", "Log")]
    before = await server.decided()
    await demoted(server)

    for ids in pages:
        for custom_id in ids:
            assert_private(await mod.press(panel, custom_id=custom_id), mod, MANAGE_SERVER)

    assert await server.decided() == before


async def page_of(person: Person, panel: SandboxMessage, name: str) -> list[str]:
    await person.press(panel, name)
    return [one.custom_id for one in (*panel.buttons, *panel.selects)]


async def test_no_form_that_was_opened_before_is_taken_after(server: RuledServer) -> None:
    mod = server.person("mod")
    panel = (await mod.use("settings panel")).message
    asked = await mod.press(panel, "Allow a model")
    before = await server.decided()
    await demoted(server)

    refused = await mod.submit(asked.modal, {"MODEL": "get3w/flux-schnell"})

    assert_private(refused, mod, MANAGE_SERVER)
    assert await server.decided() == before


async def test_an_import_that_was_shown_before_is_not_applied_after(server: RuledServer) -> None:
    mod = server.person("mod")
    file = Upload("settings.json", b'{"version": 1, "terms": ["cat"]}')
    asked = await mod.use("settings import", file=file)
    before = await server.decided()
    await demoted(server)

    refused = await mod.press(asked.message, "Apply")

    assert_private(refused, mod, MANAGE_SERVER)
    assert await server.decided() == before


async def test_a_report_s_buttons_are_for_moderators_wherever_the_log_is(
    server: RuledServer,
) -> None:
    general = server.guild.channel("general")
    await server.decides("set", name="log_channel", value=general.mention)
    alice, bob = server.person("alice"), server.person("bob")
    picture = await server.grants(alice)
    offered = await bob.press(picture, "More")
    form = await bob.press(offered.message, "Report")
    await bob.submit(form.modal, {"reason": "I don't like it"})
    report = await server.town.stage.discord.until(lambda: reported(bob))

    for label, wanted in (("Delete", "*Manage Messages*"), ("Block for a day", "*Manage Server*")):
        assert_private(await bob.press(report, label), bob, wanted)

    assert not picture.deleted
    await server.grants(alice)


def reported(person: Person) -> SandboxMessage | None:
    found = [message for message in public_messages(person) if "I don't like it" in message.text]
    return found[0] if found else None


async def test_another_s_picture_is_deleted_by_nobody_without_the_right(
    server: RuledServer,
) -> None:
    picture = await server.grants(server.person("alice"))
    mod, bob = server.person("mod"), server.person("bob")
    offered = await mod.press(picture, "More")
    await demoted(server)

    refused = await mod.press(offered.message, "Delete")
    members = await bob.press(picture, "More")

    assert_private(refused, mod, "It takes *Manage Messages*.")
    assert [button.label for button in members.message.buttons] == ["Info", "Report"]
    assert not picture.deleted


async def test_a_block_in_one_server_is_decided_by_nobody_of_another(
    server: RuledServer, neighbour: RuledServer
) -> None:
    await server.decides("block", member=server.guild.member("bob"))
    admin = server.town.stage.discord.admin
    admin.take_role(server.person("mod").member, server.guild.role("Moderator"))

    await neighbour.grants(neighbour.person("bob"))
    refused = await server.person("mod").force(
        "settings unblock", member=server.guild.member("bob")
    )

    assert_private(refused, server.person("mod"), NOT_YOURS)
    await server.refuses(server.person("bob"), "You can't make pictures in this server.")


@pytest.mark.parametrize("typed", ["@everyone", "<@&{role}>", "<@{user}>", "@here [x](http://x)"])
async def test_a_refusal_that_quotes_what_was_typed_mentions_nobody(
    server: RuledServer, typed: str
) -> None:
    text = typed.format(role=server.guild.role("Artist").id, user=server.guild.owner.id)
    carol = server.person("carol")

    for name, options in (
        ("set", {"name": text, "value": "on"}),
        ("models allow", {"model": text}),
        ("terms add", {"terms": f"a*{text}"}),
        ("limits set", {"limit": text, "value": "1"}),
    ):
        assert_private(
            await carol.use(f"settings {name}", **options), carol, "Nothing was changed."
        )
    refused = await server.refuses(server.person("alice"), "isn't available", model=text)

    assert "[x](http" not in refused.text
