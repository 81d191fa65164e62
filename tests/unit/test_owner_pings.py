"""Who is mentioned at the end of a job: whoever waited long, once, unless they don't want it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.errors import Charge, ConnectionLostError
from bot.domain.jobs import Cancelled, Failed, FinalState
from bot.domain.journal import JournalEntry
from bot.domain.preferences import Preferences
from bot.presentation.owner_pings import PostedPings
from bot.presentation.sending import (
    NewMessageRoad,
    RoadForbiddenError,
    SendBrokenError,
    SendError,
    SendLimitedError,
    SendRefusedError,
)
from bot.services.owner_pings import PINGED_AFTER, OwnerPings
from bot.services.personal_defaults import PersonalDefaults
from tests.unit.books import Counter, Shelf
from tests.unit.discord_side import text_of
from tests.unit.jobs import CHANNEL_ID, GUILD_ID, OWNER_ID, a_job, done
from tests.unit.log_side import Messages
from tests.unit.past_jobs import painted
from tests.unit.records_side import KeptPreferences
from tests.unit.scripted import PAINTED, RecordingDisplay, ScriptedApi, a_workshop, joined
from tests.unit.virtual_time import LoopClock

LONG = PINGED_AFTER + timedelta(seconds=1)


@dataclass
class Calls:
    """Takes down who is mentioned; fulfils ``PingPost``."""

    mentioned: list[int] = field(default_factory=list[int])

    async def mention(self, entry: JournalEntry, final: FinalState) -> None:
        del final
        self.mentioned.append(entry.job.owner_id)


@dataclass
class Scene:
    """Mentions, and what members want of them."""

    kept: KeptPreferences = field(default_factory=KeptPreferences)
    calls: Calls = field(default_factory=Calls)

    @property
    def pings(self) -> OwnerPings:
        defaults = PersonalDefaults(self.kept, Counter().models, Shelf())
        return OwnerPings(defaults, self.calls, LoopClock())

    async def ends(
        self, final: FinalState | None = None, *, after: timedelta = LONG, **others: bool
    ) -> Sequence[int]:
        entry = painted(a_job(private=others.get("private", False)))
        entry = replace(entry, accepted_at=LoopClock().now() - after)
        await self.pings.end_told(entry, final or done())
        return self.calls.mentioned


async def test_whoever_waited_long_is_mentioned_once() -> None:
    assert await Scene().ends() == [OWNER_ID]


async def test_whoever_waited_two_minutes_or_less_still_looks() -> None:
    assert await Scene().ends(after=PINGED_AFTER) == []


async def test_a_private_picture_mentions_nobody() -> None:
    assert await Scene().ends(private=True) == []


async def test_whoever_doesn_t_want_it_isn_t_mentioned() -> None:
    kept = KeptPreferences({(GUILD_ID, OWNER_ID): Preferences(pinged=False)})

    assert await Scene(kept).ends() == []
    assert await Scene(KeptPreferences(away=True)).ends() == []


@pytest.mark.parametrize(
    ("final", "mentioned"),
    [
        (Failed(ConnectionLostError()), [OWNER_ID]),
        (Cancelled(OWNER_ID, Charge.MAYBE), []),
        (Cancelled(OWNER_ID + 1, Charge.MAYBE), [OWNER_ID]),
    ],
)
async def test_an_end_without_a_picture_is_told_but_to_whom_brought_it_about(
    final: FinalState, mentioned: list[int]
) -> None:
    assert await Scene().ends(final) == mentioned


def posted(*errors: SendError) -> tuple[Messages, PostedPings]:
    messages = Messages(errors=list(errors))
    return messages, PostedPings(messages, LoopClock())


async def test_a_mention_answers_the_message_of_the_job_and_mentions_its_owner_alone() -> None:
    messages, pings = posted()

    await pings.mention(painted(a_job()), done())

    ((road, edit),) = messages.sent
    assert road == NewMessageRoad(CHANNEL_ID, "ping9001", reply_to=6001)
    assert text_of(edit.view) == f"<@{OWNER_ID}>, your picture is here."
    assert edit.mentioned_ids == (OWNER_ID,)


async def test_an_end_without_a_picture_has_other_words() -> None:
    messages, pings = posted()

    await pings.mention(painted(a_job()), Failed(ConnectionLostError()))

    assert text_of(messages.sent[0][1].view) == f"<@{OWNER_ID}>, your picture isn't coming."


async def test_where_the_bot_may_not_answer_the_mention_leads_to_the_message() -> None:
    messages, pings = posted(RoadForbiddenError(160002))

    await pings.mention(painted(a_job()), done())

    ((road, edit),) = messages.sent
    assert road == NewMessageRoad(CHANNEL_ID, "ping9001")
    url = f"https://discord.com/channels/{GUILD_ID}/{CHANNEL_ID}/6001"
    assert text_of(edit.view).endswith(f"[Go to message](<{url}>)")


@pytest.mark.parametrize("trouble", [SendBrokenError(), SendLimitedError(1.0)])
async def test_a_mention_is_tried_again(trouble: SendError) -> None:
    messages, pings = posted(trouble)

    await pings.mention(painted(a_job()), done())

    assert len(messages.sent) == 1


@pytest.mark.parametrize(
    "trouble", [SendRefusedError(400, 50035), RoadForbiddenError(50013), RoadForbiddenError(50001)]
)
async def test_where_the_message_is_gone_or_nothing_may_be_written_nothing_is(
    trouble: SendError,
) -> None:
    messages, pings = posted(trouble)

    await pings.mention(painted(a_job()), done())

    assert messages.sent == []


@pytest.mark.parametrize(("arrives", "mentioned"), [(True, [OWNER_ID]), (False, [])])
async def test_a_job_mentions_its_owner_only_when_its_message_tells_the_end(
    *, arrives: bool, mentioned: list[int]
) -> None:
    scene, counter = Scene(), Counter()
    shop = a_workshop(ScriptedApi(PAINTED), counter=counter)
    shop = replace(shop, ends=replace(counter.aftermath, pings=scene.pings))

    await joined(a_job(), shop).run(RecordingDisplay(LONG.total_seconds(), arrives=arrives))

    assert scene.calls.mentioned == mentioned
