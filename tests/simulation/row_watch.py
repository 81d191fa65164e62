"""What has to hold of the journal's rows at every moment, whoever writes them.

Theory
------
The watch hears of each change once it is kept, and holds a picture of all open rows beside it.

* No more slots are given than there are. A slot belongs to a job that some process holds.
* What was never sent and changes hands, stands in line again.
* A step is written by whoever owns the job. Nobody takes a job from a process that lives and shows
  it. Nobody touches a job that is closed.
* **Fair between servers.** While a job waits, and no job of its server runs, no other server has
  more than one of its jobs sent.
* **Fair to a member.** Of a member's jobs in one server that stand in line, the first is started
  first, however many processes have had them meanwhile.
"""

from collections.abc import Callable

from bot.domain.journal import MAY_BE_SENT, NOT_SENT
from tests.simulation.shared_database import JobFacts
from tests.simulation.tape import Tape

_NOT_SENT = frozenset(step.value for step in NOT_SENT)
_UNDER_WAY = _NOT_SENT | {step.value for step in MAY_BE_SENT}


class RowWatch:
    """Hears of each change, and takes down each breach.

    Parameters
    ----------
    shows_life
        Whether a process lives, and has shown it in time.
    """

    def __init__(self, tape: Tape, slots: int, shows_life: Callable[[int], bool]) -> None:
        self.breaches: list[str] = []
        self.rows: dict[int, JobFacts] = {}
        self.last_owner: dict[int, int] = {}
        self._tape = tape
        self._slots = slots
        self._shows_life = shows_life
        self._closed: set[int] = set()
        # The jobs, and their servers, that were sent while a server was hungry; and over the heads
        # of which servers a job was given its slot.
        self._hungry: dict[int, dict[int, int]] = {}
        self._passed: dict[int, dict[int, dict[int, int]]] = {}
        self._changes = 0
        self._joined_at: dict[int, int] = {}
        self._sent_at: dict[int, int] = {}

    @property
    def granted(self) -> list[JobFacts]:
        """The rows that have slots."""
        return [row for row in self.rows.values() if row.granted and row.step in _UNDER_WAY]

    @property
    def waiting(self) -> list[JobFacts]:
        """The rows that stand in line."""
        return [row for row in self.rows.values() if _waits(row)]

    def announces(self, job_id: int) -> bool:
        """Tell whether the journal says that a job's request may have left."""
        row = self.rows.get(job_id)
        return row is None or row.step not in _NOT_SENT

    def knows_outputs(self, job_id: int) -> bool:
        """Tell whether the journal says that a job's pictures exist."""
        row = self.rows.get(job_id)
        return row is None or row.step not in _UNDER_WAY

    def hear(self, writer: int, told: list[JobFacts]) -> None:
        """Take note of what one transaction of a process changed."""
        for row in told:
            before = self.rows.get(row.job_id)
            stepped = before is not None and (before.step, before.percent) != (
                row.step,
                row.percent,
            )
            if before is not None and stepped and before.owner_id != writer:
                self._breach(f"job {row.job_id} of {before.owner_id} was written by {writer}")
            self._change(before, row)
        if len(self.granted) > self._slots:
            self._breach(f"{len(self.granted)} slots are given of {self._slots}")

    def _change(self, before: JobFacts | None, row: JobFacts) -> None:
        self._note(before, row)
        if row.job_id in self._closed:
            self._breach(f"job {row.job_id} changed after it was closed")
        self._take_time(before, row)
        if before is not None and before.owner_id != row.owner_id:
            self._changes_hands(before, row)
        if row.granted and row.step in _UNDER_WAY and not (before and before.granted):
            self._start(row)
        if row.sent != (before is not None and before.sent):
            self._turn(row)
        self._keep(row)
        if before is not None and _waits(before) and not _waits(row):
            self._leave(row)

    def _take_time(self, before: JobFacts | None, row: JobFacts) -> None:
        """Count changes, so that it can be told which came first."""
        self._changes += 1
        if before is None:
            self._joined_at[row.job_id] = self._changes
        if row.sent and not (before and before.sent):
            self._sent_at[row.job_id] = self._changes

    def _keep(self, row: JobFacts) -> None:
        if row.owner_id:
            self.last_owner[row.job_id] = row.owner_id
        if row.open:
            self.rows[row.job_id] = row
        else:
            self.rows.pop(row.job_id, None)
            self._closed.add(row.job_id)

    def _changes_hands(self, before: JobFacts, row: JobFacts) -> None:
        taken = row.owner_id and before.owner_id
        if taken and self._shows_life(before.owner_id):
            self._breach(f"job {row.job_id} was taken from a process that lives")
        if row.granted and row.step in _NOT_SENT:
            self._breach(f"job {row.job_id} kept its slot while it changed hands")

    def _start(self, row: JobFacts) -> None:
        own = [each for each in self.waiting if each[1:3] == row[1:3] and each.job_id < row.job_id]
        if own:
            self._breach(f"job {row.job_id} went before {own[0].job_id} of the same member")
        self._hungry.pop(row.server_id, None)
        busy = {each.server_id for each in self.granted}
        hungry = {each.server_id for each in self.waiting} - {row.server_id} - busy
        self._hungry = {each: self._hungry.get(each, {}) for each in hungry}
        self._passed[row.job_id] = dict(self._hungry)

    def _turn(self, row: JobFacts) -> None:
        """Let a turn count only once its request may leave, and while it may have left."""
        for server_id, turns in self._passed.get(row.job_id, {}).items():
            if not row.sent:
                turns.pop(row.job_id, None)
                continue
            turns[row.job_id] = row.server_id
            if self._hungry.get(server_id) is turns:
                self._compare(server_id, turns, row)

    def _compare(self, server_id: int, turns: dict[int, int], row: JobFacts) -> None:
        """See how many turns a server had since the first came who waits for another one."""
        first = min(each.job_id for each in self.waiting if each.server_id == server_id)
        since = [each for each in turns if self._sent_at[each] > self._joined_at[first]]
        if [turns[each] for each in since].count(row.server_id) > 1:
            rest = f"is the second of its server before {server_id}'s first"
            self._breach(f"job {row.job_id} {rest}")

    def _leave(self, row: JobFacts) -> None:
        """Let a server's wait be over once nobody of it waits any more."""
        if row.server_id not in {each.server_id for each in self.waiting}:
            self._hungry.pop(row.server_id, None)

    def _breach(self, what: str) -> None:
        self._tape.note("watch", "BREACH", what)
        self.breaches.append(what)

    def _note(self, before: JobFacts | None, row: JobFacts) -> None:
        if before is not None and before[3:7] == row[3:7]:
            return
        slot, closed = "with a slot" if row.granted else "", "" if row.open else "closed"
        self._tape.note("journal", row.job_id, row.step, f"of {row.owner_id}", slot, closed)


def _waits(row: JobFacts) -> bool:
    return row.step in _NOT_SENT and not row.granted and bool(row.owner_id)
