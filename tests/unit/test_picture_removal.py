"""A picture goes with all that was made from it, whatever stands in the way, and whose it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.errors import JobEndedError, MissingPermissionError, RefusalError
from bot.domain.journal import UNDER_WAY, JournalEntry
from bot.domain.refusals import NotDeletedError, PictureForgottenError
from bot.domain.shown_pictures import ShownPicture
from bot.domain.visits import Moderator
from bot.presentation.report_words import reach_question, reached
from bot.services.picture_removal import (
    LINE_MAX,
    ROUNDS,
    PictureLine,
    PictureRemoval,
    Removed,
)
from tests.unit.jobs import CHANNEL_ID, GUILD_ID, OWNER_ID, a_job
from tests.unit.journals import an_entry
from tests.unit.log_side import Heard
from tests.unit.past_jobs import Past, come_of, painted
from tests.unit.virtual_time import LoopClock

MOD = Moderator(GUILD_ID, 4999)
OTHER_ID, ELSEWHERE = 4002, 2002
ROOT = ShownPicture(CHANNEL_ID, 5001, OWNER_ID, "flux-dev")


def anywhere(_channel_id: int) -> bool:
    return True


@dataclass
class Jobs:
    """Cancels jobs that are under way; fulfils ``JobCancels``."""

    past: Past
    cancelled: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    stubborn: bool = False

    async def cancel(self, job_id: int, by_id: int) -> None:
        entry = self.past.jobs.entries[job_id]
        if self.stubborn or entry.step not in UNDER_WAY:
            raise JobEndedError
        self.cancelled.append((job_id, by_id))
        ended = entry.cancelled(by_id, entry.charge, LoopClock().now()).closed()
        self.past.jobs.entries[job_id] = ended


@dataclass
class Messages:
    """Deletes messages; fulfils ``MessageRemover``."""

    errors: Mapping[int, RefusalError] = field(default_factory=dict[int, RefusalError])
    gone: Collection[int] = ()
    deleted: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    async def delete(self, channel_id: int, message_id: int) -> bool:
        if message_id in self.errors:
            raise self.errors[message_id]
        self.deleted.append((channel_id, message_id))
        return message_id not in self.gone


@dataclass
class Scene:
    """Some pictures, and whoever removes them."""

    past: Past = field(default_factory=Past)
    messages: Messages = field(default_factory=Messages)
    log: Heard = field(default_factory=Heard)
    jobs: Jobs = field(init=False)

    def __post_init__(self) -> None:
        self.jobs = Jobs(self.past)

    @property
    def removal(self) -> PictureRemoval:
        return PictureRemoval(self.past.pictures, self.jobs, self.messages, self.log, LoopClock())

    def keep(self, number: int, parent: int = 0, **others: int) -> JournalEntry:
        """Keep a picture, whose message has the number of its job."""
        job = a_job(number)
        visit = replace(job.visit, member_id=others.get("owner_id", OWNER_ID))
        job = replace(job, visit=visit, channel_id=others.get("channel_id", CHANNEL_ID))
        entry = painted(come_of(job, parent) if parent else job, message_id=number)
        return self.past.keep(entry)

    def begin(self, number: int, parent: int) -> None:
        """Let a picture be under way."""
        self.past.jobs.entries[number] = an_entry(come_of(a_job(number), parent)).answered(number)

    @property
    def left(self) -> Sequence[int]:
        return sorted(self.past.jobs.entries)


def ten_generations() -> Scene:
    scene = Scene()
    scene.keep(5001)
    for number in range(5002, 5011):
        scene.keep(number, number - 1, owner_id=OTHER_ID, channel_id=ELSEWHERE)
    return scene


async def test_ten_generations_go_with_messages_bytes_and_entries() -> None:
    scene = ten_generations()
    scene.keep(6001)

    removed = await scene.removal.remove(MOD, ROOT, anywhere)

    assert removed == Removed(10)
    assert scene.left == [6001]
    assert set(scene.past.shelves.kept) == {6001}
    assert len(scene.messages.deleted) == 10
    assert (CHANNEL_ID, 5001) in scene.messages.deleted
    assert (ELSEWHERE, 5010) in scene.messages.deleted


async def test_it_is_told_beforehand_how_much_goes() -> None:
    line = await ten_generations().removal.line(GUILD_ID, ROOT, anywhere)

    assert reach_question(line).startswith(
        "**Delete this picture and 9 made from it?** They are of 2 members, in 2 channels."
    )


async def test_messages_that_are_gone_stop_nothing() -> None:
    scene = ten_generations()
    scene.messages.gone = {5001, 5004}

    assert await scene.removal.remove(MOD, ROOT, anywhere) == Removed(10)
    assert scene.left == []


@pytest.mark.parametrize("error", [NotDeletedError(), MissingPermissionError(("View Channel",))])
async def test_what_discord_doesn_t_delete_keeps_its_entry_and_its_root_but_no_bytes(
    error: RefusalError,
) -> None:
    scene = ten_generations()
    scene.messages.errors = {5004: error}

    removed = await scene.removal.remove(MOD, ROOT, anywhere)

    assert removed == Removed(8, left=2)
    assert scene.left == [5001, 5004]
    assert not scene.past.shelves.kept
    assert all(e.made and not e.made.outputs for e in scene.past.jobs.entries.values())


async def test_what_couldn_t_be_deleted_can_be_another_time() -> None:
    scene = ten_generations()
    scene.messages.errors = {5004: NotDeletedError()}
    await scene.removal.remove(MOD, ROOT, anywhere)

    scene.messages.errors = {}
    removed = await scene.removal.remove(MOD, ROOT, anywhere)

    assert removed == Removed(2)
    assert scene.left == []


async def test_what_is_under_way_is_cancelled_and_goes_too() -> None:
    scene = ten_generations()
    scene.begin(5011, 5010)

    removed = await scene.removal.remove(MOD, ROOT, anywhere)

    assert scene.jobs.cancelled == [(5011, MOD.member_id)]
    assert removed == Removed(11)
    assert scene.left == []


async def test_whatever_never_ends_is_waited_for_a_bounded_time() -> None:
    scene = ten_generations()
    scene.begin(5011, 5010)
    scene.jobs.stubborn = True
    before_s = LoopClock().monotonic()

    removed = await scene.removal.remove(MOD, ROOT, anywhere)

    assert removed == Removed(9, left=2)
    assert scene.left == [5001, 5011]
    assert LoopClock().monotonic() - before_s == pytest.approx(ROUNDS - 1)


async def test_a_moderator_of_one_channel_reaches_no_other() -> None:
    scene = ten_generations()
    scene.keep(5011, 5010)

    def may(channel_id: int) -> bool:
        return channel_id == CHANNEL_ID

    line = await scene.removal.line(GUILD_ID, ROOT, may)
    removed = await scene.removal.remove(MOD, ROOT, may)

    assert "9 pictures in channels where you can't delete stay." in reach_question(line)
    assert removed == Removed(1, left=1, out_of_reach=9)
    assert 5011 not in scene.left
    assert {message_id for _, message_id in scene.messages.deleted} == {5001, 5011}


async def test_another_server_s_picture_isn_t_there() -> None:
    scene = ten_generations()

    with pytest.raises(PictureForgottenError):
        await scene.removal.remove(Moderator(1002, MOD.member_id), ROOT, anywhere)
    assert len(scene.left) == 10


async def test_one_go_takes_a_bounded_number() -> None:
    scene = Scene()
    scene.keep(5001)
    for number in range(LINE_MAX + 5):
        scene.keep(6000 + number, 5001)

    line = await scene.removal.line(GUILD_ID, ROOT, anywhere)
    assert "There are more than one go takes" in reach_question(line)

    removed = await scene.removal.remove(MOD, ROOT, anywhere)
    assert removed == Removed(LINE_MAX + 6)


async def test_the_log_tells_once_how_much_went() -> None:
    scene = ten_generations()

    await scene.removal.remove(MOD, ROOT, anywhere)

    (entry,) = scene.log.recorded
    assert (entry.actor_id, entry.subject) == (MOD.member_id, "5001")
    assert entry.after == {
        "channel": str(CHANNEL_ID),
        "owner": str(OWNER_ID),
        "model": "flux-dev",
        "removed": "10",
        "left": "0",
    }


async def test_a_private_picture_made_from_it_goes_without_a_message() -> None:
    scene = ten_generations()
    private = replace(a_job(5011, private=True), origin=come_of(a_job(), 5010).origin)
    scene.past.keep(painted(private, message_id=5011))

    assert await scene.removal.remove(MOD, ROOT, anywhere) == Removed(11)
    assert 5011 not in {message_id for _, message_id in scene.messages.deleted}


async def test_a_picture_whose_message_was_deleted_is_forgotten() -> None:
    scene = ten_generations()

    await scene.removal.forget(GUILD_ID, OTHER_ID, 5005)
    await scene.removal.forget(GUILD_ID, OTHER_ID, 9999)

    assert 5005 not in scene.left
    assert 5005 not in scene.past.shelves.kept
    assert len(scene.left) == 9


@pytest.mark.parametrize(
    ("removed", "words"),
    [
        (Removed(1), "Deleted: 1 picture."),
        (Removed(3, left=1), "1 picture couldn't be deleted. Press again"),
        (Removed(3, out_of_reach=2), "2 pictures in channels where you can't delete. *Manage"),
    ],
)
def test_a_moderator_reads_what_is_gone_and_what_isn_t(removed: Removed, words: str) -> None:
    assert words in reached(removed)


def test_a_picture_from_which_nothing_was_made_says_so() -> None:
    line = PictureLine(9001, [painted(a_job())])

    assert reach_question(line) == ("**Delete this picture?** Nothing else was made from it.")
