"""Drawings in SVG: made into pixels for Discord, which shows none, and handed on if harmless."""

import asyncio
import logging
import re
import struct
import sys
from pathlib import Path

from bot.domain.pictures import Alteration, Picture, PictureFormat

LONGEST_SIDE = 2048
# What a drawing of the usual kind has many times over; beyond, there is but the file.
DRAWN_MAX_BYTES = 8 << 20
# Longer than the processor's own limit, for machines that have much else to do.
_WAIT_MAX_S = 30.0

_PNG_HEAD = struct.Struct(">8s8xII")
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_WORDS = re.compile(rb"<(?:[\w.-]+:)?text[\s>]")
# Whatever could act where the file is opened, or tell somebody that it was. Where what is looked at
# ends too early to know, it counts as that too.
_ACTIVE = re.compile(
    rb"<(?:[\w.-]+:)?(?:script|foreignobject|iframe|embed|object|audio|video|handler)\b"
    rb"|\son[a-z]++\s*+(?:=|\Z)"
    rb"|javascript:|<!entity|<\?xml-stylesheet|@import"
    rb"|\b(?:href|src)\s*+(?:=\s*+[\"']?+\s*+(?!#|data:image/(?:png|jpeg|webp|gif)[;,])|\Z)"
    rb"|\burl\(\s*+[\"']?+\s*+(?!#|data:)",
    re.IGNORECASE,
)
# One search holds everything else up, so a large file is looked through in pieces.
_PIECE_BYTES = 64 << 10
_OVERLAP_BYTES = 4 << 10

_log = logging.getLogger(__name__)


async def drawing_of(picture: Picture) -> Picture | None:
    """Draw an SVG as a PNG; ``None`` where it can't be drawn, or takes too much for that."""
    try:
        svg = await asyncio.to_thread(_bytes_of, picture)
        side = "height" if picture.height > picture.width else "width"
        png = await _drawn(svg, side) if len(svg) <= DRAWN_MAX_BYTES else b""
        wordless = await asyncio.to_thread(_has, _WORDS, svg)
    except OSError:
        return None
    if (size := _size_of(png)) is None:
        _log.warning("an SVG of %d bytes can't be drawn", len(svg))
        return None
    altered = (Alteration.DRAWN, Alteration.WORDLESS) if wordless else (Alteration.DRAWN,)
    return Picture(
        PictureFormat.PNG, *size, len(png), png, source_url=picture.source_url, altered=altered
    )


async def is_harmless(picture: Picture) -> bool:
    """Tell whether an SVG does nothing but look like something, wherever it is opened."""
    try:
        svg = await asyncio.to_thread(_bytes_of, picture)
    except OSError:
        return False
    return not await asyncio.to_thread(_has, _ACTIVE, svg)


def _has(pattern: re.Pattern[bytes], svg: bytes) -> bool:
    return any(
        pattern.search(svg, start, start + _PIECE_BYTES + _OVERLAP_BYTES)
        for start in range(0, len(svg), _PIECE_BYTES)
    )


def _bytes_of(picture: Picture) -> bytes:
    if picture.data is None and picture.path is not None:
        return picture.path.read_bytes()
    return picture.data or b""


async def _drawn(svg: bytes, side: str) -> bytes:
    """Draw in a process of its own; give nothing where it doesn't end well."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        # Isolated: it takes nothing from the environment, nor from the working directory.
        "-I",
        str(Path(__file__).with_name("svg_process.py")),
        side,
        str(LONGEST_SIDE),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(_WAIT_MAX_S):
            png, _ = await process.communicate(svg)
    except TimeoutError:
        return b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return png if process.returncode == 0 else b""


def _size_of(png: bytes) -> tuple[int, int] | None:
    """Read a drawing's size; ``None`` where it is none, or not of the shape it said it had."""
    if len(png) < _PNG_HEAD.size:
        return None
    signature, width, height = _PNG_HEAD.unpack_from(png)
    fits = signature == _PNG_SIGNATURE and max(width, height) <= LONGEST_SIDE
    return (width, height) if fits else None
