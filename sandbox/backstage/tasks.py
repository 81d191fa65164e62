"""The API's half of the ledger: what really became of each submission."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from sandbox.backstage.facts import TaskFacts
from sandbox.get3w.fate import outcome_of
from sandbox.get3w.ledger import End
from sandbox.get3w.orders import count_of
from sandbox.get3w.payloads import Blank, mentions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.get3w import Get3WSandbox, Submission, Visit
    from sandbox.get3w.replies import Reply

CONNECTIONS: Final[Mapping[End, str]] = {
    End.OPEN: "open",
    End.ANSWERED: "answered",
    End.STREAMED: "sent in full",
    End.REFUSED: "refused",
    End.CUT: "cut by the API",
    End.CLIENT_LEFT: "left by the bot",
}


def tasks_of(api: Get3WSandbox, now_s: float) -> Iterator[TaskFacts]:
    """Give every submission, in order; `now_s` is the Unix time that its moments go by."""
    present_s = time.monotonic()
    for submission in api.submissions:
        yield _facts(api, submission, present_s, now_s - present_s)


def _facts(api: Get3WSandbox, submission: Submission, now_s: float, shift_s: float) -> TaskFacts:
    task = api.tasks.get(submission.task_id or "")
    outcome = outcome_of(submission, task, now_s)
    answer = _answer(api, submission)
    model = api.account.model(submission.model)
    downloads = _downloads(api, submission)
    return TaskFacts(
        prompt=submission.prompt,
        model=submission.model,
        submitted_at_s=submission.at_s + shift_s,
        fate=outcome.fate,
        ended_at_s=None if outcome.at_s is None else outcome.at_s + shift_s,
        told=submission.completed_at_s is not None,
        streamed=answer is not None and answer.content_type.startswith("text/event-stream"),
        tells_id=answer is not None and _tells_id(answer),
        connection=CONNECTIONS[submission.end],
        n_events=submission.n_writes,
        n_polls=sum(poll.task_id == submission.task_id for poll in api.polls),
        price_usd=round(model.usd * count_of(submission.body), 6) if model else None,
        n_served=sum(_is_whole(visit) for visit in downloads),
        n_bytes=sum(visit.n_bytes for visit in downloads),
    )


def _answer(api: Get3WSandbox, submission: Submission) -> Reply | None:
    task = api.tasks.get(submission.task_id or "")
    if task is None:
        return None
    model = api.account.model(submission.model)
    asked = submission.body.get("stream") is True
    return task.submission_reply(streams=asked and (model is None or model.streams))


def _tells_id(answer: Reply) -> bool:
    told = (Blank.TASK_ID, Blank.GET_URL)
    contents = (part.content for part in answer.parts if not isinstance(part.content, bytes))
    return any(mentions(content, blank) for content in contents for blank in told)


def _downloads(api: Get3WSandbox, submission: Submission) -> list[Visit]:
    place = f"/{submission.task_id}/"
    return [visit for visit in api.downloads if place in visit.path]


def _is_whole(visit: Visit) -> bool:
    return visit.end is End.ANSWERED and visit.status == HTTPStatus.OK
