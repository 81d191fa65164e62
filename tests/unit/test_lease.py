"""For how long a process may hold its jobs for its own, on virtual time."""

from bot.services.lease import LEASE_S, Lease
from bot.services.recovery import DEAD_AFTER_S
from tests.unit.virtual_time import LoopClock


async def test_a_process_that_has_not_beaten_yet_has_no_lease() -> None:
    lease = Lease(LoopClock(), alone=False)

    assert not lease.held()


async def test_a_lease_ends_before_others_take_the_process_for_dead() -> None:
    lease = Lease(LoopClock(), alone=False)
    lease.renew(LoopClock().monotonic())

    await LoopClock().sleep(LEASE_S - 1)
    assert lease.held()
    await LoopClock().sleep(1)

    assert not lease.held()
    assert LEASE_S < DEAD_AFTER_S


async def test_a_beat_renews_it_from_the_moment_when_it_was_sent() -> None:
    lease = Lease(LoopClock(), alone=False)
    sent_s = LoopClock().monotonic()

    await LoopClock().sleep(LEASE_S)
    lease.renew(sent_s)
    assert not lease.held()
    lease.renew(LoopClock().monotonic())

    assert lease.held()


async def test_whoever_is_alone_needs_none() -> None:
    lease = Lease(LoopClock(), alone=True)
    lease.renew(LoopClock().monotonic())

    await LoopClock().sleep(3600)

    assert lease.held()
