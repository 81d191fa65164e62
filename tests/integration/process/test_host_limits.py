"""Moderators are told where the host is stricter than what they decide."""

import pytest

from sandbox.discord.person import Person
from tests.operator import Operator


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("RETENTION_DAYS_MAX", "retention_days"),
        ("MEMBER_PICTURES_PER_DAY", "member_pictures_per_day"),
    ],
)
async def test_what_is_above_the_host_s_own_limit_is_told_of(
    operator: Operator, variable: str, name: str
) -> None:
    await operator.start(**{variable: "14"})
    carol = Person.of(operator.discord, "carol")

    use = await carol.use("settings set", name=name, value="60")

    assert use.message is not None
    assert "The host of this bot allows 14 at most" in use.message.text
