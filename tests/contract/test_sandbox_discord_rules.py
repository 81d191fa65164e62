"""Bodies that Discord would refuse are refused, each for its own reason; their limits pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.discord.messages import MessageFlag
from sandbox.discord.settings import Rate, SandboxSettings
from tests.discord_wire import Body, Scene, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

V2 = int(MessageFlag.COMPONENTS_V2)
Component = dict[str, Any]


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    settings = SandboxSettings(webhook_rate=Rate(1000, 1.0), hidden_rate=None)
    async with scene(settings=settings) as opened:
        yield opened


def text(content: str = "A cat") -> Component:
    return {"type": 10, "content": content}


def button(**changes: Body) -> Component:
    return {"type": 2, "style": 2, "label": "Go", "custom_id": "go"} | changes


def row(*children: Component) -> Component:
    return {"type": 1, "components": list(children)}


def container(*children: Component, **changes: Body) -> Component:
    return {"type": 17, "components": list(children)} | changes


def section(*children: Component, accessory: Component | None = None) -> Component:
    return {"type": 9, "components": list(children), "accessory": accessory or button()}


def gallery(count: int = 1, **changes: Body) -> Component:
    item = {"media": {"url": "https://example.org/cat.png"}} | changes
    return {"type": 12, "items": [item] * count}


def select(*labels: str, **changes: Body) -> Component:
    options = [{"label": label, "value": label} for label in labels]
    return {"type": 3, "custom_id": "pick", "options": options} | changes


def layout(*components: Component, **fields: Body) -> dict[str, Body]:
    return {"flags": V2, "components": list(components), **fields}


def entities(kind: int, *presets: tuple[str, str], **changes: Body) -> Component:
    values = [{"type": name, "id": value} for name, value in presets]
    return {"type": kind, "custom_id": str(kind), "default_values": values, **changes}


def two_chosen() -> Component:
    menu = select("a", "b")
    return menu | {"options": [option | {"default": True} for option in menu["options"]]}


def numbered(count: int) -> list[Component]:
    return [button(custom_id=str(number)) for number in range(count)]


ACCEPTED: dict[str, dict[str, Any]] = {
    "2000 characters": {"content": "x" * 2000},
    "embeds": {"embeds": [{"title": "x" * 256, "description": "x" * 4096}]},
    "ten embeds": {"embeds": [{"title": "x"}] * 10},
    "a classic row": {"content": "x", "components": [row(button())]},
    "five rows of five": {
        "components": [row(*numbered(25)[n : n + 5]) for n in range(0, 25, 5)],
        "content": "x",
    },
    "4000 characters of text": layout(text("x" * 3000), container(text("x" * 1000))),
    "40 components": layout(container(*[text("x")] * 39)),
    "a section with a button": layout(section(text(), text(), text())),
    "a section with a thumbnail": layout(
        section(text(), accessory={"type": 11, "media": {"url": "https://example.org/a.png"}})
    ),
    "ten media": layout(gallery(10)),
    "a long description": layout(gallery(description="x" * 1024)),
    "a separator": layout(text(), {"type": 14, "spacing": 2}),
    "a select": layout(row(select("a", "b"))),
    "25 options": layout(row(select(*map(str, range(25))))),
    "entity selects": layout(
        *[row({"type": kind, "custom_id": str(kind)}) for kind in (5, 6, 7, 8)]
    ),
    "a choice of none": layout(row(select("a", "b", min_values=0, max_values=2))),
    "selects with presets": layout(
        row(entities(5, ("user", "1"))),
        row(entities(6, ("role", "2"))),
        row(entities(7, ("user", "1"), ("role", "2"), max_values=25)),
        row(entities(8, ("channel", "3"), channel_types=[0])),
    ),
    "a link": layout(row(button(style=5, url="https://example.org", custom_id=None, label="Go"))),
    "an emoji for a label": layout(row(button(label=None, emoji={"name": "🎲"}))),
    "an id of 100 characters": layout(row(button(custom_id="x" * 100))),
    "ids of the bot's own": layout(text() | {"id": 7}, text() | {"id": 3}, text()),
}
ACCEPTED["a link"]["components"][0]["components"][0].pop("custom_id")

REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "nothing": ({}, 50006),
    "empty content": ({"content": ""}, 50006),
    "a layout without components": (layout(), 50006),
    "too much content": ({"content": "x" * 2001}, 50035),
    "too many embeds": ({"embeds": [{"title": "x"}] * 11}, 50035),
    "a long title": ({"embeds": [{"title": "x" * 257}]}, 50035),
    "too much in embeds": ({"embeds": [{"description": "x" * 4000}] * 2}, 50035),
    "much in an embed's fields": (
        {"embeds": [{"fields": [{"name": "x" * 3000, "value": "x" * 3001}]}]},
        50035,
    ),
    "content in a layout": (layout(text(), content="x"), 50035),
    "embeds in a layout": (layout(text(), embeds=[{"title": "x"}]), 50035),
    "a layout without its flag": ({"components": [text()]}, 50035),
    "a container without its flag": ({"components": [container(text())]}, 50035),
    "41 components": (layout(container(*[text("x")] * 40)), 50035),
    "4001 characters in all": (layout(text("x" * 4000), text("x")), 50035),
    "an empty text": (layout(text("")), 50035),
    "a container in a container": (layout(container(container(text()))), 50035),
    "an empty container": (layout(container()), 50035),
    "a section without a text": (layout(section()), 50035),
    "a section of four": (layout(section(*[text()] * 4)), 50035),
    "a section without accessory": (layout({"type": 9, "components": [text()]}), 50035),
    "a text as accessory": (layout(section(text(), accessory=text())), 50035),
    "a button outside of a row": (layout(button()), 50035),
    "an empty row": (layout(row()), 50035),
    "six buttons": (layout(row(*numbered(6))), 50035),
    "a select beside a button": (layout(row(button(), select("a"))), 50035),
    "a text input in a message": (
        layout(row({"type": 4, "custom_id": "t", "style": 1})),
        50035,
    ),
    "an unknown component": (layout({"type": 99}), 50035),
    "a repeated custom_id": (layout(row(button(), button())), 50035),
    "a repeated id": (layout(text() | {"id": 3}, text() | {"id": 3}), 50035),
    "a long custom_id": (layout(row(button(custom_id="x" * 101))), 50035),
    "no custom_id": (layout(row(button(custom_id=""))), 50035),
    "a long label": (layout(row(button(label="x" * 81))), 50035),
    "neither label nor emoji": (layout(row(button(label=""))), 50035),
    "an unknown style": (layout(row(button(style=7))), 50035),
    "a link without address": (layout(row(button(style=5))), 50035),
    "a link with custom_id": (layout(row(button(style=5, url="https://a.example"))), 50035),
    "no options": (layout(row(select())), 50035),
    "26 options": (layout(row(select(*map(str, range(26))))), 50035),
    "repeated values": (layout(row(select("a", "a"))), 50035),
    "a long option": (layout(row(select("x" * 101))), 50035),
    "a long placeholder": (layout(row(select("a", placeholder="x" * 151))), 50035),
    "fewer than none to choose": (layout(row(select("a", min_values=-1))), 50035),
    "26 to choose": (layout(row(entities(5, max_values=26))), 50035),
    "more at least than at most": (layout(row(entities(5, min_values=2))), 50035),
    "more to choose than there is": (layout(row(select("a", max_values=2))), 50035),
    "more presets than may be chosen": (
        layout(row(entities(5, ("user", "1"), ("user", "2")))),
        50035,
    ),
    "more chosen options than may be": (layout(row(two_chosen())), 50035),
    "a preset of another kind": (layout(row(entities(6, ("user", "1")))), 50035),
    "a preset without id": (layout(row(entities(6, ("role", "")))), 50035),
    "an empty gallery": (layout(gallery(0)), 50035),
    "eleven media": (layout(gallery(11)), 50035),
    "a long description": (layout(gallery(description="x" * 1025)), 50035),
    "no medium": (layout(gallery(media={})), 50035),
    "a file from elsewhere": (
        layout({"type": 13, "file": {"url": "https://example.org/a.txt"}}),
        50035,
    ),
    "a file that is not there": (layout({"type": 13, "file": {"url": "attachment://a"}}), 50035),
    "a long alternative text": (
        {"content": "x", "attachments": [{"id": 0, "description": "x" * 1025}]},
        50035,
    ),
    "mentions both parsed and listed": (
        {"content": "<@1>", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        50035,
    ),
}


@pytest.mark.parametrize("body", ACCEPTED.values(), ids=ACCEPTED)
async def test_what_discord_accepts_is_accepted(stage: Scene, body: dict[str, Any]) -> None:
    reply = await stage.bot.say(await stage.imagine(), **body)

    assert reply.status == 200, reply.body


@pytest.mark.parametrize(("body", "code"), REFUSED.values(), ids=REFUSED)
async def test_what_discord_refuses_is_refused(
    stage: Scene, body: dict[str, Any], code: int
) -> None:
    reply = await stage.bot.say(await stage.imagine(), **body)

    assert (reply.status, reply.code) == (400, code)


async def test_a_refusal_names_the_field(stage: Scene) -> None:
    reply = await stage.bot.say(
        await stage.imagine(), **layout(container(row(button(label="x" * 81))))
    )

    errors = reply.body["errors"]
    (error,) = errors["components"]["0"]["components"]["0"]["components"]["0"]["label"]["_errors"]
    assert reply.body["message"] == "Invalid Form Body"
    assert error["code"] == "BASE_TYPE_BAD_LENGTH"


async def test_components_are_numbered_around_the_bots_own_ids(stage: Scene) -> None:
    use = await stage.imagine()
    await stage.bot.say(use, **ACCEPTED["ids of the bot's own"])

    assert use.message is not None
    assert [item["id"] for item in use.message.components] == [7, 3, 1]


async def test_a_media_gallery_keeps_an_address_from_elsewhere(stage: Scene) -> None:
    use = await stage.imagine()
    await stage.bot.say(use, **layout(gallery()))

    assert use.message is not None
    media = use.message.components[0]["items"][0]["media"]
    assert media["url"] == media["proxy_url"] == "https://example.org/cat.png"


async def test_an_embed_may_show_an_uploaded_file(stage: Scene) -> None:
    use = await stage.answered()
    body = {"embeds": [{"image": {"url": "attachment://a.png"}}]}
    await stage.bot.edit(use, body, {"a.png": b"x"})

    assert use.message is not None
    (file,) = use.message.attachments
    assert use.message.now.embeds[0]["image"]["url"] == file.url


async def test_what_a_layout_shows_can_be_read_off(stage: Scene) -> None:
    use = await stage.imagine()
    menu = select("a", "b", placeholder="Which", max_values=2, disabled=True)
    link = button(style=5, url="https://example.org", label="See", emoji={"name": "🔗"})
    link.pop("custom_id")
    await stage.bot.say(
        use, **layout(container(text("One"), section(text("Two"))), row(menu), row(link))
    )

    assert use.message is not None
    assert use.message.text == "One\nTwo"
    assert [(item.label, item.custom_id) for item in use.message.buttons] == [
        ("Go", "go"),
        ("See", ""),
    ]
    assert (use.message.buttons[1].url, use.message.buttons[1].emoji) == (
        "https://example.org",
        "🔗",
    )
    (shown,) = use.message.selects
    assert (shown.placeholder, shown.min_values, shown.max_values) == ("Which", 1, 2)
    assert shown.disabled
    assert [option["value"] for option in shown.options] == ["a", "b"]


USER, ROLE = 1_111, 2_222


@pytest.mark.parametrize(
    ("allowed", "users", "roles", "everyone"),
    [
        (None, {USER}, {ROLE}, True),
        ({"parse": []}, set(), set(), False),
        ({}, set(), set(), False),
        ({"parse": ["users"]}, {USER}, set(), False),
        ({"parse": ["roles", "everyone"]}, set(), {ROLE}, True),
        ({"parse": [], "users": [str(USER)]}, {USER}, set(), False),
        ({"users": ["3"], "roles": [str(ROLE)]}, set(), {ROLE}, False),
    ],
)
async def test_allowed_mentions_decide_who_is_pinged(
    stage: Scene, allowed: object, users: set[int], roles: set[int], *, everyone: bool
) -> None:
    use = await stage.imagine()
    content = f"For <@{USER}> and <@&{ROLE}>, @everyone"
    given = {} if allowed is None else {"allowed_mentions": allowed}
    reply = await stage.bot.say(use, content=content, **given)

    assert use.message is not None
    pings = use.message.pings
    assert (pings.users, pings.roles, pings.everyone) == (users, roles, everyone)
    assert reply.body["resource"]["message"]["mention_everyone"] is everyone


async def test_a_mention_in_a_layout_pings_too(stage: Scene) -> None:
    use = await stage.imagine()
    await stage.bot.say(use, **layout(container(text(f"For {stage.alice.mention}"))))

    assert use.message is not None
    assert use.message.pings.users == {stage.alice.id}


async def test_a_ping_of_an_earlier_state_is_not_forgotten(stage: Scene) -> None:
    use = await stage.answered(content=stage.alice.mention)
    await stage.bot.edit(use, {"content": "Done", "allowed_mentions": {"parse": []}})

    assert use.message is not None
    assert use.message.now.pings.users == set()
    assert use.message.pings.users == {stage.alice.id}


async def test_a_message_without_mentions_pings_nobody(stage: Scene) -> None:
    use = await stage.answered(content="no-one@example.org")

    assert use.message is not None
    assert not use.message.pings
