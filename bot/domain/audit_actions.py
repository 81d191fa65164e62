"""What the log of a server tells of, by the names under which it is kept."""

from enum import StrEnum

# Kept as who did something that nobody decided.
BOT_ITSELF = 0


class Action(StrEnum):
    """Something that was done, refused or reported; the wording of each is in presentation."""

    RULE_ALLOW = "rule.allow"
    RULE_DENY = "rule.deny"
    RULE_DEFAULT = "rule.default"
    RULE_RESET = "rule.reset"
    SETTING_CHANGE = "setting.change"
    TERM_ADD = "term.add"
    TERM_REMOVE = "term.remove"
    MEMBER_BLOCK = "member.block"
    MEMBER_UNBLOCK = "member.unblock"
    MEMBER_PAUSE = "member.pause"
    POLICY_IMPORT = "policy.import"
    POLICY_RESET = "policy.reset"
    REQUEST_REFUSED = "request.refused"
    SAFETY_REFUSED = "safety.refused"
    PICTURE_REPORT = "picture.report"
    PICTURE_DELETE = "picture.delete"
    PICTURE_LINE_DELETE = "picture.delete_line"
    COPY_LOST = "copy.lost"


class HostAction(StrEnum):
    """Something that the host did, kept in the host's own log, which no server sees."""

    PAUSE = "host.pause"
    RESUME = "host.resume"
