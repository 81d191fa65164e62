"""What may stand in ``compose.yaml``: what it uses of the Compose specification, and nothing else.

https://github.com/compose-spec/compose-spec/blob/main/spec.md. A name that isn't here is a slip, or
a part that has to be added with its shape.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_DURATION: Schema = {"type": "string", "pattern": r"^(\d+(us|ms|s|m|h))+$"}
_TEXTS: Schema = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
_MOUNT: Schema = {"type": "string", "pattern": r"^(\./)?[\w-]+:/[\w/-]+(:ro)?$"}


def _only(properties: Schema, *required: str) -> Schema:
    """Describe a mapping that has nothing but these."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _named(values: Schema, names: str = r"^[a-z][\w-]*$") -> Schema:
    """Describe a mapping from names to one kind of value."""
    return {
        "type": "object",
        "patternProperties": {names: values},
        "additionalProperties": False,
        "minProperties": 1,
    }


_WAIT = _only(
    {
        "condition": {
            "enum": ["service_started", "service_healthy", "service_completed_successfully"]
        },
        "required": {"type": "boolean"},
        "restart": {"type": "boolean"},
    },
    "condition",
)
_HEALTH = _only(
    {
        "test": {"type": "array", "items": _TEXT, "contains": {"enum": ["CMD"]}, "minItems": 2},
        "interval": _DURATION,
        "timeout": _DURATION,
        "start_period": _DURATION,
        "retries": {"type": "integer", "minimum": 1},
    },
    "test",
)
_LOGGING = _only({"driver": _TEXT, "options": _named({"type": "string"})}, "driver", "options")
_SERVICE = _only(
    {
        "build": _TEXT,
        "cap_add": _TEXTS,
        "cap_drop": _TEXTS,
        "command": _TEXTS,
        "depends_on": _named(_WAIT),
        "env_file": {
            "type": "array",
            "items": _only({"path": _TEXT, "required": {"type": "boolean"}}, "path"),
        },
        "environment": _named({"type": "string"}, r"^[A-Z][A-Z0-9_]*$"),
        "healthcheck": _HEALTH,
        "image": {"type": "string", "pattern": r"^[\w./-]+:[\w.-]+$"},
        "logging": _LOGGING,
        "pids_limit": {"type": "integer", "minimum": 16},
        "profiles": _TEXTS,
        "read_only": {"type": "boolean"},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "secrets": _TEXTS,
        "security_opt": _TEXTS,
        "stop_grace_period": _DURATION,
        "tmpfs": _TEXTS,
        "volumes": {"type": "array", "items": _MOUNT},
    },
    "image",
    "logging",
    "restart",
)
COMPOSE: Schema = {
    "type": "object",
    "properties": {
        "services": _named(_SERVICE),
        "secrets": _named(_only({"file": _TEXT}, "file")),
        "volumes": _named({"type": "null"}),
    },
    "patternProperties": {"^x-": True},
    "required": ["services"],
    "additionalProperties": False,
}
