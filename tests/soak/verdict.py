"""What really happened, held against what the members read and what the books say.

Theory
------
* **Frozen**: a job that isn't closed, or a message that still shows it on its way.
* **Twice**: two submissions for one interaction, of which the first may have reached the API.
* **Lost**: the API told us of the outputs, and they didn't arrive. A process that ends while it is
  being told can't know, and without a name nobody can ask again: these are counted apart.
* The ledgers stand as the journal says, and nobody reads that a picture cost nothing that did.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.errors import Charge
from bot.domain.journal import JournalEntry, Step
from bot.presentation.error_words import CHARGES
from sandbox.discord.interactions import Interaction
from sandbox.discord.messages import SandboxMessage
from sandbox.discord.server import DiscordSandbox
from sandbox.get3w import Get3WSandbox, Submission
from sandbox.get3w.fate import Fate, outcome_of
from tests.bookkeeping import Books
from tests.soak.crew import Farewell
from tests.soak.orders import Order
from tests.stage import has_ended

# From the moment when the last byte left the API to the one when the bot has written it down.
_HEARD_WITHIN_S = 2.0
_ON_ITS_WAY = ("⏳", "🎨")
_NOT_TAKEN = frozenset({400, 422, 429})


@dataclass
class Verdict:
    """What came of a soak.

    Attributes
    ----------
    taken
        How many jobs there were; the other interactions met nobody, or were refused.
    unheard
        Pictures that the API told a process of just when that ended.
    """

    taken: int = 0
    pictures: int = 0
    unheard: int = 0
    frozen: list[str] = field(default_factory=list[str])
    twice: list[str] = field(default_factory=list[str])
    lost: list[str] = field(default_factory=list[str])
    untrue: list[str] = field(default_factory=list[str])

    @property
    def breaches(self) -> list[str]:
        """Say all that is wrong."""
        return [*self.frozen, *self.twice, *self.lost, *self.untrue]


class Judge:
    """Looks at everything once all is over."""

    def __init__(
        self,
        discord: DiscordSandbox,
        api: Get3WSandbox,
        books: Books,
        farewells: Sequence[Farewell],
    ) -> None:
        self._api = api
        self._books = books
        self._farewells = farewells
        self._verdict = Verdict(taken=len(books.entries), untrue=list(books.breaches()))
        self._submissions: dict[str, list[Submission]] = defaultdict(list)
        self._replies: dict[int, SandboxMessage] = {}
        for submission in api.submissions:
            self._submissions[submission.prompt].append(submission)
        for message in discord.messages:
            # What answers a press belongs to that.
            if message.reply_to is not None and message.cause is None:
                self._replies[message.reply_to.id] = message

    def judge(self, uses: Sequence[tuple[Interaction, Order]]) -> Verdict:
        """Look at each job."""
        for use, order in uses:
            sent = self._submissions[order.prompt]
            entry = self._books.entries.get(use.id)
            if entry is not None:
                self._look(use, order, entry, sent)
            elif sent:
                self._verdict.untrue.append(f"{order.prompt} was sent, and nobody knows of it")
        return self._verdict

    def _look(
        self, use: Interaction, order: Order, entry: JournalEntry, sent: Sequence[Submission]
    ) -> None:
        name, message = f"{order.prompt} ({entry.job.reference})", self._newest(use)
        if entry.open:
            self._verdict.frozen.append(f"{name} isn't closed: {entry.step.value}")
        if len(_perhaps_taken(sent)) > 1:
            self._verdict.twice.append(f"{name} was sent {len(sent)} times")
        self._verdict.untrue += self._of_money(name, entry, sent, message)
        if message is None or message.deleted:
            return
        if message.text.startswith(_ON_ITS_WAY) or not has_ended(message):
            self._verdict.frozen.append(f"{name} stands at: {message.text}")
        self._look_for_picture(name, order, entry, sent, message)

    def _look_for_picture(
        self,
        name: str,
        order: Order,
        entry: JournalEntry,
        sent: Sequence[Submission],
        message: SandboxMessage,
    ) -> None:
        self._verdict.pictures += bool(message.attachments)
        told_s = [each.completed_at_s for each in sent if each.completed_at_s is not None]
        known = entry.made is not None and None not in entry.made.outputs
        expected = known or told_s
        if message.attachments or not expected or order.beyond_help:
            return
        if entry.step is Step.CANCELLED:
            return
        if not known and any(self._met_a_farewell(at_s) for at_s in told_s):
            self._verdict.unheard += 1
            return
        told = ", ".join(self._told(at_s) for at_s in told_s)
        self._verdict.lost.append(
            f"{name} lost its picture, told {told}: {entry.step.value}, {message.text}"
        )

    def _met_a_farewell(self, told_s: float) -> bool:
        return any(
            each.let_go_s - _HEARD_WITHIN_S < told_s <= each.gone_s for each in self._farewells
        )

    def _told(self, at_s: float) -> str:
        gone_s = min((each.gone_s for each in self._farewells if each.gone_s >= at_s), default=at_s)
        return f"{gone_s - at_s:.1f} s before a process was gone"

    def _of_money(
        self,
        name: str,
        entry: JournalEntry,
        sent: Sequence[Submission],
        message: SandboxMessage | None,
    ) -> Iterator[str]:
        charged = any(self._completed(submission) for submission in sent)
        if charged and not self._books.takings[entry.job.id].charged:
            yield f"{name} was charged, and its money was given back"
        if message is None or message.deleted:
            return
        if charged and CHARGES[Charge.NOTHING] in message.text:
            yield f"{name} reads as not charged, and was: {message.text}"
        without_picture = entry.step is not Step.DELIVERED
        if without_picture and CHARGES[entry.charge] not in message.text:
            yield f"{name} is {entry.charge.name} in the journal, and reads: {message.text}"

    def _completed(self, submission: Submission) -> bool:
        task = self._api.tasks.get(submission.task_id or "")
        return outcome_of(submission, task, time.monotonic()).fate is Fate.COMPLETED

    def _newest(self, use: Interaction) -> SandboxMessage | None:
        message = use.message
        return None if message is None else self._replies.get(message.id, message)


def _perhaps_taken(sent: Sequence[Submission]) -> list[Submission]:
    return [each for each in sent if each.status not in _NOT_TAKEN]
