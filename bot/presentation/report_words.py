"""The words about a picture that somebody minds."""

from bot.presentation.markup import moment
from bot.services.picture_removal import PictureLine, Removed
from bot.services.picture_reports import Blocked, ReportFate

MORE_LABEL = "More"
REPORT_LABEL = "Report"
DELETE_LABEL = "Delete"
BLOCK_LABEL = "Block for a day"
REACH_LABEL = "Delete with all made from it"
REACH_CONFIRM_LABEL = "Delete all"
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


def reach_question(line: PictureLine) -> str:
    """Ask once before a picture goes with all that was made from it."""
    made, rest = len(line.derived), list[str]()
    if line.out_of_reach:
        where = "in channels where you can't delete"
        rest.append(f"{_pictures(line.out_of_reach)} {where} stay.")
    if line.more:
        rest.append("There are more than one go takes; press again for the rest.")
    if not made:
        return "\n".join(["**Delete this picture?** Nothing else was made from it.", *rest])
    members, channels = len(line.owner_ids), len(line.channel_ids)
    who = "1 member" if members == 1 else f"{members} members"
    where = "1 channel" if channels == 1 else f"{channels} channels"
    what = f"**Delete this picture and {made} made from it?** They are of {who}, in {where}."
    gone = "Their messages and what is kept of them go for good; what is being made is cancelled."
    return "\n".join([what, gone, *rest])


def reached(removed: Removed) -> str:
    """Tell a moderator what is gone, and what isn't."""
    lines = [f"Deleted: {_pictures(removed.jobs)}."]
    if removed.left:
        left = _pictures(removed.left)
        lines.append(f"{left} couldn't be deleted. Press again, or see whether I may view all.")
    if removed.out_of_reach:
        left = _pictures(removed.out_of_reach)
        lines.append(f"{left} in channels where you can't delete. *Manage Server* can.")
    return "\n".join(lines)


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def blocked(result: Blocked) -> str:
    """Tell a moderator how long a member is blocked, since just now or already."""
    block = result.block
    end = moment(block.until, "f") if block.until else "somebody unblocks them"
    undo = "`/settings unblock` ends it."
    if result.already:
        return f"<@{block.member_id}> is blocked already until {end}. {undo}"
    return f"<@{block.member_id}> can't make pictures in this server until {end}. {undo}"
