"""The words about a picture that somebody minds."""

from bot.presentation.markup import moment
from bot.services.picture_reports import Blocked, ReportFate

MORE_LABEL = "More"
REPORT_LABEL = "Report"
DELETE_LABEL = "Delete"
BLOCK_LABEL = "Block for a day"
FORM_TITLE = "Report this picture"
FORM_QUESTION = "What is wrong with it?"
FORM_HINT = "The moderators of this server read it, with your name."


def offered() -> str:
    """Stand above the buttons that a member gets for a picture."""
    return "**This picture**"


def reported(fate: ReportFate) -> str:
    """Tell a member who has the report."""
    match fate:
        case ReportFate.WITH_MODERATORS:
            return "**Thank you.** The moderators have it."
        case ReportFate.IN_LOG:
            where = "`/settings log show`"
            return f"**Thank you.** The moderators of this server see it under {where}."
        case ReportFate.ALREADY:
            return "**You reported this picture already.** It is kept for the moderators."


def deleted(*, now: bool) -> str:
    """Tell whoever deleted a picture that it is gone; ``now`` or already before."""
    return "The picture is deleted." if now else "The picture was deleted already."


def blocked(result: Blocked) -> str:
    """Tell a moderator how long a member is blocked, since just now or already."""
    block = result.block
    end = moment(block.until, "f") if block.until else "somebody unblocks them"
    undo = "`/settings unblock` ends it."
    if result.already:
        return f"<@{block.member_id}> is blocked already until {end}. {undo}"
    return f"<@{block.member_id}> can't make pictures in this server until {end}. {undo}"
