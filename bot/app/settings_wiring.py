"""Wires the commands and buttons with which moderators decide."""

from collections.abc import Sequence

from discord.ext import commands

from bot.client.bot import DynamicButton
from bot.domain.ports import Clock
from bot.presentation.log_pages import LogPages
from bot.presentation.panel.panel import Panel
from bot.presentation.settings_buttons import ApplyButton, LeaveButton, SetButton
from bot.presentation.why import Why
from bot.services.admission import Admission
from bot.services.moderation import Moderation
from bot.services.picture_reports import ReportCount
from cogs.settings import Settings
from cogs.settings_limits import LimitSettings
from cogs.settings_log import SettingsLog
from cogs.settings_models import ModelSettings
from cogs.settings_panel import SettingsPanel, panel_command
from cogs.settings_terms import TermSettings
from cogs.settings_why import why_command

SETTINGS_BUTTONS: Sequence[type[DynamicButton]] = (ApplyButton, SetButton, LeaveButton)


def settings_commands(
    moderation: Moderation, admission: Admission, log_pages: LogPages, clock: Clock
) -> Sequence[commands.Cog]:
    """Build ``/settings`` with all that stands under it."""
    panel = Panel(moderation, clock, ReportCount(log_pages.audit))
    parts = (
        panel_command(panel),
        ModelSettings(moderation),
        LimitSettings(moderation),
        TermSettings(moderation),
        SettingsLog(log_pages),
        why_command(Why(admission), moderation),
    )
    return Settings(moderation, clock, parts), SettingsPanel(panel)
