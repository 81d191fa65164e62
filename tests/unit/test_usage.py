"""What reports of usage count, and for whom."""

import itertools
from datetime import timedelta

import pytest

from bot.domain.admission import HostRules
from bot.domain.ledgers import Holder, Measure, Taking
from bot.domain.visits import Visit
from bot.services.rule_book import RuleBook
from bot.services.usage import Allowance, UsageReport, UsageReports
from tests.unit.books import Ledgers, Policies
from tests.unit.ruled import OPEN
from tests.unit.virtual_time import START, LoopClock

SERVER, ELSEWHERE, CHANNEL, MEMBER, OTHER, ROLE = 10, 20, 30, 40, 50, 60
PRICE = 12_000
HOST = HostRules(OPEN)
VISIT = Visit(SERVER, CHANNEL, MEMBER, frozenset({ROLE, SERVER}))


class Books:
    """What a few members have had, on a day whose month is two days old."""

    def __init__(self, host: HostRules = HOST, kept_days_max: int = 90) -> None:
        self.ledger, self.policies = Ledgers(), Policies()
        book = RuleBook(self.policies)
        self.reports = UsageReports(self.ledger, book, host, kept_days_max, LoopClock())
        self._ids = itertools.count(1)

    async def had(
        self, *, member: int = MEMBER, server: int = SERVER, model: str = "a/b", days_ago: int = 0
    ) -> None:
        at = START - timedelta(days=days_ago)
        await self.ledger.take(Taking(next(self._ids), server, member, model, at, PRICE), ())

    async def own(self) -> UsageReport:
        return await self.reports.of_member(VISIT)

    async def allowed(self) -> dict[tuple[Holder, Measure], Allowance]:
        report = await self.own()
        return {(one.limit.holder, one.limit.measure): one for one in report.allowances}


@pytest.fixture
def books() -> Books:
    return Books()


async def test_a_member_reads_of_their_own_pictures_in_this_server_only(books: Books) -> None:
    await books.had()
    await books.had(member=OTHER)
    await books.had(server=ELSEWHERE)

    assert [line.member_id for line in (await books.own()).lines] == [MEMBER]


async def test_the_server_s_report_has_all_its_members_and_no_other_server(books: Books) -> None:
    await books.had()
    await books.had(member=OTHER)
    await books.had(server=ELSEWHERE)

    report = await books.reports.of_server(SERVER)

    assert sorted(line.member_id for line in report.lines) == [MEMBER, OTHER]


async def test_today_this_month_and_the_last_seven_days_are_told_apart(books: Books) -> None:
    for days_ago in (0, 1, 6, 7):
        await books.had(days_ago=days_ago)

    report = await books.own()

    assert [len(report.today), len(report.this_month), len(report.latest_days)] == [1, 2, 3]


async def test_a_limit_is_told_with_what_is_left_and_when_it_begins_again(books: Books) -> None:
    books.policies.set(SERVER, member_pictures_per_day=5)
    await books.had()
    await books.had()

    one = (await books.allowed())[Holder(SERVER, MEMBER), Measure.PICTURES_A_DAY]

    midnight = START.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    assert (one.used, one.left, one.free_at) == (2, 3, midnight)


async def test_more_than_the_limit_leaves_nothing(books: Books) -> None:
    await books.had()
    await books.had()
    books.policies.set(SERVER, member_pictures_per_day=1)

    one = (await books.allowed())[Holder(SERVER, MEMBER), Measure.PICTURES_A_DAY]

    assert (one.used, one.left) == (2, 0)


async def test_a_role_s_own_limit_takes_the_place_of_the_usual_one(books: Books) -> None:
    limits = {str(ROLE): {"pictures_per_day": 9}}
    books.policies.set(SERVER, member_pictures_per_day=5, role_limits=limits)

    one = (await books.allowed())[Holder(SERVER, MEMBER), Measure.PICTURES_A_DAY]

    assert one.limit.at_most == 9


async def test_what_the_host_spends_is_no_member_s_business() -> None:
    books = Books(HostRules(OPEN, microdollars_per_day=1))

    assert await books.allowed() == {}


async def test_the_host_s_limit_counts_over_all_servers() -> None:
    books = Books(HostRules(OPEN, microdollars_per_day=1, member_pictures_per_day=20))
    await books.had()
    await books.had(server=ELSEWHERE)

    one = (await books.allowed())[Holder(member_id=MEMBER), Measure.PICTURES_A_DAY]

    assert (one.used, one.left) == (2, 18)


async def test_members_read_how_many_all_may_make_but_not_what_they_may_cost(books: Books) -> None:
    books.policies.set(SERVER, server_pictures_per_day=50, server_budget_per_day=3)

    assert set(await books.allowed()) == {(Holder(SERVER), Measure.PICTURES_A_DAY)}


async def test_moderators_read_what_is_left_of_the_budget(books: Books) -> None:
    books.policies.set(SERVER, server_budget_per_day=3)
    await books.had()

    (one,) = (await books.reports.of_server(SERVER)).allowances

    assert (one.limit.measure, one.left) == (Measure.MICRODOLLARS_A_DAY, 3_000_000 - PRICE)


@pytest.mark.parametrize(("cooldown_s", "waits"), [(60, True), (1, False)])
async def test_the_time_between_pictures_is_told_while_it_lasts(
    books: Books, cooldown_s: int, *, waits: bool
) -> None:
    books.policies.set(SERVER, member_cooldown=cooldown_s)
    await books.had()
    await LoopClock().sleep(5)

    one = (await books.allowed())[Holder(SERVER, MEMBER), Measure.SECONDS_BETWEEN]

    assert one.free_at == (START + timedelta(seconds=cooldown_s) if waits else None)


async def test_jobs_under_way_have_no_end_that_is_known(books: Books) -> None:
    books.policies.set(SERVER, member_at_once=3)
    await books.had()

    one = (await books.allowed())[Holder(SERVER, MEMBER), Measure.JOBS_AT_ONCE]

    assert (one.used, one.left, one.free_at) == (1, 2, None)


@pytest.mark.parametrize(("at_most", "kept_days"), [(90, 30), (7, 7)])
async def test_the_host_decides_for_how_long_lines_are_kept_at_most(
    at_most: int, kept_days: int
) -> None:
    books = Books(kept_days_max=at_most)

    assert (await books.own()).kept_days == kept_days
    assert (await books.reports.of_server(SERVER)).kept_days == kept_days
