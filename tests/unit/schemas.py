"""Entries of the catalogue as the API lists them, for models that it documents."""

from collections.abc import Mapping, Sequence

from bot.providers.json_values import JsonObject, JsonValue

RATIOS_5 = ("1:1", "16:9", "9:16", "4:3", "3:4")
RATIOS_9 = ("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21")
RATIOS_10 = ("1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")


def an_entry(
    model_id: str,
    properties: JsonObject,
    *,
    kind: str = "text-to-image",
    required: Sequence[str] = ("prompt",),
) -> JsonObject:
    """An entry in the shape of the live catalogue."""
    schema: JsonObject = {
        "type": "object",
        "properties": properties,
        "required": list(required),
    }
    runs: JsonObject = {"api_schemas": [{"type": "model_run", "request_schema": schema}]}
    return {"model_id": model_id, "type": kind, "base_price": 0.01, "api_schema": runs}


def prompt(longest: int | None = None) -> JsonObject:
    about: JsonObject = {"type": "string"}
    return {"prompt": about if longest is None else {**about, "maxLength": longest}}


def size(default: str = "1024*1024", *bounds: int) -> JsonObject:
    about: JsonObject = {"type": "string", "default": default}
    return {"size": {**about, **dict(zip(("minimum", "maximum"), bounds, strict=False))}}


def choice(key: str, options: Sequence[str]) -> JsonObject:
    return {key: {"type": "string", "enum": list(options), "default": options[0]}}


def seed(default: int | None = -1) -> JsonObject:
    about: JsonObject = {"type": "integer", "maximum": 2147483647}
    return {"seed": about if default is None else {**about, "default": default, "minimum": default}}


def number(key: str, least: float, most: float, default: float) -> JsonObject:
    bounds: JsonObject = {"minimum": least, "maximum": most, "default": default}
    return {key: {"type": "number", **bounds}}


IMAGE: JsonObject = {"image": {"type": "string", "x-ui-component": "uploader"}}
IMAGES: JsonObject = {"images": {"type": "array", "items": {"type": "string"}, "maxItems": 10}}
STRENGTH = number("strength", 0, 1, 0.8)
COUNT_4 = number("num_images", 1, 4, 1)
NEGATIVE: JsonObject = {"negative_prompt": {"type": "string"}}

FLUX_DEV = an_entry(
    "get3w/flux-dev", {**prompt(), **IMAGE, **STRENGTH, **size(), **seed(), **COUNT_4}
)
IMAGEN = an_entry(
    "google/imagen4",
    {**prompt(), **choice("aspect_ratio", RATIOS_5), **COUNT_4, **NEGATIVE, **seed(None)},
)
EDITOR = an_entry(
    "bytedance/seedream-v4.5/edit",
    {**prompt(), **IMAGES, **size("2048*2048", 512, 8192)},
    kind="image-to-image",
    required=("prompt", "images"),
)
UPSCALER = an_entry(
    "get3w/image-upscaler",
    {**IMAGE, **choice("target_resolution", ("4k", "2k", "8k"))},
    kind="upscaler",
    required=("image",),
)

# What is sent for a square, a portrait, a landscape, a wide and a tall picture.
Five = tuple[JsonValue, JsonValue, JsonValue, JsonValue, JsonValue]
AS_NAMED: Five = ("1:1", "3:4", "4:3", "16:9", "9:16")
MEGAPIXEL_SIZES: Five = ("1024*1024", "888*1184", "1184*888", "1368*768", "768*1368")
FOUR_MEGAPIXELS: Five = ("2048*2048", "1776*2368", "2368*1776", "2728*1536", "1536*2728")
SHAPES: Mapping[str, tuple[JsonObject, str, Five]] = {
    "get3w/flux-dev": (size(), "size", MEGAPIXEL_SIZES),
    "flux-kontext-pro/text-to-image": (choice("aspect_ratio", RATIOS_9), "aspect_ratio", AS_NAMED),
    "flux-1.1-pro": (choice("aspect_ratio", RATIOS_5), "aspect_ratio", AS_NAMED),
    "google/nano-banana": (choice("aspect_ratio", RATIOS_10), "aspect_ratio", AS_NAMED),
    "bytedance/seedream-v4.5": (size("2048*2048", 512, 8192), "size", FOUR_MEGAPIXELS),
    "bytedance/seedream-v5.0-lite": (
        size("2048*2048", 1440, 8192),
        "size",
        ("2048*2048", "1776*2368", "2368*1776", "2728*1536", "1536*2728"),
    ),
    "qwen-image-2.0": (size("1024*1024", 512, 2048), "size", MEGAPIXEL_SIZES),
    "alibaba/wan-2.5": (size("1024*1024", 768, 1440), "size", MEGAPIXEL_SIZES),
    "recraft-v4.1": (choice("image_size", RATIOS_5), "image_size", AS_NAMED),
    "luma/uni-v1": (choice("size", ("16:9", "1:1", "9:16", "4:3", "3:4")), "size", AS_NAMED),
    "emu-3.5": (
        size("640x640", 512, 1024),
        "size",
        ("640x640", "552x736", "736x552", "912x512", "512x912"),
    ),
    "openai/gpt-image-1": (
        choice("size", ("1024*1024", "1024*1536", "1536*1024")),
        "size",
        ("1024*1024", "1024*1536", "1536*1024", "1536*1024", "1024*1536"),
    ),
    "openai/gpt-image-1.5": (
        choice("size", ("auto", "1024*1024", "1024*1536", "1536*1024")),
        "size",
        ("1024*1024", "1024*1536", "1536*1024", "1536*1024", "1024*1536"),
    ),
    "z-ai/cogview-4": (
        choice(
            "size",
            (
                "1024*1024",
                "768*1344",
                "864*1152",
                "1344*768",
                "1152*864",
                "1440*720",
                "720*1440",
            ),
        ),
        "size",
        ("1024*1024", "864*1152", "1152*864", "1344*768", "768*1344"),
    ),
}
