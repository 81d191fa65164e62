"""A submission that was accepted: its id, its pictures, and what belongs into the blanks."""

import asyncio
import base64
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.get3w.ledger import Submission
from sandbox.get3w.orders import Order
from sandbox.get3w.outcomes import Output
from sandbox.get3w.payloads import Blank, Json, envelope, fill
from sandbox.get3w.replies import Reply
from sandbox.get3w.scenario import Scenario


@dataclass(frozen=True, kw_only=True)
class Origins:
    """Where the client finds things: the API's root, and the place of the pictures."""

    api: str
    outputs: str


@dataclass(eq=False, kw_only=True)
class Task:
    """One task, from its submission on."""

    submission: Submission
    scenario: Scenario
    origins: Origins
    order: Order
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    n_polls: int = 0
    deleted_at_s: float | None = None
    _fetched: dict[int, int] = field(default_factory=dict[int, int])
    _pictures: dict[int, bytes] = field(default_factory=dict[int, bytes])
    _drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def deleted(self) -> bool:
        """Whether it has been forgotten, and its pictures with it."""
        return self.deleted_at_s is not None

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The scenario's outputs, or as many drawn ones as the request asks for."""
        if self.scenario.outputs is not None:
            return self.scenario.outputs
        return (Output(),) * self.order.count

    def value_of(self, blank: Blank) -> Json:
        """Return what belongs into `blank`.

        Raises
        ------
        KeyError
            For outputs that hold a picture, when `draw_all` hasn't been awaited.
        """
        match blank:
            case Blank.OUTPUTS:
                return [self._listed(index) for index in range(len(self.outputs))]
            case Blank.FLAGS:
                return self.scenario.flags or [False for _ in self.outputs]
            case Blank.GET_URL:
                suffix = "/result" if self.scenario.result_suffix else ""
                return f"{self.origins.api}/predictions/{self.id}{suffix}"
            case _:
                return self._name_of(blank)

    async def draw_all(self) -> None:
        """Draw the pictures that aren't given, each once."""
        async with self._drawing:
            for index, output in enumerate(self.outputs):
                if output.shows_picture and index not in self._pictures:
                    self._pictures[index] = await self._picture(index)

    def submission_reply(self, *, streams: bool) -> Reply:
        """Return the answer to the submission itself."""
        unstreamed = self.scenario.unstreamed or self.scenario.answer
        return self.scenario.answer if streams else unstreamed

    def deletion_reply(self) -> Reply:
        """Forget the task, unless the scenario says otherwise, and return the answer."""
        if self.scenario.deletion is not None:
            return self.scenario.deletion
        self.deleted_at_s = time.monotonic()
        return Reply.json(envelope({"id": self.id, "status": "deleted"}))

    def poll_reply(self) -> Reply:
        """Return the answer to the next poll."""
        reply = self.scenario.polling.reply(self.n_polls, time.monotonic() - self.submission.at_s)
        self.n_polls += 1
        return reply

    async def download_reply(self, index: int) -> Reply:
        """Return what the address of output `index` answers now."""
        output = self.outputs[index]
        n_before = self._fetched.get(index, 0)
        self._fetched[index] = n_before + 1
        if n_before < len(output.faults):
            return output.faults[n_before]
        if output.instead is not None:
            return output.instead
        await self.draw_all()
        return Reply.raw(self._pictures[index], self._content_type(index))

    async def _picture(self, index: int) -> bytes:
        given = self.outputs[index].picture
        if given is not None:
            return given
        return await asyncio.to_thread(self.order.drawn, self.submission.prompt, index)

    def _content_type(self, index: int) -> str:
        return self.outputs[index].content_type or f"image/{self.order.kind}"

    def _name_of(self, blank: Blank) -> Json:
        if blank is Blank.TASK_ID:
            return self.id
        if blank is Blank.MODEL:
            return self.submission.model
        return self.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _listed(self, index: int) -> Json:
        return fill(self.outputs[index].listed, lambda blank: self._item_value(blank, index))

    def _item_value(self, blank: Blank, index: int) -> Json:
        if blank is Blank.URL:
            suffix = self._content_type(index).partition("/")[2]
            return f"{self.origins.outputs}/{self.id}/{index}.{suffix}"
        text = base64.b64encode(self._pictures[index]).decode()
        kind = f"data:{self._content_type(index)};base64,"
        return text if blank is Blank.BASE64 else kind + text
