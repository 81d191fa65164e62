"""The local Get3W's event stream, seen over real sockets: documented, and in every variant."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.get3w import (
    Dialect,
    End,
    Get3WSandbox,
    IdPlace,
    Output,
    Scenario,
    Wait,
    Wording,
    event,
    noise_png,
    raw,
)
from tests.contract.get3w_caller import CAT, MODEL, Caller, calling


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with calling() as caller:
        yield caller


async def test_the_documented_stream_comes_byte_for_byte(call: Caller) -> None:
    call.api.default = Scenario.stream([0.1, 0.5])

    told = await call.submit()

    place = call.api.url.removesuffix("/api/v3")
    picture = f"{place}/outputs/{call.api.submissions[0].task_id}/0.png"
    assert told.headers["Content-Type"] == "text/event-stream"
    assert told.body.decode() == (
        'data: {"status":"processing","progress":0.1}\n\n'
        'data: {"status":"processing","progress":0.5}\n\n'
        f'data: {{"status":"completed","outputs":["{picture}"]}}\n\n'
    )


async def test_the_demo_stream_has_nine_events_and_no_ids(call: Caller) -> None:
    told = await call.submit()

    assert [event.get("progress") for event in told.events] == [
        *(0.05, 0.15, 0.3, 0.45, 0.6, 0.72, 0.84, 0.95),
        None,
    ]
    assert not any("id" in event for event in told.events)


async def test_each_event_is_a_chunk_of_its_own(call: Caller) -> None:
    call.api.default = Scenario.stream([0.5])

    wire = await call.raw_submit()

    head, _, body = wire.partition(b"\r\n\r\n")
    first = b'data: {"status":"processing","progress":0.5}\n\n'
    assert b"Transfer-Encoding: chunked" in head
    assert body.startswith(b"%x\r\n%b\r\n" % (len(first), first))
    assert body.endswith(b"\r\n0\r\n\r\n")


async def test_events_are_apart_by_the_pace_that_was_set(call: Caller) -> None:
    call.api.default = Scenario.stream([0.1, 0.5, 0.9], every_s=0.05)

    await call.submit()

    submission = call.api.submissions[0]
    assert submission.completed_at_s is not None
    assert submission.completed_at_s - submission.at_s >= 0.15


async def test_an_event_behind_a_gate_waits_for_the_test(call: Caller) -> None:
    gate = asyncio.Event()
    done = event({"status": "completed", "outputs": []}, wait=Wait(gate=gate))
    call.api.default = Scenario.events({"status": "processing", "progress": 0.5}, done)
    answer = asyncio.create_task(call.submit())
    submission = await call.api.until(
        lambda: next((s for s in call.api.submissions if s.n_writes == 1), None)
    )
    assert submission.end is End.OPEN

    gate.set()

    assert (await answer).events[-1]["status"] == "completed"


async def test_the_twin_dialect_counts_in_percent(call: Caller) -> None:
    call.api.default = Scenario.stream([0.25], wording=Wording(dialect=Dialect.WAVESPEED))

    progress, done = (await call.submit()).events

    assert progress == {"type": "progress", "percentage": 25.0}
    assert done["type"] == "complete"
    assert len(done["outputs"]) == 1


@pytest.mark.parametrize("place", [IdPlace.TOP, IdPlace.DATA, IdPlace.URLS])
async def test_an_id_stands_in_every_event_where_it_was_told_to(
    call: Caller, place: IdPlace
) -> None:
    call.api.default = Scenario.stream([0.5], wording=Wording(ids=place))

    events = (await call.submit()).events

    task_id = call.api.submissions[0].task_id
    fields = {
        IdPlace.TOP: {"id": task_id},
        IdPlace.DATA: {"data": {"id": task_id}},
        IdPlace.URLS: {"urls": {"get": f"{call.api.url}/predictions/{task_id}"}},
    }[place]
    assert all(fields.items() <= event.items() for event in events)


async def test_an_envelope_holds_the_event_and_its_id(call: Caller) -> None:
    wording = Wording(ids=IdPlace.TOP, enveloped=True)
    call.api.default = Scenario.stream([0.5], wording=wording)

    first, *_ = (await call.submit()).events

    task_id = call.api.submissions[0].task_id
    assert first["data"] == {"id": task_id, "status": "processing", "progress": 0.5}
    assert (first["code"], first["message"]) == (200, "success")


async def test_a_completed_event_in_an_envelope_counts_as_completion(call: Caller) -> None:
    call.api.default = Scenario.stream([], wording=Wording(enveloped=True))

    await call.submit()

    assert call.api.submissions[0].completed_at_s is not None


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_a_failed_event_ends_a_stream_without_completion(
    call: Caller, dialect: Dialect
) -> None:
    words = Wording(dialect=dialect)
    call.api.default = Scenario.events(words.log("loading"), words.failed("out of memory", 5000))

    log, failed = (await call.submit()).events

    assert log["message"] == "loading"
    assert (failed["error"], failed["code"]) == ("out of memory", 5000)
    assert call.api.submissions[0].completed_at_s is None


async def test_names_ids_comments_and_done_go_out_as_written(call: Caller) -> None:
    call.api.default = Scenario.events(
        raw(b": keep-alive\n\n"),
        event({"status": "processing"}, name="progress", event_id="7"),
        raw(b"data: [DONE]\n\n"),
    )

    told = await call.submit()

    assert told.body == (
        b': keep-alive\n\nevent: progress\nid: 7\ndata: {"status":"processing"}\n\ndata: [DONE]\n\n'
    )


@pytest.mark.parametrize("newline", [b"\n", b"\r", b"\r\n"])
async def test_lines_end_as_told(call: Caller, newline: bytes) -> None:
    call.api.default = Scenario.events({"status": "created"}).lines_end_with(newline)

    told = await call.submit()

    assert told.body == b'data: {"status":"created"}' + newline * 2


async def test_a_byte_order_mark_comes_first(call: Caller) -> None:
    call.api.default = Scenario.events({"status": "created"}).with_bom()

    assert (await call.submit()).body == b'\xef\xbb\xbfdata: {"status":"created"}\n\n'


async def test_a_filler_comes_in_front_of_every_event(call: Caller) -> None:
    call.api.default = Scenario.events({"n": 1}, {"n": 2}).between(b":\n\n")

    assert (await call.submit()).body == b':\n\ndata: {"n":1}\n\n:\n\ndata: {"n":2}\n\n'


async def test_slices_run_over_the_borders_of_events(call: Caller) -> None:
    call.api.default = Scenario.events({"n": 1}, {"n": 2}).sliced(20, 3)

    body = (await call.raw_submit()).partition(b"\r\n\r\n")[2]

    assert body == (b'14\r\ndata: {"n":1}\n\ndata:\r\n3\r\n {"\r\n7\r\nn":2}\n\n\r\n0\r\n\r\n')


async def test_a_stream_in_single_bytes_says_the_same(call: Caller) -> None:
    call.api.script("whole", Scenario.stream([0.1]).with_outputs())
    call.api.script("single", Scenario.stream([0.1]).with_outputs().sliced(1))

    whole, single = await call.submit("whole"), await call.submit("single")

    assert whole.body == single.body


async def test_slices_leave_waits_between_events_alone(call: Caller) -> None:
    gate = asyncio.Event()
    late = event({"n": 2}, wait=Wait(gate=gate))
    call.api.default = Scenario.events({"n": 1}, late).sliced(5)
    answer = asyncio.create_task(call.submit())
    await call.api.until(lambda: call.api.submissions and call.api.submissions[0].n_writes == 1)

    gate.set()

    assert (await answer).events == [{"n": 1}, {"n": 2}]


async def test_megabytes_of_base64_come_in_one_line(call: Caller) -> None:
    picture = noise_png(3_000_000)
    call.api.default = Scenario.stream([]).with_outputs(Output.base64(picture))

    told = await call.submit()

    assert len(told.body.splitlines()[0]) > 4_000_000
    assert told.events[0]["outputs"][0].startswith("iVBORw0KGgo")


async def test_another_content_type_is_sent_when_told(call: Caller) -> None:
    call.api.default = Scenario.stream([]).answered_as("text/event-stream; charset=utf-8")

    assert (await call.submit()).headers["Content-Type"] == "text/event-stream; charset=utf-8"


async def test_a_drip_of_comments_goes_on_until_the_client_leaves(call: Caller) -> None:
    call.api.default = Scenario.events({"n": 1}).then(raw(b":\n\n")).for_ever()
    url, body = f"{call.api.url}/{MODEL}", {"prompt": CAT, "stream": True}

    async with call.http.post(url, json=body) as answer:
        await call.api.until(lambda: call.api.submissions[0].n_writes > 20)
        answer.close()

    await call.api.until(lambda: call.api.submissions[0].end is End.CLIENT_LEFT)


async def test_a_thousand_streams_at_once_all_arrive() -> None:
    async with (
        Get3WSandbox.open(pace_s=0, side_px=64) as api,
        aiohttp.ClientSession(
            headers={"Authorization": "Bearer sk_sandbox"},
            connector=aiohttp.TCPConnector(limit=0),
        ) as http,
    ):
        api.default = Scenario.stream().with_outputs()
        caller = Caller(api, http)
        told = await asyncio.gather(*(caller.submit(f"number {n}") for n in range(1_000)))

    assert {len(answer.events) for answer in told} == {9}
    assert {submission.end for submission in api.submissions} == {End.STREAMED}
