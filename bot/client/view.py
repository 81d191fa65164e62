"""What looks at the bot while it works."""

from dataclasses import dataclass, field

from aiohttp import TraceConfig

from bot.domain.happenings import Observe, unobserved


@dataclass(frozen=True, slots=True)
class View:
    """Who looks at what the bot does.

    Attributes
    ----------
    trace
        Sees each of the library's own requests.
    """

    observe: Observe = unobserved
    trace: TraceConfig = field(default_factory=TraceConfig)
