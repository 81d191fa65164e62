"""The composition root: the only place that builds and wires.

One ``AsyncExitStack`` owns every resource and closes them in the opposite order; whatever is
handed on is borrowed.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import aiohttp
from discord.ext import commands

from bot.app.outside import Outside, open_outside
from bot.client.bot import ImagineBot, Shards
from bot.domain.admission import HostRules
from bot.domain.log_entries import Told
from bot.domain.ports import Alerts, Clock, ServerLog
from bot.observability.alerts import AlertPlace, open_alerts
from bot.presentation.fitting import PictureFitter
from bot.presentation.job_messages import JobMessages
from bot.presentation.operator_words import alert_text
from bot.presentation.pacing import ChannelPaces
from bot.presentation.panel.panel import Panel
from bot.services.admission import Admission, Door
from bot.services.alert_turns import AlertTurns
from bot.services.bookings import Bookings, Till
from bot.services.failures import Failures
from bot.services.generation import Generation
from bot.services.host import HostState
from bot.services.host_gate import HostGate
from bot.services.host_report import HostReport
from bot.services.job_ends import Aftermath
from bot.services.job_run import Workshop
from bot.services.model_access import ModelAccess
from bot.services.moderation import House, Moderation
from bot.services.rule_book import RuleBook
from bot.services.safety_pause import SafetyPauses
from bot.services.server_log import open_server_log
from bot.services.slot_line import SlotLine
from bot.services.spending import Spending
from bot.settings import Settings
from bot.storage.memory import MemoryRunningJobs
from bot.storage.stores import Stores
from cogs import settings as settings_commands
from cogs.help import Help
from cogs.imagine import Imagine
from cogs.operator import Operator
from cogs.settings_limits import LimitSettings
from cogs.settings_models import ModelSettings
from cogs.settings_panel import SettingsPanel, panel_command
from cogs.settings_terms import TermSettings


@dataclass(frozen=True, slots=True)
class _Rules:
    """What decides: for whom, where, how much."""

    host: HostRules
    default_model: str
    book: RuleBook
    models: ModelAccess
    state: HostState
    pauses: SafetyPauses
    failures: Failures
    alerts: Alerts
    log: ServerLog


async def built_bot(
    settings: Settings, stores: Stores, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> ImagineBot:
    """Build the bot with all that it works with, on stores that are open."""
    outside = await open_outside(settings, stores, session, stack)
    rules = await _rules(settings, outside, stack)
    bookings = _bookings(outside, rules)
    generation = Generation(bookings, MemoryRunningJobs(), _workshop(settings, outside, rules))
    shards = Shards(settings.shard_count, settings.shard_ids)
    bot = ImagineBot(shards, generation, partial(generation.drain, settings.shutdown_grace_s))
    moderation = _moderation(outside, rules)
    groups = *_commands(outside, rules, generation), *_settings(moderation, outside.clock)
    bot.bring(groups, moderation)
    return await stack.enter_async_context(bot)


async def _rules(settings: Settings, outside: Outside, stack: AsyncExitStack) -> _Rules:
    stores, clock = outside.stores, outside.clock
    book = RuleBook(stores.policies)
    log = await stack.enter_async_context(
        open_server_log(stores.audit, stores.policies, _NoChannel())
    )
    pauses = SafetyPauses(stores.host, log)
    alerts = await _alerts(settings, outside, stack)
    return _Rules(
        host=settings.host_rules,
        default_model=settings.default_model,
        book=book,
        models=ModelAccess(outside.api.catalogue, settings.ceiling, book),
        state=HostState(stores.host, clock, paused_by_settings=settings.paused),
        pauses=pauses,
        failures=Failures(alerts, pauses, clock),
        alerts=alerts,
        log=log,
    )


async def _alerts(settings: Settings, outside: Outside, stack: AsyncExitStack) -> Alerts:
    url = settings.alert_url.get_secret_value() if settings.alert_url else None
    turns = AlertTurns(outside.stores.host, outside.clock)
    opening = open_alerts(AlertPlace(url, alert_text), turns, outside.clock)
    return await stack.enter_async_context(opening)


def _bookings(outside: Outside, rules: _Rules) -> Bookings:
    spending = Spending(rules.host.microdollars_per_day, rules.alerts)
    till = Till(outside.stores.ledger, rules.host, outside.api.catalogue, spending)
    return Bookings(till, rules.book, rules.log, outside.clock)


def _workshop(settings: Settings, outside: Outside, rules: _Rules) -> Workshop:
    return Workshop(
        api=outside.api.provider,
        outputs=outside.api.downloads,
        models=rules.models,
        run_times=outside.stores.run_times,
        ends=Aftermath(_bookings(outside, rules), rules.failures),
        line=SlotLine(settings.get3w_concurrency),
        clock=outside.clock,
    )


def _commands(outside: Outside, rules: _Rules, generation: Generation) -> Sequence[commands.Cog]:
    clock = outside.clock
    messages = JobMessages(
        outside.answerer, outside.sender, ChannelPaces(clock), PictureFitter(), clock
    )
    admission = Admission(_door(outside, rules))
    return (
        Imagine(admission, generation, rules.models, messages),
        Help(rules.models),
        Operator(_host_report(outside, rules)),
    )


def _host_report(outside: Outside, rules: _Rules) -> HostReport:
    return HostReport(
        state=rules.state,
        ledger=outside.stores.ledger,
        failures=rules.failures,
        balance=outside.api.balance,
        clock=outside.clock,
        budget_microdollars=rules.host.microdollars_per_day,
    )


def _moderation(outside: Outside, rules: _Rules) -> Moderation:
    host, stores = rules.host, outside.stores
    limits = {
        "member_pictures_per_day": host.member_pictures_per_day,
        "server_budget_per_day": host.microdollars_per_day,
    }
    largest = {name: limit for name, limit in limits.items() if limit is not None}
    house = House(host.ceiling, rules.default_model, largest)
    return Moderation(stores.policies, outside.api.catalogue, house, rules.log, outside.clock)


def _settings(moderation: Moderation, clock: Clock) -> Sequence[commands.Cog]:
    panel = Panel(moderation, clock)
    groups = (ModelSettings(moderation), LimitSettings(moderation), TermSettings(moderation))
    parts = (panel_command(panel), *groups)
    return settings_commands.Settings(moderation, clock, parts), SettingsPanel(panel)


def _door(outside: Outside, rules: _Rules) -> Door:
    return Door(
        host=rules.host,
        gate=HostGate(rules.state, rules.pauses, outside.clock),
        book=rules.book,
        models=rules.models,
        catalogue=outside.api.catalogue,
        ledger=outside.stores.ledger,
        log=rules.log,
        clock=outside.clock,
    )


class _NoChannel:
    async def write(
        self, server_id: int, channel_id: int, lines: Sequence[Told], left_out: int
    ) -> int:
        del server_id, channel_id, left_out
        return len(lines)
