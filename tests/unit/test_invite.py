import base64
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot.client.invite import LEAST_PERMISSIONS, invite_link


def a_token(first_part: str) -> str:
    return f"{first_part}.time.signature"


def test_the_link_carries_the_id_that_is_inside_the_token() -> None:
    link = invite_link(a_token(base64.b64encode(b"123456789012345678").decode().rstrip("=")))

    assert link is not None
    assert parse_qs(urlsplit(link).query)["client_id"] == ["123456789012345678"]


def test_the_link_asks_for_commands_and_the_least_permissions() -> None:
    link = invite_link(a_token(base64.b64encode(b"1").decode()))

    assert link is not None
    asked = parse_qs(urlsplit(link).query)
    assert set(asked["scope"][0].split()) == {"bot", "applications.commands"}
    assert int(asked["permissions"][0]) == LEAST_PERMISSIONS


def test_the_link_shows_nothing_else_of_the_token() -> None:
    link = invite_link(a_token(base64.b64encode(b"1").decode()))

    assert link is not None
    assert "time" not in link
    assert "signature" not in link


def test_the_least_permissions_are_these_four() -> None:
    least = discord.Permissions(
        view_channel=True, send_messages=True, send_messages_in_threads=True, attach_files=True
    )

    assert least.value == LEAST_PERMISSIONS


@pytest.mark.parametrize(
    "first_part",
    ["", "!!!", "é", base64.b64encode(b"cat").decode(), base64.b64encode(b"\xff").decode()],
)
def test_a_token_without_an_id_gives_no_link(first_part: str) -> None:
    assert invite_link(a_token(first_part)) is None
