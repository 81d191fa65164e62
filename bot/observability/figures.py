"""What is so at the moment of asking: read from whoever knows it, counted by nobody."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override


class Reads(NamedTuple):
    """How often a cache had what was asked for, and how often not."""

    hits: int
    misses: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The state of one process.

    Attributes
    ----------
    latencies
        Of each shard's heartbeat, in seconds.
    invalid_requests
        Refused by Discord within 10 minutes.
    spent_usd
        By all processes together on this day of UTC; ``None`` where it isn't known.
    budget_usd
        For a day; ``None`` for no budget.
    """

    waiting: int = 0
    running: int = 0
    shards: int = 0
    connected: int = 0
    latencies: Sequence[tuple[int, float]] = ()
    caches: Mapping[str, Reads] = field(default_factory=dict[str, Reads])
    invalid_requests: int = 0
    spent_usd: float | None = None
    budget_usd: float | None = None


class FigureCollector(Collector):
    """Writes figures as metrics, whenever Prometheus asks."""

    def __init__(self, look: Callable[[], Figures]) -> None:
        self._look = look

    @override
    def collect(self) -> Iterator[Metric]:
        found = self._look()
        yield _gauge("queue_depth", "Jobs that wait for a slot.", found.waiting)
        yield _gauge("jobs_running", "Jobs that have a slot or bring a picture.", found.running)
        yield _gauge("shards", "Shards that this process serves.", found.shards)
        yield _gauge("shards_connected", "Those that are connected.", found.connected)
        yield _gauge("discord_invalid_requests", "In 10 minutes.", found.invalid_requests)
        yield _gauge("spend_today_usd", "Booked on this day of UTC.", found.spent_usd)
        yield _gauge("budget_usd", "What may be spent in a day.", found.budget_usd)
        yield _latencies(found.latencies)
        yield _caches(found.caches)


def _gauge(name: str, what: str, value: float | None) -> Metric:
    metric = GaugeMetricFamily(f"imagine_{name}", what, labels=())
    if value is not None:
        metric.add_metric((), value)
    return metric


def _latencies(latencies: Sequence[tuple[int, float]]) -> Metric:
    what = "Seconds from a heartbeat to its answer."
    metric = GaugeMetricFamily("imagine_gateway_latency_seconds", what, labels=("shard",))
    for shard, latency_s in latencies:
        metric.add_metric((str(shard),), latency_s)
    return metric


def _caches(caches: Mapping[str, Reads]) -> Metric:
    labels = ("cache", "found")
    metric = CounterMetricFamily("imagine_cache_reads", "What was asked for.", labels=labels)
    for name, reads in caches.items():
        metric.add_metric((name, "hit"), reads.hits)
        metric.add_metric((name, "miss"), reads.misses)
    return metric
