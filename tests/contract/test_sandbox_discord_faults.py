"""Scripted misfortune, and the record of what was asked."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

import aiohttp
import pytest

from sandbox.discord.clock import ManualClock
from sandbox.discord.faults import Fault
from sandbox.discord.settings import SandboxSettings
from tests.discord_wire import Scene, scene

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

ORIGINAL = "*/messages/@original"


@pytest.fixture
async def stage() -> AsyncGenerator[Scene]:
    async with scene() as opened:
        opened.discord.requests.clear()
        yield opened


async def test_a_fault_befalls_as_many_requests_as_it_says(stage: Scene) -> None:
    fault = stage.discord.faults.add(Fault(path_glob=ORIGINAL, status=503, times=2))
    use = await stage.answered()
    replies = [await stage.bot.edit(use, {"content": str(n)}) for n in range(3)]

    assert [reply.status for reply in replies] == [503, 503, 200]
    assert fault.hits == 2
    assert use.message is not None
    assert [state.text for state in use.message.history] == ["Waiting", "2"]


async def test_a_fault_may_last(stage: Scene) -> None:
    stage.discord.faults.add(Fault(path_glob=ORIGINAL, status=500, times=None))
    use = await stage.answered()
    replies = [await stage.bot.edit(use, {"content": "x"}) for _ in range(3)]
    stage.discord.faults.clear()

    assert [reply.status for reply in replies] == [500] * 3
    assert (await stage.bot.edit(use, {"content": "x"})).status == 200


async def test_a_fault_keeps_to_its_method_and_path(stage: Scene) -> None:
    stage.discord.faults.add(Fault(method="DELETE", path_glob=ORIGINAL, status=500))
    use = await stage.answered()

    assert (await stage.bot.edit(use, {"content": "x"})).status == 200
    assert (await stage.bot.hook("DELETE", use)).status == 500


async def test_a_fault_may_look_at_the_request(stage: Scene) -> None:
    stage.discord.faults.add(Fault(matching=lambda request: bool(request.files), status=413))
    use = await stage.answered()

    assert (await stage.bot.edit(use, {"content": "x"})).status == 200
    assert (await stage.bot.edit(use, {}, {"a.png": b"x"})).status == 413


async def test_the_body_and_headers_of_a_fault_are_free(stage: Scene) -> None:
    body = {"message": "Unknown Webhook", "code": 10015}
    stage.discord.faults.add(Fault(status=404, body=body, headers={"X-Cat": "yes"}))
    reply = await stage.bot.call("GET", "/users/@me")

    assert (reply.status, reply.body) == (404, body)
    assert reply.headers["X-Cat"] == "yes"


async def test_a_fault_without_a_body_answers_in_json(stage: Scene) -> None:
    stage.discord.faults.add(Fault(status=502))

    assert (await stage.bot.call("GET", "/users/@me")).body == {
        "message": "502: sandbox",
        "code": 0,
    }


async def test_a_text_body_is_no_json(stage: Scene) -> None:
    stage.discord.faults.add(Fault(status=429, body="<html>error code: 1015</html>"))
    reply = await stage.bot.call("GET", "/users/@me")

    assert reply.body == "<html>error code: 1015</html>"
    assert reply.headers["Content-Type"].startswith("text/")


async def test_a_429_can_be_scripted(stage: Scene) -> None:
    stage.discord.faults.add(Fault.rate_limited("*", 1.5, scope="shared"))
    reply = await stage.bot.call("GET", "/users/@me")

    assert (reply.status, reply.body["retry_after"]) == (429, 1.5)
    assert reply.headers["X-RateLimit-Scope"] == "shared"
    assert reply.headers["Via"]


async def test_a_429_may_look_like_cloudflares(stage: Scene) -> None:
    stage.discord.faults.add(Fault.rate_limited("*", 1.5, via=False))
    reply = await stage.bot.call("GET", "/users/@me")

    assert reply.status == 429
    assert "Via" not in reply.headers


async def test_a_connection_can_be_reset(stage: Scene) -> None:
    use = await stage.answered()
    stage.discord.faults.add(Fault(path_glob=ORIGINAL, reset=True))

    with pytest.raises(aiohttp.ClientOSError) as failed:
        await stage.bot.edit(use, {"content": "x"})
    assert isinstance(failed.value, ConnectionResetError) or failed.value.errno == 104
    assert use.message is not None
    assert use.message.content == "Waiting"


async def test_a_connection_can_be_closed_without_an_answer(stage: Scene) -> None:
    use = await stage.answered()
    stage.discord.faults.add(Fault(path_glob=ORIGINAL, close=True))

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await stage.bot.edit(use, {"content": "x"})


async def test_an_answer_can_be_lost_after_it_took_effect(stage: Scene) -> None:
    stage.discord.faults.add(Fault(path_glob="*/callback", close=True, carried_out=True))
    use = await stage.imagine()

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await stage.bot.say(use, content="Waiting")
    assert use.message is not None
    assert (await stage.bot.say(use, content="Waiting")).code == 40060


async def test_a_request_can_be_held(stage: Scene) -> None:
    use = await stage.answered()
    hold = asyncio.Event()
    fault = stage.discord.faults.add(Fault(path_glob=ORIGINAL, hold=hold))
    edit = asyncio.create_task(stage.bot.edit(use, {"content": "46 %"}))
    await stage.discord.until(lambda: fault.hits == 1)

    assert use.message is not None
    assert use.message.content == "Waiting"
    hold.set()
    assert (await edit).status == 200
    assert use.message.content == "46 %"


async def test_a_held_request_may_then_fail(stage: Scene) -> None:
    hold = asyncio.Event()
    hold.set()
    stage.discord.faults.add(Fault(hold=hold, status=500))

    assert (await stage.bot.call("GET", "/users/@me")).status == 500


async def test_a_request_is_on_record_with_its_answer(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {"content": "46 %"})
    callback, edit = stage.discord.requests

    assert (callback.method, callback.route) == (
        "POST",
        "/interactions/{interaction}/{token}/callback",
    )
    assert callback.query["with_response"] == "1"
    assert (edit.status, edit.response_code) == (200, 0)
    assert edit.path.endswith("/messages/@original")
    assert edit.json == {"content": "46 %"}
    assert edit.headers["Content-Type"] == "application/json"


async def test_files_are_on_record_without_their_bytes(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {"attachments": [{"id": 0}]}, {"a.png": b"picture"})
    (file,) = stage.discord.requests[-1].files

    assert (file.field, file.filename, file.size) == ("files[0]", "a.png", 7)
    assert file.sha256 == hashlib.sha256(b"picture").hexdigest()
    assert file.content_type == "application/octet-stream"
    assert stage.discord.requests[-1].json == {"attachments": [{"id": 0}]}


async def test_a_refusal_is_on_record_with_discords_code(stage: Scene) -> None:
    await stage.bot.say(await stage.imagine(), content="")

    assert (stage.discord.requests[-1].status, stage.discord.requests[-1].response_code) == (
        400,
        50006,
    )


async def test_a_request_without_an_answer_has_no_status(stage: Scene) -> None:
    stage.discord.faults.add(Fault(close=True))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await stage.bot.call("POST", "/users/@me/channels", {})

    assert stage.discord.requests[-1].status == 0


async def test_requests_are_found_by_method_and_route(stage: Scene) -> None:
    use = await stage.answered()
    await stage.bot.edit(use, {"content": "1"})
    await stage.bot.hook("GET", use)

    assert len(stage.discord.requests.to("PATCH", "/messages/{message}")) == 1
    assert stage.discord.requests.to("PATCH", "/callback") == []


async def test_the_record_is_bounded() -> None:
    async with scene(settings=SandboxSettings(requests_kept=2)) as stage:
        for name in ("/users/@me", "/gateway", "/gateway/bot"):
            await stage.bot.call("GET", name)

        assert [item.route for item in stage.discord.requests] == ["/gateway", "/gateway/bot"]


async def test_the_record_can_be_off() -> None:
    async with scene(settings=SandboxSettings(requests_kept=0)) as stage:
        await stage.bot.call("GET", "/users/@me")

        assert len(stage.discord.requests) == 0


async def test_how_long_an_answer_took_is_on_record() -> None:
    clock = ManualClock()
    async with scene(clock=clock) as stage:
        hold = asyncio.Event()
        fault = stage.discord.faults.add(Fault(hold=hold))
        call = asyncio.create_task(stage.bot.call("GET", "/users/@me"))
        await stage.discord.until(lambda: fault.hits)
        clock.advance(2)
        hold.set()
        await call

        assert stage.discord.requests[-1].took_s == 2


async def test_an_invalid_body_is_refused(stage: Scene) -> None:
    url = f"{stage.discord.api_url}/users/@me/channels"
    headers = {"Authorization": f"Bot {stage.bot.token}", "Content-Type": "application/json"}
    async with stage.bot.http.post(url, data=b"{", headers=headers) as response:
        body = await response.json()

    assert (response.status, body["code"]) == (400, 50109)


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nnothing\r\n--b--\r\n"),
    ],
)
async def test_a_broken_form_is_refused(stage: Scene, content_type: str, data: bytes) -> None:
    url = f"{stage.discord.api_url}/users/@me/channels"
    headers = {"Authorization": f"Bot {stage.bot.token}", "Content-Type": content_type}
    async with stage.bot.http.post(url, data=data, headers=headers) as response:
        body = await response.json()

    assert (response.status, body["code"]) == (400, 50035)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/cats", 404), ("DELETE", "/users/@me", 405)]
)
async def test_an_unknown_path_or_method_is_refused(
    stage: Scene, method: str, path: str, status: int
) -> None:
    assert (await stage.bot.call(method, path)).status == status


async def test_outside_of_the_api_there_is_nothing(stage: Scene) -> None:
    async with stage.bot.http.get(f"{stage.discord.base_url}/cats") as response:
        assert response.status == 404


@pytest.mark.parametrize("value", ["", "Bot wrong", "Bearer x"])
async def test_a_bad_token_is_unauthorised(stage: Scene, value: str) -> None:
    reply = await stage.bot.call("GET", "/users/@me", Authorization=value)

    assert (reply.status, reply.body) == (401, {"message": "401: Unauthorized", "code": 0})
