"""How an alert is written for whoever takes it, which its address tells.

Chat services take a webhook's text in JSON, each under a name of its own; ntfy takes it as it is,
with the headline in a header. An ntfy topic is an address with one name after the host and nothing
else, which no chat service's webhook is.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

import orjson

from bot.domain.alerts import AlertText

_DISCORD = re.compile(r"/api/(?:v\d+/)?webhooks/\d+/[^/]+")
_NTFY = re.compile(r"/[\w-]{1,64}", re.ASCII)


class AlertForm(NamedTuple):
    """What is posted to the address."""

    body: bytes
    headers: Mapping[str, str]


def alert_form(url: str, text: AlertText) -> AlertForm:
    """Write an alert as the address takes it."""
    path = urlsplit(url).path
    if _NTFY.fullmatch(path):
        headers = {"Title": text.title, "Content-Type": "text/plain; charset=utf-8"}
        return AlertForm(text.detail.encode(), headers)
    whole = f"{text.title}\n{text.detail}"
    if _DISCORD.fullmatch(path):
        return _json({"content": whole, "allowed_mentions": {"parse": []}})
    return _json({"text": whole})


def _json(document: Mapping[str, object]) -> AlertForm:
    return AlertForm(orjson.dumps(document), {"Content-Type": "application/json"})
