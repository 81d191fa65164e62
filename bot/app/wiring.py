"""The composition root: the only place that builds and wires.

One ``AsyncExitStack`` owns every resource and closes them in the opposite order; whatever is
handed on is borrowed.
"""

import secrets
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial

import aiohttp
from discord import app_commands
from discord.ext import commands

from bot.app.background import in_background
from bot.app.history_wiring import HISTORY_BUTTONS, history_pages
from bot.app.log_wiring import LOG_BUTTONS, log_pages, report_desk
from bot.app.member_pages import MEMBER_BUTTONS, member_pages
from bot.app.next_wiring import NEXT_BUTTONS, next_steps
from bot.app.observing import Observatory, Sights, looking_at
from bot.app.outside import Outside, open_outside
from bot.app.rules_wiring import Rules, bookings_under, door_of, moderation_under, open_rules
from bot.app.settings_wiring import SETTINGS_BUTTONS, settings_commands
from bot.client.bot import ImagineBot
from bot.client.gateway import session_asker
from bot.client.identify_gate import IdentifyGate, OwnTurns
from bot.client.shards import Shards
from bot.domain.alerts import RefusedRequestsAlert
from bot.presentation.attempts import Attempts
from bot.presentation.fitting import PictureFitter
from bot.presentation.image_menu import ImageMenu
from bot.presentation.job_messages import JobMessages
from bot.presentation.making import PictureMaking
from bot.presentation.next_desk import NextDesk
from bot.presentation.owner_pings import PostedPings
from bot.presentation.pacing import ChannelPaces
from bot.services.admission import Admission
from bot.services.daily_copy import DailyCopy
from bot.services.generation import Generation
from bot.services.host_report import HostReport
from bot.services.image_sources import ImageSources
from bot.services.job_ends import Aftermath
from bot.services.job_making import Workshop
from bot.services.lease import Lease
from bot.services.next_steps import NextSteps
from bot.services.owner_pings import OwnerPings
from bot.services.personal_defaults import PersonalDefaults
from bot.services.reconciliation import Reconciliation
from bot.services.recovery import Recovery, Watch
from bot.services.slot_line import LineRules, SlotLine
from bot.settings import Settings
from bot.storage.copies import FileCopies
from bot.storage.stores import Stores
from bot.storage.urls import SqliteFile
from cogs.history import History
from cogs.image_menu import ImageForms, image_command
from cogs.imagine import Imagine
from cogs.next_steps import NextSteps as NextStepForms
from cogs.operator import Operator
from cogs.reports import Reports

# What a column of the database holds, and is never 0, which stands for nobody.
_PROCESS_BITS = 62


async def built_bot(
    settings: Settings,
    stores: Stores,
    session: aiohttp.ClientSession,
    watch: Observatory,
    stack: AsyncExitStack,
) -> ImagineBot:
    """Build the bot with all that it works with, on stores that are open."""
    outside = await open_outside(settings, stores, session, watch, stack)
    rules = await open_rules(settings, outside, stack)
    bookings = bookings_under(rules, outside)
    defaults = PersonalDefaults(stores.preferences, rules.models, outside.api.catalogue)
    ends = _ends(outside, rules, defaults)
    workshop = _workshop(settings, outside, rules, ends)
    generation = Generation(bookings, workshop)
    bot = _unfurnished_bot(settings, generation, watch)
    bot.gate = _gate(settings, outside, session)
    pages = member_pages(settings, outside, rules.book, rules.models, defaults)
    steps = next_steps(outside, rules)
    messages = _messages(outside, steps, workshop.lease)
    making = PictureMaking(Admission(door_of(rules, outside)), generation, messages)
    bot.next_presses = desk = NextDesk(steps, making)
    imagine, forms = Imagine(making, rules.models, defaults), NextStepForms(desk)
    menu = ImageMenu(ImageSources(steps, rules.models, rules.book), making)
    for_members = (imagine, forms, ImageForms(menu), *pages.commands)
    _furnish(bot, outside, rules, desk, (for_members, image_command(menu)))
    bot.model_pages, bot.privacy, bot.defaults = pages.model_pages, pages.privacy, pages.defaults
    bot.presence, bot.greeter = pages.presence, pages.greeter
    bot.hears_of_end = pages.greeter.may_greet
    await in_background(pages.housekeeping.keep_tidy(), stack)
    await in_background(generation.keep_line_moving(), stack)
    await _keep_books_and_copies(settings, outside, rules, stack)
    recovery = Recovery(generation, _watch(workshop, outside, messages))
    stack.push_async_callback(recovery.leave)
    _let_be_seen(bot, generation, workshop, rules, outside)
    await stack.enter_async_context(bot)
    await in_background(recovery.keep_watch(bot.wait_until_ready), stack)
    return bot


def _unfurnished_bot(settings: Settings, generation: Generation, watch: Observatory) -> ImagineBot:
    return ImagineBot(
        Shards(settings.shard_count, settings.shard_ids),
        generation,
        partial(generation.drain, settings.shutdown_grace_s),
        direct_messages=settings.direct_messages,
        view=watch.view,
    )


async def _keep_books_and_copies(
    settings: Settings, outside: Outside, rules: Rules, stack: AsyncExitStack
) -> None:
    await in_background(_reconciliation(outside, rules).keep_comparing(), stack)
    if isinstance(settings.database, SqliteFile):
        kept_for = timedelta(days=settings.retention_days_max)
        copies = FileCopies(settings.database.path, kept_for)
        await in_background(DailyCopy(copies, outside.clock).keep_copying(), stack)


def _gate(settings: Settings, outside: Outside, session: aiohttp.ClientSession) -> IdentifyGate:
    alone = isinstance(settings.database, SqliteFile)
    token, api_url = settings.discord_token.get_secret_value(), settings.discord_api_url
    turns = OwnTurns(outside.clock) if alone else outside.stores.identify_turns
    return IdentifyGate(session_asker(session, api_url, token), turns, outside.clock)


def _let_be_seen(
    bot: ImagineBot, generation: Generation, workshop: Workshop, rules: Rules, outside: Outside
) -> None:
    """Show the bot to those who look at it from outside."""
    watch, budget = outside.watch, rules.host.microdollars_per_day
    sights = Sights(bot, generation, workshop.line, outside.stores, watch.invalid, budget)
    watch.desk.look = looking_at(sights, outside.clock)
    watch.invalid.on_sparing = lambda count: rules.alerts.tell(RefusedRequestsAlert(count))


def _furnish(
    bot: ImagineBot,
    outside: Outside,
    rules: Rules,
    more: NextDesk,
    for_members: tuple[Sequence[commands.Cog], app_commands.ContextMenu],
) -> None:
    """Give the bot its commands and buttons, and what they act on."""
    moderation = moderation_under(rules, outside)
    groups, menu = for_members
    bot.moderation, bot.attempts = moderation, Attempts(rules.log)
    bot.pictures = desk = report_desk(outside, rules.log, moderation, more, bot.canceller)
    bot.log_pages = log_pages(outside)
    bot.history = history = history_pages(outside, rules, desk, more.steps)
    admission = Admission(door_of(rules, outside))
    for_moderators = settings_commands(moderation, admission, bot.log_pages, outside.clock)
    for_host = Operator(_host_report(outside, rules))
    bot.bring(
        (*groups, History(history), *for_moderators, for_host, Reports(desk)),
        (*MEMBER_BUTTONS, *HISTORY_BUTTONS, *NEXT_BUTTONS, *LOG_BUTTONS, *SETTINGS_BUTTONS),
        (menu,),
    )


def _ends(outside: Outside, rules: Rules, defaults: PersonalDefaults) -> Aftermath:
    post = PostedPings(outside.sender, outside.clock)
    pings = OwnerPings(defaults, post, outside.clock)
    return Aftermath(rules.failures, rules.outlets.copies, pings)


def _workshop(settings: Settings, outside: Outside, rules: Rules, ends: Aftermath) -> Workshop:
    line = LineRules(
        owner=secrets.randbits(_PROCESS_BITS),
        slots=settings.get3w_concurrency,
        member_waiting_max=settings.member_waiting_max,
        alone=isinstance(settings.database, SqliteFile),
    )
    return Workshop(
        api=outside.api.provider,
        outputs=outside.api.downloads,
        archive=outside.archive,
        models=rules.models,
        run_times=outside.stores.run_times,
        ends=ends,
        journal=outside.stores.journal,
        line=SlotLine(outside.stores.line, line, outside.clock),
        clock=outside.clock,
        lease=Lease(outside.clock, alone=line.alone),
        observe=outside.watch.note,
    )


def _messages(outside: Outside, offers: NextSteps, lease: Lease) -> JobMessages:
    clock, sender = outside.clock, outside.sender
    return JobMessages(
        answerer=outside.answerer,
        sender=sender,
        answers=sender,
        paces=ChannelPaces(clock),
        fitter=PictureFitter(),
        clock=clock,
        still_ours=lease.held,
        offers=offers,
        observe=outside.watch.note,
    )


def _watch(workshop: Workshop, outside: Outside, messages: JobMessages) -> Watch:
    line, processes = workshop.line.rules, outside.stores.line
    return Watch(line.owner, line.alone, workshop.lease, processes, messages, outside.clock)


def _reconciliation(outside: Outside, rules: Rules) -> Reconciliation:
    return Reconciliation(
        ledger=outside.stores.ledger,
        billing=outside.api.billing,
        alerts=rules.alerts,
        observe=outside.watch.note,
        clock=outside.clock,
    )


def _host_report(outside: Outside, rules: Rules) -> HostReport:
    return HostReport(
        state=rules.state,
        ledger=outside.stores.ledger,
        failures=rules.failures,
        balance=outside.api.balance,
        clock=outside.clock,
        budget_microdollars=rules.host.microdollars_per_day,
    )
