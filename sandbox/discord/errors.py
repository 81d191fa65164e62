"""Refusals, with Discord's statuses, codes and words."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.discord.json_types import JsonObject


class Problem(Enum):
    """HTTP status, Discord's code and message."""

    UNAUTHORIZED = (401, 0, "401: Unauthorized")
    NOT_FOUND = (404, 0, "404: Not Found")
    METHOD_NOT_ALLOWED = (405, 0, "405: Method Not Allowed")
    UNKNOWN_APPLICATION = (404, 10002, "Unknown Application")
    UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
    UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
    UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
    UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
    UNKNOWN_USER = (404, 10013, "Unknown User")
    UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
    UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
    TOO_LARGE = (413, 40005, "Request entity too large")
    ALREADY_ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
    MISSING_ACCESS = (403, 50001, "Missing Access")
    NOT_THE_AUTHOR = (403, 50005, "Cannot edit a message authored by another user")
    EMPTY_MESSAGE = (400, 50006, "Cannot send an empty message")
    MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
    INVALID_WEBHOOK_TOKEN = (401, 50027, "Invalid Webhook Token")
    INVALID_BODY = (400, 50035, "Invalid Form Body")
    CANNOT_REPLY = (400, 160002, "Cannot reply without permission to read message history")
    INVALID_JSON = (400, 50109, "The request body contains invalid JSON.")


class ApiError(Exception):
    """A request that is refused; carries the whole answer."""

    def __init__(
        self,
        problem: Problem,
        details: JsonObject | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.code, message = problem.value
        super().__init__(message)
        self.body: JsonObject = {"message": message, "code": self.code}
        self.body |= {"errors": details} if details else {}
        self.headers = headers or {}


class RateLimitedError(ApiError):
    """A 429; `body` and `headers` say for how long."""

    def __init__(self, body: JsonObject, headers: Mapping[str, str]) -> None:
        super().__init__(Problem.INVALID_BODY, headers=headers)
        self.status, self.code, self.body = 429, 0, body


def invalid(path: str, code: str, message: str) -> ApiError:
    """Return the refusal of a body's field; `path` is dotted, e.g. `data.components.0.label`."""
    details: JsonObject = {"_errors": [{"code": code, "message": message}]}
    for name in reversed(path.split(".")):
        details = {name: details}
    return ApiError(Problem.INVALID_BODY, details)
