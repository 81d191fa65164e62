"""SVG made into pixels, by the real library in a real process; and handed on only if harmless."""

import base64
import io
import logging
import sys
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.pictures import Alteration, Picture, PictureFormat
from bot.presentation.fitting import PictureFitter
from bot.presentation.svg_drawing import DRAWN_MAX_BYTES, LONGEST_SIDE
from tests.unit.discord_side import DiscordSide, a_delivery
from tests.unit.jobs import done

XMLNS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
CIRCLE = '<circle cx="50" cy="25" r="20" fill="red"/>'
ROOM = 10_000_000


def an_svg(inside: str = CIRCLE, width: int = 100, height: int = 50) -> Picture:
    head = f'<svg {XMLNS} viewBox="0 0 {width} {height}">'
    return holding(f"{head}{inside}</svg>".encode(), width, height)


def holding(data: bytes, width: int = 100, height: int = 50) -> Picture:
    url = "https://cdn.example/drawing.svg"
    return Picture(PictureFormat.SVG, width, height, len(data), data, source_url=url)


def opened(picture: Picture | None) -> Image.Image:
    assert picture is not None
    assert picture.data is not None
    return Image.open(io.BytesIO(picture.data)).convert("RGBA")


def has_red(picture: Picture | None) -> bool:
    colours = opened(picture).getcolors(maxcolors=1 << 24) or []
    return any(colour == (255, 0, 0, 255) for _, colour in colours)


@pytest.mark.parametrize(("width", "height"), [(100, 50), (50, 100), (7, 7), (9000, 3000)])
async def test_an_svg_is_drawn_as_large_as_discord_shows_well(width: int, height: int) -> None:
    inside = f'<rect width="{width}" height="{height}" fill="red"/>'

    drawn = await PictureFitter().fit(an_svg(inside, width, height), ROOM)

    assert drawn is not None
    assert drawn.format is PictureFormat.PNG
    assert max(drawn.width, drawn.height) == LONGEST_SIDE
    assert opened(drawn).size == (drawn.width, drawn.height)
    assert drawn.width / drawn.height == pytest.approx(width / height, rel=0.01)
    assert has_red(drawn)
    assert drawn.altered == (Alteration.DRAWN,)
    assert drawn.source_url == "https://cdn.example/drawing.svg"


async def test_an_svg_in_a_file_is_drawn_too(tmp_path: Path) -> None:
    path = tmp_path / "drawing"
    path.write_bytes(an_svg().data or b"")

    drawn = await PictureFitter().fit(
        Picture(PictureFormat.SVG, 100, 50, path.stat().st_size, path=path), ROOM
    )

    assert has_red(drawn)


async def test_a_drawing_over_the_limit_is_made_smaller_and_is_still_but_a_drawing() -> None:
    stops = '<stop stop-color="red"/><stop offset="1" stop-color="blue"/>'
    shade = f'<radialGradient id="s">{stops}</radialGradient>'
    svg = an_svg(f'{shade}<rect width="100" height="50" fill="url(#s)"/>')

    drawn = await PictureFitter().fit(svg, 60_000)

    assert drawn is not None
    assert drawn.format is PictureFormat.WEBP
    assert drawn.size_bytes <= 60_000
    assert drawn.altered == (Alteration.DRAWN,)


async def test_a_drawing_without_its_words_says_so() -> None:
    drawn = await PictureFitter().fit(an_svg(f"{CIRCLE}<text>cat</text>"), ROOM)

    assert drawn is not None
    assert drawn.altered == (Alteration.DRAWN, Alteration.WORDLESS)


@pytest.mark.parametrize("address", ["{path}", "file://{path}", "{path.name}"])
async def test_no_file_of_ours_gets_into_a_drawing(tmp_path: Path, address: str) -> None:
    path = tmp_path / "private.png"
    Image.new("RGB", (50, 50), "red").save(path)
    href = address.format(path=path)
    image = f'<image href="{href}" xlink:href="{href}" width="50" height="50"/>'

    drawn = await PictureFitter().fit(an_svg(image), ROOM)

    assert drawn is None or not has_red(drawn)


async def test_a_picture_inside_a_drawing_is_drawn() -> None:
    """Or the test above would tell nothing."""
    buffer = io.BytesIO()
    Image.new("RGB", (50, 50), "red").save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    image = f'<image href="data:image/png;base64,{data}" width="50" height="50"/>'

    assert has_red(await PictureFitter().fit(an_svg(image), ROOM))


def bomb_of_uses() -> str:
    """Name ten things ten times each, eight levels deep."""
    uses = (f'<g id="a{n + 1}">' + f'<use href="#a{n}"/>' * 10 + "</g>" for n in range(8))
    return f"<defs><g id='a0'>{CIRCLE}</g>{''.join(uses)}</defs><use href='#a8'/>"


BROKEN = {
    "cut off": b"<svg xmlns='http://www.w3.org/2000/svg'><path",
    "not text": b"<svg \xff\xfe>",
    "uses": an_svg(bomb_of_uses()).data or b"",
    "depth": b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 200_000,
    "not the shape it said": b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 9000'/>",
    "too large": b"<svg>" + b" " * DRAWN_MAX_BYTES,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
async def test_what_cannot_be_drawn_is_not_shown(
    data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert await PictureFitter().fit(holding(data), ROOM) is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


async def test_where_no_process_can_be_started_nothing_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert await PictureFitter().fit(an_svg(), ROOM) is None


HARMLESS = [
    CIRCLE,
    '<use href="#a"/><use xlink:href = \'#a\'/><path fill="url(#a)" stroke="url( \'#b\' )"/>',
    '<image href="data:image/png;base64,AAAA"/>',
    "<title>A description of a scripted season</title>",
]
HARMFUL = [
    "<script>alert(1)</script>",
    "<svg:SCRIPT/>",
    '<path onload="alert(1)"/>',
    '<path\nonClick = "alert(1)"/>',
    "<foreignObject/>",
    '<a href="https://example.com"/>',
    "<a xlink:href=' javascript:alert(1)'/>",
    '<image href="https://example.com/seen.png"/>',
    '<image href="data:image/svg+xml;base64,AAAA"/>',
    "<style>@import 'https://example.com/a.css'</style>",
    '<path fill="url(https://example.com/#a)"/>',
    " " * 65_530 + '<script src="x"/>',
    " " * (65_536 + 4_090) + '<path onload="x"/>',
]


@pytest.mark.parametrize("inside", HARMLESS)
async def test_a_harmless_svg_is_handed_over_where_it_fits(inside: str) -> None:
    picture = an_svg(inside)

    assert await PictureFitter().file_of(picture, picture.size_bytes) is picture
    assert await PictureFitter().file_of(picture, picture.size_bytes - 1) is None


@pytest.mark.parametrize("inside", HARMFUL, ids=range(len(HARMFUL)))
async def test_an_svg_that_could_act_is_never_handed_over(inside: str) -> None:
    assert await PictureFitter().file_of(an_svg(inside), ROOM) is None


async def test_no_other_picture_is_handed_over_twice(tmp_path: Path) -> None:
    png = Picture(PictureFormat.PNG, 1, 1, 1, b"x")
    gone = Picture(PictureFormat.SVG, 1, 1, 1, path=tmp_path / "gone")

    assert await PictureFitter().file_of(png, ROOM) is None
    assert await PictureFitter().file_of(gone, ROOM) is None


async def test_a_message_shows_the_drawing_and_hands_over_the_file() -> None:
    side = DiscordSide()
    svg = an_svg()

    await a_delivery(side).deliver(done(svg))

    drawing, file = side.sent[0].edit.uploads
    assert drawing.file_name.endswith("-1.png")
    assert file.file_name.endswith("-1.svg")
    assert file.picture is svg
    assert "so this is a drawing of it" in side.texts[0]


async def test_a_message_hands_over_what_cannot_be_drawn() -> None:
    side = DiscordSide()

    await a_delivery(side).deliver(done(holding(BROKEN["cut off"])))

    (file,) = side.sent[0].edit.uploads
    assert file.file_name.endswith(".svg")
    assert "Open the file to see the picture" in side.texts[0]


async def test_a_message_links_to_what_can_neither_be_drawn_nor_handed_over() -> None:
    side = DiscordSide()

    await a_delivery(side).deliver(done(holding(b"<svg><script/>")))

    assert side.sent[0].edit.uploads == ()
    assert "https://cdn.example/drawing.svg" in side.texts[0]
