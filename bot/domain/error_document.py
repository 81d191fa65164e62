"""An error as a document of JSON, for rows that outlive the process which wrote them.

An older process may read what a newer one wrote; an error that it doesn't know becomes one that
says the same of the money.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import cast

from bot.domain.errors import Charge, GenerationError, UnexpectedError
from bot.domain.server_policy import JsonValue

Document = Mapping[str, JsonValue]
# Written beside the fields, since some errors carry it as one.
_CHARGE = "charge"


def error_document(error: GenerationError) -> dict[str, JsonValue]:
    """Write an error."""
    written: dict[str, JsonValue] = {"kind": type(error).__name__, _CHARGE: error.charge.name}
    if is_dataclass(error):
        names = (field.name for field in fields(error) if field.name != _CHARGE)
        written |= {name: getattr(error, name) for name in names}
    return written


def read_error(document: Document) -> GenerationError:
    """Read an error back."""
    charge = _charge(document.get(_CHARGE))
    kind = next((kind for kind in _kinds() if kind.__name__ == document.get("kind")), None)
    try:
        return UnexpectedError(charge) if kind is None else _made(kind, document, charge)
    except TypeError:
        return UnexpectedError(charge)


def _made(kind: type[GenerationError], document: Document, charge: Charge) -> GenerationError:
    if not is_dataclass(kind):
        return kind()
    names = [field.name for field in fields(kind)]
    values = {name: _value(document[name]) for name in names if name in document}
    if _CHARGE in names:
        values[_CHARGE] = charge
    return cast("GenerationError", kind(**values))


def _value(value: JsonValue) -> object:
    return tuple(value) if isinstance(value, list) else value


def _charge(name: JsonValue) -> Charge:
    return next((charge for charge in Charge if charge.name == name), Charge.MAYBE)


def _kinds(root: type[GenerationError] = GenerationError) -> Iterator[type[GenerationError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)
