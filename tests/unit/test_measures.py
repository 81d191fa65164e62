"""What is counted, as Prometheus reads it."""

import re
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import pytest
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.errors import StoreTrouble
from bot.domain.happenings import (
    Happening,
    JobEnded,
    MessageEdited,
    ShardTurned,
    StateSuperseded,
    StoreFailed,
    StreamLost,
    unobserved,
)
from bot.domain.job_times import JobTimes
from bot.observability.figures import FigureCollector, Figures, Reads
from bot.observability.measures import MODELS_MAX, OTHER_MODELS, Measures

TIMES = JobTimes(answered_s=0.1, slot_s=0.2, progress_s=0.5, completed_s=3.0, delivered_s=3.25)
DEPLOY = Path(__file__).parents[2] / "deploy"


class Book:
    """A registry, and what Prometheus reads from it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.measures = Measures(self.registry)

    def note(self, *happenings: Happening) -> None:
        for happening in happenings:
            self.measures.note(happening)

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, labels)

    def families(self) -> Iterator[Metric]:
        return text_string_to_metric_families(generate_latest(self.registry).decode())


@pytest.fixture
def book() -> Book:
    return Book()


def ended(model: str = "get3w/flux-dev", outcome: str = "done", reason: str = "") -> JobEnded:
    return JobEnded(model, outcome, reason, TIMES)


def test_jobs_are_counted_by_their_model_and_their_end(book: Book) -> None:
    book.note(ended(), ended(), ended(outcome="failed", reason="connection lost"))

    assert book.value("imagine_jobs_total", model="get3w/flux-dev", outcome="done") == 2
    assert book.value("imagine_jobs_total", model="get3w/flux-dev", outcome="failed") == 1
    assert book.value("imagine_job_failures_total", reason="connection lost") == 1


def test_the_times_of_a_job_are_counted_where_it_has_them(book: Book) -> None:
    book.note(ended(), JobEnded("m", "cancelled", "", JobTimes(slot_s=1.0, delivered_s=2.0)))

    assert book.value("imagine_queue_wait_seconds_sum") == 1.2
    assert book.value("imagine_first_progress_seconds_sum") == 0.5
    assert book.value("imagine_delivery_seconds_sum") == 3.25
    assert book.value("imagine_picture_seconds_sum") == 0.25


def test_models_beyond_the_first_few_dozen_share_one_name(book: Book) -> None:
    book.note(*(ended(f"model/{number}") for number in range(MODELS_MAX + 60)))
    book.note(ended("model/0"))

    (jobs,) = (family for family in book.families() if family.name == "imagine_jobs")
    models = {sample.labels["model"] for sample in jobs.samples}
    assert len(models) == MODELS_MAX + 1
    assert book.value("imagine_jobs_total", model=OTHER_MODELS, outcome="done") == 60
    assert book.value("imagine_jobs_total", model="model/0", outcome="done") == 2


@pytest.mark.parametrize(
    ("happening", "name", "labels"),
    [
        (MessageEdited(final=False, outcome="sent"), "edits", ("progress", "sent")),
        (MessageEdited(final=True, outcome="MessageGone"), "edits", ("final", "MessageGone")),
        (StateSuperseded(), "states_coalesced", ()),
        (StreamLost(polled=True), "stream_cuts", ("polled",)),
        (StreamLost(polled=False), "stream_cuts", ("lost",)),
        (StoreFailed(StoreTrouble.READ_ONLY), "database_errors", ("read_only",)),
        (ShardTurned("resumed"), "gateway_sessions", ("resumed",)),
    ],
)
def test_each_thing_that_happens_is_counted_once(
    book: Book, happening: Happening, name: str, labels: Sequence[str]
) -> None:
    book.note(happening)

    (family,) = (each for each in book.families() if each.name == f"imagine_{name}")
    (sample,) = (each for each in family.samples if each.name.endswith("_total"))
    assert sample.value == 1
    assert tuple(sample.labels.values()) == tuple(labels)


def test_figures_are_read_when_they_are_asked_for(book: Book) -> None:
    figures = Figures(waiting=3, latencies=((0, 0.05),), caches={"rules": Reads(9, 1)})
    book.registry.register(FigureCollector(lambda: figures))

    assert book.value("imagine_queue_depth") == 3
    assert book.value("imagine_gateway_latency_seconds", shard="0") == 0.05
    assert book.value("imagine_cache_reads_total", cache="rules", found="hit") == 9
    assert book.value("imagine_cache_reads_total", cache="rules", found="miss") == 1


def test_what_is_not_known_has_no_number(book: Book) -> None:
    book.registry.register(FigureCollector(Figures))

    assert book.value("imagine_spend_today_usd") is None
    assert book.value("imagine_budget_usd") is None


def test_counting_costs_microseconds_and_keeps_nothing(book: Book) -> None:
    happenings = (StateSuperseded(), MessageEdited(final=False, outcome="sent"))
    book.note(*happenings)
    times, costs_s = 2_000, []
    for _ in range(5):
        began_s = perf_counter()
        for _ in range(times):
            book.note(*happenings)
        costs_s.append((perf_counter() - began_s) / times / len(happenings))
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    book.note(*happenings * times)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert min(costs_s) < 50e-6
    assert after - before < 20_000


def test_who_counts_nothing_may_be_told_anything() -> None:
    unobserved(StateSuperseded())


_METRIC = re.compile(r"\b(?:imagine|process|python)_[a-z0-9_]+")
_LABELLED = re.compile(r"\b((?:imagine|process)_[a-z0-9_]+)\{([^}]*)\}")
_ENDINGS = re.compile(r"_(total|bucket|sum|count|info)$")
_ANYBODYS = {"le", "instance", "job"}


def written() -> list[Path]:
    document = DEPLOY.parent / "docs" / "watching.md"
    return [*DEPLOY.glob("grafana/*.json"), *DEPLOY.glob("prometheus/*.yml"), document]


def exposed() -> dict[str, set[str]]:
    """Give every metric that there is with its labels, each of which has been used once."""
    book = Book()
    book.registry.register(FigureCollector(Figures))
    figures = {metric.name: set[str]() for metric in book.registry.collect()}
    counted = {
        metric._name: set(metric._labelnames)  # noqa: SLF001  nothing else tells the labels' names
        for metric in vars(book.measures).values()
        if hasattr(metric, "_labelnames")
    }
    looked_up = {
        "imagine_cache_reads": {"cache", "found"},
        "imagine_gateway_latency_seconds": {"shard"},
        "imagine_build": {"version"},
    }
    return figures | counted | looked_up


def test_every_metric_in_the_dashboard_and_the_rules_is_there() -> None:
    there = exposed() | {"process_resident_memory_bytes": set()}

    for path in written():
        for name in _METRIC.findall(path.read_text(encoding="utf-8")):
            assert name in there or _ENDINGS.sub("", name) in there, f"{path.name}: {name}"


def test_every_label_in_the_dashboard_and_the_rules_is_one_of_its_metric() -> None:
    there = exposed()

    for path in written():
        for name, asked in _LABELLED.findall(path.read_text(encoding="utf-8")):
            labels = set(re.findall(r"(\w+)\s*(?:=~|!=|=)", asked))
            known = there.get(name) or there[_ENDINGS.sub("", name)]
            assert labels <= known | _ANYBODYS, f"{path.name}: {name}"


def test_every_number_of_ours_is_shown_by_the_dashboard() -> None:
    (path,) = DEPLOY.glob("grafana/*.json")
    shown = {_ENDINGS.sub("", name) for name in _METRIC.findall(path.read_text(encoding="utf-8"))}

    assert {_ENDINGS.sub("", name) for name in exposed()} <= shown
