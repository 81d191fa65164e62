"""What a check found: which thing, how it is, and what is known of it; the words are elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

Fact = str | int | float


class Subject(Enum):
    """A thing that is checked; the value is its name in the terminal."""

    SETTINGS = "settings"
    TOKEN = "token"  # noqa: S105  the name of the thing
    DISCORD = "discord"
    REACH = "reach"
    SHARDS = "shards"
    CLOCK = "clock"
    KEY = "key"
    IMAGE_API = "image api"
    BALANCE = "balance"
    MODEL = "model"
    FOLDER = "folder"
    DISK = "disk"
    FILE_SYSTEM = "file system"
    DATABASE = "database"
    COPIES = "copies"
    ALERTS = "alerts"


class Verdict(Enum):
    """How a thing is; the value is its word in the terminal."""

    WELL = "well"
    LOOK = "look"
    MEND = "mend"
    SKIPPED = "skipped"


class Cause(Enum):
    """What makes a thing well or not."""

    SETTINGS_READ = auto()
    SETTING_WRONG = auto()
    TOKEN_TAKEN = auto()
    TOKEN_REFUSED = auto()
    TOKEN_IS_CLIENT_SECRET = auto()
    TOKEN_IS_PUBLIC_KEY = auto()
    TOKEN_IS_APPLICATION_ID = auto()
    TOKEN_MISSHAPEN = auto()
    DISCORD_ANSWERS = auto()
    DISCORD_UNREACHABLE = auto()
    REACH_LISTED = auto()
    REACH_PRIVATE = auto()
    REACH_PUBLIC = auto()
    SHARDS_ENOUGH = auto()
    SHARDS_TOO_FEW = auto()
    STARTS_FEW = auto()
    CLOCK_RIGHT = auto()
    CLOCK_OFF = auto()
    KEY_TAKEN = auto()
    KEY_REFUSED = auto()
    API_ANSWERS = auto()
    API_UNREACHABLE = auto()
    BALANCE_LEFT = auto()
    BALANCE_ENOUGH = auto()
    BALANCE_EMPTY = auto()
    BALANCE_UNKNOWN = auto()
    MODEL_OFFERED = auto()
    MODEL_UNPRICED = auto()
    MODELS_UNLISTED = auto()
    MODEL_UNKNOWN = auto()
    CEILING_IDLE = auto()
    FOLDER_OURS = auto()
    FOLDER_FOREIGN = auto()
    FOLDER_OF_SYSTEM = auto()
    FOLDER_SHUT = auto()
    FOLDER_MOUNTED_READ_ONLY = auto()
    FOLDER_MISSING = auto()
    DISK_ROOMY = auto()
    DISK_FULL = auto()
    FILE_SYSTEM_LOCAL = auto()
    FILE_SYSTEM_REMOTE = auto()
    FILE_SYSTEM_UNKNOWN = auto()
    DATABASE_WELL = auto()
    DATABASE_OLDER = auto()
    DATABASE_NEW = auto()
    DATABASE_TROUBLE = auto()
    SCHEMA_NEWER = auto()
    SCHEMA_NEWER_TAKEN = auto()
    DATABASE_UNSOUND = auto()
    COPIES_FRESH = auto()
    COPIES_NONE = auto()
    COPIES_OLD = auto()
    COPIES_BY_SERVER = auto()
    ALERTS_SET = auto()
    ALERTS_UNSET = auto()
    ALERT_TAKEN = auto()
    ALERT_REFUSED = auto()
    NOT_ASKED = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check.

    Attributes
    ----------
    facts
        What its words are filled with; never a secret.
    """

    subject: Subject
    verdict: Verdict
    cause: Cause
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])


def well(subject: Subject, cause: Cause, **facts: Fact) -> Finding:
    """Tell of a thing that is as it should be."""
    return Finding(subject, Verdict.WELL, cause, facts)


def look(subject: Subject, cause: Cause, **facts: Fact) -> Finding:
    """Tell of a thing that works and is worth a look."""
    return Finding(subject, Verdict.LOOK, cause, facts)


def mend(subject: Subject, cause: Cause, **facts: Fact) -> Finding:
    """Tell of a thing that somebody has to mend."""
    return Finding(subject, Verdict.MEND, cause, facts)


def skipped(subject: Subject, first: Subject) -> Finding:
    """Tell of a thing that couldn't be looked at before another one is mended."""
    return Finding(subject, Verdict.SKIPPED, Cause.NOT_ASKED, {"first": first.value})
