"""The image API's client as the contract tests hold it: opened on a sandbox, read to its end."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.errors import GenerationError
from bot.domain.events import Completed, GenerationEvent, Progressed, Submitting
from bot.domain.ports import Clock
from bot.domain.requests import ImageRequest
from bot.providers.image_api import ImageApi, ImageApiOptions, open_image_api
from bot.providers.patience import Patience

KEY = "sk_sandbox"
CAT = ImageRequest("A cat in space", "get3w/flux-dev")

# Long enough for a busy machine, and short where a test waits for a clock to run out.
PATIENT = Patience(connect_s=5.0, silence_s=5.0, progress_s=20.0, deadline_s=30.0)
START = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class SleepingClock:
    """Time that passes only while somebody sleeps, and then at once."""

    passed_s: float = 1000.0
    slept_s: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.passed_s

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed_s)

    async def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.passed_s += max(0.0, seconds)
        await asyncio.sleep(0)


class RealClock:
    """The machine's time, but nobody sleeps: for many generations that share one clock."""

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        assert seconds < 61
        await asyncio.sleep(0)


@dataclass
class Outcome:
    """All that one generation told, and the error that ended it."""

    events: list[GenerationEvent] = field(default_factory=list)
    error: GenerationError | None = None

    @property
    def submissions(self) -> int:
        return sum(isinstance(event, Submitting) for event in self.events)

    @property
    def fractions(self) -> list[float | None]:
        return [event.fraction for event in self.events if isinstance(event, Progressed)]

    @property
    def completed(self) -> Completed | None:
        last = self.events[-1] if self.events else None
        return last if isinstance(last, Completed) else None


async def generated(image_api: ImageApi, request: ImageRequest = CAT) -> Outcome:
    """Run a generation to its end."""
    outcome = Outcome()
    try:
        async with asyncio.timeout(60), image_api.provider.generate(request) as events:
            async for event in events:
                outcome.events.append(event)
    except GenerationError as error:
        outcome.error = error
    return outcome


@asynccontextmanager
async def opened(
    url: str, *, clock: Clock | None = None, **options: object
) -> AsyncGenerator[ImageApi]:
    """Open the client for an API, with a folder of its own for pictures."""
    with spool() as folder:
        usual = {"api_key": KEY, "spool_folder": folder, "patience": PATIENT}
        asked = ImageApiOptions(api_url=url, **{**usual, **options})
        async with open_image_api(asked, clock or SleepingClock()) as image_api:
            yield image_api


@contextmanager
def spool() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "pictures"
