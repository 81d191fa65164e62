"""Names that become part of an address, and what they may be made of.

A model id comes from a member and a task id from the service. Both are put into a path, behind
which the operator's key is sent, so nothing passes here that could leave that path.
"""

import re

from bot.domain.models import is_model_id

# 32 hex digits, UUIDs and ``pred_abc123`` were seen; clients of others admit this much.
_PREDICTION_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._:-]{0,127}")

_PREDICTION_PATH = re.compile(r"/(?:predictions|requests)/([^/?#]+)(?:/result)?/?$")

# First segments of the API's own endpoints, where a "model" would be a call of another kind.
_RESERVED_VENDORS = frozenset(
    {"balance", "billings", "files", "media", "model", "models", "predictions", "usage", "user"}
)


def is_model_path(model_id: str) -> bool:
    """Tell whether an id can be a model's path in the API."""
    return is_model_id(model_id) and model_id.partition("/")[0] not in _RESERVED_VENDORS


def is_prediction_id(text: str) -> bool:
    """Tell whether a text can be a task's id and safely be part of a path."""
    return _PREDICTION_ID.fullmatch(text) is not None


def prediction_id_in(address: str) -> str | None:
    """Take the id out of a task's address; the address itself is never asked, as it has the key."""
    found = _PREDICTION_PATH.search(address)
    return found[1] if found and is_prediction_id(found[1]) else None
