"""Everything that is counted, by the name under which Prometheus finds it.

Labels have few values: no server, no member and no prompt is ever one. Models are many, so the
first few dozen keep their names and the rest share one.
"""

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info

from bot import __version__
from bot.domain.happenings import (
    Happening,
    JobEnded,
    MessageEdited,
    ShardTurned,
    SpendCompared,
    StateSuperseded,
    StoreFailed,
    StreamLost,
)
from bot.domain.job_times import JobTimes

MODELS_MAX = 40
OTHER_MODELS = "other"
_QUICK_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)
_LONG_S = (0.5, 1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 300, 600)
_LAG_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Measures:
    """The numbers of one process, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry) -> None:
        counter, spans = partial(_counter, registry), partial(_spans, registry)
        self.jobs = counter("jobs", "Jobs that are over.", "model", "outcome")
        self.failures = counter("job_failures", "Jobs that failed.", "reason")
        self.queue_wait = spans("queue_wait", "From acceptance to a slot.", _LONG_S)
        self.first_progress = spans("first_progress", "From acceptance to progress.", _LONG_S)
        self.delivery = spans("delivery", "From acceptance to the picture.", _LONG_S)
        self.picture = spans("picture", "From the end of the making to the picture.", _QUICK_S)
        self.first_answer = spans("first_answer", "From an interaction to its answer.", _QUICK_S)
        self.stream_cuts = counter("stream_cuts", "Streams without an end.", "then")
        self.upstream_requests = counter("upstream_requests", "To the API.", "kind", "status")
        self.discord_requests = counter("discord_requests", "To Discord.", "kind", "status")
        self.discord_waits = counter("discord_429_wait_seconds", "Named by 429s.", "kind")
        self.discord_held_back = counter("discord_held_back", "Not sent, to be safe.", "kind")
        self.edits = counter("edits", "Edits of jobs' messages.", "kind", "outcome")
        self.coalesced = counter("states_coalesced", "States replaced before they were shown.")
        self.gateway = counter("gateway_sessions", "Turns of shards' connections.", "how")
        self.database_errors = counter("database_errors", "What it didn't do.", "trouble")
        self.loop_lag = spans("loop_lag", "How late the event loop turns.", _LAG_S)
        apart = "How far yesterday's books are from the API's billing, of the larger sum."
        self.spend_apart = Gauge("imagine_spend_apart_ratio", apart, registry=registry)
        Info("imagine_build", "What runs.", registry=registry).info({"version": __version__})
        self._models: set[str] = set()

    def note(self, happening: Happening) -> None:
        """Count what happened; fulfils :data:`bot.domain.happenings.Observe`."""
        match happening:
            case JobEnded():
                self._count_job(happening)
            case MessageEdited(final, outcome):
                self.edits.labels("final" if final else "progress", outcome).inc()
            case StateSuperseded():
                self.coalesced.inc()
            case StreamLost(polled):
                self.stream_cuts.labels("polled" if polled else "lost").inc()
            case StoreFailed(trouble):
                self.database_errors.labels(trouble.name.lower()).inc()
            case ShardTurned(how):
                self.gateway.labels(how).inc()
            case SpendCompared(apart):
                self.spend_apart.set(apart)
            case _:
                pass

    def _count_job(self, job: JobEnded) -> None:
        self.jobs.labels(self._label_of(job.model), job.outcome).inc()
        if job.reason:
            self.failures.labels(job.reason).inc()
        self._time_job(job.times)

    def _time_job(self, times: JobTimes) -> None:
        for histogram, span_s in (
            (self.queue_wait, times.slot_s),
            (self.first_progress, times.progress_s),
            (self.delivery, times.delivered_s if times.completed_s is not None else None),
            (self.picture, times.picture_s),
        ):
            if span_s is not None:
                histogram.observe(span_s)

    def _label_of(self, model: str) -> str:
        if model not in self._models and len(self._models) >= MODELS_MAX:
            return OTHER_MODELS
        self._models.add(model)
        return model


def _counter(registry: CollectorRegistry, name: str, what: str, *labels: str) -> Counter:
    return Counter(f"imagine_{name}", what, labels, registry=registry)


def _spans(
    registry: CollectorRegistry, name: str, what: str, buckets_s: tuple[float, ...]
) -> Histogram:
    return Histogram(f"imagine_{name}_seconds", what, buckets=buckets_s, registry=registry)
