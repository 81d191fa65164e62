"""What members order, and what the image API makes of it, drawn by chance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from sandbox.get3w import Ending, IdPlace, Output, Reply, Scenario, Wording, noise_png

T = TypeVar("T")

Draw = Callable[[Random], Scenario]

# Longer than the bot of a soak waits for a word of the API.
SILENCE_S = 2.0
_NAMED = Wording(ids=IdPlace.TOP)
_BROKEN = 5004
_GONE = 404


@dataclass(frozen=True)
class Order:
    """One picture, and what becomes of it.

    Attributes
    ----------
    scenarios
        The answers to its submissions, the last one staying.
    cancelled_at, deleted_at
        At which state of its message, counted from 1, its member presses *Cancel* or a moderator
        deletes it.
    again
        Whether Discord delivers its interaction once more.
    """

    prompt: str
    scenarios: tuple[Scenario, ...]
    private: bool = False
    cancelled_at: int | None = None
    deleted_at: int | None = None
    again: bool = False

    @property
    def beyond_help(self) -> bool:
        """Whether its picture can't be had by anybody."""
        outputs = self.scenarios[-1].outputs or ()
        return any(output.instead and output.instead.status == _GONE for output in outputs)


def draw_order(luck: Random, number: int) -> Order:
    """Draw what happens to one job."""
    scenario = _drawn(luck, _ANSWERS)(luck)
    output = _drawn(luck, _OUTPUTS)()
    # Seldom, since the line slows down for a while each time.
    busy = (Scenario.refusal(429, "too many tasks"),) if luck.random() < 0.006 else ()
    return Order(
        prompt=f"Picture {number}",
        scenarios=(*busy, scenario if output is None else scenario.with_outputs(output)),
        private=luck.random() < 0.1,
        cancelled_at=_sometimes(luck, 0.08),
        deleted_at=_sometimes(luck, 0.02),
        again=luck.random() < 0.05,
    )


def draw_plain_order(luck: Random, number: int) -> Order:
    """Draw one job to which nothing happens."""
    scenario = luck.choice((_stream, _named_stream, _task))(luck)
    return Order(f"Picture {number}", (scenario,))


def _drawn(luck: Random, table: Mapping[T, int]) -> T:
    return luck.choices(list(table), weights=list(table.values()))[0]


def _sometimes(luck: Random, share: float) -> int | None:
    return luck.randint(1, 3) if luck.random() < share else None


def _stream(luck: Random, wording: Wording | None = None) -> Scenario:
    told = sorted(luck.random() for _ in range(luck.randint(1, 5)))
    return Scenario.stream(told, every_s=luck.uniform(0.02, 0.4), wording=wording)


def _named_stream(luck: Random) -> Scenario:
    return _stream(luck, _NAMED)


def _task(luck: Random) -> Scenario:
    return Scenario.task(takes_s=luck.uniform(0, 2))


def _cut(luck: Random) -> Scenario:
    ending = luck.choice((Ending.FIN, Ending.RESET, Ending.HANG))
    return _stream(luck).cut(after_events=1, ending=ending)


def _cut_cleanly(luck: Random) -> Scenario:
    return _stream(luck).cut(after_events=1).closing()


def _named_cut(luck: Random) -> Scenario:
    ending = luck.choice((Ending.FIN, Ending.RESET, Ending.HANG))
    return _named_stream(luck).cut(after_events=1, ending=ending)


def _failed(_: Random) -> Scenario:
    return Scenario.failure("out of memory", _BROKEN)


def _refused(luck: Random) -> Scenario:
    return Scenario.refusal(luck.choice((400, 402, 403)), "no")


def _without_stream(_: Random) -> Scenario:
    return Scenario.refuses_stream()


def _broken(luck: Random) -> Scenario:
    return Scenario.reply(luck.choice((Reply.html(500), Reply.html(503), Reply.reset())))


_ANSWERS: Mapping[Draw, int] = {
    _stream: 45,
    _named_stream: 20,
    _task: 12,
    _cut: 4,
    _cut_cleanly: 2,
    _named_cut: 5,
    _failed: 3,
    _refused: 2,
    _without_stream: 3,
    _broken: 4,
}


def _nothing_special() -> None:
    return None


def _slow() -> Output:
    picture = Reply.raw(noise_png(20_000), "image/png")
    return Output.never(picture.sliced(4_000, every_s=0.1))


def _broken_once() -> Output:
    return Output.faulty(Reply.html(503))


def _broken_twice() -> Output:
    return Output.faulty(Reply.reset(), Reply.html(502))


def _gone() -> Output:
    return Output.never(Reply.html(_GONE))


_OUTPUTS: Mapping[Callable[[], Output | None], int] = {
    _nothing_special: 72,
    Output.base64: 8,
    Output.in_object: 5,
    _slow: 6,
    _broken_once: 4,
    _broken_twice: 4,
    _gone: 1,
}
