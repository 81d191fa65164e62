"""The models that the sandbox offers, in the shape that ``GET /models`` answers.

Ten paint from text, two change a picture and one enlarges it, with the ids, prices and inputs that
are documented of them; the last is there to be left out. Which of them stream is the sandbox's own
choice, since nothing says it of image models: a client can't know beforehand, and needn't.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.get3w.payloads import Json, JsonObject

TEXT_TO_IMAGE = "text-to-image"
IMAGE_TO_IMAGE = "image-to-image"
UPSCALER = "upscaler"
_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4")
_WIDE_RATIOS = ("1:1", "3:2", "2:3", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")


@dataclass(frozen=True, kw_only=True)
class Model:
    """One entry of the catalogue.

    Attributes
    ----------
    usd
        ``base_price``, US dollars for one picture.
    inputs
        The properties of its request schema, in the order in which a form shows them.
    streams
        Whether it streams when asked to; if not, it answers with a task to poll.
    """

    model_id: str
    usd: float
    inputs: Mapping[str, Json]
    kind: str = TEXT_TO_IMAGE
    required: Sequence[str] = ("prompt",)
    streams: bool = False

    def entry(self, api_url: str, sort_order: int) -> JsonObject:
        """Return the model as the API at `api_url` lists it."""
        place = urlsplit(api_url)
        run: JsonObject = {
            "type": "model_run",
            "method": "POST",
            "server": f"{place.scheme}://{place.netloc}",
            "api_path": f"{place.path}/{self.model_id}",
            "request_schema": self._request_schema(),
        }
        return {
            "model_id": self.model_id,
            "name": self.model_id,
            "type": self.kind,
            "description": f"{self.model_id}, as the sandbox plays it.",
            "base_price": self.usd,
            "formula": "",
            "sort_order": sort_order,
            "api_schema": {"api_schemas": [run]},
        }

    def known_in(self, body: JsonObject) -> JsonObject:
        """Return what the model knows of a body; the API drops the rest without a word."""
        return {key: value for key, value in body.items() if key in self.inputs}

    def _request_schema(self) -> JsonObject:
        return {
            "type": "object",
            "properties": self.inputs,
            "required": self.required,
            "x-order-properties": list(self.inputs),
        }


def documented_models() -> list[Model]:
    """Return ten text-to-image models and four of other kinds."""
    return [*_flux_models(), *_other_painters(), *_fixed_shapes(), *_other_kinds()]


def _flux_models() -> list[Model]:
    tuned = _flux_inputs() | _tuning()
    return [
        Model(model_id="get3w/flux-dev", usd=0.012, inputs=tuned, streams=True),
        Model(model_id="get3w/flux-dev-ultra-fast", usd=0.005, inputs=tuned, streams=True),
        Model(model_id="get3w/flux-schnell", usd=0.003, inputs=_flux_inputs(), streams=True),
    ]


def _other_painters() -> list[Model]:
    plain = _prompt() | _size() | _seed()
    negative = _prompt() | {"negative_prompt": _text("What to keep out of the picture.")}
    ratio = _prompt() | {"aspect_ratio": _choice(*_WIDE_RATIOS)}
    return [
        Model(
            model_id="get3w/z-image/turbo", usd=0.005, inputs=plain | _output_format(), streams=True
        ),
        Model(model_id="get3w/qwen-image/text-to-image", usd=0.02, inputs=plain | _output_format()),
        Model(
            model_id="bytedance/seedream-v4.5",
            usd=0.04,
            inputs=_prompt() | _size("2048*2048", 512, 8192),
        ),
        Model(
            model_id="google/nano-banana-2/text-to-image",
            usd=0.07,
            inputs=ratio | {"resolution": _choice("1k", "0.5k", "2k", "4k")},
        ),
        Model(
            model_id="google/imagen4-fast",
            usd=0.018,
            inputs=negative
            | {"aspect_ratio": _choice(*_RATIOS), "num_images": _number(1, 1, 4), "seed": _whole()},
        ),
    ]


def _fixed_shapes() -> list[Model]:
    sizes = _choice("1024*1024", "1024*1536", "1536*1024")
    return [
        Model(
            model_id="recraft-ai/recraft-v4.1",
            usd=0.04,
            inputs={"prompt": {**_text("What the picture shows."), "maxLength": 1_000}}
            | {"image_size": _choice(*_RATIOS)},
        ),
        Model(model_id="openai/gpt-image-1", usd=0.042, inputs=_prompt() | {"size": sizes}),
    ]


def _other_kinds() -> list[Model]:
    image: dict[str, Json] = {"image": _text("The address of a picture.")}
    images: dict[str, Json] = {
        "images": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 10}
    }
    return [
        Model(
            model_id="get3w/flux-kontext-dev",
            usd=0.025,
            inputs=_prompt() | image | _seed() | {"num_images": _whole(1, 1, 4)},
            kind=IMAGE_TO_IMAGE,
            required=("prompt", "image"),
        ),
        Model(
            model_id="bytedance/seedream-v4.5/edit",
            usd=0.04,
            inputs=_prompt() | images | _size("2048*2048", 512, 8192),
            kind=IMAGE_TO_IMAGE,
            required=("prompt", "images"),
        ),
        Model(
            model_id="get3w/image-upscaler",
            usd=0.01,
            inputs=image | {"target_resolution": _choice("4k", "2k", "8k")},
            kind=UPSCALER,
            required=("image",),
        ),
        Model(
            model_id="get3w/wan-2.1-i2v-720p",
            usd=0.3,
            inputs=_prompt() | image,
            kind="image-to-video",
            required=("image",),
        ),
    ]


def _flux_inputs() -> dict[str, Json]:
    return {
        **_prompt(),
        "image": _text("A picture to start from."),
        "strength": _number(0.8, 0, 1, step=0.01),
        **_size(),
        "num_images": _whole(1, 1, 4),
        **_seed(),
        **_output_format(),
        **_switches(),
    }


def _tuning() -> dict[str, Json]:
    return {
        "num_inference_steps": _whole(28, 1, 50),
        "guidance_scale": _number(3.5, 1, 20, step=0.1),
    }


def _switches() -> dict[str, Json]:
    off: JsonObject = {"type": "boolean", "default": False, "disabled": True}
    return {"enable_base64_output": off, "enable_sync_mode": off}


def _prompt() -> dict[str, Json]:
    return {"prompt": _text("What the picture shows.")}


def _seed() -> dict[str, Json]:
    return {"seed": {"type": "integer", "default": -1, "minimum": -1, "maximum": 2147483647}}


def _size(
    default: str = "1024*1024", side_min: int | None = None, side_max: int | None = None
) -> dict[str, Json]:
    # In the documented schemas these bounds mean each side in pixels, though the type is a string.
    bounds = {"minimum": side_min, "maximum": side_max}
    known = {name: side for name, side in bounds.items() if side is not None}
    return {"size": {"type": "string", "default": default, **known}}


def _output_format() -> dict[str, Json]:
    return {"output_format": _choice("png", "jpeg", "webp")}


def _text(description: str) -> JsonObject:
    return {"type": "string", "description": description}


def _choice(*options: str) -> JsonObject:
    return {"type": "string", "enum": options, "default": options[0]}


def _number(default: float, least: float, most: float, step: float = 1) -> JsonObject:
    return {"type": "number", "default": default, "minimum": least, "maximum": most, "step": step}


def _whole(default: int | None = None, least: int = 0, most: int = 2147483647) -> JsonObject:
    bounds: JsonObject = {"type": "integer", "minimum": least, "maximum": most}
    return bounds if default is None else {**bounds, "default": default}
