"""/settings over the wire: what each command takes, and what it refuses by name."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from sandbox.discord.attachments import Upload
from sandbox.discord.options import OptionValue
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from sandbox.discord.world import ChannelKind
from tests.integration.log_reading import log_with
from tests.stage import Stage, whole_stage

Json = dict[str, Any]

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with whole_stage(tmp_path_factory.mktemp("bot"), SHUTDOWN_GRACE_S="1") as stage:
        yield stage


@pytest.fixture
def carol(shared: Stage) -> Person:
    return Person.of(shared.discord, "carol", shared.new_channel())


async def told(person: Person, command: str, **options: OptionValue) -> str:
    use = await person.use(command, **options)
    assert use.message is not None
    assert use.message.ephemeral
    return use.message.text


async def export(person: Person) -> Json:
    use = await person.use("settings export")
    assert use.message is not None
    (file,) = use.message.attachments
    content: Json = json.loads(file.data)
    return content


@pytest.mark.parametrize(
    ("name", "value"),
    [("mature_pictures", "age_restricted"), ("show_prompts", "off"), ("role_limits", "none")],
)
async def test_the_command_for_limits_sets_limits_alone(
    carol: Person, name: str, value: str
) -> None:
    before = await export(carol)

    refused = await told(carol, "settings limits set", limit=name, value=value)

    assert "*limit* can be one of: member\\_pictures\\_per\\_hour, " in refused
    assert await export(carol) == before


async def test_a_limit_is_set_as_before(carol: Person) -> None:
    answer = await told(carol, "settings limits set", limit="Member_At_Once ", value="4")

    assert "**Member at once**: off → 4" in answer


async def test_a_dangerous_setting_is_asked_about_once(carol: Person) -> None:
    answer = await told(carol, "settings set", name="mature_pictures", value="age_restricted")

    assert "**Mature pictures**: off → age restricted" in answer
    assert not answer.startswith("✅")


async def test_a_thread_among_the_open_channels_stands_for_its_channel(
    shared: Stage, carol: Person
) -> None:
    thread = shared.new_channel(carol.channel)

    answer = await told(carol, "settings set", name="open_channels", value=f"<#{thread.id}>")
    picture = await carol.use("imagine", prompt="A cat in the open channel")
    await told(carol, "settings set", name="open_channels", value="none")

    assert f"none → <#{carol.channel.id}>" in answer
    assert "I don't make pictures in this channel" not in picture.message.text


async def test_a_thread_that_is_chosen_in_the_panels_form_stands_for_its_channel(
    shared: Stage, carol: Person
) -> None:
    thread = shared.new_channel(carol.channel)
    panel = (await carol.use("settings panel")).message
    await carol.press(panel, "Access")

    await carol.select(
        panel,
        [str(thread.id)],
        custom_id="panel:access:0:pick:open_channels",
        unchecked=True,
    )

    assert panel is not None
    assert f"none → <#{carol.channel.id}>" in panel.text
    await told(carol, "settings set", name="open_channels", value="none")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("open_channels", ChannelKind.CATEGORY),
        ("log_channel", ChannelKind.CATEGORY),
        ("log_channel", ChannelKind.FORUM),
    ],
)
async def test_a_channel_that_can_never_do_is_refused_by_its_name(
    shared: Stage, carol: Person, name: str, kind: ChannelKind
) -> None:
    channel = shared.discord.admin.add_channel(carol.guild, f"no-{kind.name.lower()}", kind=kind)
    before = await export(carol)

    refused = await told(carol, "settings set", name=name, value=channel.mention)

    assert f"can't be \\#no-{kind.name.lower()}: choose a channel in which" in refused
    assert await export(carol) == before


async def test_the_panel_offers_no_forum_for_the_log(shared: Stage, carol: Person) -> None:
    forum = shared.discord.admin.add_channel(carol.guild, "a-forum", kind=ChannelKind.FORUM)
    panel = (await carol.use("settings panel")).message
    await carol.press(panel, "Log")

    with pytest.raises(ValueError, match=r"."):
        await carol.select(panel, [forum], custom_id="panel:log:0:pick:log_channel")
    refused = await carol.select(
        panel, [forum], custom_id="panel:log:0:pick:log_channel", unchecked=True
    )

    assert refused.message is not None
    assert "choose a channel in which messages are written" in refused.message.text


async def test_a_log_may_be_a_thread(shared: Stage, carol: Person) -> None:
    thread = shared.new_channel(carol.channel)

    answer = await told(carol, "settings set", name="log_channel", value=thread.mention)
    await told(carol, "settings set", name="log_channel", value="off")

    assert f"off → <#{thread.id}>" in answer


def a_file(**parts: object) -> Upload:
    return Upload("settings.json", json.dumps({"version": 1, **parts}).encode())


@pytest.mark.parametrize("what", ["role", "channel"])
async def test_a_file_that_names_what_isnt_here_is_refused_by_its_place(
    shared: Stage, carol: Person, what: str
) -> None:
    role = shared.discord.admin.add_role(carol.guild, "Passing", Permission(0))
    channel = shared.new_channel()
    gone = {"role": role, "channel": channel}[what]
    shared.discord.admin.delete_role(carol.guild, role)
    shared.discord.admin.delete_channel(carol.guild, channel)
    before = await export(carol)
    rule = {"model": "a/b", "effect": "allow", what: str(gone.id)}

    refused = await told(carol, "settings import", file=a_file(models={"rules": [rule]}))

    assert f"*models.rules\\[0\\].{what}* names {gone.id}, which this server" in refused
    assert await export(carol) == before


async def test_a_thread_in_a_file_stands_for_its_channel(shared: Stage, carol: Person) -> None:
    thread = shared.new_channel(carol.channel)
    rule = {"model": "a/b", "effect": "allow", "channel": str(thread.id)}
    file = a_file(settings={"open_channels": [str(thread.id)]}, models={"rules": [rule]})

    asked = (await carol.use("settings import", file=file)).message
    assert asked is not None
    assert f"none → <#{carol.channel.id}>" in asked.text
    await carol.press(asked, "Apply")
    after = await export(carol)
    await carol.press((await carol.use("settings reset")).message, "Reset everything")

    assert after["settings"]["open_channels"] == [str(carol.channel.id)]
    assert after["models"]["rules"][0]["channel"] == str(carol.channel.id)


async def test_a_file_of_what_is_decided_already_changes_nothing(carol: Person) -> None:
    for model in ("a/b", "c/d"):
        await told(carol, "settings models allow", model=model)
    exported = await export(carol)
    rules = exported["models"]["rules"]
    for rule in rules:
        del rule["since"]

    answer = await told(carol, "settings import", file=a_file(models={"rules": rules[::-1]}))

    assert "Nothing to change." in answer


@pytest.mark.parametrize("command", ["settings export", "operator status"])
async def test_whoever_tries_without_the_right_to_is_in_the_log(
    shared: Stage, carol: Person, command: str
) -> None:
    bob = Person.of(shared.discord, "bob", carol.channel)

    await bob.force(command)

    tried = f"<@{bob.user.id}> was refused: the right to it is missing · /{command}"
    assert await log_with(carol, tried)
