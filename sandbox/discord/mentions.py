"""Whom a text would notify, after `allowed_mentions`.

Without `allowed_mentions` everything that reads like a mention notifies. With it, only the kinds
in `parse` and the ids that are listed do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sandbox.discord.errors import invalid
from sandbox.discord.json_types import as_list, as_object
from sandbox.discord.messages import Pings

if TYPE_CHECKING:
    from sandbox.discord.json_types import Json, JsonObject

USER: Final = re.compile(r"<@!?(\d+)>")
ROLE: Final = re.compile(r"<@&(\d+)>")
EVERYONE: Final = re.compile(r"@(?:everyone|here)\b")
EVERY_KIND: Final = frozenset({"users", "roles", "everyone"})


def pings_of(text: str, allowed: Json) -> Pings:
    """Return whom `text` notifies under a body's `allowed_mentions` (None: not given).

    Raises
    ------
    ApiError
        50035: a kind is both parsed and listed.
    """
    if "@" not in text:
        return Pings()
    rules = as_object(allowed)
    kinds = EVERY_KIND if allowed is None else _texts(rules.get("parse"))
    return Pings(
        users=_meant(USER.findall(text), "users", kinds, rules),
        roles=_meant(ROLE.findall(text), "roles", kinds, rules),
        everyone="everyone" in kinds and EVERYONE.search(text) is not None,
    )


def _texts(value: Json) -> frozenset[str]:
    return frozenset(str(item) for item in as_list(value))


def _meant(found: list[str], kind: str, kinds: frozenset[str], rules: JsonObject) -> frozenset[int]:
    listed = _texts(rules.get(kind))
    if listed and kind in kinds:
        raise invalid(
            "allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f"Both have {kind}."
        )
    return frozenset(int(item) for item in found if kind in kinds or item in listed)
