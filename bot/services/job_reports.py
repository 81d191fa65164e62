"""The one line of the log with which a job ends, and the same for whoever counts."""

import logging
import re
from dataclasses import asdict

from bot.domain.happenings import JobEnded, Observe
from bot.domain.job_times import JobTimes
from bot.domain.jobs import Failed, Job, LastState

_DECIMALS = 3

_log = logging.getLogger(__name__)


def report_end(job: Job, last: LastState, took_s: float, times: JobTimes, observe: Observe) -> None:
    """Tell that a job is over in this process.

    Parameters
    ----------
    took_s
        Seconds since its latest submission.
    """
    outcome = _spoken(type(last))
    reason = _spoken(type(last.error)) if isinstance(last, Failed) else ""
    model = job.request.model
    how = f"{outcome}: {reason}" if reason else outcome
    _log.info(
        "job %s  %s  %s  %.1f s", job.reference, model, how, took_s, extra=_fields(job, times)
    )
    observe(JobEnded(model, outcome, reason, times))


def _fields(job: Job, times: JobTimes) -> dict[str, object]:
    ids: dict[str, object] = {
        "job": job.reference,
        "interaction": job.id,
        "server": job.visit.server_id,
        "member": job.owner_id,
        "model": job.request.model,
    }
    spans = {**asdict(times), "picture_s": times.picture_s}
    return ids | {n: round(span, _DECIMALS) for n, span in spans.items() if span is not None}


def _spoken(kind: type[object]) -> str:
    """Write the name of a class as words: ``ConnectionLostError`` becomes ``connection lost``."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__.removesuffix("Error")).lower()
