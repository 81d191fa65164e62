"""Takings of the tests, and the stores that they are kept in."""

from datetime import UTC, datetime, timedelta

from bot.domain.ledgers import Holder, Limit, Measure, Taking

NOW = datetime(2026, 1, 31, 12, 30, 1, tzinfo=UTC)
LAST_MONTH = NOW - timedelta(days=40)
SERVER, MEMBER, OTHER = 2**60, 2**61, 2**62
HERE, EVERYWHERE, ALL = Holder(SERVER, MEMBER), Holder(member_id=MEMBER), Holder(SERVER)
PRICE = 50_000


def job(
    job_id: int, member_id: int = MEMBER, server_id: int = SERVER, at: datetime = NOW
) -> Taking:
    return Taking(job_id, server_id, member_id, "a/b", at, PRICE)


def daily(holder: Holder, at_most: int) -> Limit:
    return Limit(holder, Measure.PICTURES_A_DAY, at_most)
