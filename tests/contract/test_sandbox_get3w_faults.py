"""What goes wrong on purpose: refusals, cuts, broken transfers, pictures that aren't there."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from sandbox.get3w import End, Ending, Framing, Get3WSandbox, Output, Reply, Scenario, noise_png
from tests.contract.get3w_caller import AUTH, CAT, MODEL, Caller, Told, calling

TWO_EVENTS = Scenario.events({"n": 1}, {"n": 2})
TWO_EVENTS_BODY = b'data: {"n":1}\n\ndata: {"n":2}\n\n'


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=AUTH) as session:
        yield session


# Refusals


@pytest.mark.parametrize(
    ("status", "message"),
    [(401, "invalid key"), (403, "Insufficient balance"), (404, "no model"), (422, "bad size")],
)
async def test_a_refusal_has_the_documented_shape(call: Caller, status: int, message: str) -> None:
    call.api.default = Scenario.refusal(status, message)

    told = await call.submit()

    assert told.status == status
    assert told.document == {"code": status, "message": message, "data": None}
    assert call.api.submissions[0].end is End.REFUSED


@pytest.mark.parametrize("retry_after", ["1", "Wed, 21 Oct 2099 07:28:00 GMT", None])
async def test_too_many_requests_carry_the_header_that_was_set(
    call: Caller, retry_after: str | None
) -> None:
    call.api.default = Scenario.refusal(429, "Rate limit exceeded", retry_after=retry_after)

    told = await call.submit()

    assert told.status == 429
    assert told.headers.get("Retry-After") == retry_after


async def test_the_first_submissions_are_refused_and_the_next_one_isnt(call: Caller) -> None:
    busy = Scenario.refusal(429, "Rate limit exceeded")
    call.api.script(CAT, busy, busy, Scenario.stream([]))

    assert [(await call.submit()).status for _ in range(4)] == [429, 429, 200, 200]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_gateway_answers_with_a_page(call: Caller, status: int) -> None:
    call.api.default = Scenario.reply(Reply.html(status))

    told = await call.submit()

    assert (told.status, told.headers["Content-Type"]) == (status, "text/html")
    assert told.body.startswith(b"<!doctype html>")


async def test_an_answer_can_be_empty(call: Caller) -> None:
    call.api.default = Scenario.reply(Reply.empty(500))

    told = await call.submit()

    assert (told.status, told.body) == (500, b"")
    assert "Content-Type" not in told.headers


async def test_an_answer_can_be_rubbish(call: Caller) -> None:
    call.api.default = Scenario.reply(Reply.raw(b"\x00{]", "application/json"))

    assert (await call.submit()).body == b"\x00{]"


async def test_an_envelope_can_refuse_with_http_200(call: Caller) -> None:
    refused = {"code": 500, "message": "busy", "data": None}
    call.api.default = Scenario.reply(Reply.json(refused))

    told = await call.submit()

    assert (told.status, told.document) == (200, refused)


@pytest.mark.parametrize("status", [400, 404, 405, 422])
async def test_a_refusal_that_names_stream_accepts_the_same_without_it(
    call: Caller, status: int
) -> None:
    call.api.default = Scenario.refuses_stream(status)

    refused, accepted = await call.submit(), await call.submit(stream=False)

    assert refused.status == status
    assert "stream" in refused.document["message"]
    assert accepted.document["data"]["status"] == "created"


async def test_a_wrong_key_is_refused_and_written_down(call: Caller) -> None:
    call.api.account.key = "sk_other"

    told = await call.submit()

    assert told.document == {"code": 401, "error": "Invalid or revoked API key"}
    assert call.api.submissions[0].prompt == CAT


async def test_a_missing_key_is_named(call: Caller) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{call.api.url}/models") as answer:
        assert (await answer.json())["error"] == "Missing Authorization header"


async def test_an_unknown_model_is_not_found(call: Caller) -> None:
    assert (await call.submit(model="nobody/knows")).status == 404


async def test_a_scripted_prompt_works_with_any_model(call: Caller) -> None:
    call.api.script(CAT, Scenario.stream([]))

    assert (await call.submit(model="nobody/knows")).status == 200


async def test_a_submission_without_a_prompt_is_refused(call: Caller) -> None:
    assert (await call.submit(prompt="")).document["message"] == "prompt is required"


async def test_a_body_that_is_no_json_is_refused(call: Caller) -> None:
    async with call.http.post(f"{call.api.url}/{MODEL}", data=b"]") as answer:
        assert answer.status == 400


# Cuts


@pytest.mark.parametrize("ending", [Ending.FIN, Ending.RESET])
@pytest.mark.parametrize("after_bytes", [0, 1, 13, 15, 16, 29])
async def test_a_cut_stream_ends_in_an_error_after_exactly_its_bytes(
    call: Caller, ending: Ending, after_bytes: int
) -> None:
    call.api.default = TWO_EVENTS.cut(after_bytes=after_bytes, ending=ending)

    told = await call.submit()

    assert told.body == TWO_EVENTS_BODY[:after_bytes]
    assert isinstance(told.error, aiohttp.ClientPayloadError | aiohttp.ClientOSError)
    assert call.api.submissions[0].end is End.CUT


async def test_a_stream_cut_after_events_holds_whole_ones(call: Caller) -> None:
    call.api.default = TWO_EVENTS.cut(after_events=1)

    told = await call.submit()

    assert told.events == [{"n": 1}]
    assert told.error is not None


async def test_a_cut_looks_clean_when_the_connection_ends_the_body(call: Caller) -> None:
    call.api.default = TWO_EVENTS.closing().cut(after_bytes=20)

    told = await call.submit()

    assert told.body == TWO_EVENTS_BODY[:20]
    assert told.error is None
    assert told.headers["Connection"] == "close"


async def test_a_body_up_to_the_end_of_the_connection_can_be_whole(call: Caller) -> None:
    call.api.default = TWO_EVENTS.closing()

    told = await call.submit()

    assert (told.body, told.error) == (TWO_EVENTS_BODY, None)
    assert call.api.submissions[0].end is End.STREAMED


async def test_the_connection_lives_on_after_a_proper_end(call: Caller) -> None:
    place = call.api.url.removeprefix("http://").partition("/")[0]
    host, port = place.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for _ in range(2):
        writer.write(b"GET /api/v3/balance HTTP/1.1\r\nHost: sandbox\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0]))
    writer.close()

    assert len(call.api.ledger.reads) == 2


async def test_the_connection_can_be_reset_instead_of_an_answer(call: Caller) -> None:
    call.api.default = Scenario.reply(Reply.reset())

    with pytest.raises(aiohttp.ClientOSError):
        await call.submit()

    assert call.api.submissions[0].status is None


async def test_silence_lasts_until_the_client_leaves(call: Caller) -> None:
    call.api.default = TWO_EVENTS.cut(after_events=1, ending=Ending.HANG)
    url, body = f"{call.api.url}/{MODEL}", {"prompt": CAT, "stream": True}

    async with call.http.post(url, json=body) as answer:
        assert await answer.content.readany() == b'data: {"n":1}\n\n'
        assert call.api.submissions[0].end is End.OPEN
        answer.close()

    await call.api.until(lambda: call.api.submissions[0].end is End.CLIENT_LEFT)


async def test_an_answer_can_be_held_before_its_head(call: Caller) -> None:
    gate = asyncio.Event()
    call.api.default = Scenario.reply(Reply.json({}).held(gate))
    answer = asyncio.create_task(call.submit())
    (submission,) = await call.api.until(lambda: call.api.submissions)
    assert submission.status is None

    gate.set()

    assert (await answer).status == 200


# Pictures that aren't there


async def _fetched(call: Caller, output: Output) -> Told:
    call.api.default = Scenario.stream([]).with_outputs(output)
    return await call.get(await call.picture_url())


async def test_a_picture_comes_after_the_faults_that_were_set(call: Caller) -> None:
    faults = (Reply.html(404), Reply.html(503))
    call.api.default = Scenario.stream([]).with_outputs(Output.faulty(*faults))
    url = await call.picture_url()

    told = [await call.get(url) for _ in range(3)]

    assert [answer.status for answer in told] == [404, 503, 200]
    assert told[-1].body.startswith(b"\x89PNG")


async def test_a_given_picture_is_served_byte_for_byte(call: Caller) -> None:
    picture = noise_png(1_500_000)

    told = await _fetched(call, Output(picture=picture))

    assert told.body == picture


async def test_a_page_can_be_served_as_a_picture(call: Caller) -> None:
    told = await _fetched(call, Output.never(Reply.raw(b"<html>", "image/png")))

    assert (told.headers["Content-Type"], told.body) == ("image/png", b"<html>")


async def test_a_picture_can_have_no_bytes(call: Caller) -> None:
    told = await _fetched(call, Output(picture=b""))

    assert (told.headers["Content-Length"], told.body) == ("0", b"")


async def test_a_picture_can_stop_short_of_its_length(call: Caller) -> None:
    whole = Reply.raw(noise_png(5_000), "image/png")

    told = await _fetched(call, Output.never(whole.cut(2_000)))

    assert told.headers["Content-Length"] == "5000"
    assert len(told.body) == 2_000
    assert isinstance(told.error, aiohttp.ClientPayloadError)


async def test_a_length_can_be_a_lie(call: Caller) -> None:
    lie = Reply.raw(b"\x89PNG", "image/png").declaring(10**12)

    told = await _fetched(call, Output.never(lie))

    assert told.headers["Content-Length"] == str(10**12)
    assert told.body == b"\x89PNG"


async def test_a_picture_can_have_no_end(call: Caller) -> None:
    endless = Output.never(Reply.endless_body(b"\x89PNG" * 1_000))
    call.api.default = Scenario.stream([]).with_outputs(endless)

    async with call.http.get(await call.picture_url()) as answer:
        await answer.content.readexactly(1_000_000)
        answer.close()

    await call.api.until(lambda: call.api.downloads[0].end is End.CLIENT_LEFT)


async def test_a_picture_can_send_the_client_elsewhere(call: Caller) -> None:
    told = await _fetched(call, Output.never(Reply.redirect("http://127.0.0.1:1/x.png")))

    assert (told.status, told.headers["Location"]) == (302, "http://127.0.0.1:1/x.png")


async def test_a_picture_can_come_slowly(call: Caller) -> None:
    slow = Reply.raw(b"\x89PNG", "image/png").sliced(1, every_s=0.02)

    told = await _fetched(call, Output.never(slow))

    (download,) = call.api.downloads
    assert told.body == b"\x89PNG"
    assert download.ended_at_s is not None
    assert download.ended_at_s - download.at_s >= 0.06


@pytest.mark.parametrize("listed", [42, None, "no address", "https://192.0.2.1/x.png", {"x": []}])
async def test_outputs_can_list_anything(call: Caller, listed: object) -> None:
    call.api.default = Scenario.events({"status": "completed", "outputs": [listed]})

    assert (await call.submit()).events[0]["outputs"] == [listed]


async def test_a_picture_that_isnt_listed_is_not_found(call: Caller) -> None:
    url = await call.picture_url()

    assert (await call.get(url.replace("/0.png", "/1.png"))).status == 404


async def test_chunked_framing_goes_with_any_answer(call: Caller) -> None:
    call.api.default = Scenario.reply(replace(Reply.json({"a": 1}), framing=Framing.CHUNKED))

    told = await call.submit()

    assert told.headers["Transfer-Encoding"] == "chunked"
    assert told.document == {"a": 1}


async def test_closing_the_sandbox_ends_what_hangs(http: aiohttp.ClientSession) -> None:
    async with Get3WSandbox.open(pace_s=0, side_px=64) as api:
        api.default = Scenario.events({"n": 1}).cut(ending=Ending.HANG)
        answer = asyncio.create_task(Caller(api, http).submit())
        await api.until(lambda: api.submissions and api.submissions[0].n_writes)

    assert isinstance((await answer).error, aiohttp.ClientPayloadError)
