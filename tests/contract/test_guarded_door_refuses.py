"""The guarded door: a canary with a good picture, at a place that must never be asked."""

import socket
from collections.abc import AsyncIterator
from ipaddress import IPv4Address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.domain.errors import PictureUnfetchableError
from bot.domain.pictures import OutputLink
from bot.providers.image_api import ImageApi
from sandbox.get3w import Canary, Get3WSandbox, Output, Reply, Scenario
from tests.image_api_client import generated, opened


class LyingResolver(AbstractResolver):
    """Answers every name with loopback addresses."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.names.append(host)
        hosts = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::ffff:127.0.0.1"}
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)
            for kind, address in hosts.items()
            if family in {kind, socket.AF_UNSPEC}
        ]

    async def close(self) -> None:
        """Nothing is held."""


class TurningResolver(AbstractResolver):
    """Answers with each of some addresses in turn, and goes on with the last; none is a failure."""

    def __init__(self, *answers: str | None) -> None:
        self._answers = answers
        self.asked = 0

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002  the library passes it
    ) -> list[ResolveResult]:
        answer = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        if answer is None:
            raise OSError(socket.EAI_AGAIN, "no answer for now")
        kind = socket.AF_INET6 if ":" in answer else socket.AF_INET
        found = ResolveResult(hostname=host, host=answer, port=port, family=kind, proto=0, flags=0)
        return [found]

    async def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    async with Canary.open() as opened_canary:
        yield opened_canary


@pytest.fixture
async def api() -> AsyncIterator[Get3WSandbox]:
    async with Get3WSandbox.open(side_px=64) as sandbox:
        yield sandbox


@pytest.fixture
async def client(api: Get3WSandbox) -> AsyncIterator[ImageApi]:
    async with opened(api.url, resolver=LyingResolver()) as image_api:
        yield image_api


HOSTS = [
    "localhost",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    str(IPv4Address(0)),
    "0",
    "pictures.example.com",
    "127.0.0.1.",
    "\u2460\u2461\u2466.0.0.1",
    "user:secret@127.0.0.1",
    "cdn.example.com@127.0.0.1",
]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", HOSTS)
async def test_no_name_of_this_machine_leads_to_the_canary(
    canary: Canary, client: ImageApi, scheme: str, host: str
) -> None:
    link = OutputLink(f"{scheme}://{host}:{canary.port}/canary.png")
    with pytest.raises(PictureUnfetchableError):
        await client.downloads.fetch(link)
    assert canary.n_connections == 0


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("host", "status"),
    [*((host, 302) for host in HOSTS), *(("localhost", n) for n in (301, 303, 307, 308))],
)
async def test_no_redirect_of_the_api_leads_to_the_canary(
    api: Get3WSandbox, canary: Canary, client: ImageApi, scheme: str, host: str, status: int
) -> None:
    redirect = Reply.redirect(f"{scheme}://{host}:{canary.port}/canary.png", status)
    api.default = Scenario.stream([]).with_outputs(Output.never(redirect))
    outcome = await generated(client)
    assert outcome.completed is not None
    with pytest.raises(PictureUnfetchableError):
        await client.downloads.fetch(outcome.completed.outputs[0])
    assert len(api.downloads) == 1
    assert canary.n_connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        "canary.png",
        "//127.0.0.1/canary.png",
        "ftp://127.0.0.1/canary.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "gopher://127.0.0.1/",
        "https://",
        "https:///canary.png",
        "https://[::1/canary.png",
        "https://cdn.example.com:99999/a.png",
        "https://exa mple.com/a.png",
        "https://cdn.example.com/" + "a" * 9000,
        "https://\x00/",
        "https://xn--/a.png",
        "https://xn--a/a.png",
    ],
)
async def test_what_is_no_https_address_is_refused_at_once(client: ImageApi, url: str) -> None:
    with pytest.raises(PictureUnfetchableError):
        await client.downloads.fetch(OutputLink(url))


@pytest.mark.parametrize("host", [".", "..", "a..b", "a" * 64 + ".com"])
async def test_a_name_that_no_resolver_can_be_asked_for_is_refused(
    api: Get3WSandbox, host: str
) -> None:
    async with opened(api.url) as client:
        with pytest.raises(PictureUnfetchableError):
            await client.downloads.fetch(OutputLink(f"https://{host}/a.png"))


async def test_a_public_looking_name_is_judged_by_what_it_resolves_to(
    canary: Canary, api: Get3WSandbox
) -> None:
    resolver = LyingResolver()
    async with opened(api.url, resolver=resolver) as client:
        with pytest.raises(PictureUnfetchableError):
            await client.downloads.fetch(OutputLink(f"https://cdn.get3w.com:{canary.port}/a.png"))
    # Once: a refusal isn't tried again.
    assert resolver.names == ["cdn.get3w.com"]
    assert canary.n_connections == 0


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "::127.0.0.1",
        "169.254.169.254",
        "fd00:ec2::254",
        "100.64.0.1",
    ],
)
async def test_a_name_is_as_public_as_the_address_behind_it(
    canary: Canary, api: Get3WSandbox, address: str
) -> None:
    resolver = TurningResolver(address)
    async with opened(api.url, resolver=resolver) as client:
        with pytest.raises(PictureUnfetchableError):
            await client.downloads.fetch(OutputLink(f"https://cdn.example.com:{canary.port}/a.png"))
    assert resolver.asked == 1
    assert canary.n_connections == 0


async def test_a_name_that_answers_otherwise_at_the_next_try_gains_nothing(
    canary: Canary, api: Get3WSandbox
) -> None:
    resolver = TurningResolver(None, "127.0.0.1")
    async with opened(api.url, resolver=resolver) as client:
        with pytest.raises(PictureUnfetchableError):
            await client.downloads.fetch(OutputLink(f"https://cdn.example.com:{canary.port}/a.png"))
    assert resolver.asked == 2
    assert canary.n_connections == 0


async def test_a_name_that_turns_to_this_machine_behind_a_redirect_gains_nothing(
    canary: Canary, api: Get3WSandbox
) -> None:
    redirect = Reply.redirect(f"https://cdn.example.com:{canary.port}/a.png", 302)
    api.default = Scenario.stream([]).with_outputs(Output.never(redirect))
    resolver = TurningResolver(None, "::ffff:7f00:1")
    async with opened(api.url, resolver=resolver) as client:
        outcome = await generated(client)
        assert outcome.completed is not None
        with pytest.raises(PictureUnfetchableError):
            await client.downloads.fetch(outcome.completed.outputs[0])
    assert resolver.asked == 2
    assert len(api.downloads) == 2
    assert canary.n_connections == 0


async def test_the_apis_origin_is_scheme_host_and_port_and_nothing_less(
    api: Get3WSandbox, canary: Canary, client: ImageApi
) -> None:
    port = api.url.split(":")[2].partition("/")[0]
    others = [
        f"https://127.0.0.1:{port}/outputs/a.png",
        f"http://localhost:{port}/outputs/a.png",
        f"http://127.0.0.1:{canary.port}/outputs/a.png",
        f"http://user@127.0.0.1:{port}/outputs/a.png",
    ]
    for url in others:
        with pytest.raises(PictureUnfetchableError):
            await client.downloads.fetch(OutputLink(url))
    assert api.downloads == []
    assert canary.n_connections == 0


async def test_a_refused_address_is_not_in_the_error(client: ImageApi) -> None:
    with pytest.raises(PictureUnfetchableError) as refusal:
        await client.downloads.fetch(OutputLink("https://127.0.0.1/secret-token.png"))
    assert "secret-token" not in f"{refusal.value!r} {refusal.value}"
    assert refusal.value.__cause__ is None
