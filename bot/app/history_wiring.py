"""Wires what members do with their own pictures of the past."""

from bot.app.outside import Outside
from bot.app.rules_wiring import Rules
from bot.client.bot import DynamicButton
from bot.presentation.fitting import PictureFitter
from bot.presentation.history import HistoryPages, PictureShelf
from bot.presentation.history_buttons import BackButton, OpenButton, RemoveButton, TurnButton
from bot.presentation.next_buttons import DeedOffers
from bot.presentation.reports import ReportDesk
from bot.presentation.thumbnails import Thumbnailer
from bot.services.member_history import MemberHistory
from bot.services.retention import PastPictures

HISTORY_BUTTONS: tuple[type[DynamicButton], ...] = (
    TurnButton,
    BackButton,
    OpenButton,
    RemoveButton,
)


def history_pages(
    outside: Outside, rules: Rules, desk: ReportDesk, offers: DeedOffers
) -> HistoryPages:
    """Build /history on stores that are open."""
    past, clock = PastPictures(outside.stores.history, outside.archive), outside.clock
    history = MemberHistory(past, rules.models, rules.book, rules.kept_days_max, clock)
    shelf = PictureShelf(outside.sender, PictureFitter(), Thumbnailer(), clock)
    return HistoryPages(history, shelf, desk.deletion, desk.reports, offers)
