"""The doctor: looks at each thing that the bot needs, changes nothing and costs nothing.

Whatever can be looked at is, also where settings are missing or wrong.
"""

import asyncio
import platform
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bot import __version__
from bot.app.outside import DATA_FOLDER, discord_session
from bot.client.discord_check import (
    DiscordQuestion,
    check_discord,
    clock_finding,
    clock_off_s,
)
from bot.domain.alerts import AlertText
from bot.domain.findings import Cause, Finding, Subject, Verdict, look, mend, well
from bot.observability.alerts import try_alert
from bot.presentation.check_report import Surroundings, report_text
from bot.presentation.check_words import ALERT_DETAIL, ALERT_TITLE, summary
from bot.presentation.terminal_page import columns, finding_lines
from bot.providers.account_check import AccountReport, ModelChoice, check_account
from bot.providers.image_api import open_questions
from bot.settings import Settings
from bot.settings_report import Problem
from bot.settings_sources import Reading
from bot.storage.database_check import check_copies, check_database
from bot.storage.place_check import MOUNTS, check_disk, check_file_system, check_folder
from bot.storage.urls import SqliteFile

_DISCORD_CONNECTIONS = 2
_OWN_LINES: Mapping[str, Subject] = {
    "DISCORD_TOKEN": Subject.TOKEN,
    "GET3W_API_KEY": Subject.KEY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What is asked for, and where it is looked for.

    Attributes
    ----------
    report
        Whether a text to paste into a bug report is written in place of the page.
    alert
        Whether an alert is sent.
    coloured
        Whether the page is for a terminal that shows colours.
    mounts
        The kernel's list of what is mounted where.
    """

    report: bool = False
    alert: bool = False
    coloured: bool = False
    mounts: Path = MOUNTS


class Checked(NamedTuple):
    """How it is altogether, in words and as a number."""

    to_mend: int
    text: str


async def check(request: CheckRequest, reading: Reading) -> Checked:
    """Look at everything, and write down how it is; never fails."""
    findings = await _findings(reading, request)
    to_mend = sum(finding.verdict is Verdict.MEND for finding in findings)
    if request.report:
        return Checked(to_mend, report_text(_surroundings(reading), findings))
    return Checked(to_mend, _page(reading, findings, to_mend, coloured=request.coloured))


def _page(reading: Reading, findings: Sequence[Finding], to_mend: int, *, coloured: bool) -> str:
    settings = columns((shown.name, shown.value, shown.source) for shown in reading.shown)
    lines = finding_lines(findings, coloured=coloured)
    blocks = ([f"imagine-bot {__version__}"], settings, lines, [summary(to_mend)])
    return "\n\n".join("\n".join(block) for block in blocks)


def _surroundings(reading: Reading) -> Surroundings:
    settings = reading.settings
    return Surroundings(
        version=__version__,
        system=f"Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        settings=tuple((shown.name, shown.value, shown.source) for shown in reading.shown),
        secrets=settings.secrets,
    )


async def _findings(reading: Reading, request: CheckRequest) -> list[Finding]:
    settings = reading.settings
    async with asyncio.TaskGroup() as group:
        discord = group.create_task(_discord(reading))
        account = group.create_task(_account(reading))
        database = group.create_task(check_database(settings.database))
        alerts = group.create_task(_alerts(settings, try_it=request.alert))
    return [
        *_settings(reading),
        *_with_a_clock(discord.result(), account.result()),
        *account.result().findings,
        *_places(settings, request.mounts),
        database.result(),
        check_copies(settings.database, datetime.now(UTC)),
        alerts.result(),
    ]


def _settings(reading: Reading) -> list[Finding]:
    wrong = [_problem(problem) for problem in reading.problems]
    if any(finding.subject is Subject.SETTINGS for finding in wrong):
        return wrong
    given = sum(shown.source not in {"default", "not set"} for shown in reading.shown)
    return [well(Subject.SETTINGS, Cause.SETTINGS_READ, given=given), *wrong]


def _problem(problem: Problem) -> Finding:
    subject = _OWN_LINES.get(problem.variable, Subject.SETTINGS)
    return mend(
        subject,
        Cause.SETTING_WRONG,
        variable=problem.variable,
        what=problem.what,
        how=problem.how,
    )


async def _discord(reading: Reading) -> list[Finding]:
    settings = reading.settings
    has_token = "discord_token" not in reading.missing
    question = DiscordQuestion(
        api_url=settings.discord_api_url,
        token=settings.discord_token.get_secret_value() if has_token else None,
        server_count=None if "*" in settings.servers else len(settings.servers),
        shard_count=settings.shard_count,
    )
    async with discord_session(_DISCORD_CONNECTIONS) as session:
        return await check_discord(session, question)


async def _account(reading: Reading) -> AccountReport:
    settings = reading.settings
    has_key = "get3w_api_key" not in reading.missing
    key = settings.get3w_api_key.get_secret_value() if has_key else ""
    choice = ModelChoice(settings.default_model, settings.ceiling)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(open_questions(settings.get3w_api_url, key))
        return await check_account(api, choice, has_key=has_key)


def _with_a_clock(discord: Sequence[Finding], account: AccountReport) -> list[Finding]:
    """Ask the image API's clock where Discord's isn't there."""
    off_s = clock_off_s(account.date)
    if off_s is None:
        return [*discord]
    return [_clock(finding, off_s) for finding in discord]


def _clock(finding: Finding, off_s: float) -> Finding:
    unknown = finding.subject is Subject.CLOCK and finding.verdict is Verdict.SKIPPED
    return clock_finding(off_s) if unknown else finding


def _places(settings: Settings, mounts: Path) -> list[Finding]:
    place = settings.database
    file = place.path if isinstance(place, SqliteFile) else None
    folder = DATA_FOLDER if file is None else file.parent
    folders = [check_folder(folder, file)]
    if folder.absolute() != DATA_FOLDER.absolute():
        folders.append(check_folder(DATA_FOLDER))
    on = [] if file is None else [check_file_system(file, mounts)]
    return [*folders, check_disk(folder, file), *on]


async def _alerts(settings: Settings, *, try_it: bool) -> Finding:
    if settings.alert_url is None:
        if try_it:
            return mend(Subject.ALERTS, Cause.ALERTS_UNSET)
        return look(Subject.ALERTS, Cause.ALERTS_UNSET)
    if not try_it:
        return well(Subject.ALERTS, Cause.ALERTS_SET)
    url = settings.alert_url.get_secret_value()
    trouble = await try_alert(url, AlertText(ALERT_TITLE, ALERT_DETAIL))
    if trouble is None:
        return well(Subject.ALERTS, Cause.ALERT_TAKEN)
    return mend(Subject.ALERTS, Cause.ALERT_REFUSED, reason=trouble)
