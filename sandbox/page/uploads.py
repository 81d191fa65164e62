"""Files that a person has picked on the page and not sent yet."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from sandbox.discord.attachments import Upload, content_type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A form has up to ten files; more than this many picked and never sent are forgotten.
UPLOADS_KEPT: Final = 40


class Uploads:
    """Keeps the newest uploads under names of its own, which are never ids of Discord's."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, Upload] = OrderedDict()
        self._numbers: Iterator[int] = itertools.count()

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def __getitem__(self, name: str) -> Upload:
        return self._files[name]

    def add(self, filename: str, data: bytes) -> str:
        """Keep a file; returns the name that stands for it."""
        name = f"upload-{next(self._numbers)}"
        self._files[name] = Upload(filename, data, content_type_of(filename))
        while len(self._files) > UPLOADS_KEPT:
            self._files.popitem(last=False)
        return name
