"""A model's request schema, read as what the model takes.

A schema is a third party's text: what can't be understood says that the model doesn't take it. Two
shapes of entries are known; the live one lists schemas, an older one nests them as OpenAPI does. In
both, the bounds of a size in text are those of each side in pixels.
"""

from collections.abc import Iterator

from bot.domain.model_inputs import (
    MEGAPIXEL,
    SIDE_LEAST,
    SIDE_MOST,
    SIDE_STEP,
    UNKNOWN_INPUTS,
    CountInput,
    ImageInput,
    ModelInputs,
    SeedInput,
    ShapeChoice,
    ShapeInput,
    Side,
    SizeText,
    StrengthInput,
    TextInput,
    TwoSides,
)
from bot.domain.shape_mapping import sides_of
from bot.providers.json_values import JsonObject, JsonValue, number_at, text_at

# The first that a model has is meant: a ratio says what is wanted, and a size how large besides.
_SHAPE_KEYS = ("aspect_ratio", "size", "image_size")
_COUNT_KEYS = ("num_images", "max_images")
_IMAGE_KEYS = ("image", "images")
_OPTIONS_MAX = 100
_COUNT_CREDIBLE = 100
# Longer than any picture's; what lies beyond is no length in pixels.
_SIDE_CREDIBLE = 1 << 15


def read_inputs(entry: JsonObject) -> ModelInputs:
    """Read what the model of a catalogue's entry takes."""
    schema = next(_schemas(entry), None)
    properties = schema.get("properties") if schema is not None else None
    if schema is None or not isinstance(properties, dict) or not properties:
        return UNKNOWN_INPUTS
    known = {name: value for name, value in properties.items() if isinstance(value, dict)}
    return ModelInputs(
        prompt=_text(known, "prompt"),
        shape=_shape(known),
        count=_count(known),
        seed=_seed(known),
        negative=_text(known, "negative_prompt"),
        strength=_strength(known),
        image=_image(known, schema.get("required")),
    )


Properties = dict[str, JsonObject]


def _schemas(entry: JsonObject) -> Iterator[JsonObject]:
    described = entry.get("api_schema")
    if not isinstance(described, dict):
        return
    listed = described.get("api_schemas")
    for each in listed if isinstance(listed, list) else ():
        yield from _objects_at(each, "request_schema")
    yield from _objects_at(described, "components", "schemas", "Request")


def _objects_at(value: JsonValue, *names: str) -> Iterator[JsonObject]:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, dict):
        yield value


def _text(properties: Properties, name: str) -> TextInput | None:
    if name not in properties:
        return None
    longest = _whole_at(properties[name], "maxLength")
    return TextInput(longest if longest and longest > 0 else None)


def _shape(properties: Properties) -> tuple[ShapeInput, ...]:
    for key in _SHAPE_KEYS:
        if key in properties and (way := _shape_text(key, properties[key])):
            return (way,)
    if "width" in properties and "height" in properties:
        width, height = properties["width"], properties["height"]
        usual = (_whole_at(width, "default") or 0) * (_whole_at(height, "default") or 0)
        return (TwoSides(_side(width), _side(height), usual if usual > 0 else MEGAPIXEL),)
    return ()


def _shape_text(key: str, about: JsonObject) -> ShapeInput | None:
    options = tuple(option for option in _options(about) if sides_of(option))
    if options:
        return ShapeChoice(key, options)
    usual = text_at(about, "default")
    sides = sides_of(usual)
    if key == "aspect_ratio" or about.get("type") != "string" or (usual and not sides):
        return None
    between = "x" if "x" in usual else "*"
    if sides is None:
        return SizeText(key, _side(about), MEGAPIXEL, between)
    if ":" in usual:
        return None
    return SizeText(key, _side(about, max(sides)), sides[0] * sides[1], between)


def _options(about: JsonObject) -> Iterator[str]:
    listed = about.get("enum")
    for option in listed[:_OPTIONS_MAX] if isinstance(listed, list) else ():
        if isinstance(option, str):
            yield option


def _side(about: JsonObject, usual: int = 0) -> Side:
    step = _whole_at(about, "multipleOf") or _whole_at(about, "step") or 0
    least, most = _whole_at(about, "minimum"), _whole_at(about, "maximum")
    side = Side(
        least=least if least and least > 0 else min(SIDE_LEAST, usual or SIDE_LEAST),
        most=most if most and most > 0 else max(SIDE_MOST, usual),
        step=step if step > 1 else SIDE_STEP,
    )
    return side if side.least <= side.most <= _SIDE_CREDIBLE else Side()


def _count(properties: Properties) -> CountInput | None:
    key = next((key for key in _COUNT_KEYS if key in properties), None)
    if key is None:
        return None
    about = properties[key]
    most = _whole_at(about, "maximum") or max(_whole_options(about), default=1)
    least = _whole_at(about, "minimum") or 1
    usual = _whole_at(about, "default") or 1
    credible = 1 <= least <= usual <= most <= _COUNT_CREDIBLE
    return CountInput(key, most, least, usual) if credible else None


def _whole_options(about: JsonObject) -> Iterator[int]:
    listed = about.get("enum")
    for option in listed if isinstance(listed, list) else ():
        if isinstance(option, int) and not isinstance(option, bool):
            yield option


def _seed(properties: Properties) -> SeedInput | None:
    if "seed" not in properties:
        return None
    about = properties["seed"]
    least, most = _whole_at(about, "minimum"), _whole_at(about, "maximum")
    usual = _whole_at(about, "default")
    return SeedInput(
        least=max(0, least or 0),
        most=SeedInput().most if most is None or most <= 0 else most,
        any_seed=usual == -1 or (least is not None and least < 0),
        always_same=usual is not None and usual >= 0,
    )


def _strength(properties: Properties) -> StrengthInput | None:
    if "strength" not in properties:
        return None
    about = properties["strength"]
    least, most = number_at(about, "minimum"), number_at(about, "maximum")
    read = StrengthInput(0.0 if least is None else least, 1.0 if most is None else most)
    return read if read.least < read.most else StrengthInput()


def _image(properties: Properties, required: JsonValue) -> ImageInput | None:
    needed = required if isinstance(required, list) else ()
    found = [key for key in _IMAGE_KEYS if key in properties]
    if not found:
        return None
    key = next((key for key in found if key in needed), found[0])
    listed = properties[key].get("type") == "array"
    return ImageInput(key, listed=listed, required=key in needed)


def _whole_at(about: JsonObject, name: str) -> int | None:
    number = number_at(about, name)
    return int(number) if number is not None and abs(number) < 1 << 53 else None
