"""Which submission was made for which wish.

The API is told a prompt and nothing of Discord, so the prompt and the order are all there is. A
submission belongs to the oldest wish of its prompt that has none yet and wasn't over by then;
where each has one already, to the newest of them, which it was then submitted twice for. What
enlarges a picture is told no prompt: it belongs to a wish whose message names its model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sandbox.backstage.facts import AskFacts, Entry, TaskFacts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CUT: Final = "…"


def paired(asks: Iterable[AskFacts], tasks: Iterable[TaskFacts]) -> list[Entry]:
    """Return an entry for each wish, and for each submission without one; oldest first."""
    wishes = sorted(asks, key=lambda ask: ask.asked_at_s)
    given: dict[int, list[TaskFacts]] = {ask.id: [] for ask in wishes}
    strays: list[Entry] = []
    for task in sorted(tasks, key=lambda task: task.submitted_at_s):
        ask = _wish_for(task, wishes, given)
        if ask is None:
            strays.append(Entry(None, (task,)))
        else:
            given[ask.id].append(task)
    entries = [Entry(ask, tuple(given[ask.id])) for ask in wishes]
    return sorted([*entries, *strays], key=lambda entry: entry.began_at_s)


def _wish_for(
    task: TaskFacts, wishes: Sequence[AskFacts], given: Mapping[int, Sequence[TaskFacts]]
) -> AskFacts | None:
    possible = [ask for ask in wishes if _is_earlier(ask, task)]
    waiting = (ask for ask in possible if _waits(ask, given[ask.id], task.submitted_at_s))
    newest = possible[-1] if possible else None
    return next(waiting, newest)


def _is_earlier(ask: AskFacts, task: TaskFacts) -> bool:
    if ask.asked_at_s > task.submitted_at_s:
        return False
    if not task.prompt:
        return task.model.rpartition("/")[2] in ask.said
    return _is_same(ask.prompt, task.prompt)


def _is_same(asked: str, submitted: str) -> bool:
    """Compare words alone: a bot may tidy blanks, and quotes a long prompt cut short."""
    wanted, got = " ".join(asked.split()), " ".join(submitted.split())
    return got == wanted or (wanted.endswith(CUT) and got.startswith(wanted.removesuffix(CUT)))


def _waits(ask: AskFacts, given: Sequence[TaskFacts], at_s: float) -> bool:
    """Say whether it has no submission that was accepted, and wasn't over at that moment."""
    ended_s = ask.message.ended_at_s if ask.message else None
    over = ended_s is not None and ended_s < at_s
    return not over and not any(task.accepted for task in given)
