import pytest

from bot.domain.models import Model, ModelCeiling, is_model_id, short_name
from bot.domain.pictures import PictureFormat


@pytest.mark.parametrize(
    ("model_id", "name"),
    [
        ("get3w/flux-dev", "flux-dev"),
        ("google/imagen4/fast", "imagen4/fast"),
        ("flux-dev", "flux-dev"),
        ("odd/", "odd/"),
    ],
)
def test_members_know_a_model_without_its_vendor(model_id: str, name: str) -> None:
    assert short_name(model_id) == name
    assert Model(model_id).name == name


@pytest.mark.parametrize(
    ("patterns", "model_id"),
    [
        (("*",), "any/thing/at/all"),
        (("get3w/flux-dev",), "get3w/flux-dev"),
        (("google/*",), "google/imagen4/fast"),
        (("a/b", "get3w/flux-?ev"), "get3w/flux-dev"),
        (("get3w/flux-[ds]ev",), "get3w/flux-dev"),
    ],
)
def test_the_ceiling_admits_what_a_pattern_fits(patterns: tuple[str, ...], model_id: str) -> None:
    assert ModelCeiling(patterns).admits(model_id)


@pytest.mark.parametrize(
    ("patterns", "model_id"),
    [
        ((), "get3w/flux-dev"),
        (("get3w/flux",), "get3w/flux-dev"),
        (("google/*",), "get3w/google/x"),
        (("get3w/flux-dev",), "GET3W/flux-dev"),
        (("*",), "get3w/*"),
        (("get3w/*",), "get3w/../secrets"),
        (("get3w/*",), "get3w/flux-dev?seed=1"),
    ],
)
def test_the_ceiling_cuts_off_the_rest(patterns: tuple[str, ...], model_id: str) -> None:
    assert not ModelCeiling(patterns).admits(model_id)


def test_patterns_without_a_glob_are_models_worth_offering() -> None:
    ceiling = ModelCeiling(("a/b", "google/*", "c/d?", "e/[f]", "g/h/i"))

    assert ceiling.literal_ids == ("a/b", "g/h/i")


@pytest.mark.parametrize("text", ["get3w/flux-dev", "a/b/c/d", "x-ai/grok.2_image"])
def test_two_to_four_plain_segments_are_a_model_id(text: str) -> None:
    assert is_model_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "flux-dev",
        "a/b/c/d/e",
        "/a/b",
        "a/b/",
        "a//b",
        "../predictions",
        "get3w/../../admin",
        "get3w/.",
        "get3w/flux-dev?stream=no",
        "get3w/flux-dev#x",
        "get3w/a b",
        "get3w/<@1>",
        "get3w/%2e%2e",
        "get3w/flux-dev\n",
        "a/" + "b" * 99,
    ],
)
def test_whatever_could_lead_elsewhere_in_an_address_is_no_model_id(text: str) -> None:
    assert not is_model_id(text)


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        (PictureFormat.PNG, "png"),
        (PictureFormat.JPEG, "jpg"),
        (PictureFormat.WEBP, "webp"),
        (PictureFormat.GIF, "gif"),
    ],
)
def test_a_picture_format_has_the_usual_ending(kind: PictureFormat, ending: str) -> None:
    assert kind.extension == ending
