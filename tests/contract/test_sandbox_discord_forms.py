"""Forms taken apart, and files looked at, as any client may send them."""

from __future__ import annotations

import asyncio
import binascii
import io
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp.abc import AbstractStreamWriter
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from sandbox.discord.attachments import (
    FilePlace,
    Upload,
    content_type_of,
    picture_size,
    stored_file,
)
from sandbox.discord.errors import ApiError
from sandbox.discord.multipart import parts, split

if TYPE_CHECKING:
    from collections.abc import Mapping

BOUNDARY = "multipart/form-data; boundary=edge"


class Collector(AbstractStreamWriter):
    """Gathers what aiohttp would send."""

    def __init__(self) -> None:
        self.data = bytearray()

    async def write(self, chunk: bytes) -> None:
        self.data += chunk

    async def write_eof(self, chunk: bytes = b"") -> None:
        self.data += chunk

    async def drain(self) -> None:
        """Nothing is held back."""

    def enable_compression(self, *_args: object) -> None:
        """Nothing is compressed."""

    def enable_chunking(self) -> None:
        """Nothing is chunked."""

    async def write_headers(self, *_args: object) -> None:
        """Only the body counts."""


def sent(form: aiohttp.FormData) -> tuple[bytes, str]:
    """Return a form as aiohttp puts it on the wire, and its content type."""
    payload, collector = form(), Collector()
    asyncio.run(payload.write(collector))
    return bytes(collector.data), payload.headers["Content-Type"]


def form_of(payload: str | None, files: Mapping[str, bytes]) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    if payload is not None:
        form.add_field("payload_json", payload)
    for index, (name, data) in enumerate(files.items()):
        form.add_field(f"files[{index}]", data, filename=name, content_type="image/png")
    return form


def written(*fields: tuple[str, bytes]) -> bytes:
    """Return a form put together by hand: the headers and the data of each part."""
    body = b"".join(
        b"--edge\r\n" + headers.encode() + b"\r\n\r\n" + data + b"\r\n" for headers, data in fields
    )
    return body + b"--edge--\r\n"


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_any_files_come_out_as_they_went_in(contents: list[bytes]) -> None:
    files = {f"{index}.png": data for index, data in enumerate(contents)}
    payload, uploads = split(*sent(form_of('{"content":"x"}', files)))

    assert payload == b'{"content":"x"}'
    assert {upload.filename: upload.data for upload in uploads} == files
    assert [upload.index for upload in uploads] == list(range(len(contents)))


@given(st.text(max_size=50))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    payload, _ = split(*sent(form_of(text, {"a.png": b"x"})))

    assert payload.decode() == text


@pytest.mark.parametrize(
    "data",
    [b"", b"\r\n", b"--", b"x\r\n--edg", b"\r\n\r\n", b"x" * 100_000, bytes(range(256))],
)
def test_data_that_looks_like_the_form_itself_is_kept_whole(data: bytes) -> None:
    headers = 'Content-Disposition: form-data; name="files[0]"; filename="a.png"'
    (part,) = parts(written((headers, data)), BOUNDARY)

    assert part.data == data


def test_a_form_without_a_payload_has_an_empty_one() -> None:
    payload, uploads = split(*sent(form_of(None, {"a.png": b"x"})))

    assert payload == b""
    assert [upload.content_type for upload in uploads] == ["image/png"]


def test_files_keep_the_number_of_their_field() -> None:
    headers = 'Content-Disposition: form-data; name="files[{}]"; filename="a.png"'
    _, uploads = split(written((headers.format(7), b"x"), (headers.format(3), b"y")), BOUNDARY)

    assert [upload.index for upload in uploads] == [7, 3]


def test_header_names_are_read_in_any_case() -> None:
    headers = (
        'CONTENT-disposition: form-data; name="files[0]"; filename="a.png"\r\nContent-TYPE: a/b'
    )
    (part,) = parts(written((headers, b"x")), BOUNDARY)

    assert (part.name, part.filename, part.content_type) == ("files[0]", "a.png", "a/b")


def test_an_encoded_file_name_is_decoded() -> None:
    headers = "Content-Disposition: form-data; name=\"files[0]\"; filename*=utf-8''k%C3%A4fer.png"
    (part,) = parts(written((headers, b"x")), BOUNDARY)

    assert part.filename == "käfer.png"


def test_a_quoted_boundary_is_understood() -> None:
    body = written(('Content-Disposition: form-data; name="payload_json"', b"{}"))

    assert split(body, 'multipart/form-data; boundary="edge"')[0] == b"{}"


def test_fields_of_other_names_are_passed_by() -> None:
    body = written(('Content-Disposition: form-data; name="cat"', b"x"))

    assert split(body, BOUNDARY) == (b"", ())


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"", "multipart/form-data"), (b"--edge\r\nno headers\r\n--edge--", BOUNDARY)],
)
def test_what_is_no_form_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(ApiError) as refused:
        split(body, content_type)

    assert refused.value.code == 50035


def test_a_form_that_breaks_off_gives_only_what_is_whole() -> None:
    headers = 'Content-Disposition: form-data; name="payload_json"'
    body = written((headers, b"{}"), (headers, b"[]"))

    assert split(body[: -len(b"--edge--\r\n") - 3], BOUNDARY)[0] == b"{}"


def picture(kind: str, width: int = 31, height: int = 17) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_the_size_of_a_picture_is_read(kind: str) -> None:
    assert picture_size(picture(kind)) == (31, 17)


def test_the_header_is_enough_to_tell_the_size() -> None:
    assert picture_size(picture("PNG")[:60]) == (31, 17)


@pytest.mark.parametrize("data", [b"", b"cat", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"GIF89a"])
def test_what_is_no_picture_has_no_size(data: bytes) -> None:
    assert picture_size(data) == (None, None)


def test_a_gigantic_picture_is_measured_and_never_decoded() -> None:
    header = picture("PNG", 1, 1)
    huge = header[:16] + (12_000).to_bytes(4, "big") * 2 + header[24:29]
    data = huge + binascii.crc32(huge[12:29]).to_bytes(4, "big") + header[33:]

    assert picture_size(data) == (12_000, 12_000)


def test_a_picture_beyond_all_measure_has_no_size() -> None:
    header = picture("PNG", 1, 1)
    huge = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:29]
    data = huge + binascii.crc32(huge[12:29]).to_bytes(4, "big") + header[33:]

    assert picture_size(data) == (None, None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.png", "image/png"),
        ("A.PNG", "image/png"),
        ("a.jpeg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("a.b.avif", "image/avif"),
        ("export.json", "application/json; charset=utf-8"),
        ("cat", "application/octet-stream"),
        ("a.exe", "application/octet-stream"),
    ],
)
def test_a_files_type_follows_from_its_name(name: str, kind: str) -> None:
    assert content_type_of(name) == kind


def test_a_stored_file_knows_its_address_and_digest() -> None:
    stored = stored_file(Upload("my cat.png", b"x"), FilePlace(7, "http://x/1/"))

    assert stored.url == "http://x/1/7/my_cat.png"
    assert stored.sha256.startswith("2d711642b726b044")
    assert (stored.data, stored.size) == (b"x", 1)


def test_a_stored_file_may_do_without_its_bytes() -> None:
    stored = stored_file(Upload("a.png", picture("PNG")), FilePlace(7, "", keep_bytes=False))

    assert stored.data is None
    assert (stored.width, stored.height) == (31, 17)
