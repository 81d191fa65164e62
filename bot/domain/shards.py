"""The part of all servers that a process serves, as its host writes it down."""

import re
from collections.abc import Iterator

# Far more than Discord gives to one bot; a slip such as 0-99999999 isn't written out.
SHARD_NUMBER_MAX = 100_000
_MEANT = "should be shard numbers such as 0,1,2 or 0-2"
_BY_REPLICA = re.compile(r"auto(?::([1-9]\d{0,4}))?", re.ASCII)
_REPLICA = re.compile(r"-(\d{1,5})$", re.ASCII)


def shard_numbers(written: str, host_name: str) -> tuple[int, ...]:
    """Read ``0,2``, ranges such as ``0-3``, and ``auto:2``; a number given twice counts once.

    Parameters
    ----------
    host_name
        Of this machine: with ``auto:2`` the replica ``imagine-3`` has its fourth two, 6 and 7.
        https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id

    Raises
    ------
    ValueError
        What it should be instead, in words for the host.
    """
    by_replica = _BY_REPLICA.fullmatch(written.strip().lower())
    if by_replica is not None:
        return _of_replica(int(by_replica[1] or 1), host_name)
    parts = (part.strip() for part in written.split(","))
    numbers = (number for part in parts for number in _shard_range(part))
    return tuple(dict.fromkeys(numbers))


def _of_replica(each: int, host_name: str) -> tuple[int, ...]:
    replica = _REPLICA.search(host_name.partition(".")[0])
    if replica is None:
        raise ValueError("is auto, but the name of this host has no number at its end")
    first = int(replica[1]) * each
    if first + each > SHARD_NUMBER_MAX:
        raise ValueError(_MEANT)
    return tuple(range(first, first + each))


def _shard_range(part: str) -> Iterator[int]:
    first, dash, last = part.partition("-")
    ends = (first, last if dash else first)
    if not all(end.isascii() and end.isdecimal() for end in ends):
        raise ValueError(_MEANT)
    if max(map(int, ends)) > SHARD_NUMBER_MAX:
        raise ValueError(_MEANT)
    start, stop = (int(end) for end in ends)
    if stop < start:
        raise ValueError("should have the smaller number of a range first, such as 0-2")
    yield from range(start, stop + 1)
