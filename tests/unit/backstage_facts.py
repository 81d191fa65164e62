"""What both sides know of one picture, with everything a test leaves out in order."""

from __future__ import annotations

from dataclasses import replace

from sandbox.backstage.facts import AskFacts, Entry, MessageFacts, TaskFacts
from sandbox.get3w.fate import Fate

PROMPT = "A cat in space"
ASKED_S = 1_000.0
DONE_S = 1_004.0

TASK = TaskFacts(prompt=PROMPT, model="get3w/flux-dev", submitted_at_s=ASKED_S)
COMPLETED = replace(TASK, fate=Fate.COMPLETED, ended_at_s=DONE_S, told=True)
FAILED = replace(TASK, fate=Fate.FAILED, ended_at_s=DONE_S)
CANCELLED = replace(TASK, fate=Fate.CANCELLED, ended_at_s=DONE_S)
REFUSED = replace(TASK, fate=Fate.REFUSED, ended_at_s=ASKED_S)

PAINTING = MessageFacts(
    id=1, channel_id=2, guild_id=3, headline="🎨 46 %", changed_at_s=ASKED_S + 2
)
PICTURE = replace(PAINTING, has_picture=True, changed_at_s=DONE_S, ended_at_s=DONE_S)
ENDED = replace(PAINTING, headline="⚠️ Over.", changed_at_s=DONE_S, ended_at_s=DONE_S)


def ask(
    message: MessageFacts | None = PAINTING, *, number: int = 1, at_s: float = ASKED_S
) -> AskFacts:
    return AskFacts(id=number, prompt=PROMPT, person="Alice", asked_at_s=at_s, message=message)


def entry(message: MessageFacts | None, *tasks: TaskFacts) -> Entry:
    return Entry(ask(message), tasks)
