"""Requests are counted by those who look at them, whichever session sends them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
from aiohttp import ClientConnectorError, ClientSession, web
from aiohttp.test_utils import TestServer
from discord import ui
from prometheus_client import CollectorRegistry
from yarl import URL

from bot.client.answerer import DiscordAnswerer
from bot.client.sender import DiscordSender
from bot.observability.invalid_requests import (
    SPARING_FROM,
    STOP_FROM,
    HeldBackError,
    InvalidRequests,
)
from bot.observability.measures import Measures
from bot.observability.traces import DiscordTrace, discord_kind, upstream_kind, upstream_trace
from bot.presentation.layout import text_view
from bot.presentation.sending import (
    Edit,
    InteractionKey,
    InteractionRoad,
    SendBrokenError,
    SendLimitedError,
)

ANSWER = "/api/v10/interactions/42/token/callback"
EDIT = "/api/v10/webhooks/1/token/messages/@original"


Peer = Callable[..., URL]


@dataclass
class Lookout:
    """Whoever looks at a session, and what it saw."""

    registry: CollectorRegistry
    measures: Measures
    invalid: InvalidRequests
    trace: DiscordTrace

    def requests(self, kind: str, status: str, to: str = "discord") -> float | None:
        name = f"imagine_{to}_requests_total"
        return self.registry.get_sample_value(name, {"kind": kind, "status": status})


@pytest.fixture
def lookout() -> Lookout:
    registry = CollectorRegistry()
    measures, invalid = Measures(registry), InvalidRequests()
    return Lookout(registry, measures, invalid, DiscordTrace(measures, invalid))


@pytest.fixture
async def discord() -> AsyncIterator[Peer]:
    """Give a peer that answers everything in one way."""
    answers: list[tuple[int, dict[str, str]]] = []

    async def handle(_: web.Request) -> web.Response:
        status, headers = answers[-1]
        return web.Response(status=status, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestServer(app) as server:

        def answering(status: int = 200, **headers: str) -> URL:
            answers.append((status, {n.replace("_", "-"): v for n, v in headers.items()}))
            return server.make_url("/")

        yield answering


async def ask(lookout: Lookout, url: URL, path: str, method: str = "PATCH") -> int:
    async with (
        ClientSession(trace_configs=[lookout.trace.config()]) as session,
        session.request(method, url.with_path(path)) as answer,
    ):
        return answer.status


async def answer_first(lookout: Lookout, url: URL) -> int | None:
    async with ClientSession() as session:
        answerer = DiscordAnswerer(session, str(url).rstrip("/"), lookout.trace)
        key = InteractionKey(42, "token")
        return await answerer.answer(key, ui.Container(ui.TextDisplay("Painting")), private=False)


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_a_refusal_counts_towards_being_shut_out(
    lookout: Lookout, discord: Peer, status: int
) -> None:
    await ask(lookout, discord(status), EDIT)

    assert lookout.invalid.count == 1
    assert lookout.requests("edit", str(status)) == 1


async def test_a_limit_that_is_shared_by_all_bots_counts_against_nobody(
    lookout: Lookout, discord: Peer
) -> None:
    await ask(lookout, discord(429, X_RateLimit_Scope="shared"), EDIT)

    assert lookout.invalid.count == 0


async def test_the_waits_that_429s_name_are_added_up(lookout: Lookout, discord: Peer) -> None:
    await ask(lookout, discord(429, Retry_After="7"), EDIT)
    await ask(lookout, discord(429, Retry_After="soon"), EDIT)

    name = "imagine_discord_429_wait_seconds_total"
    assert lookout.registry.get_sample_value(name, {"kind": "edit"}) == 7


async def test_a_first_answer_is_timed_from_the_interaction_and_once(
    lookout: Lookout, discord: Peer
) -> None:
    lookout.trace.await_answer(42)
    url = discord()

    await ask(lookout, url, ANSWER, "POST")
    await ask(lookout, url, ANSWER, "POST")

    assert lookout.registry.get_sample_value("imagine_first_answer_seconds_count") == 1


async def test_an_answer_that_discord_does_not_take_is_not_timed(
    lookout: Lookout, discord: Peer
) -> None:
    lookout.trace.await_answer(42)

    await ask(lookout, discord(404), ANSWER, "POST")

    assert lookout.registry.get_sample_value("imagine_first_answer_seconds_count") == 0


async def test_once_many_were_refused_an_edit_never_leaves_and_an_answer_does(
    lookout: Lookout, discord: Peer
) -> None:
    for _ in range(SPARING_FROM):
        lookout.invalid.note()
    url = discord()

    with pytest.raises(HeldBackError):
        await ask(lookout, url, EDIT)

    assert lookout.requests("edit", "200") is None
    name = "imagine_discord_held_back_total"
    assert lookout.registry.get_sample_value(name, {"kind": "edit"}) == 1
    assert await ask(lookout, url, ANSWER, "POST") == 200


async def test_to_a_sender_a_request_that_is_held_back_is_a_broken_one(
    lookout: Lookout, discord: Peer
) -> None:
    for _ in range(SPARING_FROM):
        lookout.invalid.note()
    url = str(discord()).rstrip("/")
    async with ClientSession(trace_configs=[lookout.trace.config()]) as session:
        sender = DiscordSender(session, url, "a-token")

        with pytest.raises(SendBrokenError):
            await sender.send(InteractionRoad(1, "token", 2), Edit(text_view("Painting")))


async def test_an_answerer_tells_of_its_answers_by_itself(lookout: Lookout, discord: Peer) -> None:
    for _ in range(SPARING_FROM):
        lookout.invalid.note()
    lookout.trace.await_answer(42)

    assert await answer_first(lookout, discord()) is None

    assert lookout.requests("answer", "200") == 1
    assert lookout.registry.get_sample_value("imagine_first_answer_seconds_count") == 1


async def test_an_answer_that_is_refused_counts_towards_being_shut_out(
    lookout: Lookout, discord: Peer
) -> None:
    with pytest.raises(SendLimitedError):
        await answer_first(lookout, discord(429, Retry_After="7"))

    assert lookout.invalid.count == 1
    name = "imagine_discord_429_wait_seconds_total"
    assert lookout.registry.get_sample_value(name, {"kind": "answer"}) == 7


async def test_an_answer_of_which_nothing_is_heard_is_counted(lookout: Lookout) -> None:
    with pytest.raises(SendBrokenError):
        await answer_first(lookout, URL("http://127.0.0.1:9/"))

    assert lookout.requests("answer", "broken") == 1


async def test_no_answer_leaves_where_the_bot_is_about_to_be_shut_out(
    lookout: Lookout, discord: Peer
) -> None:
    for _ in range(STOP_FROM):
        lookout.invalid.note()

    with pytest.raises(SendBrokenError):
        await answer_first(lookout, discord())

    name = "imagine_discord_held_back_total"
    assert lookout.registry.get_sample_value(name, {"kind": "answer"}) == 1
    assert lookout.requests("answer", "broken") is None


async def test_a_connection_that_does_not_come_about_is_counted(lookout: Lookout) -> None:
    with pytest.raises(ClientConnectorError):
        await ask(lookout, URL("http://127.0.0.1:9/"), EDIT)

    assert lookout.requests("edit", "broken") == 1


async def test_requests_to_the_image_api_are_counted_by_kind_and_status(
    lookout: Lookout, discord: Peer
) -> None:
    url = discord(503)
    trace = upstream_trace(lookout.measures)
    async with ClientSession(trace_configs=[trace]) as session:
        async with session.get(url.with_path("/api/v3/predictions/x/result")):
            pass
        with pytest.raises(ClientConnectorError):
            await session.post("http://127.0.0.1:9/api/v3/get3w/flux-dev")

    assert lookout.requests("poll", "503", "upstream") == 1
    assert lookout.requests("submit", "broken", "upstream") == 1


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (ANSWER, "answer"),
        (EDIT, "edit"),
        ("/api/v10/webhooks/1/token", "followup"),
        ("/api/v10/channels/1/messages/2", "channel"),
        ("/api/v10/gateway/bot", "gateway"),
        ("/api/v10/applications/1/commands", "commands"),
        ("/api/v10/users/@me", "other"),
        ("/", "gateway"),
    ],
)
def test_an_address_of_discords_is_known_by_its_kind_alone(path: str, kind: str) -> None:
    assert discord_kind(URL(f"https://discord.com{path}")) == kind


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "get3w/flux-dev", "submit"),
        ("POST", "files/upload", "upload"),
        ("GET", "predictions/x/result", "poll"),
        ("DELETE", "predictions/x", "cancel"),
        ("GET", "models", "catalogue"),
        ("GET", "balance", "account"),
        ("GET", "billings", "account"),
        ("PUT", "what", "other"),
    ],
)
def test_a_request_to_the_image_api_is_known_by_its_kind(method: str, path: str, kind: str) -> None:
    assert upstream_kind(method, URL(f"https://api.get3w.com/api/v3/{path}")) == kind
