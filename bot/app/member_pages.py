"""Building what members open and what is kept of them, and who lets go of it."""

from dataclasses import dataclass

from discord.ext import commands

from bot.app.outside import Outside
from bot.client.bot import DynamicButton
from bot.presentation.first_minute import Greeter
from bot.presentation.model_pages import ModelPageButton, ModelPages
from bot.presentation.preferences import DefaultsPage, ResetDefaultsButton
from bot.presentation.privacy_steps import PrivacyButton, PrivacySteps
from bot.services.first_minute import FirstMinute
from bot.services.model_access import ModelAccess
from bot.services.personal_defaults import PersonalDefaults
from bot.services.privacy import PersonalData
from bot.services.retention import Housekeeping, PastPictures, Presence
from bot.services.rule_book import RuleBook
from bot.services.usage import UsageReports
from bot.settings import Settings
from bot.storage.urls import SqliteFile
from cogs.defaults import Defaults
from cogs.help import Help
from cogs.models import Models
from cogs.privacy import Privacy
from cogs.usage import Usage

MEMBER_BUTTONS: tuple[type[DynamicButton], ...] = (
    ModelPageButton,
    PrivacyButton,
    ResetDefaultsButton,
)


@dataclass(frozen=True, slots=True)
class MemberPages:
    """What is built here; ``housekeeping`` still has to be run."""

    commands: tuple[commands.Cog, ...]
    defaults: DefaultsPage
    model_pages: ModelPages
    privacy: PrivacySteps
    greeter: Greeter
    presence: Presence
    housekeeping: Housekeeping


def member_pages(
    settings: Settings,
    outside: Outside,
    book: RuleBook,
    models: ModelAccess,
    defaults: PersonalDefaults,
) -> MemberPages:
    """Build all of it on stores that are open."""
    stores, clock = outside.stores, outside.clock
    days, policies = settings.retention_days_max, stores.policies
    past = PastPictures(stores.history, outside.archive)
    usage = UsageReports(stores.ledger, book, settings.host_rules, days, clock)
    model_pages, page = ModelPages(models, defaults), DefaultsPage(defaults)
    data = PersonalData(
        stores.records, past, policies, stores.host, days, clock, stores.preferences
    )
    privacy = PrivacySteps(data)
    first_minute = FirstMinute(stores.greetings, clock, settings.host_rules.server_ids)
    alone = isinstance(settings.database, SqliteFile)
    return MemberPages(
        commands=(
            Help(models, book, defaults),
            Models(model_pages),
            Defaults(page, models),
            Usage(usage),
            Privacy(privacy),
        ),
        defaults=page,
        model_pages=model_pages,
        privacy=privacy,
        greeter=Greeter(first_minute, settings.host_rules),
        presence=Presence(
            stores.retention,
            clock,
            (policies.forget, book.forget, first_minute.forget, stores.preferences.forget),
        ),
        housekeeping=Housekeeping(
            stores.retention, past, stores.ledger, policies, stores.host, days, alone, clock
        ),
    )
