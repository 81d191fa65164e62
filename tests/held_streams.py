"""Streams of the image API that go on when a test says so, and what tells one edit from another."""

import asyncio

from sandbox.discord.faults import Fault
from sandbox.discord.interactions import Interaction
from sandbox.discord.records import RecordedRequest
from sandbox.discord.world import Channel
from sandbox.get3w import Output, Part, Scenario, Wait, Wording, event
from tests.stage import Stage


def held_stream(
    *steps: float | asyncio.Event,
    outputs: tuple[Output, ...] | None = None,
    wording: Wording | None = None,
) -> Scenario:
    """Stream fractions and then the completed event; an event of asyncio holds what follows it."""
    said = wording or Wording()
    parts: list[Part] = []
    gate: asyncio.Event | None = None
    for step in (*steps, None):
        if isinstance(step, asyncio.Event):
            gate = step
            continue
        payload = said.completed() if step is None else said.progress(step)
        parts.append(event(payload, wait=Wait(gate=gate)))
        gate = None
    scenario = Scenario.events(*parts)
    return scenario if outputs is None else scenario.with_outputs(*outputs)


async def begun(
    stage: Stage,
    prompt: str,
    *steps: float | asyncio.Event,
    channel: Channel | None = None,
    private: bool = False,
) -> Interaction:
    """Start a job that follows these steps, in a channel of its own unless one is given."""
    stage.api.script(prompt, held_stream(*steps))
    return await stage.imagine(prompt, channel=channel or stage.new_channel(), private=private)


async def all_else_is_done(stage: Stage) -> None:
    """Let the bot do a whole other job, so that what it still had to do before is done."""
    assert (await stage.picture("Something else", channel=stage.new_channel())).attachments


def befall(stage: Stage, use: Interaction, **fault: object) -> Fault:
    """Let something befall the next edit that goes by an interaction's token."""
    return stage.discord.faults.add(Fault(path_glob=original_of(use), **fault))


def original_of(use: Interaction) -> str:
    """Match the edits that go by an interaction's token."""
    return f"*/{use.token}/messages/@original"


def carries_picture(request: RecordedRequest) -> bool:
    return bool(request.files)


def carries_no_picture(request: RecordedRequest) -> bool:
    return not request.files


def said_by(request: RecordedRequest) -> str:
    """All that the components of a request say, one after the other."""
    return " ".join(_texts(request.json))


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if not isinstance(value, dict):
        return []
    own = [value["content"]] if isinstance(value.get("content"), str) else []
    return own + _texts(value.get("components"))
