"""A report is kept once; a deletion is kept; a block is for a day, unless one holds for longer."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.domain.errors import StoreUnavailableError
from bot.domain.models import ModelCeiling
from bot.domain.reasons import REASON_MAX_CHARACTERS
from bot.domain.refusals import BadInputError, Flaw
from bot.domain.server_policy import MemberBlock
from bot.domain.shown_pictures import ShownPicture
from bot.domain.visits import Moderator
from bot.services.moderation import House, Moderation
from bot.services.picture_reports import (
    BLOCK_REASON,
    BLOCKED_FOR,
    Blocked,
    PictureReports,
    Records,
    ReportFate,
)
from tests.unit.books import Shelf
from tests.unit.log_side import (
    ALICE_ID,
    LOG_CHANNEL_ID,
    MOD_ID,
    SERVER_ID,
    Decided,
    Heard,
    Table,
)
from tests.unit.virtual_time import START, LoopClock

ALICE, MOD = Moderator(SERVER_ID, ALICE_ID), Moderator(SERVER_ID, MOD_ID)
PICTURE = ShownPicture(2001, 5001, 4003, "flux-dev")
OTHER_PICTURE = ShownPicture(2001, 5002, 4003, "flux-dev")


def anywhere(_channel_id: int) -> bool:
    return True


def nowhere(_channel_id: int) -> bool:
    return False


@dataclass
class Scene:
    """Reports with the places where they are kept."""

    table: Table = field(default_factory=Table)
    log: Heard = field(default_factory=Heard)
    decided: Decided = field(default_factory=Decided)
    clock: LoopClock = field(default_factory=LoopClock)

    def reports(self) -> PictureReports:
        """Make them as a process does that has just started."""
        house = House(ModelCeiling(("*",)), "get3w/flux-dev")
        moderation = Moderation(self.decided, Shelf(), house, self.log, self.clock)
        records = Records(self.table, self.log, self.decided)
        return PictureReports(records, moderation, self.clock)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.decided.log_to(LOG_CHANNEL_ID)
    return scene


async def test_a_report_is_kept_and_told(scene: Scene) -> None:
    fate = await scene.reports().report(ALICE, PICTURE, " rude\n", anywhere)

    assert fate is ReportFate.WITH_MODERATORS
    (entry,) = scene.table.entries
    assert scene.log.told == [entry]
    assert (entry.actor_id, entry.action, entry.subject) == (ALICE_ID, "picture.report", "5001")
    assert entry.after == {
        "channel": "2001",
        "owner": "4003",
        "model": "flux-dev",
        "reason": "rude",
    }


async def test_without_a_log_channel_a_report_waits_in_the_log(scene: Scene) -> None:
    scene.decided.policies.clear()

    assert await scene.reports().report(ALICE, PICTURE, "rude", anywhere) is ReportFate.IN_LOG
    assert len(scene.table.entries) == 1


async def test_a_report_waits_in_the_log_where_its_channel_cannot_be_written_to(
    scene: Scene,
) -> None:
    fate = await scene.reports().report(ALICE, PICTURE, "rude", nowhere)

    assert fate is ReportFate.IN_LOG
    assert len(scene.table.entries) == 1


async def test_two_reports_of_one_picture_by_one_member_are_one(scene: Scene) -> None:
    reports = scene.reports()

    await reports.report(ALICE, PICTURE, "rude", anywhere)

    assert await reports.report(ALICE, PICTURE, "again", anywhere) is ReportFate.ALREADY
    assert len(scene.table.entries) == 1


async def test_two_reports_at_the_same_moment_are_one(scene: Scene) -> None:
    reports = scene.reports()

    fates = await asyncio.gather(
        *(reports.report(ALICE, PICTURE, "rude", anywhere) for _ in range(5))
    )

    assert fates.count(ReportFate.ALREADY) == 4
    assert len(scene.table.entries) == 1


async def test_a_report_is_remembered_over_a_restart(scene: Scene) -> None:
    await scene.reports().report(ALICE, PICTURE, "rude", anywhere)

    assert await scene.reports().report(ALICE, PICTURE, "again", anywhere) is ReportFate.ALREADY


async def test_reports_of_others_and_of_other_pictures_count(scene: Scene) -> None:
    reports = scene.reports()

    await reports.report(ALICE, PICTURE, "rude", anywhere)
    await reports.report(MOD, PICTURE, "rude", anywhere)
    await reports.report(ALICE, OTHER_PICTURE, "rude", anywhere)

    assert len(scene.table.entries) == 3


@pytest.mark.parametrize(
    ("reason", "flaw"),
    [
        ("", Flaw.EMPTY),
        (" \n", Flaw.EMPTY),
        ("\0", Flaw.EMPTY),
        ("x" * (REASON_MAX_CHARACTERS + 1), Flaw.TOO_LONG),
    ],
)
async def test_a_reason_that_says_nothing_or_too_much_is_refused(
    scene: Scene, reason: str, flaw: Flaw
) -> None:
    with pytest.raises(BadInputError) as refused:
        await scene.reports().report(ALICE, PICTURE, reason, anywhere)

    assert (refused.value.field, refused.value.flaw) == ("reason", flaw)
    assert scene.table.entries == []


async def test_a_report_that_could_not_be_kept_can_be_made_again(scene: Scene) -> None:
    scene.table.away = 1
    reports = scene.reports()

    with pytest.raises(StoreUnavailableError):
        await reports.report(ALICE, PICTURE, "rude", anywhere)

    assert scene.log.told == []
    assert await reports.report(ALICE, PICTURE, "rude", anywhere) is ReportFate.WITH_MODERATORS


async def test_a_deletion_is_kept(scene: Scene) -> None:
    scene.reports().note_deletion(MOD, PICTURE)

    (entry,) = scene.log.recorded
    assert (entry.actor_id, entry.action, entry.subject) == (MOD_ID, "picture.delete", "5001")
    assert entry.after == {"channel": "2001", "owner": "4003", "model": "flux-dev"}


async def test_the_deletion_of_a_private_picture_names_no_place(scene: Scene) -> None:
    scene.reports().note_private_deletion(ALICE)

    (entry,) = scene.log.recorded
    assert (entry.actor_id, entry.action, entry.subject) == (ALICE_ID, "picture.delete", "")


async def test_the_owner_of_a_reported_picture_is_blocked_for_a_day(scene: Scene) -> None:
    blocked = await scene.reports().block(MOD, 4003)

    assert not blocked.already
    block = blocked.block
    assert block.until == START + BLOCKED_FOR
    assert (block.member_id, block.by_id, block.reason) == (4003, MOD_ID, BLOCK_REASON)
    assert (await scene.decided.get(SERVER_ID)).blocks[4003] == block
    assert [entry.action for entry in scene.log.told] == ["member.block"]


async def test_a_block_for_a_day_that_is_pressed_again_is_one_block(scene: Scene) -> None:
    first = await scene.reports().block(MOD, 4003)
    await scene.clock.sleep(3600)

    again = await scene.reports().block(MOD, 4003)

    assert again == Blocked(first.block, already=True)
    assert [entry.action for entry in scene.log.told] == ["member.block"]


async def test_a_shorter_block_becomes_one_for_a_day(scene: Scene) -> None:
    shorter = MemberBlock(4003, START + timedelta(hours=1), "spam", MOD_ID, START)
    policy = await scene.decided.get(SERVER_ID)
    scene.decided.policies[SERVER_ID] = replace(policy, blocks={4003: shorter})

    blocked = await scene.reports().block(MOD, 4003)

    assert blocked.block.until == START + BLOCKED_FOR


@pytest.mark.parametrize("until", [None, START + timedelta(days=7)])
async def test_a_block_that_holds_for_longer_stays(scene: Scene, until: datetime | None) -> None:
    longer = MemberBlock(4003, until, "spam", MOD_ID, START)
    policy = await scene.decided.get(SERVER_ID)
    scene.decided.policies[SERVER_ID] = replace(policy, blocks={4003: longer})

    assert await scene.reports().block(MOD, 4003) == Blocked(longer, already=True)
    assert scene.log.told == []


async def test_a_block_in_one_server_holds_in_no_other(scene: Scene) -> None:
    await scene.reports().block(MOD, 4003)

    assert (await scene.decided.get(SERVER_ID + 1)).blocks == {}
