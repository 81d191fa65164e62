"""The composition root: the only place that builds and wires.

One ``AsyncExitStack`` owns every resource and closes them in the opposite order; whatever is
handed on is borrowed.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

import aiohttp
from discord.ext import commands

from bot.app.log_wiring import LOG_BUTTONS, log_pages, report_desk
from bot.app.member_pages import MEMBER_BUTTONS, member_pages
from bot.app.outside import Outside, in_background, open_outside
from bot.app.rules_wiring import Rules, bookings_under, door_of, moderation_under, open_rules
from bot.app.settings_wiring import SETTINGS_BUTTONS, settings_commands
from bot.client.bot import ImagineBot, Shards
from bot.presentation.attempts import Attempts
from bot.presentation.fitting import PictureFitter
from bot.presentation.job_messages import JobMessages
from bot.presentation.pacing import ChannelPaces
from bot.services.admission import Admission
from bot.services.generation import Generation
from bot.services.host_report import HostReport
from bot.services.job_ends import Aftermath
from bot.services.job_run import Workshop
from bot.services.slot_line import SlotLine
from bot.settings import Settings
from bot.storage.memory import MemoryRunningJobs
from bot.storage.stores import Stores
from cogs.imagine import Imagine
from cogs.operator import Operator
from cogs.reports import Reports


async def built_bot(
    settings: Settings, stores: Stores, session: aiohttp.ClientSession, stack: AsyncExitStack
) -> ImagineBot:
    """Build the bot with all that it works with, on stores that are open."""
    outside = await open_outside(settings, stores, session, stack)
    rules = await open_rules(settings, outside, stack)
    bookings = bookings_under(rules, outside)
    workshop = _workshop(settings, outside, rules)
    generation = Generation(bookings, MemoryRunningJobs(), workshop)
    bot = ImagineBot(
        Shards(settings.shard_count, settings.shard_ids),
        generation,
        partial(generation.drain, settings.shutdown_grace_s),
        direct_messages=settings.direct_messages,
    )
    pages = member_pages(settings, stores, rules.book, rules.models, outside.clock)
    _furnish(bot, outside, rules, (_imagine(outside, rules, generation), *pages.commands))
    bot.model_pages, bot.privacy = pages.model_pages, pages.privacy
    bot.presence, bot.greeter = pages.presence, pages.greeter
    await in_background(pages.housekeeping.keep_tidy(), stack)
    return await stack.enter_async_context(bot)


def _furnish(
    bot: ImagineBot, outside: Outside, rules: Rules, for_members: Sequence[commands.Cog]
) -> None:
    """Give the bot its commands and buttons, and what they act on."""
    moderation = moderation_under(rules, outside)
    bot.moderation, bot.attempts = moderation, Attempts(rules.log)
    bot.pictures = desk = report_desk(outside, rules.log, moderation)
    bot.log_pages = log_pages(outside)
    admission = Admission(door_of(rules, outside))
    for_moderators = settings_commands(moderation, admission, bot.log_pages, outside.clock)
    for_host = Operator(_host_report(outside, rules))
    bot.bring(
        (*for_members, *for_moderators, for_host, Reports(desk)),
        (*MEMBER_BUTTONS, *LOG_BUTTONS, *SETTINGS_BUTTONS),
    )


def _workshop(settings: Settings, outside: Outside, rules: Rules) -> Workshop:
    bookings = bookings_under(rules, outside)
    return Workshop(
        api=outside.api.provider,
        outputs=outside.api.downloads,
        models=rules.models,
        run_times=outside.stores.run_times,
        ends=Aftermath(bookings, rules.failures, rules.outlets.copies),
        line=SlotLine(settings.get3w_concurrency),
        clock=outside.clock,
    )


def _imagine(outside: Outside, rules: Rules, generation: Generation) -> commands.Cog:
    clock = outside.clock
    messages = JobMessages(
        outside.answerer, outside.sender, ChannelPaces(clock), PictureFitter(), clock
    )
    return Imagine(Admission(door_of(rules, outside)), generation, rules.models, messages)


def _host_report(outside: Outside, rules: Rules) -> HostReport:
    return HostReport(
        state=rules.state,
        ledger=outside.stores.ledger,
        failures=rules.failures,
        balance=outside.api.balance,
        clock=outside.clock,
        budget_microdollars=rules.host.microdollars_per_day,
    )
