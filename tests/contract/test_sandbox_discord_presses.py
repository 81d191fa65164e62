"""What people press and choose in the local Discord, as its client would let them."""

from collections.abc import AsyncGenerator

import pytest

from sandbox.discord.messages import MessageFlag
from tests.contract.painting import BUTTONS, data, painting, shown
from tests.discord_wire import Scene

EPHEMERAL = int(MessageFlag.EPHEMERAL)


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with painting() as opened:
        yield opened


MENU = {
    "type": 1,
    "components": [
        {
            "type": 3,
            "custom_id": "model",
            "options": [{"label": name, "value": name} for name in ("flux", "seed")],
        }
    ],
}
WHO = {"type": 1, "components": [{"type": 6, "custom_id": "role"}]}
PLACE = {"type": 1, "components": [{"type": 8, "custom_id": "place", "channel_types": [0]}]}


async def test_a_button_is_pressed_by_its_label(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)
    use = await stage.discord.press(stage.mod, message, "Go")
    event = await stage.bot.event("INTERACTION_CREATE")

    assert (use.name, use.source) == ("go", message)
    assert event["data"] == {"custom_id": "go", "component_type": 2, "id": 2}
    assert event["member"]["user"]["username"] == "mod"


@pytest.mark.parametrize("label", ["Off", "Link", "Stop"])
async def test_only_a_button_that_is_there_can_be_pressed(stage: Scene, label: str) -> None:
    message = await shown(stage, BUTTONS)

    with pytest.raises(LookupError, match="no button"):
        await stage.discord.press(stage.alice, message, label)


async def test_a_button_that_is_gone_by_now_can_be_pressed_by_its_id(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)
    use = await stage.discord.press(stage.alice, message, custom_id="gone")

    assert use.name == "gone"


async def test_what_one_can_not_see_one_can_not_press(stage: Scene) -> None:
    message = await shown(stage, BUTTONS, flags=EPHEMERAL)

    with pytest.raises(LookupError, match="isn't there"):
        await stage.discord.press(stage.mod, message, "Go")


async def test_a_deleted_message_can_not_be_pressed(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)
    stage.discord.delete_message(message)

    with pytest.raises(LookupError, match="isn't there"):
        await stage.discord.press(stage.alice, message, "Go")


async def test_a_choice_carries_its_values(stage: Scene) -> None:
    message = await shown(stage, MENU)
    await stage.discord.select(stage.alice, message, ["seed"])

    assert await data(stage) == {
        "custom_id": "model",
        "component_type": 3,
        "id": 2,
        "values": ["seed"],
    }


async def test_a_choice_of_roles_comes_resolved(stage: Scene) -> None:
    message = await shown(stage, MENU, WHO)
    role = stage.discord.world.guild("Lantern Bay").role("Moderator")
    await stage.discord.select(stage.mod, message, [role], custom_id="role")
    sent = await data(stage)

    assert (sent["component_type"], sent["values"]) == (6, [str(role.id)])
    assert sent["resolved"]["roles"][str(role.id)]["name"] == "Moderator"


@pytest.mark.parametrize(
    ("custom_id", "values", "words"),
    [
        ("model", [], "takes 1 to 1"),
        ("model", ["flux", "seed"], "takes 1 to 1"),
        ("model", ["sand"], "doesn't offer sand"),
        ("role", ["flux"], "doesn't offer flux"),
        ("role", ["alice"], "doesn't offer User"),
        ("place", ["cat-sketches"], "doesn't offer Channel"),
    ],
)
async def test_only_what_a_menu_offers_can_be_chosen(
    stage: Scene, custom_id: str, values: list[str], words: str
) -> None:
    message = await shown(stage, MENU, WHO, PLACE)
    guild = stage.discord.world.guild("Lantern Bay")
    things = {"alice": stage.alice, "cat-sketches": guild.channel("cat-sketches")}
    chosen = [things.get(value, value) for value in values]

    with pytest.raises(ValueError, match=words):
        await stage.discord.select(stage.mod, message, chosen, custom_id=custom_id)


async def test_a_modified_client_chooses_in_a_menu_that_is_gone(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)
    use = await stage.discord.select(
        stage.alice, message, ["anything"], custom_id="gone", unchecked=True
    )

    assert (use.name, use.payload["data"]["values"]) == ("gone", ["anything"])


async def test_only_a_menu_that_is_there_can_be_used(stage: Scene) -> None:
    message = await shown(stage, BUTTONS)

    with pytest.raises(LookupError, match="no menu"):
        await stage.discord.select(stage.alice, message, ["seed"])
