"""What the API says that a day has cost; only whoever hosts the bot hears of it.

Its documentation names the pages and not what is on them, so each record is read in the dialects
that clients of its kind know. What can't be read as a whole isn't told at all: half a bill would
look like a loss.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from bot.domain.ledgers import MICRODOLLARS
from bot.providers.http import ApiHttp, TransportError
from bot.providers.json_values import JsonObject, JsonValue, number_at, read_object, text_at

PAGE_RECORDS = 100
PAGES_MAX = 200
_OK = 200
_WITHIN_S = 20.0
_MAX_BYTES = 1 << 20
_LISTS = ("records", "items")
_AMOUNTS = ("amount", "price", "cost")
_SPENT = ("usage", "deduct", "")
# No picture costs that much: such a number counts something else than dollars.
_RECORD_MAX_USD = 100.0


class _UnreadableError(Exception):
    """A page, or a record on it, isn't what it should be."""


class Get3WBilling:
    """Fulfils :class:`bot.domain.ports.AccountBilling`."""

    def __init__(self, api: ApiHttp) -> None:
        self._api = api

    async def microdollars_on(self, day: date) -> int | None:
        """Ask what a day of UTC has cost; ``None`` where that can't be read. Never fails."""
        try:
            return await self._sum(day)
        except (TransportError, _UnreadableError):
            return None

    async def _sum(self, day: date) -> int:
        dollars = 0.0
        for page in range(1, PAGES_MAX + 1):
            records = await self._page(page)
            charges = [_charge(record) for record in records]
            dollars += sum(charge for at, charge in charges if at.date() == day)
            if len(records) < PAGE_RECORDS or _is_past(day, [at for at, _ in charges]):
                return round(dollars * MICRODOLLARS)
        raise _UnreadableError

    async def _page(self, page: int) -> list[JsonObject]:
        path = f"billings?type=usage&page={page}&per_page={PAGE_RECORDS}"
        reply = await self._api.ask(path, max_bytes=_MAX_BYTES, timeout_s=_WITHIN_S)
        document = read_object(reply.body) if reply.status == _OK else None
        if document is None:
            raise _UnreadableError
        return _records(document)


def _records(document: JsonObject) -> list[JsonObject]:
    data = document.get("data")
    holder = data if isinstance(data, dict) else document
    listed: JsonValue = next((holder[name] for name in _LISTS if name in holder), None)
    if not isinstance(listed, list):
        raise _UnreadableError
    records = [record for record in listed if isinstance(record, dict)]
    if len(records) < len(listed):
        raise _UnreadableError
    return records


def _is_past(day: date, moments: Sequence[datetime]) -> bool:
    """Tell whether nothing of a day can come any more, the newest being told of first."""
    return moments[0] > moments[-1] and moments[0].date() < day


def _charge(record: JsonObject) -> tuple[datetime, float]:
    """Read when a record was made, and how many dollars it took."""
    amounts = (number_at(record, name) for name in _AMOUNTS)
    amount = next((amount for amount in amounts if amount is not None), None)
    if amount is None or abs(amount) > _RECORD_MAX_USD:
        raise _UnreadableError
    spent = text_at(record, "type", "billing_type") in _SPENT
    return _moment(text_at(record, "created_at", "time")), abs(amount) if spent else 0.0


def _moment(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise _UnreadableError from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
