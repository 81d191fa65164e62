"""From a method and a path to the function that answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sandbox.discord.errors import ApiError, Problem, invalid
from sandbox.discord.json_types import as_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.discord.attachments import Upload
    from sandbox.discord.json_types import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the REST API, read and taken apart.

    Attributes
    ----------
    payload
        The JSON body, or `payload_json` of a form.
    params
        The variable parts of the path.
    """

    route: Route
    query: Mapping[str, str]
    headers: Mapping[str, str]
    payload: Json
    uploads: tuple[Upload, ...]
    params: Mapping[str, str]

    @property
    def body(self) -> JsonObject:
        """Return the payload where it is an object, else an empty one."""
        return as_object(self.payload)

    def id(self, name: str) -> int:
        """Return the snowflake in the path; 50035 if it is none."""
        value = self.params[name]
        if not value.isdecimal():
            raise ApiError(Problem.INVALID_BODY)
        return int(value)

    def number(self, name: str, default: int) -> int:
        """Return a number of the query; 50035 if it is none."""
        value = self.query.get(name, str(default))
        if not value.isdecimal():
            raise invalid(name, "NUMBER_TYPE_COERCE", f"Value {value!r:.40} is not int.")
        return int(value)

    def flag(self, name: str) -> bool:
        """Say whether a query's flag is set, in any of the ways that Discord accepts."""
        return self.query.get(name, "").lower() in ("1", "true")


class Answer(NamedTuple):
    """What a request is answered with: JSON, or `text` in its place, or nothing."""

    body: Json = None
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    text: str | None = None


NO_CONTENT = 204
Handler: TypeAlias = Callable[[Call], Answer]


class Route(NamedTuple):
    """A pattern (`/channels/{channel}`) and what answers it.

    Attributes
    ----------
    open
        Whether it works without the bot's token (the interaction's token stands in the path).
    """

    method: str
    template: str
    handler: Handler
    open: bool = False


class Match(NamedTuple):
    """A route and the variable parts of a path that it fits."""

    route: Route
    params: dict[str, str]


class Router:
    """Finds the route of a path, by its method and its number of segments first."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes: dict[int, list[tuple[Route, list[str]]]] = defaultdict(list)
        for route in routes:
            segments = route.template.split("/")
            self._routes[len(segments)].append((route, segments))

    def find(self, method: str, path: str) -> Match:
        """Return the route of `path`; 404 or 405 when there is none.

        Fixed segments win over variable ones because they are listed first.
        """
        segments = path.split("/")
        known = False
        for route, pattern in self._routes.get(len(segments), ()):
            params = _fit(pattern, segments)
            if params is not None and route.method == method:
                return Match(route, params)
            known = known or params is not None
        raise ApiError(Problem.METHOD_NOT_ALLOWED if known else Problem.NOT_FOUND)


def _fit(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    params: dict[str, str] = {}
    for expected, found in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            params[expected[1:-1]] = found
        elif expected != found:
            return None
    return params
