"""Wires what decides: for whom, where, how much; and who is told of it."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.app.log_wiring import LogOutlets, copies_under
from bot.app.outside import Outside
from bot.domain.admission import HostRules
from bot.domain.ports import Alerts, ServerLog
from bot.observability.alerts import AlertPlace, open_alerts
from bot.presentation.log_channel import ChannelHomes, PostedLog
from bot.presentation.operator_words import alert_text
from bot.services.admission import Door
from bot.services.alert_turns import AlertTurns
from bot.services.bookings import Bookings, Till
from bot.services.failures import Failures
from bot.services.host import HostState
from bot.services.host_gate import HostGate
from bot.services.model_access import ModelAccess
from bot.services.moderation import House, Moderation
from bot.services.rule_book import RuleBook
from bot.services.safety_pause import SafetyPauses
from bot.services.server_log import open_server_log
from bot.services.spending import Spending
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a check is made from, and all that is told when one has been made."""

    host: HostRules
    default_model: str
    kept_days_max: int
    book: RuleBook
    models: ModelAccess
    state: HostState
    pauses: SafetyPauses
    failures: Failures
    alerts: Alerts
    log: ServerLog
    outlets: LogOutlets


async def open_rules(settings: Settings, outside: Outside, stack: AsyncExitStack) -> Rules:
    """Build it on stores that are open; the stack ends what writes in the background."""
    stores, clock = outside.stores, outside.clock
    book = RuleBook(stores.policies)
    homes = ChannelHomes(outside.sender)
    channel = PostedLog(outside.sender, homes)
    opening = open_server_log(stores.audit, stores.policies, channel)
    log = await stack.enter_async_context(opening)
    pauses = SafetyPauses(stores.host, log)
    alerts = await _alerts(settings, outside, stack)
    return Rules(
        host=settings.host_rules,
        default_model=settings.default_model,
        kept_days_max=settings.retention_days_max,
        book=book,
        models=ModelAccess(outside.api.catalogue, settings.host_rules, book),
        state=HostState(stores.host, clock, paused_by_settings=settings.paused),
        pauses=pauses,
        failures=Failures(alerts, pauses, clock),
        alerts=alerts,
        log=log,
        outlets=LogOutlets(channel, copies_under(outside, homes, log)),
    )


async def _alerts(settings: Settings, outside: Outside, stack: AsyncExitStack) -> Alerts:
    url = settings.alert_url.get_secret_value() if settings.alert_url else None
    turns = AlertTurns(outside.stores.host, outside.clock)
    opening = open_alerts(AlertPlace(url, alert_text), turns, outside.clock)
    return await stack.enter_async_context(opening)


def bookings_under(rules: Rules, outside: Outside) -> Bookings:
    """Build the books."""
    spending = Spending(rules.host.microdollars_per_day, rules.alerts)
    till = Till(outside.stores.ledger, rules.host, outside.api.catalogue, spending)
    return Bookings(till, rules.book, rules.log, outside.clock)


def door_of(rules: Rules, outside: Outside) -> Door:
    """Give a check all that it is made from."""
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


def moderation_under(rules: Rules, outside: Outside) -> Moderation:
    """Build what changes a server's rules, within those of the host."""
    host, clock = rules.host, outside.clock
    limits = {
        "member_pictures_per_day": host.member_pictures_per_day,
        "server_budget_per_day": host.microdollars_per_day,
        "retention_days": rules.kept_days_max,
    }
    largest = {name: limit for name, limit in limits.items() if limit is not None}
    house = House(host.ceiling, rules.default_model, largest)
    return Moderation(outside.stores.policies, outside.api.catalogue, house, rules.log, clock)
