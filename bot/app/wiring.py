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

from bot.app.log_wiring import LOG_BUTTONS, LogOutlets, log_outlets, log_pages, report_desk
from bot.app.outside import Outside, open_outside
from bot.client.bot import ImagineBot, Shards
from bot.domain.admission import HostRules
from bot.domain.alerts import Alert
from bot.domain.ports import ServerLog
from bot.presentation.fitting import PictureFitter
from bot.presentation.job_messages import JobMessages
from bot.presentation.log_pages import LogPages
from bot.presentation.pacing import ChannelPaces
from bot.services.admission import Admission, Door
from bot.services.bookings import Bookings, Till
from bot.services.failures import Failures
from bot.services.generation import Generation
from bot.services.host import HostState
from bot.services.host_gate import HostGate
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
from cogs.help import Help
from cogs.imagine import Imagine
from cogs.settings import Settings as SettingsCommands
from cogs.settings_limits import LimitSettings
from cogs.settings_log import SettingsLog
from cogs.settings_models import ModelSettings
from cogs.settings_terms import TermSettings


@dataclass(frozen=True, slots=True)
class _Rules:
    """What decides: for whom, where, how much."""

    host: HostRules
    book: RuleBook
    models: ModelAccess
    state: HostState
    pauses: SafetyPauses
    log: ServerLog
    outlets: LogOutlets


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
    house = House(rules.host.ceiling, settings.default_model)
    moderation = Moderation(stores.policies, outside.api.catalogue, house, rules.log, outside.clock)
    bot.pictures = report_desk(outside, rules.log, moderation)
    bot.log_pages = log_pages(outside)
    groups = *_commands(outside, rules, generation), _settings(moderation, outside, bot.log_pages)
    bot.bring(groups, LOG_BUTTONS)
    return await stack.enter_async_context(bot)


async def _rules(settings: Settings, outside: Outside, stack: AsyncExitStack) -> _Rules:
    stores, clock = outside.stores, outside.clock
    book = RuleBook(stores.policies)
    outlets = log_outlets(outside)
    log = await stack.enter_async_context(
        open_server_log(stores.audit, stores.policies, outlets.channel)
    )
    return _Rules(
        host=settings.host_rules,
        book=book,
        models=ModelAccess(outside.api.catalogue, settings.ceiling, book),
        state=HostState(stores.host, clock, paused_by_settings=settings.paused),
        pauses=SafetyPauses(stores.host, log),
        log=log,
        outlets=outlets,
    )


def _bookings(outside: Outside, rules: _Rules) -> Bookings:
    spending = Spending(rules.host.microdollars_per_day, _NoAlerts())
    till = Till(outside.stores.ledger, rules.host, outside.api.catalogue, spending)
    return Bookings(till, rules.book, rules.log, outside.clock)


def _workshop(settings: Settings, outside: Outside, rules: _Rules) -> Workshop:
    failures = Failures(_NoAlerts(), rules.pauses, outside.clock)
    return Workshop(
        api=outside.api.provider,
        outputs=outside.api.downloads,
        models=rules.models,
        run_times=outside.stores.run_times,
        ends=Aftermath(_bookings(outside, rules), failures, rules.outlets.copies),
        line=SlotLine(settings.get3w_concurrency),
        clock=outside.clock,
    )


def _commands(outside: Outside, rules: _Rules, generation: Generation) -> Sequence[commands.Cog]:
    clock = outside.clock
    messages = JobMessages(
        outside.answerer, outside.sender, ChannelPaces(clock), PictureFitter(), clock
    )
    admission = Admission(_door(outside, rules))
    return (Imagine(admission, generation, rules.models, messages), Help(rules.models))


def _settings(moderation: Moderation, outside: Outside, pages: LogPages) -> SettingsCommands:
    groups = (
        ModelSettings(moderation),
        LimitSettings(moderation),
        TermSettings(moderation),
        SettingsLog(pages),
    )
    return SettingsCommands(moderation, outside.clock, groups)


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


class _NoAlerts:
    def tell(self, alert: Alert) -> None:
        pass
