"""The way to whoever hosts the bot: a webhook or an ntfy topic.

Nobody waits for it. An alert is sent by a task of its own, tried for a few minutes where it isn't
taken, and given up then; the log has it in any case. No error here carries a text of the library's,
since the address has a token in it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar

from bot.domain.alerts import Alert, AlertText, Cause
from bot.domain.errors import StoreUnavailableError
from bot.domain.ports import AlertTurns, Clock
from bot.observability.alert_forms import AlertForm, alert_form

_WITHIN_S = 10.0
_PAUSES_S = (1.0, 5.0, 30.0, 120.0)
_SILENCE_S = 3600.0
# Another process told of it, who knows when; after so long it is asked again.
_ASKED_AGAIN_S = 300.0
# At the end of the process, for alerts that are on their way.
_LAST_WORDS_S = 3.0
_SUCCESSES = range(200, 300)
_SERVER_ERRORS = range(500, 600)
_PASSING_STATUSES = (408, 425, 429, *_SERVER_ERRORS)

_log = logging.getLogger(__name__)


class _Trouble(NamedTuple):
    what: str
    passing: bool


@dataclass(frozen=True, slots=True)
class AlertPlace:
    """Where alerts go, and in which words; ``url`` is ``None`` where only the log has them."""

    url: str | None
    words: Callable[[Alert], AlertText]


class HostAlerts:
    """Fulfils :class:`bot.domain.ports.Alerts`; :func:`open_alerts` makes and closes it."""

    def __init__(
        self, place: AlertPlace, session: ClientSession, turns: AlertTurns, clock: Clock
    ) -> None:
        self._place = place
        self._session = session
        self._turns = turns
        self._clock = clock
        self._silent_until_s: dict[Cause, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def tell(self, alert: Alert) -> None:
        """Send an alert, unless its cause was told of within an hour; returns at once."""
        now_s = self._clock.monotonic()
        if self._closed or now_s < self._silent_until_s.get(alert.cause, -inf):
            return
        self._silent_until_s[alert.cause] = now_s + _SILENCE_S
        task = asyncio.create_task(self._deliver(alert), name=f"alert {alert.cause.value}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Take no more alerts, and give those that are on their way a moment."""
        self._closed = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_LAST_WORDS_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, alert: Alert) -> None:
        if not await self._is_ours(alert.cause):
            self._silent_until_s[alert.cause] = self._clock.monotonic() + _ASKED_AGAIN_S
            return
        text = self._place.words(alert)
        _log.warning("alert  %s  %s", text.title, text.detail)
        if self._place.url is not None:
            await self._send(self._place.url, alert_form(self._place.url, text))

    async def _is_ours(self, cause: Cause) -> bool:
        try:
            return await self._turns.take(cause)
        except StoreUnavailableError:
            return True

    async def _send(self, url: str, form: AlertForm) -> None:
        trouble = await _post(self._session, url, form)
        for pause_s in _PAUSES_S:
            if trouble is None or not trouble.passing:
                break
            await self._clock.sleep(pause_s)
            trouble = await _post(self._session, url, form)
        if trouble is not None:
            _log.warning("An alert wasn't taken (%s). Look at ALERT_URL.", trouble.what)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("%s ended by a mistake of ours", task.get_name(), exc_info=error)


async def _post(session: ClientSession, url: str, form: AlertForm) -> _Trouble | None:
    """Post it once; say what stood in the way."""
    try:
        async with session.post(
            url, data=form.body, headers=form.headers, allow_redirects=False
        ) as response:
            status = response.status
    except (ClientError, OSError, TimeoutError) as error:
        return _Trouble(type(error).__name__, passing=True)
    if status in _SUCCESSES:
        return None
    return _Trouble(f"status {status}", status in _PASSING_STATUSES)


def _session() -> ClientSession:
    return ClientSession(timeout=ClientTimeout(total=_WITHIN_S), cookie_jar=DummyCookieJar())


async def try_alert(url: str, text: AlertText) -> str | None:
    """Send a text once, whatever was sent before; say what stood in the way, if anything did."""
    async with _session() as session:
        trouble = await _post(session, url, alert_form(url, text))
    return None if trouble is None else trouble.what


@asynccontextmanager
async def open_alerts(
    place: AlertPlace, turns: AlertTurns, clock: Clock
) -> AsyncGenerator[HostAlerts]:
    """Open the way to the host; it is closed at the end of the block."""
    async with _session() as session:
        alerts = HostAlerts(place, session, turns, clock)
        try:
            yield alerts
        finally:
            await alerts.close()
