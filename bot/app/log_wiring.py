"""Wires the log of servers: its channel, its pages, and the buttons under pictures and reports."""

from collections.abc import Sequence
from dataclasses import dataclass

from discord import ui

from bot.app.outside import Outside
from bot.domain.ports import ServerLog
from bot.presentation.fitting import PictureFitter
from bot.presentation.log_channel import ChannelHomes, PostedLog
from bot.presentation.log_pages import LogPageButton, LogPages
from bot.presentation.message_deletion import MessageDeletion
from bot.presentation.picture_copies import PostedCopies
from bot.presentation.reports import MoreButtons, ReportDesk
from bot.presentation.result_buttons import (
    BlockButton,
    DeleteButton,
    DiscardButton,
    MoreButton,
    ReachButton,
    ReachConfirmButton,
    ReportButton,
)
from bot.services.moderation import Moderation
from bot.services.picture_removal import JobCancels, PictureRemoval
from bot.services.picture_reports import PictureReports, Records
from bot.services.retention import PastPictures

LOG_BUTTONS: Sequence[type[ui.DynamicItem[ui.Button[ui.LayoutView]]]] = (
    MoreButton,
    DiscardButton,
    ReportButton,
    DeleteButton,
    ReachButton,
    ReachConfirmButton,
    BlockButton,
    LogPageButton,
)


@dataclass(frozen=True, slots=True)
class LogOutlets:
    """What is written to log channels; both know where a channel belongs."""

    channel: PostedLog
    copies: PostedCopies


def copies_under(outside: Outside, homes: ChannelHomes, log: ServerLog) -> PostedCopies:
    """Build what copies private pictures to log channels."""
    sender, policies = outside.sender, outside.stores.policies
    return PostedCopies(sender, homes, policies, PictureFitter(), log, outside.clock)


def report_desk(
    outside: Outside, log: ServerLog, moderation: Moderation, more: MoreButtons, jobs: JobCancels
) -> ReportDesk:
    """Build what the buttons under pictures and reports act on."""
    stores, clock = outside.stores, outside.clock
    reports = PictureReports(Records(stores.audit, log, stores.policies), moderation, clock)
    past = PastPictures(stores.history, outside.archive)
    deletion = MessageDeletion(outside.sender, clock)
    return ReportDesk(deletion, reports, PictureRemoval(past, jobs, deletion, log, clock), more)


def log_pages(outside: Outside) -> LogPages:
    """Build what the pages of the log are read from."""
    return LogPages(outside.stores.audit)
