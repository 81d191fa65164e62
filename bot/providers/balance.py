"""What is left in the account at the image API; only whoever hosts the bot sees it."""

from bot.providers.http import ApiHttp, TransportError
from bot.providers.json_values import JsonObject, number_at, read_object

_OK = 200
_WITHIN_S = 5.0
_MAX_BYTES = 1 << 16


class Get3WBalance:
    """Fulfils :class:`bot.domain.ports.AccountBalance`."""

    def __init__(self, api: ApiHttp) -> None:
        self._api = api

    async def usd(self) -> float | None:
        """Ask for it; ``None`` where it can't be read within a few seconds. Never fails."""
        try:
            reply = await self._api.ask("balance", max_bytes=_MAX_BYTES, timeout_s=_WITHIN_S)
        except TransportError:
            return None
        document = read_object(reply.body) if reply.status == _OK else None
        return None if document is None else dollars_in(document)


def dollars_in(document: JsonObject) -> float | None:
    """Read the amount, in the API's envelope or without; another currency is none of ours."""
    data = document.get("data")
    account = data if isinstance(data, dict) else document
    in_dollars = account.get("currency") in ("USD", None)
    return number_at(account, "balance") if in_dollars else None
