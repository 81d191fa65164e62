"""Where in the panel a person is, and what a button there does, as the text of a custom id.

``panel:<page>:<screen>:<act>`` with ``:<argument>`` behind it where the act needs one, such as
``panel:safety:0:put:show_prompts=off``. The same id opens a form and comes back with it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.setting_declaration import Page

# https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id
CUSTOM_ID_MAX_CHARACTERS = 100

_PRESS = re.compile(
    r"panel:(?P<page>[a-z]+):(?P<screen>[0-9]{1,4}):(?P<act>[a-z_]+)(?::(?P<argument>.*))?",
    re.DOTALL,
)


class Act(StrEnum):
    """What a press, a choice or a form does."""

    OPEN = "open"
    """Shows a page."""
    TURN = "turn"
    """Shows a screen of a page; apart from ``OPEN``, since no id may be in a message twice."""
    PUT = "put"
    """Sets a setting to the value in the argument."""
    PICK = "pick"
    """Sets a setting to what was chosen."""
    SURE = "sure"
    """Sets a dangerous setting, once it was asked about."""
    TYPE = "type"
    """Opens a form for a setting, and takes what was typed."""
    ROLE_LIMIT = "role_limit"
    """Opens a form for a role's limit, and takes it."""
    DROP_ROLE_LIMITS = "drop_role_limits"
    """Takes roles' limits away."""
    RULE = "rule"
    """Opens a form for a rule about a model, and takes it."""
    DROP_RULES = "drop_rules"
    """Takes rules about models away."""
    TERMS = "terms"
    """Opens a form for blocked terms, and takes it."""
    BLOCK = "block"
    """Opens a form for blocking a member, and takes it."""
    UNBLOCK = "unblock"
    """Lets members in again."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A screen of a page, counted from 0."""

    page: Page
    screen: int = 0

    def press(self, act: Act, argument: str = "") -> str:
        """Write the custom id of something to press here."""
        parts = ("panel", self.page.name.casefold(), str(self.screen), act.value)
        return ":".join((*parts, argument) if argument else parts)


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed, and where."""

    spot: Spot
    act: Act
    argument: str = ""

    @property
    def setting_and_value(self) -> tuple[str, str]:
        """The two parts of an argument such as ``show_prompts=off``."""
        name, _, value = self.argument.partition("=")
        return name, value


def read_press(custom_id: str) -> Press | None:
    """Read a custom id; ``None`` where it isn't the panel's, or another version's."""
    match = _PRESS.fullmatch(custom_id)
    if match is None or match["page"].upper() not in Page.__members__:
        return None
    if match["act"] not in set(Act):
        return None
    spot = Spot(Page[match["page"].upper()], int(match["screen"]))
    return Press(spot, Act(match["act"]), match["argument"] or "")
