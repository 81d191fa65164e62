"""The shards of a replica follow from its name."""

import pytest

from bot.domain.shards import shard_numbers


@pytest.mark.parametrize(
    ("written", "host_name", "meant"),
    [
        ("auto", "imagine-0", (0,)),
        ("auto", "imagine-12", (12,)),
        ("auto:2", "imagine-3", (6, 7)),
        (" AUTO:4 ", "imagine-bot-1.imagine.default.svc", (4, 5, 6, 7)),
    ],
)
def test_each_replica_takes_as_many_shards_after_those_of_the_ones_before_it(
    written: str, host_name: str, meant: tuple[int, ...]
) -> None:
    assert shard_numbers(written, host_name) == meant


def test_replicas_side_by_side_share_all_shards_and_none_twice() -> None:
    shares = [shard_numbers("auto:3", f"bot-{replica}") for replica in range(4)]

    assert [shard for share in shares for shard in share] == list(range(12))


@pytest.mark.parametrize("host_name", ["imagine", "3f2a9c", "imagine-", "imagine-x7", ""])
def test_a_host_without_a_number_cannot_tell_its_share(host_name: str) -> None:
    with pytest.raises(ValueError, match="the name of this host has no number at its end"):
        shard_numbers("auto", host_name)


@pytest.mark.parametrize("written", ["auto:0", "auto:", "auto:-1", "auto:x", "auto 2"])
def test_a_share_of_no_size_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="should be shard numbers"):
        shard_numbers(written, "imagine-1")


def test_a_share_beyond_any_number_of_shards_is_refused() -> None:
    with pytest.raises(ValueError, match="should be shard numbers"):
        shard_numbers("auto:99999", "imagine-99999")
