"""JSON as the API writes it, with blanks that are filled in when it is sent.

A scenario is written before there is a task, so the shapes here hold a `Blank` wherever the
value is only known later (the task's id, the address of its picture). `fill` puts the values in.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import TypeAlias


class Blank(Enum):
    """A place in a payload whose value is known only when it is sent."""

    TASK_ID = auto()
    MODEL = auto()
    CREATED_AT = auto()
    GET_URL = auto()
    """Where the task can be asked for: ``.../predictions/{id}``, or with ``/result``."""
    OUTPUTS = auto()
    """The list of the scenario's outputs, each as its `Output.listed` says."""
    FLAGS = auto()
    """The list ``has_nsfw_contents``."""
    URL = auto()
    """Inside `Output.listed`: the picture's address."""
    BASE64 = auto()
    """Inside `Output.listed`: the picture itself, naked base64."""
    DATA_URI = auto()
    """Inside `Output.listed`: the picture itself, as a ``data:`` address."""


Json: TypeAlias = bool | int | float | str | Blank | Sequence["Json"] | Mapping[str, "Json"] | None
JsonObject: TypeAlias = Mapping[str, Json]

DONE_WORDS = ("completed", "complete")
"""How a finished task is called, in ``status`` or in ``type``."""


def fill(node: Json, value_of: Callable[[Blank], Json]) -> Json:
    """Return `node` with every blank replaced by ``value_of(blank)``."""
    if isinstance(node, Blank):
        return value_of(node)
    if isinstance(node, Mapping):
        return {key: fill(child, value_of) for key, child in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [fill(child, value_of) for child in node]
    return node


def mentions(node: Json, blank: Blank) -> bool:
    """Tell whether `blank` stands anywhere in `node`."""
    if isinstance(node, Mapping):
        return any(mentions(child, blank) for child in node.values())
    if isinstance(node, Sequence) and not isinstance(node, str):
        return any(mentions(child, blank) for child in node)
    return node is blank


def tells_completion(node: Json) -> bool:
    """Tell whether a payload says, in either dialect, bare or wrapped, that the task is done."""
    if not isinstance(node, Mapping):
        return False
    said = node.get("status") in DONE_WORDS or node.get("type") in DONE_WORDS
    return said or tells_completion(node.get("data"))


def dump(node: Json) -> bytes:
    """Write JSON as the documentation's samples have it: no spaces, UTF-8."""
    return json.dumps(node, separators=(",", ":"), ensure_ascii=False).encode()


def envelope(data: Json) -> JsonObject:
    """Wrap `data` as the v3 API does."""
    return {"code": 200, "message": "success", "data": data}


def refusal(status: int, message: str) -> JsonObject:
    """Return the documented v3 body of a refused request."""
    return {"code": status, "message": message, "data": None}


def submitted(status: str = "created") -> JsonObject:
    """Return the v3 answer to a submission that became a task to poll."""
    return envelope(
        {
            "id": Blank.TASK_ID,
            "model": Blank.MODEL,
            "status": status,
            "urls": {"get": Blank.GET_URL},
            "created_at": Blank.CREATED_AT,
        }
    )


def prediction(fields: JsonObject) -> JsonObject:
    """Return the v3 answer to a poll; `fields` hold its status and replace what is there."""
    done = fields["status"] == "completed"
    data: dict[str, Json] = {
        "id": Blank.TASK_ID,
        "model": Blank.MODEL,
        "outputs": Blank.OUTPUTS if done else [],
        "urls": {"get": Blank.GET_URL},
        "has_nsfw_contents": Blank.FLAGS if done else [],
        "created_at": Blank.CREATED_AT,
        "error": "",
        "timings": {"inference": 2500 if done else 0},
    }
    return envelope(data | dict(fields))
