"""What a picture is by its first bytes, and how large an SVG says that it is."""

import time
from pathlib import Path

import pytest

from bot.domain.pictures import PictureFormat
from bot.providers.picture_header import (
    SIGNATURE_BYTES,
    UnreadablePictureError,
    recognised_format,
)
from bot.providers.picture_size import measured

XMLNS = b'xmlns="http://www.w3.org/2000/svg"'


@pytest.mark.parametrize(
    "head",
    [
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1",
        b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif",
        b"\0\0\0\x1cftypavis\0\0\0\0avismsf1",
    ],
)
def test_an_avif_is_known_by_any_of_its_brands(head: bytes) -> None:
    assert recognised_format(head) is PictureFormat.AVIF


@pytest.mark.parametrize(
    "head",
    [
        b"<svg " + XMLNS + b">",
        b"<svg>",
        b"\xef\xbb\xbf<svg\n",
        b' \r\n<?xml version="1.0" encoding="UTF-8"?>\n<svg ',
        b'<?xml version="1.0"?><!-- made by a machine > --><!-- - -- --><svg ',
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n<svg ',
    ],
)
def test_an_svg_is_known_by_its_root(head: bytes) -> None:
    assert recognised_format(head) is PictureFormat.SVG


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"svg",
        b"<svgx>",
        b"<html><svg>",
        b"<!doctype html><svg>",
        b"<!-- a comment without an end <svg>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>',
        b"text before <svg>",
        "<svg>".encode("utf-16"),
        b"\x1f\x8b\x08",
        b"\0\0\0\x18ftypmp42\0\0\0\0isommp42",
        b"\0\0\0\0ftypavif",
    ],
)
def test_what_is_something_else_is_refused(head: bytes) -> None:
    with pytest.raises(UnreadablePictureError):
        recognised_format(head)


@pytest.mark.parametrize("piece", [b"<!---->", b"<!--", b" ", b"<!DOCTYPE svg>", b"<?xml "])
def test_no_beginning_takes_long_to_be_refused(piece: bytes) -> None:
    before_s = time.perf_counter()

    with pytest.raises(UnreadablePictureError):
        recognised_format(piece * (SIGNATURE_BYTES // len(piece)))

    assert time.perf_counter() - before_s < 0.05


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        (b'width="640" height="480"', (640, 480)),
        (b"width='64px' height = '48.4'", (64, 48)),
        (XMLNS + b' width="10" height="20" viewBox="0 0 5 5"', (10, 20)),
        (b'viewBox="0 0 1024 512"', (1024, 512)),
        (b'viewBox="-5,-5, 30.5,20"', (30, 20)),
        (b'width="100%" height="100%" viewBox="0 0 16 9"', (16, 9)),
        (b'width="0" height="0"', (1, 1)),
        (b'width="10"', (300, 150)),
        (b"", (300, 150)),
        (b'width="1e400" height="99999999999" viewBox="a b c d"', (300, 150)),
        (b'width="unfinished', (300, 150)),
    ],
)
def test_an_svg_is_as_large_as_it_says(attributes: bytes, size: tuple[int, int]) -> None:
    svg = b"<?xml version='1.0'?><svg " + attributes + b"><path/></svg>"

    assert measured(svg, PictureFormat.SVG) == size


def test_an_svg_in_a_file_is_measured_too(tmp_path: Path) -> None:
    path = tmp_path / "drawing"
    path.write_bytes(b'<svg width="7" height="8">' + b" " * 1_000_000)

    assert measured(path, PictureFormat.SVG) == (7, 8)
