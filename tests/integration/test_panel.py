"""The panel in the hands of a moderator: the real bot, a Discord over sockets."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.discord.messages import SandboxMessage
from sandbox.discord.permissions import Permission
from sandbox.discord.person import Person
from tests.stage import Stage, whole_stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = ("Models", "Limits", "Safety", "Access", "Log")
A_DAY = "panel:limits:0:type:member_pictures_per_day"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Give one bot to all tests of this file; each decides something else."""
    async with whole_stage(tmp_path_factory.mktemp("bot")) as stage:
        yield stage


async def panel_of(person: Person) -> SandboxMessage:
    message = (await person.use("settings panel")).message
    assert message is not None
    return message


async def test_a_moderator_reads_every_page_in_one_private_message(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    panel = await panel_of(carol)

    for page in PAGES:
        await carol.press(panel, page)
        assert panel.text.startswith(f"## {page}")

    assert panel.ephemeral
    assert [one for one in carol.messages if one.text.startswith(f"## {PAGES[-1]}")] == [panel]


async def test_five_pictures_a_day_take_four_actions(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    panel = await panel_of(carol)

    await carol.press(panel, "Limits")
    asked = await carol.press(panel, custom_id=A_DAY)
    await carol.submit(asked.modal, {"VALUE": "5"})

    assert panel.text.startswith("✅ **Member pictures per day**: off → 5")


async def test_a_second_model_is_allowed_for_one_role_in_one_channel(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    artist, pictures = carol.role("Artist"), carol.guild.channel("pictures")
    panel = await panel_of(carol)

    asked = await carol.press(panel, "Allow a model")
    places = {"ROLE": [artist], "CHANNEL": [pictures]}
    await carol.submit(asked.modal, {"MODEL": "flux-schnell", **places})

    assert f"for <@&{artist.id}> in <#{pictures.id}>: no rule → allowed" in panel.text

    await carol.select(panel, [menu_value(panel, 0)])

    assert "allowed → no rule" in panel.text
    assert "There are no rules." in panel.text


def menu_value(panel: SandboxMessage, at: int) -> str:
    return panel.selects[0].options[at]["value"]


async def test_terms_and_blocked_members_are_added_by_forms(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    bob = carol.guild.member("bob")
    panel = await panel_of(carol)

    await carol.press(panel, "Safety")
    asked = await carol.press(panel, custom_id="panel:safety:0:terms")
    await carol.submit(asked.modal, {"ADD": "cat*, *ana*"})
    after_terms = panel.text
    await carol.press(panel, "Access")
    asked = await carol.press(panel, "Add")
    await carol.submit(asked.modal, {"MEMBER": [bob], "SPAN": "1d", "REASON": "spam"})

    assert "**Blocked terms** · 2 terms" in after_terms
    assert f"1. <@{bob.user.id}> · until <t:" in panel.text


async def test_a_log_channel_that_is_shut_to_the_bot_is_told_of_at_once(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    panel = await panel_of(carol)
    await carol.press(panel, "Log")

    await carol.select(
        panel, [carol.guild.channel("notices")], custom_id="panel:log:0:pick:log_channel"
    )
    shut = panel.text
    await carol.select(
        panel, [carol.guild.channel("mod-log")], custom_id="panel:log:0:pick:log_channel"
    )

    assert "⚠️ I can't work in <#" in shut
    assert "can't work" not in panel.text


async def test_a_deleted_role_is_told_of_beside_its_setting(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    panel = await panel_of(carol)
    await carol.press(panel, "Safety")
    role = stage.discord.admin.add_role(carol.guild, "Passing", Permission(0))
    await carol.select(panel, [role], custom_id="panel:safety:0:pick:spoiler_roles")

    stage.discord.admin.delete_role(carol.guild, role)
    await carol.press(panel, "Safety")

    assert "isn't in this server any more" in panel.text


async def test_a_dangerous_choice_is_asked_about_once(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    panel = await panel_of(carol)
    await carol.press(panel, "Safety")

    await carol.select(panel, ["age_restricted"], custom_id="panel:safety:0:pick:mature_pictures")
    asked = panel.text
    await carol.press(panel, "Change it")

    assert "Are you sure?" in asked
    assert panel.text.startswith("✅ **Mature pictures**: off → ")


async def test_a_bad_value_gets_a_sentence_and_the_panel_stays(stage: Stage) -> None:
    carol = Person.of(stage.discord, "carol")
    panel = await panel_of(carol)
    await carol.press(panel, "Limits")
    before = panel.text

    asked = await carol.press(panel, custom_id=A_DAY)
    refused = await carol.submit(asked.modal, {"VALUE": "-5"})

    assert refused.message is not None
    assert refused.message.ephemeral
    assert "can't be less than 1." in refused.message.text
    assert panel.text == before


async def test_a_panel_and_its_form_work_after_a_restart(stage: Stage) -> None:
    typing = "panel:limits:0:type:member_at_once"
    carol = Person.of(stage.discord, "carol")
    panel = await panel_of(carol)
    await carol.press(panel, "Limits")
    asked = await carol.press(panel, custom_id=typing)

    await stage.stop_bot()
    await stage.start_bot()
    await carol.submit(asked.modal, {"VALUE": "7"})
    typed = panel.text
    await carol.press(panel, "Log")

    assert "off → 7" in typed
    assert panel.text.startswith("## Log")


async def test_a_moderator_who_is_none_any_more_changes_nothing(stage: Stage) -> None:
    mod = Person.of(stage.discord, "mod")
    panel = await panel_of(mod)
    await mod.press(panel, "Log")
    before = panel.text

    stage.discord.admin.take_role(mod.member, mod.role("Moderator"))
    refused = await mod.press(panel, custom_id="panel:log:0:put:log_prompts=on")

    assert refused.message is not None
    assert "It takes *Manage Server*." in refused.message.text
    assert panel.text == before


async def test_a_member_who_sends_the_command_all_the_same_is_refused(stage: Stage) -> None:
    alice = Person.of(stage.discord, "alice")

    refused = await alice.force("settings panel")

    assert refused.message is not None
    assert "It takes *Manage Server*." in refused.message.text
