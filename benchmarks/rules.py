"""All that a server can decide, none of which refuses what the loads send."""

import json
from collections.abc import Iterator
from typing import Final

from benchmarks.servers import Server

MODEL_RULES: Final = 50
MAKERS: Final = 12
TERMS: Final = 200
# The greatest values that members' and roles' limits can have; a cooldown lasts longer than a load.
MEMBER_LIMITS: Final = {
    "pictures_per_hour": 1_000,
    "pictures_per_day": 10_000,
    "at_once": 100,
    "cooldown": 3_600,
}
SERVER_LIMITS: Final = {
    "server_pictures_per_hour": 100_000,
    "server_pictures_per_day": 1_000_000,
    "server_at_once": 1_000,
    "server_budget_per_day": 10_000,
    "server_budget_per_month": 100_000,
}
# No prompt has any of these syllables at the beginning or the end of a word.
SYLLABLES: Final = ("zor", "quib", "plax", "vrem", "dulk", "jask", "yomp", "gwin", "krev", "buzz")


def settings_file(server: Server, *, logged: bool) -> str:
    """Write the file that decides everything in a server; `logged` with a log channel."""
    log = {"log_channel": str(server.log.id)} if logged else {}
    models = {"default": "get3w/flux-dev", "rules": list(_model_rules(server))}
    settings = {**_limits(server), **_places(server), **log}
    document = {"version": 1, "settings": settings, "models": models, "terms": list(_terms())}
    return json.dumps(document)


def model_name(number: int) -> str:
    """Name a model that rules are about; a load lists some hundreds of them."""
    return f"maker-{number % MAKERS}/model-{number}"


def _limits(server: Server) -> dict[str, object]:
    members = {f"member_{name}": most for name, most in MEMBER_LIMITS.items()}
    roles = {str(role.id): MEMBER_LIMITS for role in server.roles}
    return {**members, "role_limits": roles, **SERVER_LIMITS}


def _places(server: Server) -> dict[str, object]:
    return {
        "open_channels": [str(channel.id) for channel in server.channels],
        "spoiler_roles": [str(role.id) for role in server.roles[:2]],
        "private_pictures": True,
        "mature_pictures": "age_restricted",
        "log_prompts": True,
    }


def _model_rules(server: Server) -> Iterator[dict[str, str]]:
    """Give rules of all four levels in turn, of which every third denies, and one default."""
    yield {
        "model": "get3w/flux-schnell",
        "effect": "default",
        "role": str(server.roles[0].id),
    }
    for number in range(1, MODEL_RULES):
        yield {
            "model": _pattern(number),
            "effect": "allow" if number % 3 else "deny",
            **_where(server, number),
        }


def _pattern(number: int) -> str:
    # Another multiple of 7 for each, so that no two rules are about the same model.
    return model_name(7 * number) if number % 5 else f"maker-{number % MAKERS}/*"


def _where(server: Server, number: int) -> dict[str, str]:
    turn = number // 4
    role = {"role": str(server.roles[turn % len(server.roles)].id)}
    channel = {"channel": str(server.channels[turn % len(server.channels)].id)}
    return ({}, role, channel, role | channel)[number % 4]


def _terms() -> Iterator[str]:
    """Give whole words, beginnings, ends, parts and pairs of words."""
    for number in range(TERMS):
        word = "".join(SYLLABLES[int(digit)] for digit in f"{number:03}")
        yield (word, f"{word}*", f"*{word}", f"*{word}*", f"{word} {word[:4]}")[number % 5]
