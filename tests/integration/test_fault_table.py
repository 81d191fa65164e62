"""Whatever goes wrong ends in one clear message, and is never paid twice."""

from dataclasses import dataclass

import pytest
from yarl import URL

from sandbox.discord.messages import SandboxMessage
from sandbox.get3w import (
    Canary,
    Ending,
    IdPlace,
    Output,
    Reply,
    Scenario,
    Wording,
    noise_png,
)
from tests.stage import KEY, Stage, headlines

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A text that only the image API says: none of it may ever reach a member.
UPSTREAM_WORDS = "xyzzy-upstream-words"
MAYBE = "It may have been charged."
NOTHING = "Nothing was charged."
USUALLY_NOT = "It is usually not charged."


@dataclass(frozen=True)
class Fault:
    """One row: what the API does, what the member reads, what is said of money."""

    name: str
    scenario: Scenario
    title: str
    charge: str
    submissions: int = 1


def _png(**changes: object) -> Scenario:
    return Scenario.stream([0.5]).with_outputs(Output(**changes))


def _failed(error: str, code: int | None = None) -> Scenario:
    return Scenario.events({"status": "failed", "error": error, "code": code})


FAULTS = [
    Fault("401", Scenario.refusal(401, UPSTREAM_WORDS), "refused this bot's account", NOTHING),
    Fault("403 balance", Scenario.refusal(403, "Insufficient balance"), "bot's account", NOTHING),
    Fault("404 model", Scenario.refusal(404, UPSTREAM_WORDS), "isn't available at the", NOTHING),
    Fault(
        "422 prompt",
        Scenario.reply(
            Reply.json({"detail": [{"loc": ["body", "prompt"], "msg": UPSTREAM_WORDS}]}, 422)
        ),
        "didn't accept the prompt",
        NOTHING,
    ),
    Fault("400", Scenario.refusal(400, UPSTREAM_WORDS), "didn't accept", NOTHING),
    Fault(
        "429 for ever",
        Scenario.refusal(429, UPSTREAM_WORDS, retry_after="0"),
        "too busy",
        NOTHING,
        submissions=4,
    ),
    Fault("500", Scenario.refusal(500, UPSTREAM_WORDS), "had a problem", MAYBE),
    Fault("502 page", Scenario.reply(Reply.html(502)), "had a problem", MAYBE),
    Fault("200 page", Scenario.reply(Reply.html(200)), "had a problem", MAYBE),
    Fault("empty", Scenario.reply(Reply.empty()), "had a problem", MAYBE),
    Fault(
        "garbage",
        Scenario.reply(Reply.raw(b"\x00\xff{" + UPSTREAM_WORDS.encode(), "application/json")),
        "had a problem",
        MAYBE,
    ),
    Fault(
        "cut by FIN",
        Scenario.stream([0.1, 0.4]).cut(after_events=2),
        "connection was lost",
        MAYBE,
    ),
    Fault(
        "cut by RST",
        Scenario.stream([0.1, 0.4]).cut(after_events=2, ending=Ending.RESET),
        "connection was lost",
        MAYBE,
    ),
    Fault(
        "clean end without an end",
        Scenario.stream([0.1, 0.4]).closing().cut(after_events=2),
        "connection was lost",
        MAYBE,
    ),
    Fault(
        "silence",
        Scenario.stream([0.1, 0.4]).cut(after_events=2, ending=Ending.HANG),
        "connection was lost",
        MAYBE,
    ),
    Fault("failed", _failed(UPSTREAM_WORDS, 1405), "couldn't make this picture", USUALLY_NOT),
    Fault("code 1200", _failed(UPSTREAM_WORDS, 1200), "safety filter refused", USUALLY_NOT),
    Fault(
        "filter's wording",
        _failed(f"Content flagged as potentially sensitive. {UPSTREAM_WORDS}"),
        "safety filter refused",
        USUALLY_NOT,
    ),
    Fault(
        "no outputs",
        Scenario.stream([0.5]).with_outputs(),
        "couldn't be fetched safely",
        MAYBE,
    ),
    Fault("junk outputs", _png(listed={"what": [1]}), "couldn't be fetched safely", MAYBE),
    Fault("page as picture", _png(instead=Reply.html(200)), "couldn't be fetched safely", MAYBE),
    Fault(
        "private address",
        _png(listed="https://192.168.1.1/a.png"),
        "couldn't be fetched safely",
        MAYBE,
    ),
    Fault("local file", _png(listed="file:///etc/passwd"), "couldn't be fetched safely", MAYBE),
    Fault(
        "endless file",
        _png(instead=Reply.endless_body(noise_png(65536))),
        "couldn't be fetched safely",
        MAYBE,
    ),
    Fault(
        "huge file",
        _png(instead=Reply.raw(b"\x89PNG\r\n\x1a\n", "image/png").declaring(10**12)),
        "couldn't be fetched safely",
        MAYBE,
    ),
]


def says_what_only_we_may_know(message: SandboxMessage, stage: Stage) -> bool:
    said = "\n".join(f"{snapshot.text} {snapshot.components}" for snapshot in message.history)
    return any(hidden in said for hidden in (UPSTREAM_WORDS, KEY, stage.api.url))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_ends_in_one_clear_message(stage: Stage, fault: Fault) -> None:
    prompt = f"Fault {fault.name}"
    stage.api.script(prompt, *[fault.scenario] * 4)

    use = await stage.imagine(prompt)
    message = await stage.end_of(use, timeout_s=40)

    title = headlines(message)[-1]
    assert title.startswith("⚠️ ")
    assert fault.title in title
    assert fault.charge in message.text
    assert [button.label for button in message.buttons] == ["Try again", "Edit"]
    assert use.followups == []
    assert not says_what_only_we_may_know(message, stage)
    assert len(stage.api.submissions_of(prompt)) == fault.submissions


async def test_an_unavailable_model_is_answered_with_what_is_available(stage: Stage) -> None:
    stage.api.script("Gone model", Scenario.refusal(404, "no"))

    message = await stage.end_of(await stage.imagine("Gone model", model="get3w/flux-schnell"))

    assert "flux-schnell isn't available" in message.text
    assert "You can use flux-dev" in message.text


async def test_the_host_is_told_which_status_refused_the_account(stage: Stage) -> None:
    stage.api.script("No money", Scenario.refusal(403, "Insufficient balance"))

    await stage.end_of(await stage.imagine("No money"))

    assert stage.bot is not None
    assert any("WARNING" in line and "403" in line for line in stage.bot.lines)


async def test_a_busy_service_is_asked_again_and_the_message_says_so(stage: Stage) -> None:
    busy = Scenario.refusal(429, "slow down", retry_after="2")
    stage.api.script("Busy first", busy, Scenario.stream([0.5]))

    message = await stage.end_of(await stage.imagine("Busy first", channel=stage.new_channel()))

    assert message.attachments
    assert any("busy · asked again <t:" in line for line in headlines(message))
    assert len(stage.api.submissions_of("Busy first")) == 2


async def test_a_cut_stream_with_an_id_goes_on_by_polling(stage: Stage) -> None:
    wording = Wording(ids=IdPlace.TOP)
    scenario = Scenario.stream([0.3, 0.6], wording=wording).cut(after_events=1)
    stage.api.script("Cut with id", scenario)

    message = await stage.end_of(await stage.imagine("Cut with id"))

    assert message.attachments
    assert len(stage.api.submissions_of("Cut with id")) == 1


async def test_a_moments_trouble_of_the_picture_host_is_not_seen(stage: Stage) -> None:
    trouble = (Reply.refusal(404, "x"), Reply.refusal(503, "x"))
    stage.api.script("Late picture", Scenario.stream([0.5]).with_outputs(Output(faults=trouble)))

    message = await stage.end_of(await stage.imagine("Late picture"))

    assert message.attachments
    assert "⚠️" not in message.text


async def test_a_model_that_refuses_streams_is_asked_once_without(stage: Stage) -> None:
    stage.api.script("No stream", Scenario.refuses_stream(), Scenario.refuses_stream())

    message = await stage.end_of(await stage.imagine("No stream", model="get3w/never-streams"))

    assert message.attachments
    assert len(stage.api.submissions_of("No stream")) == 2


FORBIDDEN = [
    "http://127.0.0.1:{port}/cat.png",
    "https://127.0.0.1:{port}/cat.png",
    "https://localhost:{port}/cat.png",
    "https://[::ffff:127.0.0.1]:{port}/cat.png",
    "https://2130706433:{port}/cat.png",
]


@pytest.mark.parametrize("address", FORBIDDEN)
async def test_a_forbidden_address_is_never_asked(stage: Stage, address: str) -> None:
    async with Canary.open() as canary:
        listed = address.format(port=URL(canary.url).port)
        stage.api.script("Forbidden", _png(listed=listed))

        message = await stage.end_of(await stage.imagine("Forbidden"), timeout_s=40)

        assert "couldn't be fetched safely" in message.text
        assert canary.n_connections == 0


async def test_a_redirect_to_a_forbidden_address_is_not_followed(stage: Stage) -> None:
    async with Canary.open() as canary:
        stage.api.script("Redirected", _png(instead=Reply.redirect(f"{canary.url}/cat.png")))

        message = await stage.end_of(await stage.imagine("Redirected"), timeout_s=40)

        assert "couldn't be fetched safely" in message.text
        assert canary.n_connections == 0
