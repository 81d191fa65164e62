"""/operator as it is registered, which Discord shows to administrators, and what it tells."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord.ext import commands

from bot.domain.ledgers import Taking
from bot.services.failures import Failures
from bot.services.host import HostState
from bot.services.host_report import HostReport
from bot.services.safety_pause import SafetyPauses
from cogs.operator import Operator
from tests.unit.books import Ledgers
from tests.unit.host_side import KeptPolicies, LogBook, Told
from tests.unit.virtual_time import LoopClock


class Purse:
    async def usd(self) -> float | None:
        return 3.5


@pytest.fixture
def report(clock: LoopClock) -> HostReport:
    policies = KeptPolicies()
    failures = Failures(Told(), SafetyPauses(policies, LogBook()), clock)
    state = HostState(policies, clock, paused_by_settings=False)
    return HostReport(state, Ledgers(), failures, Purse(), clock, 5_000_000)


@pytest.fixture
async def payload(report: HostReport) -> AsyncIterator[dict[str, Any]]:
    nothing = discord.Intents.none()
    async with commands.AutoShardedBot(commands.when_mentioned, intents=nothing) as bot:
        await bot.add_cog(Operator(report))
        (command,) = bot.tree.get_commands()
        yield command.to_dict(bot.tree)


async def test_discord_shows_it_to_administrators_alone(payload: dict[str, Any]) -> None:
    shown_to = discord.Permissions(int(payload["default_member_permissions"]))

    assert shown_to == discord.Permissions(administrator=True)


async def test_it_pauses_resumes_and_tells(payload: dict[str, Any]) -> None:
    options = {option["name"]: option.get("options", []) for option in payload["options"]}

    assert set(options) == {"pause", "resume", "status"}
    (length,) = options["pause"]
    assert (length["name"], length["required"]) == ("for", False)


async def test_a_report_tells_what_today_has_cost_in_all_servers(
    report: HostReport, clock: LoopClock
) -> None:
    for server_id in (1, 2, 3):
        taking = Taking(server_id, server_id, 4001, "a/b", clock.now(), 400_000)
        await report.ledger.take(taking, ())
    status = await report.status()

    assert (status.spent_microdollars, status.pictures) == (1_200_000, 3)
    assert status.budget_microdollars == 5_000_000
    assert status.pause is None
    assert status.failures == ()


async def test_a_report_tells_of_a_pause(report: HostReport) -> None:
    await report.state.pause(41)

    assert (await report.status()).pause is not None
