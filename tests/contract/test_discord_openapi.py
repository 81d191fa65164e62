"""The checker of requests to Discord: it must pass what is right and find what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.discord.records import RecordedRequest
from tests.discord_openapi import check_requests, description, location
from tests.discord_wire import IMAGINE, Body, scene

described = pytest.mark.skipif(
    not location().is_file(), reason=f"no description of Discord's API at {location()}"
)

CALLBACK = ("POST", "/interactions/1/token/callback")
ORIGINAL = ("PATCH", "/webhooks/1/token/messages/@original")
FOLLOW_UP = ("POST", "/webhooks/1/token")
COMMANDS = ("PUT", "/applications/1/commands")
BUTTON = {"type": 2, "style": 2, "label": "Cancel", "custom_id": "stop"}


def request(method: str, path: str, json: Body = None) -> RecordedRequest:
    return RecordedRequest(0.0, method, f"/api/v10{path}", {}, {}, json=json)


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def message(*components: object, **fields: object) -> dict[str, object]:
    return {"flags": 1 << 15, "components": list(components), **fields}


def container(*children: object, **fields: object) -> dict[str, object]:
    return {"type": 17, "components": list(children), **fields}


def problems(operation: tuple[str, str], body: object) -> list[str]:
    return list(description(location()).problems(request(*operation, body)))


@described
@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (CALLBACK, {"type": 4, "data": message(container(text("A cat"), accent_color=1))}),
        (CALLBACK, {"type": 4, "data": {"content": "Hello", "flags": 64}}),
        (CALLBACK, {"type": 5, "data": {"flags": 64}}),
        (CALLBACK, {"type": 6}),
        (CALLBACK, {"type": 7, "data": message(text("A cat"))}),
        (CALLBACK, {"type": 8, "data": {"choices": [{"name": "flux", "value": "flux"}]}}),
        (CALLBACK, {"type": 4, "data": {"attachments": [{"id": 0, "filename": "a.png"}]}}),
        (ORIGINAL, message(text("A cat"), {"type": 1, "components": [BUTTON]})),
        (ORIGINAL, {"attachments": [{"id": 0, "filename": "a.png", "description": "A cat"}]}),
        (ORIGINAL, {"content": None, "embeds": []}),
        (ORIGINAL, {"allowed_mentions": {"parse": []}}),
        (FOLLOW_UP, {"content": "Hello", "tts": False}),
        (COMMANDS, [IMAGINE]),
        (COMMANDS, [IMAGINE | {"nsfw": False}]),
    ],
)
def test_a_right_body_passes(operation: tuple[str, str], body: object) -> None:
    assert problems(operation, body) == []


@described
@pytest.mark.parametrize(
    ("operation", "body", "where"),
    [
        (CALLBACK, {"type": 99}, "$"),
        (CALLBACK, {"type": 4, "data": {"contents": "Hello"}}, "$.data.contents"),
        (CALLBACK, {"type": 8, "data": {"choices": [{"name": "x", "value": []}]}}, "$"),
        (ORIGINAL, {"content": "x" * 2001}, "$.content"),
        (ORIGINAL, {"embeds": [{"title": "x" * 301}]}, "$.embeds[0].title"),
        (ORIGINAL, {"embeds": [{}] * 11}, "$.embeds"),
        (ORIGINAL, message(text("x" * 4001)), "$.components[0].content"),
        (ORIGINAL, message(container(container(text("x")))), "$.components[0].components[0]"),
        (ORIGINAL, message(container(text("x"), colour=1)), "$.components[0].colour"),
        (ORIGINAL, message(*[text("x")] * 41), "$.components"),
        (ORIGINAL, {"attachments": [{"id": 0, "alt": "A cat"}]}, "$.attachments[0].alt"),
        (ORIGINAL, {"attachments": [{"id": 0, "description": "x" * 1025}]}, "$.attachments[0]"),
        (ORIGINAL, {"allowed_mentions": {"parse": ["nobody"]}}, "$.allowed_mentions"),
        (FOLLOW_UP, {"content": "Hello", "ephemeral": True}, "$.ephemeral"),
        (COMMANDS, [{"name": "x" * 33, "description": "x"}], "$[0].name"),
        (COMMANDS, [IMAGINE | {"option": []}], "$[0].option"),
    ],
)
def test_a_wrong_body_is_found_where_it_is_wrong(
    operation: tuple[str, str], body: object, where: str
) -> None:
    assert any(f": {where}" in problem for problem in problems(operation, body))


@described
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/cats"), ("PUT", "/users/@me"), ("GET", "/users/@me/cats")]
)
def test_an_operation_that_discord_does_not_have_is_found(method: str, path: str) -> None:
    (problem,) = problems((method, path), None)

    assert problem == f"{method} /api/v10{path}: no such operation"


@described
def test_a_check_fails_with_every_problem_in_its_message() -> None:
    wrong = request(*ORIGINAL, {"content": "x" * 2001, "colour": 1})

    with pytest.raises(AssertionError) as failed:
        check_requests([request(*ORIGINAL, {"content": "x"}), wrong])

    assert "$.content" in str(failed.value)
    assert "$.colour: unknown field" in str(failed.value)


@described
async def test_what_a_bot_sends_in_a_form_is_checked_too() -> None:
    async with scene() as stage:
        use = await stage.answered()
        body = {"attachments": [{"id": 0, "filename": "a.png", "alt": "A cat"}]}
        await stage.bot.edit(use, body, {"a.png": b"x"})

        with pytest.raises(AssertionError, match=r"attachments\[0\]\.alt: unknown field"):
            check_requests(stage.discord.requests)


@described
async def test_an_ordinary_conversation_passes() -> None:
    async with scene() as stage:
        use = await stage.answered()
        await stage.bot.edit(use, {"attachments": [{"id": 0}]}, {"a.png": b"x"})
        await stage.bot.hook("POST", use, {"content": "Done"}, message="")
        await stage.bot.call("GET", "/users/@me")

        check_requests(stage.discord.requests)
        assert len(stage.discord.requests) == 5


def test_a_missing_description_is_said_and_nothing_is_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("DISCORD_OPENAPI", str(tmp_path / "none.json"))

    check_requests([request("GET", "/cats")])

    assert "skipped: no description of Discord's API" in capsys.readouterr().err


def test_the_description_lies_beside_the_project_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISCORD_OPENAPI", raising=False)

    assert location() == Path(__file__).parents[3] / "shared" / "discord-openapi.json"
