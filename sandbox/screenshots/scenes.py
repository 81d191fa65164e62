"""What is shown in the documents, scene by scene: who does what, and which part is taken."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from playwright.async_api import expect

from sandbox.discord.person import Person
from sandbox.get3w import Scenario
from sandbox.screenshots.hands import PATIENT_MS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from playwright.async_api import Locator

    from sandbox.screenshots.hands import Hands
    from sandbox.screenshots.studio import Studio

    Scene = Callable[[Studio], Awaitable[Locator]]

PROMPT: Final = "A cat in space"
MODERATOR: Final = "carol"


async def decide(studio: Studio) -> None:
    """Let the other moderator decide what a small server would, and members run into it."""
    discord = studio.stage.discord
    mod, bob = Person.of(discord, "mod"), Person.of(discord, "bob")
    await _decide_models(mod)
    await _decide_the_rest(mod)
    await mod.use("settings block", member=bob.user, **{"for": "7d"}, reason="Spam in #general")
    await bob.use("imagine", prompt=PROMPT)
    await Person.of(discord, "alice").use("imagine", prompt="A house full of spiders")
    studio.stage.get3w.playbook.script(PROMPT, Scenario.stream([0.5]))


async def _decide_models(mod: Person) -> None:
    artist, pictures = mod.role("Artist"), mod.guild.channel("pictures")
    turbo, schnell = "get3w/z-image/turbo", "flux-schnell"
    await mod.use("settings models allow", model=turbo)
    await mod.use("settings models allow", model="get3w/flux-dev-ultra-fast", role=artist)
    await mod.use("settings models deny", model=turbo, channel=mod.guild.channel("off-topic"))
    await mod.use("settings models allow", model=schnell, role=artist, channel=pictures)


async def _decide_the_rest(mod: Person) -> None:
    artist, channel = mod.role("Artist"), mod.guild.channel
    await mod.use("settings limits set", limit="member_pictures_per_day", value="5")
    await mod.use("settings limits set", limit="member_cooldown", value="30s")
    await mod.use("settings limits set", limit="pictures_per_day", value="15", role=artist)
    await mod.use("settings limits set", limit="server_budget_per_day", value="$2")
    await mod.use("settings terms add", terms="spider*, *gore*")
    await mod.use("settings set", name="log_channel", value=channel("mod-log").mention)
    places = " ".join(channel(name).mention for name in ("general", "pictures", "off-topic"))
    await mod.use("settings set", name="open_channels", value=places)


async def _page(studio: Studio, name: str) -> Locator:
    return (await _at_page(studio, name)).message


async def _at_page(studio: Studio, name: str) -> Hands:
    hands = await studio.hands(MODERATOR)
    panel = await hands.send("settings panel")
    await hands.press(name)
    await expect(panel.get_by_role("heading", name=name)).to_be_visible(timeout=PATIENT_MS)
    return hands


async def _form(studio: Studio) -> Locator:
    hands = await _at_page(studio, "Models")
    await hands.press("Allow a model")
    await hands.fill("Model", "flux-schnell")
    await hands.choose("Role", "@Artist")
    await hands.choose("Channel", "pictures")
    return hands.form


async def _question(studio: Studio) -> Locator:
    hands = await _at_page(studio, "Safety")
    await hands.choose("Make a selection: Off", "Age restricted")
    await expect(hands.message).to_contain_text("Are you sure?", timeout=PATIENT_MS)
    return hands.message


async def _reset(studio: Studio) -> Locator:
    hands = await studio.hands(MODERATOR)
    return await hands.send("settings reset")


async def _log(studio: Studio) -> Locator:
    hands = await studio.hands(MODERATOR)
    return await hands.send("settings log show")


async def _refusal(studio: Studio) -> Locator:
    hands = await studio.hands("alice")
    return await hands.send("imagine", prompt=PROMPT, model="flux-schnell")


async def _result(studio: Studio) -> Locator:
    hands = await studio.hands("dora", "pictures")
    message = await hands.send("imagine", prompt=PROMPT, model="flux-schnell")
    picture = message.get_by_role("img")
    await expect(picture).to_be_visible(timeout=PATIENT_MS)
    await picture.evaluate("(img) => img.decode()")
    return message


SCENES: Final[Mapping[str, Scene]] = MappingProxyType(
    {
        "panel-models": lambda studio: _page(studio, "Models"),
        "panel-limits": lambda studio: _page(studio, "Limits"),
        "panel-safety": lambda studio: _page(studio, "Safety"),
        "panel-access": lambda studio: _page(studio, "Access"),
        "panel-log": lambda studio: _page(studio, "Log"),
        "form": _form,
        "question": _question,
        "refusal": _refusal,
        "result": _result,
        "log": _log,
        "reset": _reset,
    }
)
