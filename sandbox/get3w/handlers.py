"""The documented endpoints: who may ask, which scenario answers, and what is written down."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

from aiohttp import web

from sandbox.get3w.account import Account
from sandbox.get3w.catalogue import UPSCALER, Model
from sandbox.get3w.ledger import Ledger, Submission, TaskVisit, UploadVisit, Visit
from sandbox.get3w.orders import Order
from sandbox.get3w.outcomes import PollPath
from sandbox.get3w.payloads import Blank, Json, JsonObject, envelope
from sandbox.get3w.playbook import Playbook
from sandbox.get3w.replies import Reply
from sandbox.get3w.scenario import Scenario
from sandbox.get3w.task import Origins, Task
from sandbox.get3w.uploads import Store, addresses_in, upload_in
from sandbox.get3w.wire import Delivery, Speaker

API_PATH = "/api/v3"
OUTPUTS_PATH = "/outputs"
"""Where the pictures are, on the API's own origin and on the second one."""


class Nobody:
    """Speaks for replies that belong to no task: their blanks stay empty."""

    def value_of(self, _blank: Blank, /) -> Json:
        """Return null for every blank."""
        return None

    async def draw_all(self) -> None:
        """Draw nothing."""


@dataclass(eq=False, kw_only=True)
class Api:
    """The API's state, and one handler for each endpoint."""

    account: Account
    playbook: Playbook
    origins: Origins
    side_px: int
    ledger: Ledger = field(default_factory=Ledger)
    tasks: dict[str, Task] = field(default_factory=dict[str, Task])
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        """Open the store on the API's own origin."""
        self.store = Store(self.origins.api.removesuffix(API_PATH))

    def routes(self) -> list[web.RouteDef]:
        """Return the endpoints for aiohttp."""
        task = f"{API_PATH}/predictions/{{id}}"
        return [
            web.get(f"{API_PATH}/models", self.list_models),
            web.get(f"{API_PATH}/balance", self.show_balance),
            web.get(f"{API_PATH}/billings", self.show_bill),
            web.get(task, self.poll),
            web.get(f"{task}/result", self.poll),
            web.delete(task, self.delete),
            web.post(f"{API_PATH}/files/upload", self.upload),
            web.post(f"{API_PATH}/{{model:.+}}", self.submit),
            web.get(OUTPUTS_PATH + r"/{id}/{index:\d+}.{kind}", self.download),
        ]

    async def submit(self, request: web.Request) -> web.StreamResponse:
        """Answer a submission as its scenario says."""
        submission = Submission(
            method=request.method,
            path=request.path,
            headers=request.headers,
            model=request.match_info["model"],
            body=await _json_object(request),
        )
        self.ledger.submitted(submission)
        reply, speaker = self._answer_to(submission)
        return await self._deliver(request, reply, submission, speaker, submission)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take a picture into the store."""
        visit = await upload_in(request)
        self.ledger.uploads.append(visit)
        return await self._deliver(request, self._unauthorised(visit) or self._kept(visit), visit)

    async def poll(self, request: web.Request) -> web.StreamResponse:
        """Answer the question how a task is doing."""
        visit = _task_visit(request)
        self.ledger.polls.append(visit)
        task = self._task_at(visit)
        if task is None or not _works(visit.path, task.scenario.polling.path):
            return await self._deliver(request, self._refused(visit), visit)
        return await self._deliver(request, task.poll_reply(), visit, task, task.submission)

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """Forget a task, and its pictures with it."""
        visit = _task_visit(request)
        self.ledger.deletes.append(visit)
        task = self._task_at(visit)
        if task is None:
            return await self._deliver(request, self._refused(visit), visit)
        return await self._deliver(request, task.deletion_reply(), visit, task)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Serve a picture; this asks for no key, as the real place of the pictures doesn't."""
        visit = _visit(request)
        self.ledger.downloads.append(visit)
        task = self.tasks.get(request.match_info["id"])
        index = int(request.match_info["index"])
        if task is None or task.deleted or index >= len(task.outputs):
            return await self._deliver(request, Reply.html(HTTPStatus.NOT_FOUND), visit)
        return await self._deliver(request, await task.download_reply(index), visit, task)

    async def list_models(self, request: web.Request) -> web.StreamResponse:
        """Answer with the catalogue."""
        entries = [model.entry(self.origins.api, n) for n, model in enumerate(self.account.models)]
        return await self._read(request, self.account.models_reply or Reply.json(envelope(entries)))

    async def show_balance(self, request: web.Request) -> web.StreamResponse:
        """Answer with what is left on the account."""
        balance = envelope({"balance": self.account.balance_usd, "currency": "USD"})
        return await self._read(request, self.account.balance_reply or Reply.json(balance))

    async def show_bill(self, request: web.Request) -> web.StreamResponse:
        """Answer with a page of what was charged."""
        page, size = (int(request.query.get(name, 1)) for name in ("page", "per_page"))
        records = self.account.bill[(page - 1) * size : page * size]
        total = len(self.account.bill)
        shown: Json = {"records": records, "total": total, "page": page, "per_page": size}
        return await self._read(request, self.account.billings_reply or Reply.json(envelope(shown)))

    async def _read(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        visit = _visit(request)
        self.ledger.reads.append(visit)
        return await self._deliver(request, self._unauthorised(visit) or reply, visit)

    async def _deliver(
        self,
        request: web.Request,
        reply: Reply,
        visit: Visit,
        speaker: Speaker | None = None,
        submission: Submission | None = None,
    ) -> web.StreamResponse:
        self.ledger.changed()
        return await Delivery(
            request=request,
            reply=reply,
            speaker=speaker or Nobody(),
            visit=visit,
            submission=submission,
            ledger=self.ledger,
        ).run()

    def _kept(self, visit: UploadVisit) -> Reply:
        scripted = self.account.upload_replies
        return scripted.pop(0) if scripted else self.store.take(visit)

    def _answer_to(self, submission: Submission) -> tuple[Reply, Speaker]:
        model = self.account.model(submission.model)
        refused = self._unauthorised(submission) or self._invalid(submission, model)
        if refused is not None:
            return refused, Nobody()
        scenario = self.playbook.scripted(submission.prompt)
        if scenario is None and model is None:
            return Reply.refusal(HTTPStatus.NOT_FOUND, "model not found"), Nobody()
        task = self._accept(submission, scenario or self.playbook.default, model)
        streams = submission.body.get("stream") is True and (model is None or model.streams)
        return task.submission_reply(streams=streams), task

    def _accept(self, submission: Submission, scenario: Scenario, model: Model | None) -> Task:
        asked = submission.body if model is None else model.known_in(submission.body)
        order = Order.of(asked, self.store.named_in(asked), self.side_px)
        if model is not None and model.kind == UPSCALER:
            order = order.enlarged()
        task = Task(submission=submission, scenario=scenario, origins=self.origins, order=order)
        submission.task_id = task.id
        self.tasks[task.id] = task
        return task

    def _invalid(self, submission: Submission, model: Model | None) -> Reply | None:
        required = ("prompt",) if model is None else model.required
        missing = [name for name in required if not submission.body.get(name)]
        if missing:
            return Reply.refusal(HTTPStatus.BAD_REQUEST, f"{missing[0]} is required")
        if not self.store.pictures.keys() >= set(addresses_in(submission.body)):
            return Reply.refusal(HTTPStatus.BAD_REQUEST, "image is not accessible")
        return None

    def _task_at(self, visit: TaskVisit) -> Task | None:
        task = self.tasks.get(visit.task_id)
        gone = task is None or task.deleted or self._unauthorised(visit) is not None
        return None if gone else task

    def _refused(self, visit: TaskVisit) -> Reply:
        missing = Reply.refusal(HTTPStatus.NOT_FOUND, "task not found")
        return self._unauthorised(visit) or missing

    def _unauthorised(self, visit: Visit) -> Reply | None:
        sent = visit.headers.get("Authorization")
        if sent == f"Bearer {self.account.key}":
            return None
        why = "Missing Authorization header" if sent is None else "Invalid or revoked API key"
        return Reply.json({"code": 401, "error": why}, HTTPStatus.UNAUTHORIZED)


def _works(path: str, working: PollPath) -> bool:
    asked = PollPath.RESULT if path.endswith("/result") else PollPath.PLAIN
    return working in {PollPath.BOTH, asked}


def _visit(request: web.Request) -> Visit:
    return Visit(method=request.method, path=request.path, headers=request.headers)


def _task_visit(request: web.Request) -> TaskVisit:
    task_id = request.match_info["id"]
    return TaskVisit(
        method=request.method, path=request.path, headers=request.headers, task_id=task_id
    )


async def _json_object(request: web.Request) -> JsonObject:
    try:
        body: object = json.loads(await request.read())
    except ValueError:
        return {}
    return cast("JsonObject", body) if isinstance(body, dict) else {}
