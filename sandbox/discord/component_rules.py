"""What Discord demands of components: where each may stand, how many, how long.

The rules of one component are data (`RULES`); what spans a whole message (40 components, 4,000
characters of text, unique ids) is counted over the tree. The OpenAPI description has most of the
first and none of the second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sandbox.discord.components import SELECTS, ComponentKind, walk
from sandbox.discord.errors import invalid
from sandbox.discord.json_types import as_list, as_object, int_of, objects, text_of
from sandbox.discord.select_rules import check_select

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.discord.json_types import JsonObject

COMPONENTS_MAX = 40
TEXT_MAX = 4000
LINK_STYLE = 5
PREMIUM_STYLE = 6
BUTTONS_IN_ROW_MAX = 5
K = ComponentKind

Kinds = frozenset[ComponentKind]
NOWHERE: Final[Kinds] = frozenset()
CLASSIC: Final[Kinds] = frozenset({K.ACTION_ROW})
IN_ROW: Final[Kinds] = SELECTS | {K.BUTTON, K.TEXT_INPUT}
IN_CONTAINER: Final[Kinds] = frozenset(
    {K.ACTION_ROW, K.SECTION, K.TEXT_DISPLAY, K.MEDIA_GALLERY, K.FILE, K.SEPARATOR}
)
LAYOUT: Final[Kinds] = IN_CONTAINER | {K.CONTAINER}
MODAL: Final[Kinds] = frozenset({K.LABEL, K.TEXT_DISPLAY, K.ACTION_ROW})
IN_LABEL: Final[Kinds] = SELECTS | {
    K.TEXT_INPUT,
    K.FILE_UPLOAD,
    K.RADIO_GROUP,
    K.CHECKBOX_GROUP,
    K.CHECKBOX,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of component must be like.

    Attributes
    ----------
    texts
        Fewest and most characters of a text field; fewest 0 means that it may be left out.
    lists
        Fewest and most items of an array field.
    children
        What may stand in `components`.
    single
        The field that holds exactly one child, and what that may be.
    """

    texts: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    lists: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    children: Kinds = NOWHERE
    single: tuple[str, Kinds] = ("", NOWHERE)


ENTITY_SELECT = Rule(texts={"custom_id": (1, 100), "placeholder": (0, 150)})
CHOICE = Rule(texts={"custom_id": (1, 100)})

RULES: Final[Mapping[ComponentKind, Rule]] = MappingProxyType(
    {
        K.ACTION_ROW: Rule(lists={"components": (1, BUTTONS_IN_ROW_MAX)}, children=IN_ROW),
        K.BUTTON: Rule(texts={"label": (0, 80), "custom_id": (0, 100), "url": (0, 512)}),
        K.STRING_SELECT: Rule(texts=ENTITY_SELECT.texts, lists={"options": (1, 25)}),
        K.TEXT_INPUT: Rule(
            texts={"custom_id": (1, 100), "value": (0, 4000), "placeholder": (0, 100)}
        ),
        K.USER_SELECT: ENTITY_SELECT,
        K.ROLE_SELECT: ENTITY_SELECT,
        K.MENTIONABLE_SELECT: ENTITY_SELECT,
        K.CHANNEL_SELECT: ENTITY_SELECT,
        K.SECTION: Rule(
            lists={"components": (1, 3)},
            children=frozenset({K.TEXT_DISPLAY}),
            single=("accessory", frozenset({K.BUTTON, K.THUMBNAIL})),
        ),
        K.TEXT_DISPLAY: Rule(texts={"content": (1, TEXT_MAX)}),
        K.THUMBNAIL: Rule(texts={"description": (0, 1024)}),
        K.MEDIA_GALLERY: Rule(lists={"items": (1, 10)}),
        K.FILE: Rule(),
        K.SEPARATOR: Rule(),
        K.CONTAINER: Rule(lists={"components": (1, COMPONENTS_MAX)}, children=IN_CONTAINER),
        K.LABEL: Rule(
            texts={"label": (1, 45), "description": (0, 100)}, single=("component", IN_LABEL)
        ),
        K.FILE_UPLOAD: CHOICE,
        K.RADIO_GROUP: Rule(texts=CHOICE.texts, lists={"options": (2, 10)}),
        K.CHECKBOX_GROUP: Rule(texts=CHOICE.texts, lists={"options": (1, 10)}),
        K.CHECKBOX: CHOICE,
    }
)


def check_components(components: Sequence[JsonObject], allowed: Kinds, path: str) -> None:
    """Refuse a tree that Discord would refuse; `allowed` may stand at its top.

    Raises
    ------
    ApiError
        50035, naming the field.
    """
    for index, component in enumerate(components):
        _check(component, allowed, f"{path}.{index}")
    misplaced = K.BUTTON if allowed is MODAL else K.TEXT_INPUT
    _check_whole(components, misplaced, path)


def _check(component: JsonObject, allowed: Kinds, path: str) -> None:
    kind = int_of(component, "type")
    if kind not in allowed:
        raise invalid(f"{path}.type", "UNION_TYPE_CHOICES", f"Value {kind} may not stand here.")
    rule = RULES[ComponentKind(kind)]
    _check_fields(component, rule, path)
    _check_special(component, path)
    if kind in SELECTS:
        check_select(component, path)
    for index, child in enumerate(objects(component.get("components"))):
        _check(child, rule.children, f"{path}.components.{index}")
    name, choices = rule.single
    if name:
        _check(as_object(component.get(name)), choices, f"{path}.{name}")


def _check_fields(component: JsonObject, rule: Rule, path: str) -> None:
    for name, (least, most) in rule.texts.items():
        check_length(len(text_of(component, name)), least, most, f"{path}.{name}")
    for name, (least, most) in rule.lists.items():
        check_length(len(as_list(component.get(name))), least, most, f"{path}.{name}")


def check_length(length: int, least: int, most: int, path: str) -> None:
    """Refuse a field whose text or list is too short or too long."""
    if length < least and least == 1:
        raise invalid(path, "BASE_TYPE_REQUIRED", "This field is required")
    if not least <= length <= most:
        raise invalid(
            path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length."
        )


def _check_special(component: JsonObject, path: str) -> None:
    match component.get("type"):
        case K.BUTTON:
            _check_button(component, path)
        case K.STRING_SELECT:
            _check_options(component, path)
        case K.ACTION_ROW:
            _check_row(component, path)
        case K.MEDIA_GALLERY:
            _check_gallery(component, path)
        case K.FILE:
            _check_file(component, path)
        case _:
            pass


def _check_button(button: JsonObject, path: str) -> None:
    style = int_of(button, "style")
    if not 1 <= style <= PREMIUM_STYLE:
        raise invalid(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of 1 to 6.")
    target = "url" if style == LINK_STYLE else "custom_id"
    if style != PREMIUM_STYLE and not text_of(button, target):
        raise invalid(f"{path}.{target}", "BASE_TYPE_REQUIRED", "This field is required")
    if style == LINK_STYLE and "custom_id" in button:
        raise invalid(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_CONFLICT", "Both are given.")
    if style != PREMIUM_STYLE and not (text_of(button, "label") or button.get("emoji")):
        raise invalid(path, "BUTTON_COMPONENT_INVALID_CONTENT", "A label or an emoji is needed.")


def _check_options(select: JsonObject, path: str) -> None:
    options = objects(select.get("options"))
    for index, option in enumerate(options):
        where = f"{path}.options.{index}"
        check_length(len(text_of(option, "label")), 1, 100, f"{where}.label")
        check_length(len(text_of(option, "value")), 1, 100, f"{where}.value")
        check_length(len(text_of(option, "description")), 0, 100, f"{where}.description")
    if len({text_of(option, "value") for option in options}) < len(options):
        raise invalid(
            f"{path}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "Values repeat."
        )


def _check_row(row: JsonObject, path: str) -> None:
    children = objects(row.get("components"))
    if len(children) > 1 and any(child.get("type") != K.BUTTON for child in children):
        raise invalid(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select needs a row of its own.")


def _check_gallery(gallery: JsonObject, path: str) -> None:
    for index, item in enumerate(objects(gallery.get("items"))):
        where = f"{path}.items.{index}"
        check_length(len(text_of(item, "description")), 0, 1024, f"{where}.description")
        check_length(media_url_length(item, "media"), 1, 2048, f"{where}.media.url")


def media_url_length(item: JsonObject, name: str) -> int:
    """Return the length of the address of an item's medium."""
    return len(text_of(as_object(item.get(name)), "url"))


def _check_file(component: JsonObject, path: str) -> None:
    if not text_of(as_object(component.get("file")), "url").startswith("attachment://"):
        raise invalid(f"{path}.file.url", "FILE_COMPONENT_INVALID_URL", "Must be attachment://.")


def _check_whole(components: Sequence[JsonObject], misplaced: ComponentKind, path: str) -> None:
    everything = list(walk(components))
    if any(item.get("type") == misplaced for item in everything):
        raise invalid(path, "UNION_TYPE_CHOICES", "Messages have buttons, modals text inputs.")
    if len(everything) > COMPONENTS_MAX:
        raise invalid(path, "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer components in total.")
    if sum(len(text_of(item, "content")) for item in everything) > TEXT_MAX:
        raise invalid(path, "COMPONENT_TEXT_SIZE_EXCEEDED", "Must be 4000 or fewer in total.")
    for name in ("custom_id", "id"):
        given = [item[name] for item in everything if item.get(name)]
        if len(set(map(str, given))) < len(given):
            code = f"COMPONENT_{name.upper()}_DUPLICATED"
            raise invalid(path, code, f"A component's {name} repeats.")
