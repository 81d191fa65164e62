"""From what a person filled into a modal to the `data` of its interaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from sandbox.discord.chosen import check_offered
from sandbox.discord.components import SELECTS, ComponentKind, select_in
from sandbox.discord.json_types import as_object, int_of, objects, text_of
from sandbox.discord.resolved import ENTITIES, Entity, Resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.discord.interactions import Modal
    from sandbox.discord.json_types import Json, JsonObject

FieldValue: TypeAlias = "str | bool | Sequence[str | Entity]"
MANY = SELECTS | {ComponentKind.CHECKBOX_GROUP, ComponentKind.FILE_UPLOAD}
TEXT_MAX = 4000


def modal_data(modal: Modal, values: Mapping[str, FieldValue], resolved: Resolved) -> JsonObject:
    """Return the `data` of the submission; a field that isn't in `values` keeps its preset.

    Raises
    ------
    LookupError
        The modal has no field with one of the ids in `values`.
    ValueError
        A text is missing or too long, a choice isn't on offer, so that the client wouldn't submit.
    """
    filler = _Filler(values, resolved)
    components: list[Json] = [filler.fill(component) for component in modal.components]
    if unknown := values.keys() - filler.seen:
        raise LookupError(f"the modal has no field {', '.join(sorted(unknown))}")
    return {"custom_id": modal.custom_id, "components": components, **resolved.json()}


class _Filler:
    """Walks a modal and puts values in place. `seen` holds the ids of its fields."""

    def __init__(self, values: Mapping[str, FieldValue], resolved: Resolved) -> None:
        self._values = values
        self._resolved = resolved
        self.seen: set[str] = set()

    def fill(self, component: JsonObject) -> JsonObject:
        """Return the component as a submission holds it."""
        shell: JsonObject = {"type": component["type"], "id": component["id"]}
        match component["type"]:
            case ComponentKind.LABEL:
                return {**shell, "component": self.fill(as_object(component.get("component")))}
            case ComponentKind.ACTION_ROW:
                inner = objects(component.get("components"))
                return {**shell, "components": [self.fill(item) for item in inner]}
            case ComponentKind.TEXT_DISPLAY:
                return shell
            case _:
                return shell | self._field(component)

    def _field(self, component: JsonObject) -> JsonObject:
        custom_id = text_of(component, "custom_id")
        self.seen.add(custom_id)
        value = self._values.get(custom_id, self._preset(component))
        if component["type"] in MANY:
            chosen = [value] if isinstance(value, str) else _list(value)
            _check_count(component, chosen)
            return {"custom_id": custom_id, "values": self._sent(chosen)}
        if component["type"] == ComponentKind.TEXT_INPUT:
            _check_text(component, value)
        return {"custom_id": custom_id, "value": value if isinstance(value, str | bool) else None}

    def _sent(self, chosen: Sequence[str | Entity]) -> list[Json]:
        return [
            self._resolved.id_of(item) if isinstance(item, ENTITIES) else item for item in chosen
        ]

    def _preset(self, component: JsonObject) -> FieldValue:
        if "default_values" not in component:
            return _preset(component)
        found = map(self._resolved.preset, objects(component["default_values"]))
        return [item for item in found if item is not None]


def _list(value: FieldValue) -> Sequence[str | Entity]:
    return value if isinstance(value, Sequence) else []


def _preset(component: JsonObject) -> FieldValue:
    options = objects(component.get("options"))
    chosen = [text_of(option, "value") for option in options if option.get("default")]
    match component["type"]:
        case ComponentKind.TEXT_INPUT:
            return text_of(component, "value")
        case ComponentKind.CHECKBOX:
            return component.get("default") is True
        case ComponentKind.RADIO_GROUP:
            return next(iter(chosen), "")
        case _:
            return chosen


def _check_text(component: JsonObject, value: FieldValue) -> None:
    least = int_of(component, "min_length", 1) if component.get("required", True) else 0
    most = int_of(component, "max_length", TEXT_MAX)
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise ValueError(f"{component['custom_id']} takes {least} to {most} characters")


def _check_count(component: JsonObject, chosen: Sequence[str | Entity]) -> None:
    required = component.get("required", True)
    least, most = int_of(component, "min_values", 1), int_of(component, "max_values", 1)
    if component["type"] == ComponentKind.CHECKBOX_GROUP:
        most = int_of(component, "max_values", len(objects(component.get("options"))))
    if (chosen or required) and not least <= len(chosen) <= most:
        raise ValueError(f"{component['custom_id']} takes {least} to {most} values")
    if component["type"] in SELECTS:
        check_offered(select_in(component), chosen)
