"""Where fetched pictures wait until Discord has them: few in memory, the rest in files.

Two hundred pictures that arrive at once would take hundreds of megabytes. So memory is for the
first few, as far as a small budget goes, and everything beyond it goes to disk as it arrives. Files
are written in a thread and in large blocks: a disk that stalls must not stall the event loop.

The way over the disk costs as much work again as a picture takes without it. So a picture that
finds memory full waits a moment first: where uploads are quick, another one is about to leave.

A disk that takes nothing, because it is full or isn't ours, must not cost a picture that was paid
for. For a minute everything is held in memory then, however much that is.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.domain.pictures import Picture

MEMORY_MAX_BYTES = 8 << 20
ROOM_WAIT_S = 0.1
DISK_SHUNNED_S = 60.0
_BLOCK_BYTES = 256 << 10


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that are kept, in memory or in a file."""

    size_bytes: int
    data: bytes | None = None
    path: Path | None = None

    @property
    def source(self) -> Path | bytes:
        """The bytes or, where they aren't in memory, the file."""
        return self.path or self.data or b""


class SpoolError(Exception):
    """The disk didn't take a picture; the text is the system's own word for why."""


class PictureStore:
    """Keeps the bytes of pictures until they are discarded; it has to be closed.

    Parameters
    ----------
    folder
        Where files go; made when the first one comes.
    pictures_in_memory
        How many pictures at most are held in memory, and never more than ``MEMORY_MAX_BYTES``.
    """

    def __init__(self, folder: Path, *, pictures_in_memory: int) -> None:
        self._folder = folder
        self._pictures_in_memory = pictures_in_memory
        # The bytes themselves are held, so that no other object can get their identity.
        self._held: dict[int, bytes] = {}
        self._files: set[Path] = set()
        self._promised = 0
        self._promised_bytes = 0
        self._one_left = asyncio.Event()
        self._disk_shunned_until_s = 0.0

    async def keep(self, chunks: AsyncIterator[bytes], size_bytes: int | None) -> Kept:
        """Keep what arrives.

        Parameters
        ----------
        size_bytes
            What the sender says there will be; it is held to that elsewhere.

        Raises
        ------
        SpoolError
            When the file can't be written; what is kept within the next minute needs none.
        """
        if self._disk_is_shunned():
            return await self._in_memory(chunks, 0)
        if size_bytes is None or not await self._room_comes(size_bytes):
            return await self._spooled(chunks)
        return await self._in_memory(chunks, size_bytes)

    async def keep_whole(self, data: bytes) -> Kept:
        """Keep bytes that are here already."""
        if self._disk_is_shunned() or self._has_room(len(data)):
            return self._hold(data)
        return await self._spooled(_once(data))

    async def discard(self, kept: Kept | Picture) -> None:
        """Let go of what is kept; a second call does nothing."""
        if kept.data is not None and self._held.get(id(kept.data)) is kept.data:
            del self._held[id(kept.data)]
            self._one_left.set()
        if kept.path in self._files:
            self._files.discard(kept.path)
            await asyncio.to_thread(_remove, {kept.path})

    async def close(self) -> None:
        """Let go of everything."""
        self._held.clear()
        files, self._files = self._files, set()
        await asyncio.to_thread(_remove, files)

    async def _room_comes(self, size_bytes: int) -> bool:
        """Tell whether there is room, if need be after a moment."""
        if self._pictures_in_memory and size_bytes <= MEMORY_MAX_BYTES:
            with suppress(TimeoutError):
                async with asyncio.timeout(ROOM_WAIT_S):
                    while not self._has_room(size_bytes):
                        self._one_left.clear()
                        await self._one_left.wait()
        return self._has_room(size_bytes)

    def _disk_is_shunned(self) -> bool:
        return asyncio.get_running_loop().time() < self._disk_shunned_until_s

    async def _in_memory(self, chunks: AsyncIterator[bytes], size_bytes: int) -> Kept:
        self._promised += 1
        self._promised_bytes += size_bytes
        try:
            return self._hold(b"".join([chunk async for chunk in chunks]))
        finally:
            self._promised -= 1
            self._promised_bytes -= size_bytes

    def _has_room(self, size_bytes: int) -> bool:
        bytes_in_use = sum(map(len, self._held.values())) + self._promised_bytes
        pictures = len(self._held) + self._promised
        room_for_one = pictures < self._pictures_in_memory
        return room_for_one and bytes_in_use + size_bytes <= MEMORY_MAX_BYTES

    def _hold(self, data: bytes) -> Kept:
        self._held[id(data)] = data
        return Kept(len(data), data=data)

    async def _spooled(self, chunks: AsyncIterator[bytes]) -> Kept:
        path = self._folder / f"picture-{secrets.token_hex(16)}"
        self._files.add(path)
        try:
            size_bytes = await _written(path, chunks)
        except BaseException as error:
            if isinstance(error, SpoolError):
                self._disk_shunned_until_s = asyncio.get_running_loop().time() + DISK_SHUNNED_S
            await self.discard(Kept(0, path=path))
            raise
        return Kept(size_bytes, path=path)


async def _written(path: Path, chunks: AsyncIterator[bytes]) -> int:
    size_bytes = 0
    block = bytearray()
    async for chunk in chunks:
        size_bytes += len(chunk)
        block += chunk
        if len(block) >= _BLOCK_BYTES:
            await _finished(asyncio.to_thread(_append, path, block))
            block = bytearray()
    await _finished(asyncio.to_thread(_append, path, block))
    return size_bytes


async def _finished(work: Coroutine[None, None, None]) -> None:
    """Wait for a thread's work to its end, also when cancelled: a file must not come up later."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _append(path: Path, block: bytearray) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Readable by nobody else, as a picture may be private.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(block)
    except OSError as error:
        raise SpoolError(error.strerror) from None


def _remove(files: set[Path]) -> None:
    for path in files:
        # What can't be removed now goes with the folder.
        with suppress(OSError):
            path.unlink()


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
