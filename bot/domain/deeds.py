"""What can be done with a picture, or with a request that failed."""

from enum import StrEnum


class Deed(StrEnum):
    """What was done with a picture to get to the next one; the value is what is kept."""

    AGAIN = "again"
    REROLL = "reroll"
    EDIT = "edit"
    CHANGE = "change"
    VARY = "vary"
    UPSCALE = "upscale"
