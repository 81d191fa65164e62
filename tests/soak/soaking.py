"""One soak: members, misfortune and the bot's processes, and at the end a verdict."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import Connection, func, select

from bot.storage.database import Database
from bot.storage.postgresql import open_postgres
from bot.storage.sqlite import open_shared_sqlite
from bot.storage.tables import JobRow
from bot.storage.urls import SqliteFile, read_database_url
from sandbox.discord.person import Person
from sandbox.discord.server import DiscordSandbox
from sandbox.discord.settings import SandboxSettings
from sandbox.get3w import Get3WSandbox
from tests.bookkeeping import read_books
from tests.discord_openapi import check_requests
from tests.operator import Operator
from tests.soak.crew import Crew
from tests.soak.crowd import Crowd
from tests.soak.misfortune import Misfortune, Restarts
from tests.soak.orders import draw_order, draw_plain_order
from tests.soak.verdict import Judge, Verdict
from tests.stage import KEY

_AT_ONCE = 24
_REQUESTS_KEPT = 1_000_000
# Longer than it takes until a dead process's jobs are taken up, and to finish them.
_REST_WITHIN_S = 120.0
_LOOKS_EVERY_S = 0.5


@dataclass(frozen=True)
class Plan:
    """How many jobs, in which order of chance, and with which processes.

    Attributes
    ----------
    database_url
        Empty for a SQLite file.
    in_turn
        Whether nothing happens but that each process is restarted, and one killed at last.
    """

    jobs: int
    seed: int
    database_url: str = ""
    processes: int = 1
    in_turn: bool = False


@dataclass(frozen=True)
class Report:
    """A verdict, and what it was about."""

    plan: Plan
    verdict: Verdict
    asked: int
    killed: int
    stopped: int
    reconnects: int
    faults: int
    answered_s: Sequence[float]
    took_s: float

    @property
    def p99_s(self) -> float:
        """After how long 99 of 100 interactions had their first answer."""
        return self.answered_s[len(self.answered_s) * 99 // 100]

    def lines(self) -> list[str]:
        """Say it to people."""
        verdict = self.verdict
        return [
            f"seed {self.plan.seed}, {self.took_s:.0f} s",
            f"  {self.asked} interactions, {verdict.taken} jobs, {verdict.pictures} pictures",
            f"  first answers p99 {self.p99_s:.2f} s",
            f"  {self.killed} processes killed, {self.stopped} stopped",
            f"  {self.reconnects} gateways closed, {self.faults} requests to Discord befallen",
            f"  {verdict.unheard} pictures told to a process just when it ended",
            f"  {len(verdict.frozen)} frozen, {len(verdict.twice)} submitted twice",
            f"  {len(verdict.lost)} lost, {len(verdict.untrue)} untrue",
            *(f"  BROKEN: {breach}" for breach in verdict.breaches),
        ]


async def soak(plan: Plan, folder: Path) -> Report:
    """Let it all happen."""
    began_s, luck = time.monotonic(), Random(plan.seed)  # noqa: S311  a seed has to tell the same
    limits = SandboxSettings(hidden_rate=None, requests_kept=_REQUESTS_KEPT)
    async with (
        DiscordSandbox.open(settings=limits) as discord,
        Get3WSandbox.open(key=KEY, side_px=64) as api,
    ):
        operator = Operator(discord, api, folder)
        url = plan.database_url or f"sqlite:///{folder}/soak.sqlite3"
        crew = Crew(operator, luck, url, plan.processes)
        try:
            return await _soaked(plan, crew, operator, luck, began_s)
        finally:
            await operator.end()


async def _soaked(
    plan: Plan, crew: Crew, operator: Operator, luck: Random, began_s: float
) -> Report:
    discord, api = operator.discord, operator.api
    await crew.start()
    await _allow_private(discord)
    draw = draw_plain_order if plan.in_turn else draw_order
    orders = [draw(luck, number) for number in range(plan.jobs)]
    crowd = Crowd(discord, api, crew)
    misfortune = (Restarts if plan.in_turn else Misfortune)(discord, crew, luck)
    async with asyncio.TaskGroup() as group:
        group.create_task(misfortune.strike())
        await crowd.order_all(orders, _AT_ONCE, luck)
        misfortune.be_over()
    async with _opened(crew.url) as database:
        await _at_rest(database, discord)
        await crew.end()
        judge = Judge(discord, api, await database.read(read_books), crew.farewells)
    verdict = judge.judge(crowd.uses)
    verdict.untrue += [*crew.breaches, *crew.mistakes(), *operator.leaks()]
    check_requests(discord.requests)
    return Report(
        plan=plan,
        verdict=verdict,
        asked=len(crowd.uses),
        killed=crew.killed,
        stopped=crew.stopped,
        reconnects=misfortune.reconnects,
        faults=misfortune.hits,
        answered_s=sorted(crowd.answered_s()),
        took_s=time.monotonic() - began_s,
    )


async def _allow_private(discord: DiscordSandbox) -> None:
    for server in ("Lantern Bay", "Quiet Harbour"):
        moderator = Person.of(discord, "mod", server=server)
        await moderator.use("settings set", name="private_pictures", value="on")


async def _at_rest(database: Database, discord: DiscordSandbox) -> None:
    """Wait until nothing is left to do; what is then, the verdict names."""
    until_s = time.monotonic() + _REST_WITHIN_S
    while await database.read(_open_jobs) and time.monotonic() < until_s:
        n_requests = len(discord.requests)
        with suppress(TimeoutError):
            await discord.until(lambda n=n_requests: len(discord.requests) > n, _LOOKS_EVERY_S)


def _open_jobs(connection: Connection) -> int:
    return connection.execute(select(func.count()).where(JobRow.open)).scalar_one()


@asynccontextmanager
async def _opened(url: str) -> AsyncGenerator[Database]:
    """Open the database beside the bot, to read it."""
    place = read_database_url(url)
    opened = (
        open_shared_sqlite(place.path) if isinstance(place, SqliteFile) else open_postgres(place)
    )
    async with opened as database:
        yield database
