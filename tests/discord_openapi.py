"""Hold what was sent to Discord against Discord's own description of its API.

The description has no closed objects, so a misspelt field would pass it. Here every field of a body
must be one that some alternative of its schema names; alternatives are told apart by the constants
in them (`type`).
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jsonschema import ValidationError

    from sandbox.discord.records import RecordedRequest

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "discord-openapi.json"
API_ROOT = "/api/v10"
BASE = "urn:discord"
# The first two are documented by Discord and missing from its description; discord.py sends `tts`
# with edits too, where it means nothing.
UNLISTED = frozenset({"nsfw", "file_types", "tts"})
SOME_REQUEST = "some request to Discord isn't as its description of the API has it:\n"

Json = Any  # JSON as it came
Schema = dict[str, Any]  # JSON schema: the library's own type for it is no stricter


def location() -> Path:
    """Where the description is: $DISCORD_OPENAPI, or beside the project."""
    return Path(os.environ.get("DISCORD_OPENAPI", DEFAULT))


def check_requests(requests: Iterable[RecordedRequest]) -> None:
    """Fail on the first requests that the description refuses; says so where it is missing."""
    path = location()
    if not path.is_file():
        sys.stderr.write(f"skipped: no description of Discord's API at {path}\n")
        return
    api = description(path)
    found = [problem for request in requests for problem in api.problems(request)]
    assert not found, SOME_REQUEST + "\n".join(found[:10])


@cache
def description(path: Path) -> DiscordOpenApi:
    return DiscordOpenApi(orjson.loads(path.read_bytes()))


class DiscordOpenApi:
    """The description, ready to be asked."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        resource = Resource(contents=document, specification=DRAFT202012)
        self._registry = Registry().with_resource(BASE, resource)
        self._validators: dict[str, Draft202012Validator] = {}

    def problems(self, request: RecordedRequest) -> Iterator[str]:
        """Say what is wrong with a request."""
        name = f"{request.method} {request.path}"
        path = self._path(request.path.removeprefix(API_ROOT), request.method.lower())
        if path is None:
            yield f"{name}: no such operation"
            return
        pointer = self._body_pointer(path, request.method.lower())
        if pointer is None or request.json is None:
            return
        body = with_text_ids(request.json)
        yield from (f"{name}: {problem}" for problem in self.body_problems(pointer, body))

    def answer_problems(self, method: str, path: str, status: int, body: object) -> Iterator[str]:
        """Say what is wrong with an answer, by its schema alone."""
        name = f"{method} {path} {status}"
        template = self._path(path.partition("?")[0], method.lower())
        answers = self._document["paths"][template][method.lower()]["responses"]
        if str(status) not in answers:
            yield f"{name}: no such answer"
        elif "content" in answers[str(status)]:
            within = f"responses/{status}/content/application~1json/schema"
            pointer = f"/paths/{_escaped(template or '')}/{method.lower()}/{within}"
            errors = self._validator(pointer).iter_errors(body)
            yield from (f"{name}: {_said(_meant(error))}" for error in errors)
        elif body:
            yield f"{name}: there should be no body"

    def body_problems(self, pointer: str, body: object) -> Iterator[str]:
        """Say what is wrong with a body, by the schema at a JSON pointer."""
        for error in self._validator(pointer).iter_errors(body):
            yield _said(_meant(error))
        yield from self._unknown_fields(body, [self._at(pointer)], "$")

    def _path(self, path: str, method: str) -> str | None:
        fitting = [
            template
            for template, operations in self._document["paths"].items()
            if method in operations and _fits(template, path)
        ]
        return min(fitting, key=lambda template: template.count("{"), default=None)

    def _body_pointer(self, path: str, method: str) -> str | None:
        operation = self._document["paths"][path][method]
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            return None
        return f"/paths/{_escaped(path)}/{method}/requestBody/content/application~1json/schema"

    def _validator(self, pointer: str) -> Draft202012Validator:
        if pointer not in self._validators:
            # The description's own "#/..." must mean the description, not the schema within.
            reference = {"$ref": f"{BASE}#{_quoted(pointer)}"}
            self._validators[pointer] = Draft202012Validator(reference, registry=self._registry)
        return self._validators[pointer]

    def _at(self, pointer: str) -> Schema:
        found: Any = self._document
        for step in pointer.strip("/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        return found

    def _unknown_fields(self, value: object, schemas: list[Schema], where: str) -> Iterator[str]:
        parts = [part for schema in schemas for part in self._alternatives(schema)]
        if isinstance(value, list):
            items = [part["items"] for part in parts if "items" in part]
            for index, item in enumerate(value):
                yield from self._unknown_fields(item, items, f"{where}[{index}]")
        elif isinstance(value, dict):
            shapes = [part for part in parts if "properties" in part and _may_be(part, value)]
            yield from self._unknown_in_object(value, shapes, where)

    def _unknown_in_object(
        self, value: Mapping[str, object], shapes: list[Schema], where: str
    ) -> Iterator[str]:
        for name, inner in value.items() if shapes else ():
            known = [shape["properties"][name] for shape in shapes if name in shape["properties"]]
            if known:
                yield from self._unknown_fields(inner, known, f"{where}.{name}")
            elif name not in UNLISTED:
                yield f"{where}.{name}: unknown field"

    def _alternatives(self, schema: Schema) -> Iterator[Schema]:
        """Yield a schema and all that it refers to or is made of."""
        if "$ref" in schema:
            yield from self._alternatives(self._at(schema["$ref"].removeprefix("#")))
        yield schema
        for keyword in ("anyOf", "oneOf", "allOf"):
            for part in schema.get(keyword, ()):
                yield from self._alternatives(part)


def _said(error: ValidationError) -> str:
    rule, value = error.validator, repr(error.validator_value)
    return f"{error.json_path}: {error.instance!r:.80} breaks {rule} {value:.120}"


def _meant(error: ValidationError) -> ValidationError:
    """Go down into the one alternative of a union that fits by its constants."""
    alternatives: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        alternatives.setdefault(inner.relative_schema_path[0], []).append(inner)
    fitting = [found for found in alternatives.values() if not any(map(_is_other_kind, found))]
    return _meant(fitting[0][0]) if len(fitting) == 1 else error


def _is_other_kind(error: ValidationError) -> bool:
    null = error.validator == "type" and error.validator_value == "null"
    return null or (error.validator == "enum" and list(error.relative_path) == ["type"])


def with_text_ids(body: Json) -> Json:
    """Return a body with the ids of attachments, and of what a select has chosen, as text.

    discord.py sends numbers, as it may.
    """
    if isinstance(body, list):
        return [with_text_ids(item) for item in body]
    if not isinstance(body, dict):
        return body
    changed = {name: with_text_ids(value) for name, value in body.items()}
    for name in ("attachments", "default_values"):
        if isinstance(body.get(name), list):
            changed[name] = [_with_text_id(item) for item in body[name]]
    return changed


def _with_text_id(item: Json) -> Json:
    number = isinstance(item, dict) and isinstance(item.get("id"), int)
    return {**item, "id": str(item["id"])} if number else item


def _fits(template: str, path: str) -> bool:
    expected, found = template.split("/"), path.split("/")
    return len(expected) == len(found) and all(
        a == b or a.startswith("{") for a, b in zip(expected, found, strict=True)
    )


def _may_be(shape: Schema, value: Mapping[str, object]) -> bool:
    return all(
        value.get(name, schema["enum"][0]) in schema["enum"]
        for name, schema in shape["properties"].items()
        if "enum" in schema
    )


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _quoted(pointer: str) -> str:
    return pointer.replace("{", "%7B").replace("}", "%7D")
